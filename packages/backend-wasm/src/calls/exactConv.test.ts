import * as core from '@pastina/core';
import fc from 'fast-check';
import { afterAll, expect, test, vi } from 'vitest';
import { WasmExecutable } from '../executable.js';
import { wasmBackend } from '../index.js';

const wasm = await wasmBackend();
// Only errors may come from the interpreter, and there are none here.
const interpret = vi.spyOn(WasmExecutable.prototype, 'interpret');
afterAll(() => expect(interpret).not.toHaveBeenCalled());
type Numbers = (i: number) => number;
const plain: Numbers = (i) => Math.sin(i * 1.3) * 3;
/** Every seventh is one of these: overflow, cancelling infinities, signed zeros, numbers below the normal ones. */
const extremes: Numbers = (i) => (i % 7 === 0 ? ([NaN, Infinity, -Infinity, -0, 6e-8, 65504, 1e308] as const)[(i / 7) % 7] as number : plain(i));
const bitsOf = (tensor: core.Tensor): readonly string[] => Array.from(tensor.dataSync() as Float64Array, (x) => (Object.is(x, -0) ? '-0' : String(x)));
const feed = (shape: readonly number[], values: Numbers, seed: number): { data: Float64Array; shape: readonly number[] } => ({ data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => values(i + seed)), shape });

/** The same bits here and on the interpreter. Operands come in as float64 and are cast. */
function expectSame(shapes: Readonly<Record<string, readonly number[]>>, dtype: core.DType, values: Numbers, make: (operands: Readonly<Record<string, core.Expression>>) => Readonly<Record<string, core.Expression>>): void {
  const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, core.input(name, shape, 'float64')]));
  const outputs = make(Object.fromEntries(Object.entries(inputs).map(([name, one]) => [name, core.cast(one, dtype)])));
  const feeds = Object.fromEntries(Object.entries(shapes).map(([name, shape], seed) => [name, feed(shape, values, seed * 3)]));
  const [found, truth] = [core.compile({ inputs, outputs, backend: wasm })(feeds), core.compile({ inputs, outputs })(feeds)];
  for (const name of Object.keys(outputs)) expect(bitsOf(found[name] as core.Tensor), `${name} of ${dtype} ${JSON.stringify(shapes)}`).toEqual(bitsOf(truth[name] as core.Tensor));
}

/** A convolution, both gradients of it, and second ones; cotangents come in, so that they may be extremes too. */
function expectSameConv(x: readonly number[], w: readonly number[], options: core.ConvOptions, dtype: core.DType, values: Numbers): void {
  const y = core.conv(core.zeros(x), core.zeros(w), options).shape as readonly number[];
  expectSame({ x, w, g: y }, dtype, values, (of) => {
    const [input, filters, cotangent] = [of.x, of.w, of.g] as [core.Expression, core.Expression, core.Expression];
    const result = core.conv(input, filters, options);
    const [gx, gw] = core.grad(core.sum(core.mul(result, cotangent)), [input, filters]) as [core.Expression, core.Expression];
    return { result, gx, gw, second: core.grad(core.sum(core.mul(gw, filters)), input) };
  });
}

const dtypes = ['float64', 'float16'] as const;
const anyDType = fc.constantFrom(...dtypes);

test('a dense grid of windows, strides, dilations, groups and padding, flipped or not: the bits of the interpreter', () => {
  for (const dtype of dtypes) for (const window of [1, 2, 3]) for (const stride of [1, 2, 3]) for (const dilation of [1, 2]) for (const groups of [1, 2]) for (const padding of [0, 1, 2]) for (const flipFilters of [false, true]) {
    expectSameConv([2, 2 * groups, 7], [3 * groups, 2, window], { stride, dilation, groups, padding, flipFilters }, dtype, plain);
  }
});

test('one to three axes, of different sizes, any number of filters, empty batches: the bits of the interpreter', () => {
  const setting = fc.integer({ min: 1, max: 3 }).chain((axes) => {
    const each = (min: number, max: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min, max }), { minLength: axes, maxLength: axes });
    return fc.record({ items: fc.integer({ min: 0, max: 3 }), groups: fc.integer({ min: 1, max: 3 }), channels: fc.integer({ min: 1, max: 3 }), filters: fc.integer({ min: 1, max: 9 }), space: each(5, 8), window: each(1, 3), stride: each(1, 3), dilation: each(1, 2), padding: each(0, 2), flipFilters: fc.boolean(), dtype: anyDType, wild: fc.boolean() });
  });
  fc.assert(fc.property(setting, ({ items, groups, channels, filters, space, window, stride, dilation, padding, flipFilters, dtype, wild }) => {
    expectSameConv([items, groups * channels, ...space], [groups * filters, channels, ...window], { groups, stride, dilation, padding, flipFilters }, dtype, wild ? extremes : plain);
  }), { numRuns: 200 });
});

