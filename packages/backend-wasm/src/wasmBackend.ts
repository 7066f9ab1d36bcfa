import { type Backend, checkOptions } from '@pastina/core';
import { backendOn } from './backend.js';
import { Heap } from './memory/heap.js';

/** Options of {@link wasmBackend}; none so far. */
export type WasmOptions = Readonly<Record<string, never>>;

let shared: Heap | undefined;

/**
 * A backend that compiles programs to WebAssembly SIMD. All backends share one heap, so that functions compiled by any
 * of them share parameters.
 *
 * @example
 * ```ts
 * import { compile, exp, input, sum } from '@pastina/core';
 * import { wasmBackend } from '@pastina/backend-wasm';
 * const x = input('x', ['n']);
 * const f = compile({ inputs: { x }, outputs: { y: sum(x) }, backend: await wasmBackend() });
 * console.log(f({ x: [1, 2, 3] }).y.item()); // 6
 * ```
 */
export async function wasmBackend(options: WasmOptions = {}): Promise<Backend> {
  checkOptions('wasmBackend', options, []);
  shared ??= new Heap();
  return backendOn(shared);
}
