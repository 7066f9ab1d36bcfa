import { add, compile, grad, input, matmul, mean, mul, parameter, scan, square, sub, sum, tanh, zeros, type Expression } from '@pastina/core';
import { expect, test } from 'vitest';
import { softwareBackend } from './testing.js';

test('times of the steps of a program: parameters stay as they are, buffers are given back', async () => {
  const backend = await softwareBackend();
  const [x, w, v] = [input('x', [5, 2, 3]), parameter([[0.1, 0.2, 0.3], [0.2, 0, 0.1], [0, 0.3, 0.1]], { name: 'w' }), parameter([[1], [2], [3]], { name: 'v' })];
  const last = scan((h, xt) => ({ carry: tanh(add(matmul(h, w), xt)), outputs: [] as never }), { carry: zeros([2, 3]), sequences: x }).carry as Expression;
  const loss = mean(square(sub(matmul(last, v), 1)));
  const step = compile({ inputs: { x }, outputs: { loss }, updates: new Map([w, v].map((p) => [p, sub(p, mul(grad(loss, p), 0.1))])), backend });
  const feeds = { x: { data: Float32Array.from({ length: 30 }, (_, i) => Math.sin(i)), shape: [5, 2, 3] } };
  const before = [(await w.value()).toArray(), (await v.value()).toArray()];

  const profiling = step.profileAsync(feeds);
  // Another function meanwhile.
  const other = compile({ inputs: {}, outputs: { total: sum(v) }, backend })({});
  const times = await profiling;
  expect(await other.total.data()).toEqual(Float32Array.of(6));
  expect([(await w.value()).toArray(), (await v.value()).toArray()]).toEqual(before);
  expect(times.filter(({ op }) => op === 'scan')).toHaveLength(2);
  expect(times.some(({ op }) => op.includes('matmul'))).toBe(true);
  expect(times.every(({ milliseconds, site }) => milliseconds >= 0 && milliseconds < 10_000 && typeof site === 'string')).toBe(true);

  const buffers = backend.counts().buffers;
  await step.profileAsync(feeds);
  expect(backend.counts().buffers).toBeLessThanOrEqual(buffers);
  // A call of the same function while it is profiled.
  const expected = await compile({ inputs: { x }, outputs: { loss }, backend })(feeds).loss.data();
  const again = step.profileAsync(feeds);
  await Promise.resolve();
  const during = step(feeds).loss.data();
  await again;
  expect(await during).toEqual(expected);
});
