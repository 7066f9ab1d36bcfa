export { defaults } from './defaults.js';
export { version } from './version.js';
export { wasmBackend, type WasmOptions } from './wasmBackend.js';
