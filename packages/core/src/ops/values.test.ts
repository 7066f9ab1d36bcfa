import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getDefaultBackend } from '../compile/defaultBackend.js';
import { evaluate } from '../compile/evaluate.js';
import { constant } from '../graph/constant.js';
import { type Expression } from '../graph/node.js';
import { toHalf } from '../graph/half.js';
import * as ops from './index.js';
import { bits, bound, ulpsFloat32, valuesOf } from '../testing.js';

const extremes = [-Infinity, -3.4e38, -1e4, -104, -88, -1, -0.5, -1e-38, -1e-45, -0, 0, 1e-45, 1e-38, 0.5, 1, 88, 104, 1e4, 3.4e38, Infinity, NaN];
const sweep = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 21);
const value = (e: Expression): unknown => evaluate(e).toArray();

type Unary = readonly [(x: Expression) => Expression, (x: number) => number];
const unary: Readonly<Record<string, Unary>> = {
  exp: [ops.exp, Math.exp], expm1: [ops.expm1, Math.expm1], log: [ops.log, Math.log], log1p: [ops.log1p, Math.log1p],
  sin: [ops.sin, Math.sin], cos: [ops.cos, Math.cos], tan: [ops.tan, Math.tan], asin: [ops.asin, Math.asin], acos: [ops.acos, Math.acos], atan: [ops.atan, Math.atan],
  sinh: [ops.sinh, Math.sinh], cosh: [ops.cosh, Math.cosh], tanh: [ops.tanh, Math.tanh], sqrt: [ops.sqrt, Math.sqrt], abs: [ops.abs, Math.abs], sign: [ops.sign, Math.sign],
  floor: [ops.floor, Math.floor], ceil: [ops.ceil, Math.ceil], trunc: [ops.trunc, Math.trunc], square: [ops.square, (x) => x * x], reciprocal: [ops.reciprocal, (x) => 1 / x],
  rsqrt: [ops.rsqrt, (x) => 1 / Math.sqrt(x)], neg: [ops.neg, (x) => -x], relu: [ops.relu, (x) => Math.max(x, 0)],
};

describe('float32 is the float64 value rounded once, extremes included', () => {
  for (const [name, [op, truth]] of Object.entries(unary)) {
    test(name, () => {
      const points = [...sweep, ...extremes].map(Math.fround);
      const found = valuesOf(op, points, 'float32');
      // Other backends have bounds of their own.
      if (getDefaultBackend().name === 'reference') expect(bits(found)).toEqual(bits(Float32Array.from(points, truth)));
      else expect(ulpsFloat32(found, points.map(truth).map(Math.fround))).toBeLessThanOrEqual(bound(2.5, 4));
    });
  }

  test('sigmoid and softplus, against the textbook formula where that is exact', () => {
    const points = sweep.map(Math.fround);
    const most = getDefaultBackend().name === 'reference' ? 0.51 : bound(2.5, 4);
    expect(ulpsFloat32(valuesOf(ops.sigmoid, points, 'float32'), points.map((x) => 1 / (1 + Math.exp(-x))))).toBeLessThanOrEqual(most);
    expect(ulpsFloat32(valuesOf(ops.softplus, points, 'float32'), points.map((x) => (x > 30 ? x : Math.log1p(Math.exp(x)))))).toBeLessThanOrEqual(most);
  });

  test('sigmoid, softplus, logAddExp and log1mexp at the extremes', () => {
    expect(bits(valuesOf(ops.sigmoid, [-Infinity, -1e4, 0, 1e4, Infinity, NaN]))).toEqual(['0', '0', '0.5', '1', '1', 'NaN']);
    expect(bits(valuesOf(ops.softplus, [-Infinity, -1e4, 1e4, Infinity, NaN]))).toEqual(['0', '0', '10000', 'Infinity', 'NaN']);
    expect(bits(valuesOf((x) => ops.logAddExp(x, -Infinity), [-Infinity, 3, Infinity, NaN]))).toEqual(['-Infinity', '3', 'Infinity', 'NaN']);
    expect(bits(valuesOf(ops.log1mexp, [0, 1e-300, Infinity]))).toEqual(['-Infinity', String(Math.log(1e-300)), '-0']);
  });
});

