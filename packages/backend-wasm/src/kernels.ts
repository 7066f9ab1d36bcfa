import { Code } from './emit/code.js';
import { type ValueType } from './emit/opcodes.js';
import { moduleBytes } from './emit/module.js';
import { isShared, type Heap } from './memory/heap.js';
import { type Pool } from './threads/pool.js';

// Inner loops that many programs call: each is a module of its own, made when it is first needed. So engines, which
// optimise a function after it has been called often, do that once for all programs, and in the middle of the first
// call of a large one.

/** A kernel that code calls. */
export interface KernelCall {
  /** The same name means the same code. */
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly emit: (code: Code) => void;
}

/** A kernel that is there. */
export interface Kernel {
  /** How modules import it, from 'env'. */
  readonly importName: string;
  readonly params: readonly ValueType[];
  readonly run: WebAssembly.ExportValue;
}

/** The kernels of a heap. */
export class Kernels {
  readonly #heap: Heap;
  readonly #pool: Pool | undefined;
  readonly #made = new Map<string, Kernel>();

  constructor(heap: Heap, pool: Pool | undefined) {
    this.#heap = heap;
    this.#pool = pool;
  }

  get({ name, params, emit }: KernelCall): Kernel {
    const made = this.#made.get(name);
    if (made !== undefined) return made;
    const code = new Code(...params);
    emit(code);
    const bytes = moduleBytes({ shared: isShared(this.#heap), imports: [], globals: 0, functions: [{ name: 'kernel', code }] });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: this.#heap.memory } });
    // Workers find it by the number of its delivery.
    const kernel = { importName: `k${this.#pool?.deliver(bytes) ?? this.#made.size}`, params, run: exports['kernel'] as WebAssembly.ExportValue };
    this.#made.set(name, kernel);
    return kernel;
  }
}
