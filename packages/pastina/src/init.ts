import { checkOptions, defaultOf, InputError, referenceBackend, setDefaultBackend, UnsupportedError, type Backend, type Defaulted } from '@pastina/core';
import { defaults } from './defaults.js';

/** Options of {@link init}. */
export interface InitOptions {
  readonly backend?: Defaulted<'reference' | 'wasm' | 'webgpu', 'reference'>;
}

const planned: Readonly<Record<string, string>> = { wasm: '@pastina/backend-wasm', webgpu: '@pastina/backend-webgpu' };

/**
 * Picks the backend that functions compiled without one run on. Without this call it is the reference
 * interpreter.
 *
 * @throws UnsupportedError for 'wasm' and 'webgpu', whose packages are not there yet
 * @throws InputError for any other name
 *
 * @example
 * ```ts
 * import * as pastina from 'pastina';
 * const backend = await pastina.init({ backend: 'reference' });
 * console.log(backend === pastina.getDefaultBackend()); // true
 * ```
 */
export async function init(options: InitOptions = {}): Promise<Backend> {
  checkOptions('init', options, ['backend']);
  const name = options.backend ?? defaultOf(defaults, 'init.backend');
  const needed = Object.hasOwn(planned, name) ? planned[name] : undefined;
  if (needed !== undefined) throw new UnsupportedError('BACKEND_NOT_THERE', `init: the backend '${name}' needs the package ${needed}, which is not released yet; use init({ backend: 'reference' })`, { backend: name, package: needed });
  if (name !== 'reference') throw new InputError('BACKEND_UNKNOWN', `init: backend '${String(name)}'; expected 'reference' (later also ${Object.keys(planned).map((one) => `'${one}'`).join(' and ')})`, { backend: name });
  const backend = referenceBackend();
  setDefaultBackend(backend);
  return backend;
}
