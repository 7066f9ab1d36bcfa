import { add, argSort, compile, gather, input, matmul, mul, parameter, randomUniform, relu, scan, sub, sum, tanh, zeros, type Expression } from '@pastina/core';
import { expect, test } from 'vitest';
import { softwareBackend } from './testing.js';

test('milliseconds of what the device runs; parameters and draws stay as they were', async () => {
  const backend = await softwareBackend();
  const [x, w, b] = [input('x', [4, 4]), parameter([[1, 2, 3, 4], [5, 6, 7, 8], [1, 0, 1, 0], [0, 1, 0, 1]], { name: 'w' }), parameter([1, 2, 3, 4], { name: 'b' })];
  const outputs = { y: relu(add(matmul(x, w), b)), draw: randomUniform([2]), order: argSort(b) };
  const make = () => compile({ inputs: { x }, outputs, updates: new Map([[w, sub(w, mul(w, 0.5))], [b, mul(b, 2)]]), backend, seed: 5 });
  const [f, other] = [make(), make()];
  const feeds = { x: { data: Float32Array.from({ length: 16 }, (_, i) => i), shape: [4, 4] } };
  const times = await f.profileAsync(feeds);
  expect(times.map(({ op }) => op).filter((op) => op.startsWith('matmul'))).toEqual(['matmul add relu']);
  expect(times.filter(({ op }) => op.includes('argSort'))).toHaveLength(1);
  expect(times.every(({ milliseconds }) => milliseconds >= 0 && milliseconds < 60_000)).toBe(true);
  expect(times[0]?.site).toContain('profile.gpu.test.ts');
  expect((await w.value()).toArray()).toEqual([[1, 2, 3, 4], [5, 6, 7, 8], [1, 0, 1, 0], [0, 1, 0, 1]]);
  expect((await b.value()).toArray()).toEqual([1, 2, 3, 4]);
  const drawn = await f(feeds).draw.data();
  w.set([[1, 2, 3, 4], [5, 6, 7, 8], [1, 0, 1, 0], [0, 1, 0, 1]]);
  expect(await other(feeds).draw.data()).toEqual(drawn);
  const { buffers } = backend.counts();
  for (let n = 0; n < 3; n += 1) await f.profileAsync();
  expect(backend.counts().buffers).toBeLessThanOrEqual(buffers);
});

test('a scan is one instruction; calls in between compute what they would without', async () => {
  const xs = input('xs', [3, 1, 2]);
  const make = async () => {
    const w = parameter([[0.5, -1], [1, 0.25]], { name: 'w' });
    const y = scan((state, x) => ({ carry: tanh(add(matmul(state, w), x)), outputs: [] as never }), { carry: zeros([1, 2]), sequences: xs }).carry as Expression;
    return compile({ inputs: { xs }, outputs: { y }, updates: new Map([[w, mul(w, 1.5)]]), backend: await softwareBackend() });
  };
  const [f, other] = [await make(), await make()];
  const feeds = (n: number) => ({ xs: { data: Float32Array.from({ length: 6 }, (_, i) => Math.sin(n + i)), shape: [3, 1, 2] } });
  const profiled = f.profileAsync(feeds(0));
  for (const n of [1, 2, 3, 4, 5, 6]) expect(await f(feeds(n)).y.data()).toEqual(await other(feeds(n)).y.data());
  expect((await profiled).filter(({ op }) => op === 'scan')).toHaveLength(1);
});

test('what goes wrong in it is told', async () => {
  const at = input('at', [2], 'int32');
  const f = compile({ inputs: { at }, outputs: { y: sum(gather(parameter([1, 2, 3], { name: 'table' }), at)) }, backend: await softwareBackend() });
  await expect(f.profileAsync({ at: [0, 3] })).rejects.toThrow(/INDEX_RANGE/);
  expect((await f.profileAsync({ at: [0, 2] })).length).toBeGreaterThan(0);
});
