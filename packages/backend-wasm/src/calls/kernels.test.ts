import * as core from '@pastina/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allOps } from '../../../core/src/ops/all.js';
import { wasmBackend } from '../index.js';
import { hasKernel } from './calls.js';

const wasm = await wasmBackend();
const numeric = ['float32', 'float64', 'float16', 'int32', 'uint32'] as const;
const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 });

const bitsOf = (tensor: core.Tensor): readonly string[] => Array.from(tensor.dataSync() as Float32Array, (x) => (Object.is(x, -0) ? '-0' : String(x)));

/** The same bits here and on the interpreter. x comes in as float64 and is cast, so that every dtype is reached. */
function expectSame(make: (x: core.Expression) => Readonly<Record<string, core.Expression>>, shape: readonly number[], dtype: core.DType, values: (i: number) => number, seed = 0): void {
  const x = core.input('x', shape, 'float64');
  const outputs = make(core.cast(x, dtype));
  const feeds = { x: { data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => values(i)), shape } };
  const [found, truth] = [core.compile({ inputs: { x }, outputs, backend: wasm, seed })(feeds), core.compile({ inputs: { x }, outputs, seed })(feeds)];
  for (const name of Object.keys(outputs)) expect(bitsOf(found[name] as core.Tensor), `${name} of ${dtype}[${shape.join(', ')}]`).toEqual(bitsOf(truth[name] as core.Tensor));
}

const ragged = [3, -1, 0, -0, 2.5, 2.5, NaN, Infinity, -7, 1e30, -Infinity, 0.1, 3, NaN, -1];

