export { tfjsHeap } from './tfjs/heap.js';
export { fromTfjs, toTfjs } from './tfjs/tensors.js';
export { type Tfjs, type TfjsTensor } from './tfjs/tfjs.js';
export { type WasmHeap } from './memory/wasmHeap.js';
