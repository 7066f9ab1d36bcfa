import { type Backend, checkOptions, type Defaulted, defaultOf, UnsupportedError } from '@pastina/core';
import { backendOn } from './backend.js';
import { defaults } from './defaults.js';
import { Code } from './emit/code.js';
import { moduleBytes } from './emit/module.js';
import { Heap } from './memory/heap.js';

/** Options of {@link wasmBackend}. */
export interface WasmOptions {
  /**
   * Lets products of matrices multiply and add in one step where the machine can: faster by a third or so, but the
   * promise of the same bits on every machine is given up. Needs relaxed SIMD (Node 22, Chrome 114, Firefox 145).
   */
  readonly relaxedSimd?: Defaulted<boolean, false>;
}

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
  checkOptions('wasmBackend', options, ['relaxedSimd']);
  const relaxed = options.relaxedSimd ?? defaultOf(defaults, 'wasmBackend.relaxedSimd');
  if (relaxed && !hasRelaxedSimd()) throw new UnsupportedError('WASM_RELAXED_SIMD', 'wasmBackend: relaxedSimd is asked for, and this engine has no relaxed SIMD; leave the option out, or use a newer engine', { relaxedSimd: true });
  shared ??= new Heap();
  return backendOn(shared, relaxed);
}

function hasRelaxedSimd(): boolean {
  const code = new Code();
  code.f32x4(1).f32x4(1).f32x4(1).simd('f32x4.relaxed_madd').op('drop');
  return WebAssembly.validate(moduleBytes({ imports: [], globals: 0, functions: [{ name: 'f', code }] }));
}
