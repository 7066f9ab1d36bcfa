import { type Backend } from '@pastina/core';
import { WasmExecutable } from './executable.js';
import { type Heap } from './memory/heap.js';
import { HeapBuffer } from './memory/heapBuffer.js';

/** The backend over a heap. */
export function backendOn(heap: Heap, relaxed: boolean): Backend {
  return {
    name: 'wasm',
    owns: (buffer) => buffer instanceof HeapBuffer && buffer.heap === heap,
    createBuffer: (data, dtype) => new HeapBuffer(heap, data, dtype),
    compile: (program, { check }) => {
      const executable = new WasmExecutable(heap, program, check === 'finite', relaxed);
      return check === 'finite' ? { run: (inputs, parameters) => executable.runChecked(inputs, parameters), profile: (inputs, parameters) => executable.profile(inputs, parameters) } : executable;
    },
  };
}