test('an infinite weight that meets only padding leaves no NaN', () => {
  for (const dtype of dtypes) {
    const y = core.conv(core.cast(core.constant([[[1, 2]]]), dtype), core.cast(core.constant([[[Infinity, 1, 1]]]), dtype), { padding: 1 });
    expect(core.evaluate(y, {}, { backend: wasm }).toArray()).toEqual([[[3, Infinity]]]);
  }
});

test('within a loop, and of a transposed operand', () => {
  for (const dtype of dtypes) {
    expectSame({ x: [3, 2, 6, 2], w: [2, 2, 3] }, dtype, plain, ({ x, w }) => ({
      y: core.scan((_, item) => ({ outputs: core.conv(core.transpose(item as core.Expression, [2, 0, 1]), w as core.Expression, { padding: 1 }) }), { sequences: x as core.Expression }).outputs as core.Expression,
    }));
  }
});

test('pools and their gradients: any windows, ties, extremes, empty batches: the bits of the interpreter', () => {
  const setting = fc.integer({ min: 1, max: 3 }).chain((axes) => {
    const each = (min: number, max: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min, max }), { minLength: axes, maxLength: axes });
    return fc.record({ items: fc.integer({ min: 0, max: 2 }), space: each(3, 7), size: each(1, 4), stride: each(1, 3), border: fc.constantFrom('padded', 'dropped', 'one more'), mode: fc.constantFrom('max' as const, 'average-include-pad' as const, 'average-exclude-pad' as const), dtype: anyDType, values: fc.constantFrom(plain, extremes, (i: number) => Math.round(plain(i))) });
  });
  fc.assert(fc.property(setting, ({ items, space, size, stride, border, mode, dtype, values }) => {
    const fitting = size.map((one, axis) => Math.min(one, space[axis] as number));
    const options: core.PoolOptions = { size: fitting, stride, mode, padding: border === 'padded' ? fitting.map((one) => one - 1) : 0, ignoreBorder: border !== 'one more' };
    const shape = [items, 2, ...space];
    expectSame({ x: shape, g: core.pool(core.zeros(shape), options).shape as readonly number[] }, dtype, values, (of) => {
      const [x, cotangent] = [of.x, of.g] as [core.Expression, core.Expression];
      const y = core.pool(x, options);
      const gradient = core.grad(core.sum(core.mul(y, cotangent)), x);
      return { y, gradient, second: core.grad(core.sum(core.mul(gradient, x)), cotangent) };
    });
  }), { numRuns: 300 });
});

test('windows that hold more than is written out one by one', () => {
  for (const dtype of dtypes) for (const mode of ['max', 'average-include-pad'] as const) {
    expectSame({ x: [1, 2, 9, 9] }, dtype, plain, ({ x }) => {
      const y = core.pool(x as core.Expression, { size: 7, stride: 1, mode });
      return { y, gradient: core.grad(core.sum(core.square(y)), x as core.Expression) };
    });
  }
});

test('scatterAdd rounds every sum of float16: 2048 + 1 + 1 stays 2048; of bool, a sum is true once', () => {
  for (const options of [{}, { backend: wasm }]) {
    const half = (x: readonly number[]): core.Expression => core.cast(core.constant([...x]), 'float16');
    expect(core.evaluate(core.scatterAdd(half([2048, 0, 65504]), core.constant([0, 1, 0, 2], 'int32'), half([1, NaN, 1, 65504])), {}, options).toArray()).toEqual([2048, NaN, Infinity]);
    const flags = core.scatterAdd(core.constant([false, true, false], 'bool'), core.constant([0, 0, 1], 'int32'), core.constant([true, true, false], 'bool'));
    expect(core.evaluate(flags, {}, options).toArray()).toEqual([1, 1, 0]);
  }
  expectSame({ x: [4, 3], g: [7, 3] }, 'float16', extremes, ({ x, g }) => ({ y: core.scatterAdd(x as core.Expression, core.constant([0, 1, 1, 3, 0, 1, 1], 'int32'), g as core.Expression) }));
});
