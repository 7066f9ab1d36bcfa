import { add, compile, conv, evaluate, grad, input, matmul, mean, mul, parameter, square, sub, tensor, transpose, type Expression, type Tensor } from '@pastina/core';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { backendOn } from '../backend.js';
import { OwnHeap } from '../memory/heap.js';
import { wasmBackend } from '../wasmBackend.js';
import { Pool } from './pool.js';
import { cells } from './protocol.js';

const numbers = (shape: readonly number[], seed: number): Tensor => tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 1.7 + seed)), shape);
const backends = await Promise.all([1, 2, 4].map((threads) => wasmBackend({ threads })));
/** The same on all backends, several times: the first calls may come before the threads have the program. */
function sameBits(make: () => Expression): void {
  const [alone, ...others] = backends.map((backend) => {
    const y = compile({ inputs: {}, outputs: { y: make() }, backend });
    return Array.from({ length: 4 }, () => {
      const bits = new Uint32Array(Float32Array.from(y({}).y.dataSync()).buffer);
      // Threads take a program when they get to it.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4);
      return bits;
    });
  });
  for (const runs of others) for (const run of runs) expect(run).toEqual(alone?.[0]);
}

describe('the same bits with 1, 2 and 4 threads', () => {
  test.each([[301, 257, 203], [40, 3000, 90], [7, 1000, 1500], [1500, 900, 9]])('products %i × %i × %i, transposed or not', (rows, inner, columns) => {
    const [a, b] = [numbers([rows, inner], 1), numbers([inner, columns], 2)];
    const [turnedA, turnedB] = [numbers([inner, rows], 1), numbers([columns, inner], 2)];
    sameBits(() => matmul(parameter(a), parameter(b)));
    sameBits(() => matmul(transpose(parameter(turnedA)), parameter(b)));
    sameBits(() => matmul(parameter(a), transpose(parameter(turnedB))));
  });

  test('products in batches', () => {
    sameBits(() => matmul(parameter(numbers([3, 201, 300], 1)), parameter(numbers([300, 202], 2))));
  });

  test('convolutions and both their gradients', () => {
    fc.assert(fc.property(fc.constantFrom(1, 2), fc.integer({ min: 1, max: 9 }), fc.constantFrom(1, 2), fc.constantFrom('valid' as const, 'same' as const), (stride, items, groups, padding) => {
      const [x, w] = [parameter(numbers([items, 16, 33, 31], 3)), parameter(numbers([32, 16 / groups, 3, 3], 4))];
      const y = (): Expression => conv(x, w, { stride, padding, groups });
      sameBits(y);
      sameBits(() => grad(mean(square(y())), x));
      sameBits(() => grad(mean(square(y())), w));
    }), { numRuns: 4 });
  }, 60_000);

  test('a training step, its parameters moved between backends', () => {
    const train = (order: readonly number[]): Float32Array => {
      const [x, w] = [input('x', ['batch', 500]), parameter(numbers([500, 300], 5))];
      const loss = mean(square(matmul(x, w)));
      const steps = backends.map((backend) => compile({ inputs: { x }, outputs: { loss }, updates: new Map([[w, sub(w, mul(grad(loss, w), 0.1))]]), backend }));
      for (const which of order) steps[which]?.({ x: numbers([200, 500], 6) });
      return w.valueSync().dataSync() as Float32Array;
    };
    const alone = train([0, 0, 0, 0, 0, 0]);
    expect(train([1, 1, 1, 1, 1, 1])).toEqual(alone);
    expect(train([1, 2, 0, 2, 2, 1])).toEqual(alone);
  });
});

test('other threads do help', async () => {
  const heap = new OwnHeap(true);
  const pool = await Pool.start(heap, 2);
  const [a, b] = [parameter(numbers([300, 700], 1)), parameter(numbers([700, 300], 2))];
  const f = compile({ inputs: {}, outputs: { y: matmul(a, b) }, backend: backendOn(heap, { relaxed: false, pool }) });
  // On a busy machine a thread may come late, and find nothing left.
  for (let i = 0; i < 2000 && pool.helped === 0; i += 1) f({});
  expect(pool.helped).toBeGreaterThan(0);
});

test('the memory grows while threads are at work', async () => {
  const backend = await wasmBackend({ threads: 2 });
  const x = input('x', ['n', 512]);
  const f = compile({ inputs: { x }, outputs: { y: mean(matmul(x, parameter(numbers([512, 64], 1)))) }, backend });
  for (const n of [400, 4000, 20_000, 400]) {
    const feed = { x: { data: new Float32Array(n * 512).fill(1), shape: [n, 512] } };
    const found = [f(feed), f(feed), f(feed)].map(({ y }) => y.item());
    expect(new Set(found).size).toBe(1);
  }
});

test('threads that are none are refused', async () => {
  await expect(wasmBackend({ threads: 0 })).rejects.toThrowErrorMatchingInlineSnapshot(`[InputError: wasmBackend: threads is 0; expected a whole number from 1 to 64, or 'auto' [OPTION_VALUE]]`);
  await expect(wasmBackend({ threads: 2.5 })).rejects.toThrow(/threads is 2\.5/);
  expect((await wasmBackend({ threads: 'auto' })).name).toBe('wasm');
  expect(evaluate(add(parameter([1, 2]), 1), {}, { backend: await wasmBackend({ threads: 'auto' }) }).toArray()).toEqual([2, 3]);
});

test('worker.ts, which imports nothing, has the positions of protocol.ts', () => {
  const source = readFileSync(new URL('./worker.ts', import.meta.url), 'utf8');
  const [, names, positions] = /const \[(.*?)\] = \[(.*?)\];/.exec(source) as unknown as readonly [string, string, string];
  expect(Object.fromEntries(names.split(', ').map((name, i) => [name, Number(positions.split(', ')[i])]))).toEqual(cells);
});
