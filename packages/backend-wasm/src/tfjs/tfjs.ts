// What is needed of @tensorflow/tfjs-core and its WASM backend, told by shape: their types are not ours to depend on.

/** A tensor of tfjs. */
export interface TfjsTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly dataId: object;
  readonly isDisposed: boolean;
  dispose(): void;
}

/** The namespace of `@tensorflow/tfjs-core` (`import * as tf`). */
export interface Tfjs<T extends TfjsTensor = TfjsTensor> {
  getBackend(): string;
  backend(): unknown;
  keep(tensor: never): unknown;
  /** Shares the elements, unlike `clone`, which copies on WASM. */
  reshape(tensor: never, shape: never): T;
  tensor(values: never, shape?: never, dtype?: never): T;
}

/** The memory, by itself or among the exports; both names survive in the published bundles of 4.22.0. */
interface Holder {
  readonly memory?: object;
}

/** The parts of tfjs's WASM backend that are used. */
export interface WasmParts {
  readonly wasm: {
    readonly asm?: Holder;
    readonly wasmMemory?: object;
    readonly HEAPU8: Uint8Array;
    readonly _malloc: (bytes: number) => number;
    readonly _free: (address: number) => void;
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number | null; readonly dtype: string } | undefined };
}
