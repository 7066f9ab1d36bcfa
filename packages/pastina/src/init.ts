import { wasmBackend } from '@pastina/backend-wasm';
import { webgpuBackend } from '@pastina/backend-webgpu';
import { checkOptions, defaultOf, InputError, referenceBackend, setDefaultBackend, type Backend, type Defaulted } from '@pastina/core';
import { defaults } from './defaults.js';

/** Options of {@link init}. */
export interface InitOptions {
  /** `'wasm'` compiles to WebAssembly SIMD; `'webgpu'` to shaders, whose results are waited for; `'reference'` interprets, exactly and slowly. */
  readonly backend?: Defaulted<'reference' | 'wasm' | 'webgpu', 'wasm'>;
}

const made: Readonly<Record<string, () => Backend | Promise<Backend>>> = { wasm: wasmBackend, webgpu: webgpuBackend, reference: referenceBackend };

/**
 * Picks the backend that functions compiled without one run on: WebAssembly, unless told otherwise. Without this call
 * it is the reference interpreter.
 *
 * @throws UnsupportedError for 'webgpu' where there is none
 * @throws InputError for any other name
 *
 * @example
 * ```ts
 * import * as pastina from 'pastina';
 * const backend = await pastina.init();
 * console.log(backend === pastina.getDefaultBackend()); // true
 * ```
 */
export async function init(options: InitOptions = {}): Promise<Backend> {
  checkOptions('init', options, ['backend']);
  const name = options.backend ?? defaultOf(defaults, 'init.backend');
  const make = Object.hasOwn(made, name) ? made[name] : undefined;
  if (make === undefined) throw new InputError('BACKEND_UNKNOWN', `init: backend '${String(name)}'; expected ${Object.keys(made).map((one) => `'${one}'`).join(' or ')}`, { backend: name });
  const backend = await make();
  setDefaultBackend(backend);
  return backend;
}
