import { type DType, type ParameterBuffer, type TypedArray } from '@pastina/core';
import { type Heap } from './heap.js';

const arrays = { float32: Float32Array, float64: Float64Array, float16: Float32Array, int32: Int32Array, uint32: Uint32Array, bool: Uint8Array } as const;

/** Bytes of one element as it lies in memory. */
export function bytesOf(dtype: DType): number {
  return arrays[dtype].BYTES_PER_ELEMENT;
}

/** `size` elements of the heap, valid until the memory grows. */
export function viewOf(heap: Heap, dtype: DType, address: number, size: number): TypedArray {
  return new arrays[dtype](heap.memory.buffer, address, size);
}

// What nobody holds any more gives its memory back by itself. The value held must not hold the object.
const freed = new FinalizationRegistry<{ readonly heap: Heap; readonly address: number }>(({ heap, address }) => heap.free(address));

/** Memory that lives as long as `owner`. */
export function allocateFor(owner: object, heap: Heap, bytes: number): number {
  const address = heap.malloc(bytes);
  freed.register(owner, { heap, address });
  return address;
}

/** A parameter's elements on the heap, where all compiled functions find them. */
export class HeapBuffer implements ParameterBuffer {
  readonly heap: Heap;
  readonly address: number;
  readonly #dtype: DType;
  readonly #size: number;

  constructor(heap: Heap, data: TypedArray, dtype: DType) {
    this.heap = heap;
    this.#dtype = dtype;
    this.#size = data.length;
    this.address = allocateFor(this, heap, data.byteLength);
    this.write(data);
  }

  read(): Promise<TypedArray> {
    return Promise.resolve(this.readSync().slice());
  }

  readSync(): TypedArray {
    return viewOf(this.heap, this.#dtype, this.address, this.#size);
  }

  write(data: TypedArray): void {
    viewOf(this.heap, this.#dtype, this.address, this.#size).set(data);
  }
}
