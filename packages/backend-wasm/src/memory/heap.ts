import { UnsupportedError } from '@pastina/core';
import { type WasmHeap } from './wasmHeap.js';

export const page = 65536;
/** 4 GiB: what 32-bit addresses reach. */
export const mostPages = 65536;
/** Addresses are multiples of this: a cache line. */
const alignment = 64;

interface Block {
  readonly start: number;
  readonly size: number;
}

/** Where programs and parameters have their memory. */
export interface Heap extends WasmHeap {
  readonly memory: WebAssembly.Memory;
  /** The address of `bytes` bytes, a multiple of 64. @throws UnsupportedError where the memory has no room for them */
  malloc(bytes: number): number;
  /** Gives back what `malloc` gave. */
  free(start: number): void;
}

/** Is the memory shared by threads? */
export function isShared({ memory }: Heap): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;
}

/** The error of an allocation that did not fit. */
export function noRoom(size: number, used: number): UnsupportedError {
  return new UnsupportedError('WASM_MEMORY', `wasm: no room for ${size} bytes: ${used} of at most ${mostPages * page} bytes are in use; use smaller batches, or drop functions and parameters that are no longer needed`, { size, used });
}

/** A WebAssembly memory of our own. */
export class OwnHeap implements Heap {
  readonly memory: WebAssembly.Memory;
  /** Free parts, by address; neighbours are joined. */
  #free: Block[] = [];
  #end = alignment;
  readonly #sizes = new Map<number, number>();

  /** @param shared - by threads */
  constructor(shared: boolean) {
    this.memory = new WebAssembly.Memory({ initial: 16, maximum: mostPages, shared });
  }

  get used(): number {
    let total = 0;
    for (const size of this.#sizes.values()) total += size;
    return total;
  }

  malloc(bytes: number): number {
    const size = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
    const at = this.#free.findIndex((block) => block.size >= size);
    const block = this.#free[at];
    if (block === undefined) return this.#grow(size);
    if (block.size === size) this.#free.splice(at, 1);
    else this.#free[at] = { start: block.start + size, size: block.size - size };
    this.#sizes.set(block.start, size);
    return block.start;
  }

  free(start: number): void {
    const size = this.#sizes.get(start);
    if (size === undefined) return;
    this.#sizes.delete(start);
    const blocks = [...this.#free, { start, size }].sort((a, b) => a.start - b.start);
    this.#free = [];
    for (const block of blocks) {
      const last = this.#free[this.#free.length - 1];
      if (last !== undefined && last.start + last.size === block.start) this.#free[this.#free.length - 1] = { start: last.start, size: last.size + block.size };
      else this.#free.push(block);
    }
  }

  #grow(size: number): number {
    const start = this.#end;
    const missing = Math.ceil((start + size - this.memory.buffer.byteLength) / page);
    if (missing > 0) {
      try {
        this.memory.grow(missing);
      } catch {
        throw noRoom(size, this.used);
      }
    }
    this.#end = start + size;
    this.#sizes.set(start, size);
    return start;
  }
}
