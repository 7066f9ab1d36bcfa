import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../compile/evaluate.js';
import { grad } from '../../gradient/grad.js';
import { constant } from '../../graph/constant.js';
import { input } from '../../graph/input.js';
import { type Expression } from '../../graph/node.js';
import * as ops from '../index.js';

const value = (e: Expression): unknown => evaluate(e).toArray();
const row = (...xs: number[]): Expression => constant([[xs]], 'float64');

describe('pool', () => {
  test('is its definition, in every mode', () => {
    const one = fc.record({ xs: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 9 }), size: fc.integer({ min: 1, max: 3 }), stride: fc.integer({ min: 1, max: 4 }), padding: fc.integer({ min: 0, max: 2 }) }).filter(({ size, padding }) => padding < size);
    fc.assert(fc.property(one, ({ xs, size, stride, padding }) => {
      const starts = Array.from({ length: Math.floor((xs.length + 2 * padding - size) / stride) + 1 }, (_, o) => o * stride - padding);
      const held = starts.map((start) => xs.filter((_, i) => i >= start && i < start + size));
      const of = (mode: 'max' | 'average-include-pad' | 'average-exclude-pad'): readonly number[] => ((value(ops.pool(row(...xs), { size, stride, padding, mode })) as number[][][])[0]?.[0] ?? []);
      const mean = (list: readonly number[], n: number): number => list.reduce((a, b) => a + b, 0) / n + 0;
      expect(of('max')).toEqual(held.map((list) => Math.max(...list)));
      expect(of('average-exclude-pad').map((x) => x + 0)).toEqual(held.map((list) => mean(list, list.length)));
      expect(of('average-include-pad').map((x) => x + 0)).toEqual(held.map((list) => mean(list, size)));
    }), { numRuns: 100 });
  });

  test('the border: dropped, or a window more', () => {
    const of = (size: number, stride: number, ignoreBorder: boolean, length = 5): number => Number(ops.pool(ops.zeros([1, 1, length]), { size, stride, ignoreBorder }).shape[2]);
    // Lasagne's pool_output_length
    expect([of(2, 2, true), of(2, 2, false), of(3, 1, false), of(3, 2, false), of(3, 2, false, 6), of(2, 3, false, 7), of(4, 3, false, 2)]).toEqual([2, 3, 3, 2, 3, 3, 1]);
    expect(value(ops.pool(row(1, 2, 3, 4, 5), { size: 2, ignoreBorder: false, mode: 'average-include-pad' }))).toEqual([[[1.5, 3.5, 5]]]);
    expect(ops.pool(input('x', ['n', 2, 'h']), { size: 3, stride: 2, ignoreBorder: false }).shape.map(String)).toEqual(['n', '2', 'max(0, ⌊(h - 2)/2⌋) + 1']);
    const x = input('x', [1, 1, 'h']);
    const short = ops.pool(x, { size: 4, stride: 1, ignoreBorder: false });
    expect([[1, 2], [1, 2, 3, 4, 5]].map((xs) => evaluate(short, { x: [[xs]] }).toArray())).toEqual([[[[2]]], [[[4, 5]]]]);
  });

  test('two and three axes; an empty batch', () => {
    const x = constant(Array.from({ length: 1 }, () => [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]));
    expect(value(ops.pool(x, { size: [2, 3], stride: 1 }))).toEqual([[[[6], [9]]]]);
    expect(value(ops.pool(x, { size: 2, stride: 1, mode: 'average-exclude-pad' }))).toEqual([[[[3, 4], [6, 7]]]]);
    expect(ops.pool(ops.zeros([2, 3, 4, 4, 4]), { size: 2 }).shape).toEqual([2, 3, 2, 2, 2]);
    expect(evaluate(ops.pool(input('x', ['n', 1, 4]), { size: 2 }), { x: { data: new Float32Array(0), shape: [0, 1, 4] } }).shape).toEqual([0, 1, 2]);
  });

  test('NaN comes through; of equal elements the first gets the gradient', () => {
    expect(value(ops.pool(row(1, NaN, 3, 4), { size: 2 }))).toEqual([[[NaN, 4]]]);
    const x = input('x', [1, 1, 4]);
    const slope = (xs: readonly number[]): unknown => evaluate(grad(ops.sum(ops.pool(x, { size: 2, stride: 1 })), x), { x: [[[...xs]]] }).toArray();
    expect([slope([2, 2, 1, 0]), slope([0, 3, 3, 1])]).toEqual([[[[1, 1, 1, 0]]], [[[0, 2, 1, 0]]]]);
  });

  test('errors', () => {
    const x = ops.zeros([1, 1, 4, 4]);
    expect(() => ops.pool(ops.zeros([4, 4]), { size: 2 })).toThrowErrorMatchingInlineSnapshot(`[ShapeError: pool: float32[4, 4]; expected [items, channels, …space] with 1 to 3 spatial axes [POOL_RANK]]`);
    expect(() => ops.pool(x, { size: 2, mode: 'mean' as 'max' })).toThrowErrorMatchingInlineSnapshot(`[InputError: pool: mode "mean"; expected 'max', 'average-include-pad' or 'average-exclude-pad' [POOL_MODE]]`);
    expect(() => ops.pool(x, { size: 2, padding: 2 })).toThrowErrorMatchingInlineSnapshot(`[ShapeError: pool: padding 2 with windows of 2×2: some windows would hold padding only; expected less padding than the size of a window [POOL_PADDING]]`);
    expect(() => ops.pool(x, { size: [2, 0] })).toThrowErrorMatchingInlineSnapshot(`[ShapeError: pool: size [2,0]; expected a whole number from 1 up, or one for each of the 2 spatial axes [WINDOW]]`);
    expect(() => ops.pool(x, { size: 2, padding: 1, ignoreBorder: false })).toThrowErrorMatchingInlineSnapshot(`[InputError: pool: ignoreBorder false together with padding; expected one of them: padding already makes room for the windows at the end [POOL_BORDER]]`);
    expect(() => ops.pool(x, { size: 5 })).toThrowErrorMatchingInlineSnapshot(`[ShapeError: pool: windows that reach over 5 do not fit into spatial axis 0 of size 4; use smaller windows, less dilation or more padding [WINDOW_TOO_LARGE]]`);
    expect(() => ops.pool(ops.zeros([1, 1, 4], 'int32'), { size: 2 })).toThrowErrorMatchingInlineSnapshot(`[DTypeError: maxPool: operand int32[1, 1, 4]; expected a floating dtype; use cast(x, 'float32') [OP_DTYPE]]`);
    expect(() => ops.upscale(x, 0)).toThrowErrorMatchingInlineSnapshot(`[ShapeError: upscale: scale 0; expected a whole number from 1 up, or one for each of the 2 spatial axes [WINDOW]]`);
    expect(() => ops.upscale(x, 2, { mode: 'linear' as 'repeat' })).toThrowErrorMatchingInlineSnapshot(`[InputError: upscale: mode "linear"; expected 'repeat' or 'dilate' [UPSCALE_MODE]]`);
    expect(() => ops.upscale(ops.zeros([4]), 2)).toThrowErrorMatchingInlineSnapshot(`[ShapeError: upscale: float32[4]; expected [items, channels, …space] with 1 to 3 spatial axes [UPSCALE_RANK]]`);
  });
});

test('upscale', () => {
  const x = constant([[[[1, 2], [3, 4]]]]);
  expect(value(ops.upscale(x, [1, 2]))).toEqual([[[[1, 1, 2, 2], [3, 3, 4, 4]]]]);
  expect(value(ops.upscale(x, 2, { mode: 'dilate' }))).toEqual([[[[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]]]);
});
