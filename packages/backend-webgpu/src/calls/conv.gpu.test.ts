import { conv, type ConvOptions, convTranspose, type Expression, grad, pool, type PoolOptions, square, sum, transpose } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { bothOf } from '../testing.js';

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
const filled = (shape: readonly number[], seed: number) => ({ data: Array.from({ length: product(shape) }, (_, i) => Math.sin(i * 1.3 + seed) * 2), shape });

const close = async (make: (...xs: Expression[]) => Expression, fed: Parameters<typeof bothOf>[1]): Promise<void> => {
  const { device, reference } = await bothOf(make, fed);
  const scale = Math.max(1, ...reference.map(Math.abs));
  expect(device).toHaveLength(reference.length);
  reference.forEach((value: number, i: number) => expect(Math.abs((device[i] as number) - value)).toBeLessThanOrEqual(2e-6 * scale));
};

const settings: Readonly<Record<string, readonly [x: readonly number[], w: readonly number[], ConvOptions]>> = {
  'one axis': [[2, 3, 9], [4, 3, 3], {}],
  'one axis, strides, dilation': [[2, 3, 12], [4, 3, 3], { flipFilters: true, stride: 2, dilation: 2, padding: [[2, 1]] }],
  'two axes': [[3, 2, 7, 6], [5, 2, 3, 2], { padding: 1 }],
  'two axes, flipped, groups': [[2, 4, 7, 6], [6, 2, 3, 3], { groups: 2, stride: [2, 1], flipFilters: true, padding: [[0, 2], [1, 0]] }],
  'depthwise': [[2, 6, 8, 8], [6, 1, 3, 3], { groups: 6, padding: 1 }],
  'three axes': [[1, 2, 4, 5, 6], [3, 2, 2, 3, 2], { flipFilters: true, padding: [1, 0, 1], stride: [1, 2, 1] }],
  'larger than a tile': [[2, 17, 13, 11], [40, 17, 3, 3], { padding: 1 }],
};

describe('convolutions and both gradients', () => {
  test.each(Object.entries(settings))('%s', async (_, [x, w, options]) => {
    await close((a, b) => conv(a, b, options), [filled(x, 1), filled(w, 2)]);
    await close((a, b) => grad(sum(square(conv(a, b, options))), a), [filled(x, 1), filled(w, 2)]);
    await close((a, b) => grad(sum(square(conv(a, b, options))), b), [filled(x, 1), filled(w, 2)]);
  });

  test('transposed; operands that lie in another order', async () => {
    await close((a, b) => convTranspose(a, b, { stride: 2, padding: 1 }), [filled([2, 3, 4, 5], 1), filled([3, 4, 3, 3], 2)]);
    await close((a, b) => conv(transpose(a, [3, 0, 1, 2]), transpose(b), {}), [filled([2, 7, 6, 3], 1), filled([3, 2, 2, 5], 2)]);
  });
});

const pools: Readonly<Record<string, readonly [readonly number[], PoolOptions]>> = {
  'one axis': [[2, 3, 9], { size: 2 }],
  'one axis, strides, padding': [[2, 3, 9], { size: 3, stride: 2, padding: 1 }],
  'two axes, overlapping': [[2, 2, 7, 6], { size: 3, stride: 2, padding: 1 }],
  'two axes, the border too': [[2, 2, 7, 6], { size: [2, 3], ignoreBorder: false }],
  'three axes': [[1, 2, 4, 5, 6], { size: 2, stride: [2, 1, 2] }],
};

describe('pools and their gradients', () => {
  test.each(Object.entries(pools))('%s', async (_, [shape, options]) => {
    for (const mode of ['max', 'average-include-pad', 'average-exclude-pad'] as const) {
      await close((x) => pool(x, { ...options, mode }), [filled(shape, 1)]);
      await close((x) => grad(sum(square(pool(x, { ...options, mode }))), x), [filled(shape, 1)]);
      await close((x) => grad(sum(square(grad(sum(square(pool(x, { ...options, mode }))), x))), x), [filled(shape, 1)]);
    }
  });

  test('the first of equal ones, and NaN', async () => {
    const data = { data: [1, 1, 2, NaN, 0, NaN, 3, 3], shape: [1, 1, 8] };
    const { device, reference } = await bothOf((x) => pool(x, { size: 2 }), [data]);
    expect(device).toEqual(reference);
    const slope = await bothOf((x) => grad(sum(pool(x, { size: 3, stride: 1 })), x), [data]);
    expect(slope.device).toEqual(slope.reference);
  });
});
