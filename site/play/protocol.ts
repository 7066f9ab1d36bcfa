// What the page and its workers say to each other. Each worker has one job: a net, the three losses, or the reader's code.

/** How a net is made and trained. */
export interface NetSettings {
  readonly backend: 'wasm' | 'webgpu';
  /** Units of the first hidden layer; the second has half of them. */
  readonly units: number;
  readonly learningRate: number;
  readonly seed: number;
}

export type ToWorker =
  | { readonly type: 'make'; readonly settings: NetSettings }
  | { readonly type: 'train'; readonly epochs: number; /** Milliseconds to rest after each five steps: 0 is full speed. */ readonly rest: number }
  | { readonly type: 'stop' }
  | { readonly type: 'predict'; readonly pixels: readonly number[] }
  | { readonly type: 'sample'; readonly index: number }
  | { readonly type: 'probe' }
  | { readonly type: 'losses'; readonly steps: number }
  | { readonly type: 'run'; readonly code: string };

/** Some steps of training: their losses, and of each the norms of the gradient by layer. */
export interface StepsMessage {
  readonly type: 'steps';
  readonly losses: readonly number[];
  readonly norms: readonly (readonly number[])[];
}

/** The state of one way of writing the loss before step `step`. */
export interface LossMessage {
  readonly type: 'loss';
  readonly variant: number;
  readonly step: number;
  readonly cost: number;
  readonly gradient: number;
  readonly accuracy: number;
}

export type FromWorker =
  | { readonly type: 'made'; readonly parameters: number; readonly layers: readonly string[] }
  | StepsMessage
  | { readonly type: 'epoch'; readonly epoch: number; readonly accuracy: number; readonly held: number; /** Of computing alone, without rests. */ readonly microseconds: number }
  | { readonly type: 'trained'; readonly stopped: boolean }
  | { readonly type: 'probabilities'; readonly values: readonly number[] }
  | { readonly type: 'sample'; readonly pixels: readonly number[]; readonly label: number }
  | { readonly type: 'probed'; /** Why there is no WebGPU; '' where there is. */ readonly reason: string }
  | LossMessage
  | { readonly type: 'compared' }
  | { readonly type: 'line'; readonly text: string; readonly error: boolean }
  | { readonly type: 'ran'; readonly seconds: number; readonly failed: boolean }
  | { readonly type: 'failed'; readonly message: string };

export type Tell = (message: FromWorker) => void;