describe('calls are those of the interpreter, to the bit', () => {
  test('argMax and argMin: ties, NaN, any axis', () => {
    fc.assert(fc.property(shapes, fc.constantFrom<core.DType>(...numeric, 'bool'), fc.nat(2), fc.nat(14), (shape, dtype, axis, from) => {
      expectSame((x) => ({ most: core.argMax(x, { axis: axis % shape.length }), least: core.argMin(x, { axis: axis % shape.length }) }), shape, dtype, (i) => ragged[(i * 4 + from) % ragged.length] as number);
    }), { numRuns: 150 });
    const empty = core.input('x', ['n', 2]);
    expect(() => core.evaluate(core.argMax(empty, { axis: 0 }), { x: { data: new Float32Array(0), shape: [0, 2] } }, { backend: wasm })).toThrow('argMax: axis 0 is empty; expected at least one element');
    expect(core.evaluate(core.argMax(empty, { axis: 1 }), { x: { data: new Float32Array(0), shape: [0, 2] } }, { backend: wasm }).shape).toEqual([0]);
  });

  test('sort, argSort and topK: stable, NaN as the largest, both directions', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 2 }), fc.constantFrom<core.DType>(...numeric), fc.nat(1), fc.boolean(), fc.nat(14), (shape, dtype, a, descending, from) => {
      const axis = a % shape.length;
      expectSame((x) => ({ order: core.argSort(x, { axis, descending }), sorted: core.sort(x, { axis, descending }), ...core.topK(x, Math.ceil((shape[axis] as number) / 2), { axis }) }), shape, dtype, (i) => ragged[(i * i + from) % ragged.length] as number);
    }), { numRuns: 150 });
    expectSame((x) => ({ order: core.argSort(x) }), [1000], 'float64', (i) => Math.sin(i * i));
    expectSame((x) => ({ order: core.argSort(x), down: core.argSort(x, { descending: true }) }), [1025], 'float32', (i) => (i * 7919) % 501 - 250);
    expect(core.evaluate(core.argSort(core.input('x', ['n', 0])), { x: { data: new Float32Array(0), shape: [3, 0] } }, { backend: wasm }).shape).toEqual([3, 0]);
  });

  test('cumSum, cumProd and their gradients, which are recurrences', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 }), fc.constantFrom<core.DType>(...numeric), fc.nat(2), fc.boolean(), fc.boolean(), (shape, dtype, a, reverse, exclusive) => {
      const axis = a % shape.length;
      const isFloat = dtype.startsWith('float');
      expectSame((x) => {
        const [total, product] = [core.cumSum(x, { axis, reverse, exclusive }), core.cumProd(x, { axis, reverse, exclusive })];
        return { total, product, ...(isFloat ? { slope: core.grad(core.sum(core.mul(product, product)), x) } : {}) };
      }, shape, dtype, (i) => (isFloat ? Math.sin(i * 1.3) * 3 : (i * 977) % 61 - 20));
    }), { numRuns: 200 });
    expectSame((x) => ({ y: core.cumSum(x), z: core.cumProd(x) }), [9], 'float32', (i) => [1, -0, Infinity, 2, -Infinity, NaN, 1, 2, 3][i] as number);
    expectSame((x) => ({ y: core.cumSum(x), z: core.cumProd(x) }), [40], 'int32', (i) => 2147483647 - i);
  });

  test('arange and oneHot of every dtype; an index out of range is the same error', () => {
    for (const dtype of numeric) for (const n of [0, 1, 3, 5000]) expect(bitsOf(core.evaluate(core.arange(n, dtype), {}, { backend: wasm }))).toEqual(bitsOf(core.evaluate(core.arange(n, dtype), {})));
    for (const dtype of core.dtypes) expectSame((x) => ({ y: core.oneHot(core.cast(x, 'int32'), 3, dtype), z: core.oneHot(core.cast(x, 'uint32'), 4, dtype) }), [5, 2], 'float32', (i) => i % 3);
    const k = core.input('k', ['n'], 'int32');
    const run = (backend?: core.Backend): core.Tensor => core.evaluate(core.oneHot(k, 3), { k: [0, 2, -1, 3] }, backend === undefined ? {} : { backend });
    expect(() => run(wasm)).toThrow("oneHot: index -1 at position 2; expected 0 to 2");
    expect(() => run()).toThrow("oneHot: index -1 at position 2; expected 0 to 2");
  });

  test('draws of every kind and dtype have the bits of core, whatever the seed', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 0, maxLength: 2 }), fc.constantFrom('float32' as const, 'float64' as const, 'float16' as const), fc.nat(4294967295), fc.nat(4294967295), (shape, dtype, seed, stream) => {
      expectSame(() => ({
        uniform: core.randomUniform(shape, { dtype, stream }), normal: core.randomNormal(shape, { dtype, stream, mean: 1, std: 2 }),
        coin: core.randomBernoulli(shape, { p: 0.3, stream }), class: core.randomCategorical(core.broadcastTo(core.constant([1, 2, 0, 4], dtype), [...shape, 4]), { stream }),
      }), [1], 'float32', () => 0, seed);
    }), { numRuns: 150 });
    // Far out in the tails too.
    expectSame(() => ({ normal: core.randomNormal([200_000], { dtype: 'float64', stream: 7 }), gumbel: core.randomCategorical(core.broadcastTo(core.constant([1, 1, 1]), [30_000, 3]), { stream: 8 }) }), [1], 'float32', () => 0, 5);
    const drawn = core.scan(() => ({ outputs: core.randomNormal([3], { stream: 3 }) }), { length: 4 }).outputs;
    expectSame(() => ({ drawn }), [1], 'float32', () => 0, 9);
  });

  test('pad, concat, gather and scatterAdd of every dtype', () => {
    for (const dtype of core.dtypes) {
      expectSame((x) => ({ padded: core.pad(x, [[1, 2], [0, 1]], 1), joined: core.concat([x, core.flip(x, 0)], 1), added: core.scatterAdd(x, core.constant([1, 0, 1], 'int32'), core.concat([x, core.slice(x, [0], [1])], 0)) }), [2, 3], dtype, (i) => (i % 4) - 1);
    }
  });
});

