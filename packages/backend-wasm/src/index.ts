export { wasmBackend, type WasmOptions } from './backend.js';
export { defaults } from './defaults.js';
export { version } from './version.js';
