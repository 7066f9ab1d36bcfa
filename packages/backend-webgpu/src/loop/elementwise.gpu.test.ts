import * as core from '@pastina/core';
import { cast, type DType, type Expression, where } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { between, bothOf, extremes, type Fed, worstUlp } from '../testing.js';

type One = (x: Expression) => Expression;
type Two = (a: Expression, b: Expression) => Expression;

/** Units in the last place, against the reference interpreter (float64, rounded once). */
const ofOne: Readonly<Record<string, readonly [One, number, readonly number[]]>> = {
  neg: [core.neg, 0, extremes], square: [core.square, 0, extremes], sqrt: [core.sqrt, 1, extremes], rsqrt: [core.rsqrt, 2, extremes], reciprocal: [core.reciprocal, 1, extremes],
  sign: [core.sign, 0, extremes], abs: [core.abs, 0, extremes], relu: [core.relu, 0, extremes],
  floor: [core.floor, 0, extremes], ceil: [core.ceil, 0, extremes], round: [core.round, 0, [...extremes, 1.5, 2.5, -2.5]], trunc: [core.trunc, 0, extremes],
  exp: [core.exp, 2, [...extremes, ...between(-87, 88)]], expm1: [core.expm1, 3, [...extremes, ...between(-20, 20)]],
  log: [core.log, 2, [...extremes, ...between(0.01, 9)]], log1p: [core.log1p, 3, [...extremes, ...between(-0.99, 9)]],
  sigmoid: [core.sigmoid, 3, [...extremes, ...between(-80, 20)]], softplus: [core.softplus, 3, [...extremes, ...between(-80, 20)]],
  log1mexp: [core.log1mexp, 4, between(1e-3, 20)], tanh: [core.tanh, 3, [...extremes, ...between(-9, 9)]],
  sin: [core.sin, 3, between(-3, 3.01)], cos: [core.cos, 3, between(-1.5, 1.5)], tan: [core.tan, 4, between(-1.5, 1.5)],
  asin: [core.asin, 4, [...extremes, ...between(-1, 1)]], acos: [core.acos, 4, [...extremes, ...between(-1, 0.99)]], atan: [core.atan, 4, [...extremes, ...between(-9, 9)]],
  sinh: [core.sinh, 4, between(-80, 80)], cosh: [core.cosh, 4, between(-80, 80)], erf: [core.erf, 3, [...extremes, ...between(-4, 4)]], erfc: [core.erfc, 12, between(-4, 8)],
};

const ofTwo: Readonly<Record<string, readonly [Two, number]>> = {
  add: [core.add, 0], sub: [core.sub, 0], mul: [core.mul, 0], div: [core.div, 2.5], maximum: [core.maximum, 0], minimum: [core.minimum, 0],
  mod: [core.mod, 0], logAddExp: [core.logAddExp, 3], atan2: [core.atan2, 4], xlogy: [core.xlogy, 3],
};

/** All pairs of some numbers. */
const pairs = (numbers: readonly number[], dtype: DType): readonly Fed[] => [{ data: numbers.flatMap((a) => numbers.map(() => a)), dtype }, { data: numbers.flatMap(() => numbers), dtype }];

describe('float32', () => {
  test.each(Object.entries(ofOne))('%s', async (_, [op, bound, x]) => {
    const { device, reference } = await bothOf(op, [{ data: x }]);
    expect(worstUlp(device, reference)).toBeLessThanOrEqual(bound);
  });

  test.each(Object.entries(ofTwo))('%s', async (_, [op, bound]) => {
    const { device, reference } = await bothOf(op, pairs([...extremes.filter((x) => Math.abs(x) !== 1.17549435e-38), 0.3, -7.25], 'float32'));
    expect(worstUlp(device, reference)).toBeLessThanOrEqual(bound);
  });

  test('angles of any size', async () => {
    for (const op of [core.sin, core.cos]) {
      const { device, reference } = await bothOf(op, [{ data: [...extremes, ...between(-1000, 1000), 12345.678, 1e5, 6e5, 1e7, 123456789, 1e15, -1e22] }]);
      reference.forEach((value: number, i: number) => (Number.isNaN(value) ? expect(device[i]).toBeNaN() : expect(device[i]).toBeCloseTo(value, 6)));
    }
  });

  test('powers', async () => {
    const { device, reference } = await bothOf(core.pow, pairs([0, -0, 1, -1, 2, -2, 0.5, 3, -3, 1.5, 10, -0.5, NaN, 7.25, Infinity, -Infinity], 'float32'));
    expect(worstUlp(device, reference)).toBeLessThanOrEqual(60);
  });

  test('whole powers', async () => {
    const bases = [1e-40, 3e-38, 0.75, 0.999, 1.0001, 1.3, -1.7, 3, 10, -1e3, 6.5e10, 3e38, Infinity, -Infinity, 0];
    for (const [most, bound] of [[20, 1], [128, 1.5], [1024, 2], [4096, 8]] as const) {
      const exponents = [1, 2, 3, 5, 8, 17, 19, 100, 127, 128, 501, 1000, 1024, 2047, 3333, 4096].filter((n) => n <= most).flatMap((n) => [n, -n]);
      const feeds = [{ data: bases.flatMap((a) => exponents.map(() => a)) }, { data: bases.flatMap(() => exponents) }];
      const { device, reference } = await bothOf(core.pow, feeds);
      expect(worstUlp(device, reference)).toBeLessThanOrEqual(bound);
    }
  });

  test('comparisons, choice, what is no number', async () => {
    for (const op of [core.equal, core.notEqual, core.less, core.lessEqual, core.greater, core.greaterEqual]) {
      const { device, reference } = await bothOf(op, pairs(extremes, 'float32'));
      expect(device).toEqual(reference);
    }
    for (const op of [core.isNaN, core.isFinite]) {
      const { device, reference } = await bothOf(op, [{ data: extremes }]);
      expect(device).toEqual(reference);
    }
    const { device, reference } = await bothOf((a, b) => core.clip(where(core.less(a, b), a, b), -2, 2), pairs(extremes, 'float32'));
    expect(worstUlp(device, reference)).toBe(0);
  });
});

