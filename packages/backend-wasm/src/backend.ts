import { type Backend } from '@pastina/core';
import { WasmExecutable } from './executable.js';
import { Kernels } from './kernels.js';
import { type Heap } from './memory/heap.js';
import { HeapBuffer } from './memory/heapBuffer.js';
import { type Pool } from './threads/pool.js';

/** What a backend does beyond the usual. */
export interface BackendExtras {
  /** Fused steps in products. */
  readonly relaxed: boolean;
  /** Threads that help; the heap must be shared. */
  readonly pool: Pool | undefined;
}

const made = new WeakMap<Heap, Kernels>();

function kernelsOf(heap: Heap, pool: Pool | undefined): Kernels {
  const known = made.get(heap);
  if (known !== undefined) return known;
  const kernels = new Kernels(heap, pool);
  made.set(heap, kernels);
  return kernels;
}

/** The backend over a heap. */
export function backendOn(heap: Heap, extras: BackendExtras): Backend {
  const kernels = kernelsOf(heap, extras.pool);
  return {
    name: 'wasm',
    owns: (buffer) => buffer instanceof HeapBuffer && buffer.heap === heap,
    createBuffer: (data, dtype) => new HeapBuffer(heap, data, dtype),
    compile: (program, options) => {
      const check = options.check === 'finite';
      const executable = new WasmExecutable(heap, program, { check, kernels, ...extras });
      return check ? { run: (inputs, parameters) => executable.runChecked(inputs, parameters), profile: (inputs, parameters) => executable.profile(inputs, parameters) } : executable;
    },
  };
}