describe('NaN always propagates', () => {
  for (const op of [ops.maximum, ops.minimum, ops.add, ops.mul, ops.pow, ops.atan2, ops.logAddExp, ops.xlogy, ops.mod]) {
    test(op.name === '' ? String(op) : op.name, () => {
      expect(bits(valuesOf((x) => op(x, 1), [NaN]))).toEqual(['NaN']);
    });
  }
  test('clip, relu, max and min', () => {
    expect(value(ops.clip(constant([NaN, -1, 2]), 0, 1))).toEqual([NaN, 0, 1]);
    expect(value(ops.relu(constant([NaN])))).toEqual([NaN]);
    expect([value(ops.max(constant([1, NaN, 3]))), value(ops.min(constant([1, NaN, 3])))]).toEqual([NaN, NaN]);
  });
});

describe('0 · ln 0', () => {
  test('xlogy is 0 where x is 0, and NaN for NaN', () => {
    expect(value(ops.xlogy(constant([0, 0, 1, 0]), constant([0, 1, 0, NaN])))).toEqual([0, 0, -Infinity, NaN]);
  });
});

describe('folds', () => {
  const m = constant([[1, 5, -2], [4, 0, 9]]);
  test('sum, mean, max, min along axes', () => {
    expect(value(ops.sum(m, { axis: 0 }))).toEqual([5, 5, 7]);
    expect(value(ops.sum(m, { axis: 1, keepDims: true }))).toEqual([[4], [13]]);
    expect(value(ops.mean(m))).toBe(Math.fround(17 / 6));
    expect(value(ops.max(m, { axis: 0 }))).toEqual([4, 5, 9]);
    expect(value(ops.min(m, { axis: [0, 1] }))).toBe(-2);
    expect(value(ops.max(constant([-5, -7])))).toBe(-5);
  });

  test('any and all', () => {
    const b = constant([[true, false], [false, false]]);
    expect([value(ops.any(b, { axis: 1 })), value(ops.all(b, { axis: 0 }))]).toEqual([[1, 0], [0, 0]]);
  });

  test('argMax and argMin: the first on ties, the first NaN', () => {
    expect(value(ops.argMax(constant([[1, 3, 3], [NaN, 5, NaN]]), { axis: 1 }))).toEqual([1, 0]);
    expect(value(ops.argMin(constant([[1, 3, 1], [2, NaN, 0]]), { axis: 1 }))).toEqual([0, 1]);
    expect(value(ops.argMax(m, { axis: 0 }))).toEqual([1, 0, 1]);
  });

  test('the sum is accumulated in float64 and rounded once', () => {
    const tenth = Math.fround(0.1);
    expect(ulpsFloat32([value(ops.sum(constant(new Array<number>(10000).fill(tenth)))) as number], [tenth * 10000])).toBeLessThanOrEqual(bound(0.5, 16));
  });

  test('logSumExp does not overflow, and knows -Inf', () => {
    expect(value(ops.logSumExp(constant([1e4, 1e4])))).toBe(Math.fround(1e4 + Math.LN2));
    expect(value(ops.logSumExp(constant([-Infinity, -Infinity])))).toBe(-Infinity);
    expect(value(ops.logSumExp(constant([[-20000, 0], [-10000, 0]]), { axis: 0 }))).toEqual([-10000, Math.fround(Math.LN2)]);
  });
});

