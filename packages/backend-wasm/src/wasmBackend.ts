import { type Backend, checkOptions, type Defaulted, defaultOf, InputError, UnsupportedError } from '@pastina/core';
import { backendOn } from './backend.js';
import { defaults } from './defaults.js';
import { Code } from './emit/code.js';
import { moduleBytes } from './emit/module.js';
import { type Heap, OwnHeap } from './memory/heap.js';
import { type WasmHeap } from './memory/wasmHeap.js';
import { Pool } from './threads/pool.js';
import { canShare, processors } from './threads/start.js';

/** Options of {@link wasmBackend}. */
export interface WasmOptions {
  /**
   * How many threads work on large products and convolutions: 1 to 64, or `'auto'` for as many as the machine runs at
   * once, up to 8, where memory can be shared (Node; pages that are cross-origin isolated), else 1. The bits are the
   * same with any number. Workers start with the first backend that wants them and do not keep the process alive.
   */
  readonly threads?: Defaulted<number | 'auto', 1>;
  /**
   * Lets products of matrices multiply and add in one step where the machine can: faster by a third or so, but the
   * promise of the same bits on every machine is given up. Needs relaxed SIMD (Node 22, Chrome 114, Firefox 145).
   */
  readonly relaxedSimd?: Defaulted<boolean, false>;
  /** The memory to work in, such as `tfjsHeap` of `./tfjs` gives; left out, all backends share one of our own. */
  readonly heap?: WasmHeap;
}

/** The share of `'auto'` that no machine exceeds: more threads than that wait for memory. */
const mostAutomatic = 8;
const mostThreads = 64;

let alone: Heap | undefined;
const pools = new Map<number, Promise<readonly [Heap, Pool]>>();

/**
 * A backend that compiles programs to WebAssembly SIMD. All backends of as many threads share one heap, so that functions
 * compiled by any of them share parameters; between others, parameters move as they are used.
 *
 * @throws InputError for a number of threads that is none
 * @throws UnsupportedError where threads or relaxed SIMD are asked for and not there
 *
 * @example
 * ```ts
 * import { compile, exp, input, sum } from '@pastina/core';
 * import { wasmBackend } from '@pastina/backend-wasm';
 * const x = input('x', ['n']);
 * const f = compile({ inputs: { x }, outputs: { y: sum(x) }, backend: await wasmBackend({ threads: 2 }) });
 * console.log(f({ x: [1, 2, 3] }).y.item()); // 6
 * ```
 */
export async function wasmBackend(options: WasmOptions = {}): Promise<Backend> {
  checkOptions('wasmBackend', options, ['threads', 'relaxedSimd', 'heap']);
  const relaxed = options.relaxedSimd ?? defaultOf(defaults, 'wasmBackend.relaxedSimd');
  if (relaxed && !hasRelaxedSimd()) throw new UnsupportedError('WASM_RELAXED_SIMD', 'wasmBackend: relaxedSimd is asked for, and this engine has no relaxed SIMD; leave the option out, or use a newer engine', { relaxedSimd: true });
  const threads = threadsOf(options.threads ?? defaultOf(defaults, 'wasmBackend.threads'));
  if (options.heap !== undefined) {
    if (threads > 1) throw new UnsupportedError('WASM_THREADS', `wasmBackend: both a heap and ${threads} threads are asked for; a heap of others is not shared with threads of ours: leave one of them out`, { threads });
    return backendOn(checkHeap(options.heap), { relaxed, pool: undefined });
  }
  if (threads === 1) {
    alone ??= new OwnHeap(false);
    return backendOn(alone, { relaxed, pool: undefined });
  }
  const started = pools.get(threads) ?? start(threads);
  pools.set(threads, started);
  const [heap, pool] = await started;
  return backendOn(heap, { relaxed, pool });
}

function checkHeap(heap: WasmHeap): Heap {
  if (typeof (heap as Heap).malloc === 'function' && typeof (heap as Heap).memory === 'object') return heap as Heap;
  throw new InputError('OPTION_VALUE', 'wasmBackend: heap is none; expected what tfjsHeap of @pastina/backend-wasm/tfjs gives', { heap });
}

async function start(threads: number): Promise<readonly [Heap, Pool]> {
  const heap = new OwnHeap(true);
  return [heap, await Pool.start(heap, threads)];
}

function threadsOf(threads: number | 'auto'): number {
  if (threads === 'auto') return canShare() ? Math.min(processors(), mostAutomatic) : 1;
  if (!Number.isInteger(threads) || threads < 1 || threads > mostThreads) throw new InputError('OPTION_VALUE', `wasmBackend: threads is ${String(threads)}; expected a whole number from 1 to ${mostThreads}, or 'auto'`, { threads });
  if (threads > 1 && !canShare()) throw new UnsupportedError('WASM_THREADS', `wasmBackend: ${threads} threads are asked for, and memory cannot be shared with workers here; serve the page with "Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp", or use threads: 'auto'`, { threads });
  return threads;
}

function hasRelaxedSimd(): boolean {
  const code = new Code();
  code.f32x4(1).f32x4(1).f32x4(1).simd('f32x4.relaxed_madd').op('drop');
  return WebAssembly.validate(moduleBytes({ shared: false, imports: [], globals: 0, functions: [{ name: 'f', code }] }));
}
