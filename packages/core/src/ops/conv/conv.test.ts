import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../../compile/compile.js';
import { evaluate } from '../../compile/evaluate.js';
import { grad, pullback } from '../../gradient/grad.js';
import { constant } from '../../graph/constant.js';
import { input } from '../../graph/input.js';
import { type Expression } from '../../graph/node.js';
import { tensor } from '../../graph/tensor.js';
import { referenceBackend } from '../../reference/interpreter.js';
import * as ops from '../index.js';

const value = (e: Expression): unknown => evaluate(e).toArray();
const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
const filled = (shape: readonly number[], seed: number): Expression => constant(tensor(Float64Array.from({ length: product(shape) }, (_, i) => Math.sin(i * 1.3 + seed) * 2), shape), 'float64');

interface Setting {
  readonly items: number;
  readonly groups: number;
  readonly perGroup: number;
  readonly ownFilters: number;
  readonly space: readonly number[];
  readonly window: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly flipFilters: boolean;
}

const settings: fc.Arbitrary<Setting> = fc.integer({ min: 1, max: 3 }).chain((axes) => {
  const each = (min: number, max: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min, max }), { minLength: axes, maxLength: axes });
  return fc.record({
    items: fc.integer({ min: 1, max: 2 }), groups: fc.integer({ min: 1, max: 2 }), perGroup: fc.integer({ min: 1, max: 2 }), ownFilters: fc.integer({ min: 1, max: 2 }),
    space: each(3, 5), window: each(1, 3), stride: each(1, 3), dilation: each(1, 2), flipFilters: fc.boolean(),
    padding: fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })), { minLength: axes, maxLength: axes }),
  });
}).filter(({ space, window, dilation, padding }) => space.every((size, a) => size + (padding[a]?.[0] ?? 0) + (padding[a]?.[1] ?? 0) >= (dilation[a] ?? 1) * ((window[a] ?? 1) - 1) + 1));

const indices = (shape: readonly number[]): readonly (readonly number[])[] => shape.reduce<readonly (readonly number[])[]>((list, size) => list.flatMap((head) => Array.from({ length: size }, (_, i) => [...head, i])), [[]]);
const at = (shape: readonly number[], index: readonly number[]): number => index.reduce((sum, i, axis) => sum * (shape[axis] as number) + i, 0);

/** The definition, one element after another. */
function byDefinition(s: Setting, x: ArrayLike<number>, w: ArrayLike<number>): { readonly shape: readonly number[]; readonly data: readonly number[] } {
  const [channels, filters] = [s.groups * s.perGroup, s.groups * s.ownFilters];
  const out = s.space.map((size, a) => Math.floor((size + (s.padding[a]?.[0] ?? 0) + (s.padding[a]?.[1] ?? 0) - (s.dilation[a] as number) * ((s.window[a] as number) - 1) - 1) / (s.stride[a] as number)) + 1);
  const shape = [s.items, filters, ...out];
  const data = indices(shape).map(([n, f, ...o]) => {
    let sum = 0;
    for (let c = 0; c < s.perGroup; c += 1) {
      for (const k of indices(s.window)) {
        const place = k.map((tap, a) => (o[a] as number) * (s.stride[a] as number) + tap * (s.dilation[a] as number) - (s.padding[a]?.[0] ?? 0));
        if (place.some((p, a) => p < 0 || p >= (s.space[a] as number))) continue;
        const tap = s.flipFilters ? k.map((one, a) => (s.window[a] as number) - 1 - one) : k;
        const channel = Math.floor((f as number) / s.ownFilters) * s.perGroup + c;
        sum += (x[at([s.items, channels, ...s.space], [n as number, channel, ...place])] as number) * (w[at([filters, s.perGroup, ...s.window], [f as number, c, ...tap])] as number);
      }
    }
    return sum;
  });
  return { shape, data };
}

