export { defaults } from './defaults.js';
export { type WasmHeap } from './memory/wasmHeap.js';
export { version } from './version.js';
export { wasmBackend, type WasmOptions } from './wasmBackend.js';