describe('shapes', () => {
  const m = constant([[1, 2, 3], [4, 5, 6]]);
  test('movements', () => {
    expect(value(ops.transpose(m))).toEqual([[1, 4], [2, 5], [3, 6]]);
    expect(value(ops.reshape(ops.transpose(m), [-1]))).toEqual([1, 4, 2, 5, 3, 6]);
    expect(value(ops.flip(m, 1))).toEqual([[3, 2, 1], [6, 5, 4]]);
    expect(value(ops.slice(m, [0, -2], [1, null]))).toEqual([[2, 3]]);
    expect(value(ops.pad(constant([1, 2]), [[1, 2]], 9))).toEqual([9, 1, 2, 9, 9]);
    expect(value(ops.concat([m, m], 1))).toEqual([[1, 2, 3, 1, 2, 3], [4, 5, 6, 4, 5, 6]]);
    expect(ops.split(m, [1, 2], 1).map(value)).toEqual([[[1], [4]], [[2, 3], [5, 6]]]);
    expect(value(ops.squeeze(ops.expandDims(m, 1)))).toEqual([[1, 2, 3], [4, 5, 6]]);
  });

  test('gather, scatterAdd, oneHot, arange', () => {
    expect(value(ops.gather(m, constant([2, 0], 'int32'), { axis: 1, batchAxes: 1 }))).toEqual([3, 4]);
    expect(value(ops.gather(m, constant([[1], [0]], 'int32')))).toEqual([[[4, 5, 6]], [[1, 2, 3]]]);
    expect(value(ops.scatterAdd(ops.zeros([3]), constant([0, 2, 0], 'int32'), constant([1, 2, 3])))).toEqual([4, 0, 2]);
    // Every sum is rounded to the dtype: 2049 is no half.
    expect(value(ops.scatterAdd(ops.cast(constant([2048, 65504]), 'float16'), constant([0, 0, 1], 'int32'), ops.cast(constant([1, 1, 65504]), 'float16')))).toEqual([2048, Infinity]);
    expect(value(ops.scatterAdd(constant([false, true], 'bool'), constant([0, 0], 'int32'), constant([true, true], 'bool')))).toEqual([1, 1]);
    expect(value(ops.oneHot(constant([1, 0], 'int32'), 3))).toEqual([[0, 1, 0], [1, 0, 0]]);
    expect(value(ops.arange(3, 'int32'))).toEqual([0, 1, 2]);
  });

  test('matmul: vectors, batches, broadcasting', () => {
    const v = constant([1, 1, 1]);
    expect(value(ops.matmul(m, v))).toEqual([6, 15]);
    expect(value(ops.matmul(v, ops.transpose(m)))).toEqual([6, 15]);
    expect(value(ops.matmul(constant([[[1, 0]], [[0, 2]]]), m))).toEqual([[[1, 2, 3]], [[8, 10, 12]]]);
  });
});

describe('pow needs no Math.pow', () => {
  test('special values are those of the standard', () => {
    const pairs: readonly (readonly [number, number, number])[] = [[2, 10, 1024], [-2, 3, -8], [0, 0, 1], [NaN, 0, 1], [0, -1, Infinity], [4, 0.5, 2], [-8, 1 / 3, NaN], [2, -2, 0.25]];
    for (const [a, b, expected] of pairs) expect(evaluate(ops.pow(constant(a, 'float64'), b)).item()).toBe(expected);
  });
});

describe('half precision', () => {
  test('numbers that are halves stay, others go to the nearest, ties to even', () => {
    expect([1, 65504, 6.103515625e-5, 5.9604644775390625e-8, 0, -1.5].map(toHalf)).toEqual([1, 65504, 6.103515625e-5, 5.9604644775390625e-8, 0, -1.5]);
    expect([1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519.99, 65520, 2 ** -25, 2 ** -25 * 1.01, NaN].map(toHalf)).toEqual([1, 1 + 2 ** -9, 65504, Infinity, 0, 2 ** -24, NaN]);
    expect(evaluate(ops.add(constant([2048], 'float16'), constant([1], 'float16'))).toArray()).toEqual([2048]);
  });

  test('rounding twice changes nothing, and never moves a number by more than half a step', () => {
    fc.assert(fc.property(fc.double({ min: -65000, max: 65000, noNaN: true }), (x) => {
      const half = toHalf(x);
      expect(toHalf(half)).toBe(half);
      expect(Math.abs(half - x)).toBeLessThanOrEqual(Math.max(Math.abs(x) * 2 ** -11, 2 ** -25));
    }));
  });
});

describe('integers', () => {
  test('wrap, and multiply exactly', () => {
    expect(value(ops.add(constant([2147483647], 'int32'), 1))).toEqual([-2147483648]);
    expect(value(ops.mul(constant([123456789], 'int32'), 987654321))).toEqual([Math.imul(123456789, 987654321)]);
    expect(value(ops.sub(constant([0], 'uint32'), 1))).toEqual([4294967295]);
    expect(value(ops.cast(constant([2.9, -2.9]), 'int32'))).toEqual([2, -2]);
  });
});