const close = (found: ArrayLike<number>, expected: readonly number[]): void => {
  expect(found.length).toBe(expected.length);
  expected.forEach((one, i) => expect(found[i]).toBeCloseTo(one, 10));
};

describe('conv', () => {
  test('is its definition: any axes, groups, strides, dilations, padding, flipped or not', () => {
    fc.assert(fc.property(settings, (s) => {
      const [x, w] = [filled([s.items, s.groups * s.perGroup, ...s.space], 1), filled([s.groups * s.ownFilters, s.perGroup, ...s.window], 2)];
      const { stride, dilation, padding, groups, flipFilters } = s;
      const y = evaluate(ops.conv(x, w, { stride, dilation, padding, groups, flipFilters }));
      const truth = byDefinition(s, evaluate(x).dataSync(), evaluate(w).dataSync());
      expect(y.shape).toEqual(truth.shape);
      close(y.dataSync(), truth.data);
    }), { numRuns: 120 });
  });

  test('its gradients are its adjoints: ⟨conv(x, w), g⟩ = ⟨x, gradient to x⟩ = ⟨w, gradient to w⟩', () => {
    fc.assert(fc.property(settings, (s) => {
      const [x, w] = [filled([s.items, s.groups * s.perGroup, ...s.space], 1), filled([s.groups * s.ownFilters, s.perGroup, ...s.window], 2)];
      const { stride, dilation, padding, groups, flipFilters } = s;
      const y = ops.conv(x, w, { stride, dilation, padding, groups, flipFilters });
      const g = filled(y.shape as readonly number[], 3);
      const [toX, toW] = pullback([y], [x, w], [g]) as [Expression, Expression];
      const inner = (a: Expression, b: Expression): number => evaluate(ops.sum(ops.mul(a, b))).item();
      expect(inner(x, toX)).toBeCloseTo(inner(y, g), 8);
      expect(inner(w, toW)).toBeCloseTo(inner(y, g), 8);
    }), { numRuns: 80 });
  });

  test('named padding; symbolic items and space; an empty batch', () => {
    const [x, w] = [ops.zeros([1, 1, 7, 6]), ops.zeros([2, 1, 3, 4])];
    const shape = (padding: 'valid' | 'same' | 'full', stride = 1): readonly unknown[] => ops.conv(x, w, { padding, stride }).shape.slice(2);
    expect([shape('valid'), shape('same'), shape('full'), shape('same', 2)]).toEqual([[5, 3], [7, 6], [9, 9], [4, 3]]);
    const s = input('s', ['batch', 1, 'h', 6]);
    expect(ops.conv(s, w, { stride: 2 }).shape.map(String)).toEqual(['batch', '2', '⌊(h - 3)/2⌋ + 1', '2']);
    const f = compile({ inputs: { s }, outputs: { y: ops.conv(s, ops.ones([2, 1, 3, 4]), { stride: 2 }), g: grad(ops.sum(ops.square(ops.conv(s, ops.ones([2, 1, 3, 4]), { stride: 2 }))), s) } });
    const run = (items: number, h: number): readonly (readonly number[])[] => Object.values(f({ s: { data: new Float32Array(items * h * 6), shape: [items, 1, h, 6] } })).map((t) => t.shape);
    expect([run(2, 7), run(0, 3)]).toEqual([[[2, 2, 3, 2], [2, 1, 7, 6]], [[0, 2, 1, 2], [0, 1, 3, 6]]]);
    expect(() => run(1, 2)).toThrow(/windows that reach over 3 do not fit into spatial axis 0 of size 2/);
  });

  test('convTranspose undoes the shape of conv, and picks among the sizes a stride leaves open', () => {
    const w = filled([2, 3, 3, 3], 1);
    const y = ops.conv(ops.zeros([1, 3, 8, 9], 'float64'), w, { stride: 2, padding: 1 });
    expect(ops.convTranspose(y, w, { stride: 2, padding: 1 }).shape).toEqual([1, 3, 7, 9]);
    expect(ops.convTranspose(y, w, { stride: 2, padding: 1, outputSize: [8, 9] }).shape).toEqual([1, 3, 8, 9]);
    expect(value(ops.convTranspose(constant([[[1, 10]]]), constant([[[1, 2, 3]]]), { stride: 2 }))).toEqual([[[1, 2, 13, 20, 30]]]);
    expect(() => ops.convTranspose(y, w, { stride: 2, padding: 1, outputSize: [10, 9] })).toThrowErrorMatchingInlineSnapshot(`[ShapeError: convTranspose: outputSize [10, 9]; expected 7 to 8, 9 to 10 [CONV_OUTPUT_SIZE]]`);
  });

  test('convTranspose refuses what no convolution gives, also where sizes are symbols', () => {
    const [x, w] = [ops.zeros([1, 3, 4]), ops.zeros([3, 2, 3])];
    expect(() => ops.convTranspose(x, w, { groups: 2 })).toThrowErrorMatchingInlineSnapshot(`[ShapeError: convTranspose: 3 channels do not divide into 2 groups [CONV_GROUPS]]`);
    expect(() => ops.convTranspose(ops.zeros([1, 3, 1]), w, { padding: 4 })).toThrowErrorMatchingInlineSnapshot(`[ShapeError: convTranspose: spatial axis 0 would have -5 elements; use less padding, which is cut off here, or larger filters [CONV_OUTPUT_SIZE]]`);
    expect(() => ops.convTranspose(x, w, { outputSizes: [9] } as never)).toThrowErrorMatchingInlineSnapshot(`[InputError: convTranspose: there is no option 'outputSizes'; did you mean 'outputSize'? [UNKNOWN_OPTION]]`);
    expect(() => ops.convTranspose(x, ops.zeros([3, 2, 3], 'float64'))).toThrowErrorMatchingInlineSnapshot(`[DTypeError: convTranspose: operands float32[1, 3, 4] and float64[3, 2, 3]; expected one floating dtype for both; use cast(x, 'float32') [OP_DTYPE]]`);
    expect(() => ops.convTranspose(x, w, { flipFilters: 'yes' as never })).toThrowErrorMatchingInlineSnapshot(`[InputError: convTranspose: flipFilters the string 'yes'; expected true or false [CONV_FLIP]]`);
    const s = input('s', ['batch', 3, 'h']);
    const f = compile({ inputs: { s }, outputs: { y: ops.convTranspose(s, w, { stride: 2, outputSize: [6] }) } });
    const run = (h: number): readonly number[] => f({ s: { data: new Float32Array(3 * h), shape: [1, 3, h] } }).y.shape;
    expect(run(2)).toEqual([1, 2, 6]);
    expect(() => run(5)).toThrowErrorMatchingInlineSnapshot(`[ShapeError: convTranspose: spatial axis 0 of size 6 comes from 2 elements, and x has 5 there; use another outputSize, or leave it out [CONV_OUTPUT_SIZE]]`);
    const cut = ops.convTranspose(s, w, { padding: 4 });
    expect(() => evaluate(cut, { s: { data: new Float32Array(3), shape: [1, 3, 1] } })).toThrowErrorMatchingInlineSnapshot(`[ShapeError: convTranspose: spatial axis 0 would have -5 elements; use less padding, which is cut off here, or larger filters [CONV_OUTPUT_SIZE]]`);
  });

  test('NaN reaches the windows that hold it, and no others; padding is not multiplied', () => {
    expect(value(ops.conv(constant([[[NaN, 1, 2, 3]]]), constant([[[1, 1]]])))).toEqual([[[NaN, 3, 5]]]);
    // The interpreter's own promise: a backend may multiply the zeros.
    expect(evaluate(ops.conv(constant([[[1, 2]]]), constant([[[Infinity, 1, 1]]]), { padding: 1 }), {}, { backend: referenceBackend() }).toArray()).toEqual([[[3, Infinity]]]);
  });

  test('errors', () => {
    const [x, w] = [ops.zeros([2, 4, 5, 5]), ops.zeros([6, 4, 3, 3])];
    expect(() => ops.conv(x, ops.zeros([6, 3, 3, 3]))).toThrowErrorMatchingInlineSnapshot(`[ShapeError: conv: float32[2, 4, 5, 5] has 4 channels; filters float32[6, 3, 3, 3] take 3 [CONV_CHANNELS]]`);
    expect(() => ops.conv(x, ops.zeros([5, 2, 3, 3]), { groups: 2 })).toThrowErrorMatchingInlineSnapshot(`[ShapeError: conv: 5 filters do not divide into 2 groups [CONV_GROUPS]]`);
    expect(() => ops.conv(x, ops.zeros([6, 4, 3]))).toThrowErrorMatchingInlineSnapshot(`[ShapeError: conv: float32[2, 4, 5, 5] with filters float32[6, 4, 3]; expected [items, channels, …space] and [filters, channels, …window] with the same 1 to 3 spatial axes [CONV_RANK]]`);
    expect(() => ops.conv(x, ops.zeros([6, 4, 7, 3]))).toThrowErrorMatchingInlineSnapshot(`[ShapeError: conv: windows that reach over 7 do not fit into spatial axis 0 of size 5; use smaller windows, less dilation or more padding [WINDOW_TOO_LARGE]]`);
    expect(() => ops.conv(x, w, { stride: 0 })).toThrowErrorMatchingInlineSnapshot(`[ShapeError: conv: stride 0; expected a whole number from 1 up, or one for each of the 2 spatial axes [WINDOW]]`);
    expect(() => ops.conv(x, w, { stride: [1, 2, 3] })).toThrowErrorMatchingInlineSnapshot(`[ShapeError: conv: stride [1,2,3]; expected a whole number from 1 up, or one for each of the 2 spatial axes [WINDOW]]`);
    expect(() => ops.conv(x, w, { padding: 'half' as 'same' })).toThrowErrorMatchingInlineSnapshot(`[InputError: conv: padding 'half'; expected 'valid', 'same', 'full', numbers, or [before, after] for each axis [CONV_PADDING]]`);
    expect(() => ops.conv(x, w, { padding: [[1, 1]] as never })).toThrowErrorMatchingInlineSnapshot(`[ShapeError: conv: padding [[1,1]]; expected [before, after] for each of the 2 spatial axes [WINDOW]]`);
    expect(() => ops.conv(x, w, { groups: 0 })).toThrowErrorMatchingInlineSnapshot(`[InputError: conv: groups 0; expected a whole number from 1 up [CONV_GROUPS]]`);
    expect(() => ops.conv(x, w, { strides: 2 } as never)).toThrowErrorMatchingInlineSnapshot(`[InputError: conv: there is no option 'strides'; did you mean 'stride'? [UNKNOWN_OPTION]]`);
    expect(() => ops.conv(x, ops.zeros([6, 4, 3, 3], 'float64'))).toThrowErrorMatchingInlineSnapshot(`[DTypeError: conv: operands float32[2, 4, 5, 5] and float64[6, 4, 3, 3]; expected one floating dtype for both; use cast(x, 'float32') [OP_DTYPE]]`);
    expect(() => ops.conv(x, input('w', [6, 4, 'k', 3]))).toThrowErrorMatchingInlineSnapshot(`[ShapeError: conv: filters float32[6, 4, k, 3]; the sizes of their window must be known numbers from 1 up [CONV_FILTERS]]`);
    expect(() => ops.convTranspose(x, w)).toThrowErrorMatchingInlineSnapshot(`[ShapeError: convTranspose: float32[2, 4, 5, 5] has 4 channels; filters float32[6, 4, 3, 3] take 6, their first size [CONV_CHANNELS]]`);
  });
});
