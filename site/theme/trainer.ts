// The state of the drawing and the training panels: one worker with one net.
import { computed, reactive, type ComputedRef } from 'vue';
import { type FromWorker, type NetSettings, type ToWorker } from '../play/protocol.ts';

/** Epochs of one press of the button. */
export const epochsAtOnce = 12;

export interface TrainerState {
  phase: 'making' | 'ready' | 'training' | 'failed';
  message: string;
  losses: number[];
  norms: number[][];
  layers: readonly string[];
  parameters: number;
  epoch: number;
  accuracy: number;
  held: number;
  microseconds: number;
  /** Why WebGPU is not offered; undefined while that is being asked. */
  noWebgpu: string | undefined;
  probabilities: readonly number[];
  label: number | undefined;
}

export interface Trainer {
  readonly state: TrainerState;
  readonly steps: ComputedRef<number>;
  /** A new net, in a new worker. */
  make(settings: NetSettings): void;
  train(rest: number): void;
  stop(): void;
  predict(pixels: readonly number[]): void;
  /** Asks for an image of the held-out ones; `shown` is called with its pixels. */
  sample(index: number, shown: (pixels: readonly number[]) => void): void;
  end(): void;
}

const fresh = { losses: [], norms: [], epoch: 0, accuracy: NaN, message: '', label: undefined };
const stepsAnEpoch = 45;

/** @param address - of the worker */
export function createTrainer(address: string): Trainer {
  const state = reactive<TrainerState>({ phase: 'making', layers: [], parameters: 0, held: 0, microseconds: 0, noWebgpu: undefined, probabilities: [], ...fresh });
  let worker: Worker | undefined;
  let pixels: readonly number[] = new Array(64).fill(0);
  let shown: (pixels: readonly number[]) => void = () => undefined;
  const say = (message: ToWorker): void => worker?.postMessage(message);

  function fail(message: string): void {
    state.phase = 'failed';
    state.message = message;
  }

  function hear(message: FromWorker): void {
    switch (message.type) {
      case 'made':
        Object.assign(state, { phase: 'ready', layers: message.layers, parameters: message.parameters, norms: message.layers.map(() => []) });
        return say({ type: 'predict', pixels });
      case 'steps':
        state.losses.push(...message.losses);
        for (const norms of message.norms) norms.forEach((norm, layer) => state.norms[layer]?.push(norm));
        return;
      case 'epoch':
        Object.assign(state, { epoch: message.epoch, accuracy: message.accuracy, held: message.held, microseconds: message.microseconds });
        return say({ type: 'predict', pixels });
      case 'trained':
        state.phase = 'ready';
        return;
      case 'probabilities':
        state.probabilities = message.values;
        return;
      case 'sample':
        state.label = message.label;
        return shown(message.pixels);
      case 'probed':
        state.noWebgpu = message.reason;
        return;
      case 'failed':
        return fail(message.message);
    }
  }

  return {
    state,
    // The axis is as long as the training that runs will be.
    steps: computed(() => Math.max(1, Math.ceil(Math.max(1, state.losses.length) / (stepsAnEpoch * epochsAtOnce))) * stepsAnEpoch * epochsAtOnce),
    make(settings) {
      worker?.terminate();
      worker = new Worker(address, { type: 'module' });
      worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => hear(data));
      worker.addEventListener('error', ({ message }) => fail(message || 'the worker could not be loaded'));
      Object.assign(state, fresh, { phase: 'making', losses: [], norms: [] });
      if (state.noWebgpu === undefined) say({ type: 'probe' });
      say({ type: 'make', settings });
    },
    train(rest) {
      state.phase = 'training';
      say({ type: 'train', epochs: epochsAtOnce, rest });
    },
    stop: () => say({ type: 'stop' }),
    predict(drawn) {
      pixels = drawn;
      state.label = undefined;
      say({ type: 'predict', pixels });
    },
    sample(index, show) {
      shown = show;
      say({ type: 'sample', index });
    },
    end: () => worker?.terminate(),
  };
}