describe('integers and bool', () => {
  const whole = [0, 1, -1, 2, 7, -7, 2147483647, -2147483648, 46341, 65537];
  const ofIntegers = { add: core.add, sub: core.sub, mul: core.mul, maximum: core.maximum, minimum: core.minimum, mod: core.mod };

  test.each(Object.entries(ofIntegers))('%s', async (_, op) => {
    const signed = await bothOf(op, pairs(whole, 'int32'));
    expect(signed.device).toEqual(signed.reference);
    const unsigned = await bothOf(op, pairs([0, 1, 2, 7, 4294967295, 2147483648, 65537], 'uint32'));
    expect(unsigned.device).toEqual(unsigned.reference);
  });

  test.each(['neg', 'square', 'sign', 'abs', 'floor', 'round'] as const)('%s', async (name) => {
    const { device, reference } = await bothOf(core[name], [{ data: whole, dtype: 'int32' }]);
    expect(device).toEqual(reference);
  });

  test('casts wrap towards 0', async () => {
    for (const to of ['int32', 'uint32', 'bool', 'float32'] as const) {
      const { device, reference } = await bothOf((x) => cast(x, to), [{ data: [...extremes, 0.9, -0.9, 4294967297 * 512] }]);
      if (to === 'float32') expect(worstUlp(device, reference)).toBe(0);
      else expect(device).toEqual(reference);
      const signed = await bothOf((x) => cast(x, to), [{ data: whole, dtype: 'int32' }]);
      expect(signed.device).toEqual(signed.reference);
      const unsigned = await bothOf((x) => cast(cast(x, 'bool'), to), [{ data: [0, 1, 4294967295], dtype: 'uint32' }]);
      expect(unsigned.device).toEqual(unsigned.reference);
    }
  });

  test('logic', async () => {
    for (const op of [core.logicalAnd, core.logicalOr, core.less, core.lessEqual, core.greater, core.greaterEqual, core.equal, core.notEqual]) {
      const { device, reference } = await bothOf((a, b) => op(core.logicalNot(core.greater(a, 0)), core.greater(b, 0)), pairs([0, 1], 'float32'));
      expect(device).toEqual(reference);
    }
  });
});

describe('views', () => {
  const data = between(-1, 1, 24);
  const shape = [2, 3, 4];

  test('transposed, turned around, sliced, broadcast', async () => {
    const ofThem: One = (x) => core.add(core.add(core.transpose(x, [2, 0, 1]), core.expandDims(core.expandDims(core.sum(x, { axis: [0, 2] }), 0), 0)), core.transpose(core.flip(x, [1, 2]), [2, 0, 1]));
    const { device, reference } = await bothOf(ofThem, [{ data, shape }]);
    expect(worstUlp(device, reference)).toBeLessThanOrEqual(2);
  });

  test('nothing, and a single element', async () => {
    for (const size of [0, 1]) {
      const { device, reference } = await bothOf((x) => core.mul(x, 2), [{ data: data.slice(0, size), shape: [size] }]);
      expect(device).toEqual(reference);
    }
  });

  test('more workgroups than fit side by side', async () => {
    const size = 65536 * 64 + 5;
    const { device, reference } = await bothOf((x) => core.add(x, 1), [{ data: Array.from({ length: size }, (_, i) => i % 1000), shape: [size] }]);
    expect(device).toEqual(reference);
  });
});
