import { UnsupportedError } from '@pastina/core';
import { type Heap } from '../memory/heap.js';
import { cells, controlBytes, type Shared } from './protocol.js';
import { type Helper, startWorkers } from './start.js';

/** What threads are to know of a program. */
export interface Delivery {
  readonly id: number;
  readonly module: Uint8Array;
}

/** Some 20 µs: shares end at about the same time. */
const looks = 4000;

/**
 * Threads that make shares of large pieces of work: rows or columns of a product, items of a convolution. Which thread
 * makes which does not matter to the bits. A thread that comes too late finds nothing left to do; nobody waits for it.
 */
export class Pool {
  readonly #heap: Heap;
  readonly #control: number;
  readonly #helpers: readonly Helper[];
  readonly #waiting: Delivery[] = [];
  /** Programs that all threads have. */
  readonly #ready = new Set<number>();
  #delivering: { readonly at: number; readonly ids: readonly number[] } | undefined;
  #cells: Int32Array;
  #last = 0;
  #failed = false;

  private constructor(heap: Heap, control: number, helpers: readonly Helper[]) {
    this.#heap = heap;
    this.#control = control;
    this.#helpers = helpers;
    this.#cells = new Int32Array(heap.memory.buffer, control, controlBytes / 4);
  }

  /** A pool of `threads` threads, this one among them. @throws UnsupportedError where there are no workers */
  static async start(heap: Heap, threads: number): Promise<Pool> {
    const control = heap.malloc(controlBytes);
    new Int32Array(heap.memory.buffer, control, controlBytes / 4).fill(0);
    return new Pool(heap, control, await startWorkers(threads - 1, { memory: heap.memory, control }));
  }

  /** How many threads there are, this one included. */
  get threads(): number {
    return this.#helpers.length + 1;
  }

  /** How many shares other threads have made. */
  get helped(): number {
    return Atomics.load(this.#look(), cells.helped);
  }

  /** A number for a new program, whose module goes to all threads as soon as they have time. */
  deliver(module: Uint8Array): number {
    this.#last += 1;
    this.#waiting.push({ id: this.#last, module });
    this.#pump();
    return this.#last;
  }

  /** Nobody needs the program any more. */
  takeBack(id: number): void {
    this.#waiting.push({ id, module: new Uint8Array(0) });
  }

  /** Runs step `p<step>` of a program in shares; `table` holds the addresses of its parameters. */
  run(id: number, step: number, own: Shared, table: number, parameters: number): void {
    const compute = own[`p${step}`] as (index: number, count: number) => void;
    this.#pump();
    if (!this.#ready.has(id)) {
      compute(0, 1);
      return;
    }
    const control = this.#look();
    const count = this.threads;
    ([['shares', 0], ['program', id], ['step', step], ['table', table], ['parameters', parameters], ['done', 0]] as const).forEach(([name, value]) => Atomics.store(control, cells[name], value));
    Atomics.store(control, cells.shares, count);
    const offer = ((Atomics.load(control, cells.ticket) >>> 8) + 1) << 8;
    Atomics.store(control, cells.ticket, offer);
    this.#ring(control);
    for (;;) {
      const offered = Atomics.load(control, cells.ticket);
      const index = offered & 255;
      if (index >= count) break;
      if (Atomics.compareExchange(control, cells.ticket, offered, offered + 1) !== offered) continue;
      compute(index, count);
      Atomics.add(control, cells.done, 1);
    }
    this.#waitFor(control, count);
    if (Atomics.load(control, cells.failed) !== 0) throw failure();
  }

  #waitFor(control: Int32Array, count: number): void {
    for (let left = looks; ; left -= 1) {
      const found = Atomics.load(control, cells.done);
      if (found === count) return;
      // The main thread of a browser may not sleep: there it goes on looking.
      if (left < 0 && maySleep) Atomics.wait(control, cells.done, found, 1);
      if (this.#failed) throw failure();
    }
  }

  /** Hands out all that waits, without waiting for anybody. */
  #pump(): void {
    const control = this.#look();
    if (Atomics.load(control, cells.outstanding) !== 0) return;
    if (this.#delivering !== undefined) {
      this.#heap.free(this.#delivering.at);
      this.#delivering.ids.forEach((id) => this.#ready.add(id));
      this.#delivering = undefined;
    }
    const parcel = this.#waiting.splice(0);
    if (parcel.length === 0) return;
    // First the list, then the bytes of all programs.
    const list = parcel.length * 12;
    const at = this.#heap.malloc(list + parcel.reduce((sum, { module }) => sum + module.length, 0));
    const { buffer } = this.#heap.memory;
    let end = at + list;
    parcel.forEach(({ id, module }, i) => {
      new Uint32Array(buffer, at + i * 12, 3).set([id, end, module.length]);
      new Uint8Array(buffer, end, module.length).set(module);
      end += module.length;
      this.#ready.delete(id);
    });
    this.#delivering = { at, ids: parcel.filter(({ module }) => module.length > 0).map(({ id }) => id) };
    const now = this.#look();
    ([['delivered', parcel.length], ['list', at], ['outstanding', this.#helpers.length]] as const).forEach(([name, value]) => Atomics.store(now, cells[name], value));
    Atomics.add(now, cells.deliveries, 1);
    this.#ring(now);
  }

  #ring(control: Int32Array): void {
    Atomics.add(control, cells.bell, 1);
    Atomics.notify(control, cells.bell);
  }

  /** The numbers, looked at anew when the memory has grown. */
  #look(): Int32Array {
    this.#failed = this.#helpers.some(({ failed }) => failed);
    if (this.#cells.buffer !== this.#heap.memory.buffer) this.#cells = new Int32Array(this.#heap.memory.buffer, this.#control, controlBytes / 4);
    return this.#cells;
  }
}

const maySleep = typeof (globalThis as { readonly window?: unknown }).window === 'undefined';

function failure(): UnsupportedError {
  return new UnsupportedError('WASM_THREAD', 'wasm: a thread has failed, so the results of this call are not whole; use wasmBackend({ threads: 1 })');
}
