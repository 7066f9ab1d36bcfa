import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as core from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { backendOn } from '../backend.js';
import { OwnHeap } from './heap.js';

describe('the heap', () => {
  test('gives what was freed again, joined with its neighbours', () => {
    const heap = new OwnHeap(false);
    const [a, b, c] = [heap.malloc(100), heap.malloc(100), heap.malloc(100)];
    expect(new Set([a, b, c]).size).toBe(3);
    expect([a, b, c].every((address) => address % 64 === 0)).toBe(true);
    heap.free(a);
    heap.free(c);
    heap.free(b);
    expect(heap.used).toBe(0);
    expect(heap.malloc(300)).toBe(a);
    heap.free(12345);
    expect(heap.used).toBe(320);
  });

  test('an allocation beyond 4 GiB is an error that says what is in use', () => {
    const heap = new OwnHeap(false);
    heap.malloc(1000);
    expect(() => heap.malloc(5e9)).toThrow(/no room for 5000000000 bytes: 1024 of at most 4294967296 bytes are in use/);
    expect(heap.malloc(10)).toBeGreaterThan(0);
  });

  test('grows in the middle of a program without losing what parameters hold', () => {
    const backend = backendOn(new OwnHeap(false), { relaxed: false, pool: undefined });
    const p = core.parameter([1, 2, 3]);
    const step = core.compile({ inputs: {}, outputs: { p }, updates: new Map([[p, core.mul(p, 2)]]), backend });
    step({});
    const big = core.input('big', ['n']);
    expect(core.evaluate(core.sum(big), { big: new Float32Array(3_000_000).fill(1) }, { backend }).item()).toBe(3_000_000);
    expect(step({}).p.toArray()).toEqual([2, 4, 6]);
    expect(p.valueSync().toArray()).toEqual([4, 8, 12]);
  });
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of JavaScript's own memory that are still needed, buffers included. */
function needed(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Lets finalizers run, which come between turns of the event loop. */
async function collected(): Promise<void> {
  collect();
  await new Promise<void>((resolve) => setTimeout(resolve, 5));
}

test('a hundred thousand steps of a small net leave the heap, its memory and that of JavaScript as they are', () => {
  const heap = new OwnHeap(false);
  const [w, x] = [core.parameter([[0.1, 0.2], [0.3, 0.4]]), core.input('x', ['n', 2])];
  const loss = core.mean(core.square(core.tanh(core.matmul(x, w))));
  const step = core.compile({ inputs: { x }, outputs: { loss }, updates: new Map([[w, core.sub(w, core.mul(core.grad(loss, w), 0.01))]]), backend: backendOn(heap, { relaxed: false, pool: undefined }) });
  const feeds = { x: { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] } };
  const first = step(feeds).loss.item();
  let last = first;
  const steps = (count: number): void => {
    for (let i = 0; i < count; i += 1) last = step(feeds).loss.item();
  };
  // What engines keep of code that has run often is there before.
  steps(10_000);
  const [before, bytes, own] = [heap.used, heap.memory.buffer.byteLength, needed()];
  steps(100_000);
  expect(last).toBeLessThan(first);
  expect([heap.used, heap.memory.buffer.byteLength]).toEqual([before, bytes]);
  // Ten bytes a step would be 1 MB.
  expect(needed() - own).toBeLessThan(500_000);
}, 30_000);

test('a thousand functions, made and dropped, give all their memory back', async () => {
  const heap = new OwnHeap(false);
  const backend = backendOn(heap, { relaxed: false, pool: undefined });
  const x = core.input('x', ['n']);
  const one = (i: number): void => {
    const f = core.compile({ inputs: { x }, outputs: { y: core.add(core.exp(x), i) }, backend });
    for (const size of [1000, 10]) f({ x: new Float32Array(size) });
  };
  one(-1);
  await collected();
  const before = heap.used;
  expect(before).toBeGreaterThan(4000);
  for (let i = 0; i < 1000; i += 1) {
    one(i);
    if (i % 50 === 49) await collected();
  }
  for (let i = 0; i < 40 && heap.used > before; i += 1) await collected();
  // The stage that programs take turns with may be there, as before.
  expect(heap.used).toBeLessThanOrEqual(before);
  expect(heap.memory.buffer.byteLength).toBeLessThan(8_000_000);
}, 60_000);
