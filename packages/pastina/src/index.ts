export { wasmBackend, type WasmOptions } from '@pastina/backend-wasm';
export { webgpuBackend, type WebgpuBackend, type WebgpuOptions } from '@pastina/backend-webgpu';
export * from '@pastina/core';
export * from '@pastina/layers';
export * from '@pastina/objectives';
export * from '@pastina/training';
export * from '@pastina/updates';

// Names that several packages have. Named here, they win over the stars above.
export { defaults } from './defaults.js';
export { version } from './version.js';

export { behaviors } from './behaviors.js';

// `init` picks the backend; the initialisers, which Lasagne keeps in a module `init`, are `initializers`.
export { init, type InitOptions } from './init.js';
export * as initializers from './initializers.js';
export * as nonlinearities from './nonlinearities.js';
export * as regularization from './regularization.js';
