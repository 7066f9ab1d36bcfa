import { wasmBackend } from '@pastina/backend-wasm';
import { checkOptions, defaultOf, InputError, referenceBackend, setDefaultBackend, UnsupportedError, type Backend, type Defaulted } from '@pastina/core';
import { defaults } from './defaults.js';

/** Options of {@link init}. */
export interface InitOptions {
  /** `'wasm'` compiles to WebAssembly SIMD; `'reference'` interprets, exactly and slowly. */
  readonly backend?: Defaulted<'reference' | 'wasm' | 'webgpu', 'wasm'>;
}

const planned: Readonly<Record<string, string>> = { webgpu: '@pastina/backend-webgpu' };
const made: Readonly<Record<string, () => Backend | Promise<Backend>>> = { wasm: wasmBackend, reference: referenceBackend };

/**
 * Picks the backend that functions compiled without one run on: WebAssembly, unless told otherwise. Without this call
 * it is the reference interpreter.
 *
 * @throws UnsupportedError for 'webgpu', whose package is not there yet
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
  const needed = Object.hasOwn(planned, name) ? planned[name] : undefined;
  if (needed !== undefined) throw new UnsupportedError('BACKEND_NOT_THERE', `init: the backend '${name}' needs the package ${needed}, which is not released yet; use init({ backend: 'wasm' })`, { backend: name, package: needed });
  const make = Object.hasOwn(made, name) ? made[name] : undefined;
  if (make === undefined) throw new InputError('BACKEND_UNKNOWN', `init: backend '${String(name)}'; expected ${Object.keys(made).map((one) => `'${one}'`).join(' or ')} (later also ${Object.keys(planned).map((one) => `'${one}'`).join(' and ')})`, { backend: name });
  const backend = await make();
  setDefaultBackend(backend);
  return backend;
}
