import { argMax, argMin, arange, compile, concat, equal, type Expression, gather, input, InputError, add, oneHot, pad, parameter, reshape, scatterAdd, slice, sum, transpose } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { between, bothOf, softwareBackend } from '../testing.js';

const x = { data: between(-2, 3, 60), shape: [3, 4, 5] };
const whole = (data: readonly number[], shape: readonly number[] = [data.length]) => ({ data, shape, dtype: 'int32' }) as const;
const same = async (make: (...xs: Expression[]) => Expression, fed: Parameters<typeof bothOf>[1]): Promise<void> => {
  const { device, reference } = await bothOf(make, fed);
  expect(device).toEqual(reference);
};

describe('gather and scatterAdd', () => {
  test('along every axis, with batches, from any order', async () => {
    for (const axis of [0, 1, 2]) await same((a, i) => gather(a, i, { axis }), [x, whole([2, 0, 1, 2], [2, 2])]);
    await same((a, i) => gather(a, i, { axis: 2, batchAxes: 2 }), [x, whole([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1], [3, 4])]);
    await same((a, i) => gather(transpose(a), transpose(i), { axis: 1 }), [x, whole([1, 0, 2, 2], [2, 2])]);
    await same((a, i) => gather(a, i, { axis: 1 }), [x, { data: [3, 0], dtype: 'uint32' }]);
  });

  test('repeated indices add up in their order, few or many', async () => {
    for (const count of [1, 7, 33, 100]) {
      const indices = whole(Array.from({ length: count }, (_, i) => (i * 7) % 4));
      const updates = { data: between(-1, 1, 3 * count * 5), shape: [3, count, 5] };
      await same((a, i, u) => scatterAdd(a, i, u, { axis: 1 }), [x, indices, updates]);
      await same((i, u) => scatterAdd(reshape(arange(4), [4]), i, u), [indices, { data: between(0, 1, count + 1).slice(1) }]);
    }
    const batched = whole(Array.from({ length: 3 * 40 }, (_, i) => (i * i) % 4), [3, 40]);
    await same((a, i, u) => scatterAdd(a, i, u, { axis: 1, batchAxes: 1 }), [x, batched, { data: between(-1, 1, 600), shape: [3, 40, 5] }]);
  });

  test('an index outside is an error that names it and its input, and leaves the parameters as they were', async () => {
    const w = parameter([[1, 2], [3, 4]], { name: 'w' });
    const which = input('which', ['n'], 'int32');
    const f = compile({ inputs: { which }, outputs: { s: sum(gather(w, add(which, 0))) }, updates: new Map([[w, add(w, 1)]]), backend: await softwareBackend() });
    const wrong = f({ which: [0, 1, 2, -5] });
    await expect(wrong.s.data()).rejects.toThrow(InputError);
    await expect(wrong.s.data()).rejects.toThrow(/^gather: index 2 at position 2; expected 0 to 1, since axis 0 has size 2; the indices come from input 'which' \(at packages\/backend-webgpu\/src\/calls\/gather\.gpu\.test\.ts:\d+:\d+\) \[INDEX_RANGE\]$/);
    expect((await w.value()).toArray()).toEqual([[1, 2], [3, 4]]);
    f({ which: [9] });
    // Nobody read the results: then the parameter tells, once.
    await expect(w.value()).rejects.toThrow(/INDEX_RANGE/);
    expect([...await f({ which: [1] }).s.data()]).toEqual([7]);
    expect((await w.value()).toArray()).toEqual([[2, 3], [4, 5]]);
  });

  test('oneHot; an index outside it', async () => {
    await same((i) => oneHot(i, 4), [whole([3, 0, 1, 1], [2, 2])]);
    await same((i) => oneHot(transpose(i), 3, 'int32'), [whole([2, 0, 1, 1], [2, 2])]);
    await expect(bothOf((i) => oneHot(i, 2), [whole([0, -1])])).rejects.toThrow(/^oneHot: index -1 at position 1; expected 0 to 1; the indices come from input 'x0'/);
  });
});

describe('arrays', () => {
  test('concat of views and of nothing', async () => {
    for (const axis of [0, 1, 2]) await same((a) => concat([a, a, slice(a, [0, 0, 0], [3, 4, 5])], axis), [x]);
    await same((a) => concat([transpose(a, [0, 2, 1]), slice(transpose(a, [0, 2, 1]), [0, 1], [3, 3]), slice(transpose(a, [0, 2, 1]), [0, 0], [3, 0])], 1), [x]);
    await same((a) => concat([equal(a, a), equal(a, 0)], 0), [x]);
  });

  test('pad with a value, gaps of a strided gradient', async () => {
    await same((a) => pad(a, [[1, 2], [0, 1], [3, 0]], 7), [x]);
    await same((a) => pad(transpose(a), [[0, 0], [1, 1], [0, 2]]), [x]);
    await same((a) => pad(a, [[1, 1]], 9), [whole([1, 2, 3])]);
  });

  test('arange, argMax, argMin: the first of equal ones, NaN', async () => {
    for (const dtype of ['float32', 'int32', 'uint32', 'float16'] as const) await same(() => arange(70, dtype), []);
    for (const op of [argMax, argMin]) {
      for (const axis of [0, 1, 2]) await same((a) => op(a, { axis }), [x]);
      await same((a) => op(a, { axis: 1 }), [{ data: [1, 5, 5, 2, NaN, NaN, -Infinity, 3, Infinity, 0, 0, 0], shape: [3, 4] }]);
      await same((a) => op(a, { axis: 0 }), [whole([3, -2, 3, -2])]);
    }
  });
});
