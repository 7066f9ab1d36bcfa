import { wasmBackend } from '@pastina/backend-wasm';
import { adam, sgd } from '@pastina/updates';
import type { Case } from '../harness.ts';
import { mlp } from './mlpStep.ts';

/** The same steps with one thread and with two. */
export const threads: Case = {
  name: 'threads',
  work: 'one step of 784-1024-10 on 512 images with one thread and with two; two cores must be idle',
  targets: [{ what: 'one thread / two', of: (time) => time('sgd, one') / time('sgd, two'), bound: 'at least', limit: 1.6 }],
  contestants: async () => {
    const [one, two] = [await wasmBackend(), await wasmBackend({ threads: 2 })];
    return [mlp('sgd, two threads', sgd, two), mlp('sgd, one thread', sgd, one), mlp('adam, two threads', adam, two)];
  },
};