test('cumLogSumExp and its gradient are near the interpreter, extremes to the bit', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }), fc.constantFrom<core.DType>('float32', 'float64'), fc.nat(2), fc.boolean(), (shape, dtype, a, reverse) => {
    const x = core.cast(core.input('x', shape, 'float64'), dtype);
    const y = core.cumLogSumExp(x, { axis: a % shape.length, reverse });
    const data = Float64Array.from({ length: shape.reduce((p, q) => p * q, 1) }, (_, i) => Math.sin(i * 1.3) * (i % 3 === 0 ? 100 : 3));
    const both = (e: core.Expression): readonly Float64Array[] => [core.evaluate(e, { x: { data, shape } }, { backend: wasm }), core.evaluate(e, { x: { data, shape } })].map((tensor) => Float64Array.from(tensor.dataSync()));
    const bound = dtype === 'float32' ? 3e-7 : 2e-15;
    for (const e of [y, core.grad(core.sum(core.mul(y, y)), x)]) {
      const [found, truth] = both(e) as [Float64Array, Float64Array];
      const scale = truth.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
      truth.forEach((value, i) => expect(Math.abs((found[i] as number) - value)).toBeLessThanOrEqual(bound * scale));
    }
  }), { numRuns: 100 });
  for (const dtype of ['float32', 'float64', 'float16'] as const) expectSame((x) => ({ y: core.cumLogSumExp(x) }), [7], dtype, (i) => [-Infinity, -Infinity, 0, -Infinity, Infinity, 3, NaN][i] as number);
});

test('products of float64 and float16 matrices, transposed or not, reversed or not, in batches, have the bits of the interpreter', () => {
  const size = fc.integer({ min: 0, max: 13 });
  fc.assert(fc.property(size, size, size, fc.nat(2), fc.boolean(), fc.boolean(), fc.subarray([0, 1, 2]), fc.constantFrom('float64' as const, 'float16' as const), (rows, inner, columns, batch, ta, tb, reversed, dtype) => {
    const [shapeA, shapeB] = [ta ? [batch, inner, rows] : [batch, rows, inner], tb ? [columns, inner] : [inner, columns]];
    const [a, b] = [core.input('a', shapeA, 'float64'), core.input('b', shapeB, 'float64')];
    const left = core.cast(ta ? core.transpose(a, [0, 2, 1]) : a, dtype);
    // A cast would copy what is reversed before it.
    const right = core.broadcastTo(core.cast(tb ? core.transpose(b) : b, dtype), [batch, inner, columns]);
    const y = core.matmul(core.flip(left, reversed), core.flip(right, reversed));
    const feed = (shape: readonly number[], seed: number): { data: Float64Array; shape: readonly number[] } => ({ data: Float64Array.from({ length: shape.reduce((p, q) => p * q, 1) }, (_, i) => Math.sin(i * 1.3 + seed) * 10), shape });
    const feeds = { a: feed(shapeA, 1), b: feed(shapeB, 2) };
    expect(bitsOf(core.evaluate(y, feeds, { backend: wasm }))).toEqual(bitsOf(core.evaluate(y, feeds)));
  }), { numRuns: 150 });
});

test('products of float32 with few rows, whose right operand is read where it lies, reversed or not', () => {
  for (const rows of [1, 4, 5, 9, 10, 11]) for (const [inner, columns] of [[3, 8], [32, 128], [400, 16], [5, 12], [0, 8]] as const) for (const axes of [[], [0], [1], [0, 1]]) {
    const [a, b] = [core.input('a', [rows, inner]), core.input('b', [inner, columns])];
    const y = core.matmul(a, core.flip(b, axes));
    // Small whole numbers: exact, whatever the order.
    const feed = (shape: readonly number[]): { data: Float32Array; shape: readonly number[] } => ({ data: Float32Array.from({ length: (shape[0] as number) * (shape[1] as number) }, (_, i) => ((i * 7) % 11) - 5), shape });
    const feeds = { a: feed([rows, inner]), b: feed([inner, columns]) };
    expect(bitsOf(core.evaluate(y, feeds, { backend: wasm })), `${rows}×${inner}×${columns}, reversed along [${axes.join(', ')}]`).toEqual(bitsOf(core.evaluate(y, feeds)));
  }
});

test('no call is left to the interpreter, whatever the dtype of its operands', () => {
  const view = { buffer: 0, shape: [2, 2], strides: [2, 1], offset: 0 };
  const origin = { op: '', site: { toString: () => '', toJSON: () => '' }, rule: undefined } as unknown as core.Instruction['origin'];
  const callNames = allOps.filter(({ kind }) => kind === 'call').map(({ name }) => name);
  expect(callNames.length).toBeGreaterThan(25);
  const missing = core.dtypes.flatMap((dtype) => callNames.filter((op) => !hasKernel({ kind: 'call', op, attrs: { axis: 0 }, inputs: [view, view], output: 1, shape: [2], origin }, () => dtype)).map((op) => `${op} of ${dtype}`));
  expect(missing).toEqual([]);
});
