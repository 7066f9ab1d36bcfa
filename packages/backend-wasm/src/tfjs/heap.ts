import { UnsupportedError } from '@pastina/core';
import { type Heap, mostPages, noRoom, page } from '../memory/heap.js';
import { type WasmHeap } from '../memory/wasmHeap.js';
import { type Tfjs, type WasmParts } from './tfjs.js';

const alignment = 64;

/** Parts of the memory of tfjs's WASM backend, which hands them out. */
class TfjsHeap implements Heap {
  readonly memory: WebAssembly.Memory;
  readonly #wasm: WasmParts['wasm'];
  /** What was asked for, and where tfjs put it, by the address that was given out. */
  readonly #blocks = new Map<number, { readonly raw: number; readonly bytes: number }>();
  used = 0;

  constructor(memory: WebAssembly.Memory, wasm: WasmParts['wasm']) {
    this.memory = memory;
    this.#wasm = wasm;
  }

  malloc(bytes: number): number {
    // tfjs aligns to 8 bytes and checks nothing: it answers 0 where there is no room, and sizes wrap at 4 GiB.
    const size = Math.max(bytes, 1) + alignment;
    if (size + this.used >= mostPages * page) throw noRoom(bytes, this.used);
    const raw = this.#wasm._malloc(size) >>> 0;
    if (raw === 0 || raw + size > this.memory.buffer.byteLength) throw noRoom(bytes, this.used);
    const address = Math.ceil(raw / alignment) * alignment;
    this.#blocks.set(address, { raw, bytes });
    this.used += bytes;
    return address;
  }

  free(address: number): void {
    const block = this.#blocks.get(address);
    if (block === undefined) return;
    this.#blocks.delete(address);
    this.used -= block.bytes;
    this.#wasm._free(block.raw);
  }
}

const heaps = new WeakMap<object, TfjsHeap>();

/**
 * The memory of tfjs's WASM backend (`@tensorflow/tfjs-backend-wasm` 4.22.0), for programs that use both: pass it to
 * {@link wasmBackend}. Before it is used, it is tried whether tfjs's tensors are seen where they should be.
 *
 * @throws UnsupportedError where tfjs does not run on its WASM backend, or this version keeps its memory elsewhere
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-wasm';
 * import { add, evaluate, input } from '@pastina/core';
 * import { wasmBackend } from '@pastina/backend-wasm';
 * import { fromTfjs, tfjsHeap } from '@pastina/backend-wasm/tfjs';
 * await tf.setBackend('wasm');
 * const backend = await wasmBackend({ heap: tfjsHeap(tf) });
 * const x = input('x', [3]);
 * console.log(evaluate(add(x, 1), { x: fromTfjs(tf, tf.tensor1d([1, 2, 3])) }, { backend }).toArray()); // [2, 3, 4]
 * ```
 */
export function tfjsHeap(tf: Tfjs): WasmHeap {
  const { wasm } = partsOf(tf);
  const known = heaps.get(wasm);
  if (known !== undefined) return known;
  const heap = new TfjsHeap(memoryOf(wasm), wasm);
  tryOut(tf, heap);
  heaps.set(wasm, heap);
  return heap;
}

/** tfjs's WASM backend, which must be the one in use. */
export function partsOf(tf: Tfjs): WasmParts {
  if (tf.getBackend() !== 'wasm') throw new UnsupportedError('TFJS_BACKEND', `tfjs runs on its backend '${tf.getBackend()}'; import '@tensorflow/tfjs-backend-wasm' and await tf.setBackend('wasm') first`, { backend: tf.getBackend() });
  const parts = tf.backend() as Partial<WasmParts>;
  if (typeof parts.wasm?._malloc !== 'function' || typeof parts.wasm._free !== 'function' || parts.dataIdMap === undefined) throw unknownVersion('it has no wasm._malloc, wasm._free or dataIdMap');
  return parts as WasmParts;
}

/** Its memory, where 4.22.0 keeps it. */
export function memoryOf(wasm: WasmParts['wasm']): WebAssembly.Memory {
  const memory = wasm.asm?.memory ?? wasm.wasmMemory;
  if (!(memory instanceof WebAssembly.Memory) || memory.buffer !== wasm.HEAPU8.buffer) throw unknownVersion('its memory is neither asm.memory nor wasmMemory');
  return memory;
}

/** Numbers that tfjs has written are read in the memory, and the other way round. */
function tryOut(tf: Tfjs, heap: TfjsHeap): void {
  const probe = tf.tensor([1.5, -2, 3] as never);
  const at = partsOf(tf).dataIdMap.get(probe.dataId)?.memoryOffset ?? 0;
  const seen = at === 0 ? [] : Array.from(new Float32Array(heap.memory.buffer, at, 3));
  probe.dispose();
  const own = heap.malloc(100);
  heap.free(own);
  if (seen.join() !== '1.5,-2,3' || own % alignment !== 0) throw unknownVersion('its tensors are not where its dataIdMap says');
}

function unknownVersion(why: string): UnsupportedError {
  return new UnsupportedError('TFJS_VERSION', `tfjsHeap: this version of tfjs-backend-wasm cannot be shared with: ${why}; use 4.22.0, or leave the heap out of wasmBackend`, { why });
}
