import { UnsupportedError } from '@pastina/core';
import { type WorkerStart } from './protocol.js';

/** A worker as its owner sees it. */
export interface Helper {
  readonly failed: boolean;
}

interface NodeWorker {
  on(event: 'online' | 'error', listener: (error?: Error) => void): void;
  unref(): void;
}

interface NodeModules {
  readonly 'node:worker_threads': { readonly Worker: new (url: URL, options: object) => NodeWorker };
  readonly 'node:os': { readonly availableParallelism: () => number };
}

interface Surroundings {
  readonly process?: { readonly getBuiltinModule?: <Name extends keyof NodeModules>(name: Name) => NodeModules[Name] };
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

const { process, crossOriginIsolated, navigator } = globalThis as Surroundings;
// Not called bare: it needs no `this`, but bundlers should not see an import.
const node = process?.getBuiltinModule;

/** May memory be shared with workers here? Browsers want the page to be cross-origin isolated. */
export function canShare(): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && (node !== undefined || crossOriginIsolated === true);
}

/** How many threads the machine runs at once. */
export function processors(): number {
  return node === undefined ? (navigator?.hardwareConcurrency ?? 1) : node('node:os').availableParallelism();
}

/** Starts workers that do not keep the process alive, and waits until they run. */
export function startWorkers(count: number, start: WorkerStart): Promise<readonly Helper[]> {
  return Promise.all(Array.from({ length: count }, () => (node === undefined ? inBrowser(start) : inNode(node('node:worker_threads').Worker, start))));
}

function inNode(Worker: NodeModules['node:worker_threads']['Worker'], workerData: WorkerStart): Promise<Helper> {
  // Sources run as they are in our own tests.
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
  return new Promise((resolve, reject) => {
    const helper = { failed: false };
    const worker = new Worker(new URL(file, import.meta.url), { workerData });
    worker.on('online', () => {
      worker.unref();
      resolve(helper);
    });
    worker.on('error', (error) => {
      helper.failed = true;
      reject(notStarted(error?.message));
    });
  });
}

function inBrowser(start: WorkerStart): Promise<Helper> {
  return new Promise((resolve, reject) => {
    const helper = { failed: false };
    // Written like this, bundlers find the file.
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    worker.onerror = ({ message }) => {
      helper.failed = true;
      reject(notStarted(message));
    };
    worker.postMessage(start);
    resolve(helper);
  });
}

function notStarted(why: string | undefined): UnsupportedError {
  return new UnsupportedError('WASM_THREADS', `wasmBackend: a worker could not be started (${why ?? 'no reason given'}); use threads: 1`);
}
