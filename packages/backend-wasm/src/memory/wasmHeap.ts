/** A memory that {@link wasmBackend} can work in. */
export interface WasmHeap {
  /** Bytes that programs and parameters have. */
  readonly used: number;
}
