import { compile, constant, erfc, evaluate, grad, input, mul, sum } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { elu, GELU, gelu, identity, LeakyRectify, leakyRectify, linear, mish, ScaledTanH, ScaledTanh, SELU, selu, silu, softmax, softplus, tanh, veryLeakyRectify, type Nonlinearity } from './nonlinearities.js';
import { arrayOf, largestDifference, readReference, type ReferenceArray } from './testing.js';

interface Case {
  readonly name: string;
  readonly x: ReferenceArray;
  readonly weights: ReferenceArray;
  readonly fast_run: { readonly y: ReferenceArray; readonly grad: ReferenceArray };
}

const named: Readonly<Record<string, Nonlinearity>> = {
  tanh, softplus, softmax, elu, leaky_rectify: leakyRectify, very_leaky_rectify: veryLeakyRectify,
  'LeakyRectify(0.1)': LeakyRectify({ leakiness: 0.1 }),
  'ScaledTanH(0.5,2.4)': ScaledTanh({ scaleIn: 0.5, scaleOut: 2.4 }),
  'ScaledTanH(2/3,1.7159)': ScaledTanh({ scaleIn: 2 / 3, scaleOut: 1.7159 }),
};

describe('nonlinearities against Lasagne', () => {
  const cases = ([['float64', 1e-14], ['float32', 1e-5]] as const).flatMap(([dtype, bound]) => readReference<{ cases: Case[] }>(`nonlinearities.${dtype}`).cases.map((one) => ({ ...one, dtype, bound })));

  it.each(cases)('$name, $dtype', (one) => {
    const x = input('x', one.x.shape, one.dtype);
    const y = (named[one.name] as Nonlinearity)(x);
    const feeds = { x: arrayOf(one.x) };
    expect(largestDifference(evaluate(y, feeds), one.fast_run.y)).toBeLessThan(one.bound);
    const found = evaluate(grad(sum(mul(y, constant(arrayOf(one.weights)))), x), feeds).dataSync();
    one.fast_run.grad.data.map(Number).forEach((expected, i) => {
      // Theano's elu and softplus have NaN where a branch that is not taken overflows; here the gradient stays finite.
      if (Number.isFinite(expected)) expect(Math.abs((found[i] as number) - expected)).toBeLessThan(10 * one.bound * Math.max(1, Math.abs(expected)));
      else expect(found[i]).toSatisfy(Number.isFinite);
    });
  });

  it('selu has the published constants, and linear is the identity', () => {
    const x = constant(new Float64Array([-1, 0, 2]));
    expect(evaluate(selu(x)).toArray()).toEqual([1.0507009873554805 * (1.6732632423543772 * Math.expm1(-1)), 0, 2 * 1.0507009873554805]);
    expect(evaluate(SELU()(x)).toArray()).toEqual([Math.expm1(-1), 0, 2]);
    expect(linear(x)).toBe(x);
    expect(identity).toBe(linear);
    expect(() => LeakyRectify({ leak: 1 } as never)).toThrow(/no option 'leak'/);
  });
});

describe('gelu, silu, mish', () => {
  const t = input('t', [], 'float64');
  const run = compile({ inputs: { t }, outputs: { y: erfc(t) } });
  const erfcOf = (x: number): number => run({ t: x }).y.item();
  const sigmoidOf = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
  const softplusOf = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  const slope = 2 * Math.sqrt(2 / Math.PI);
  // Value and derivative by formulas of their own.
  const formulas: readonly (readonly [string, Nonlinearity, (x: number) => number, (x: number) => number])[] = [
    ['gelu', gelu, (x) => (x * erfcOf(-x * Math.SQRT1_2)) / 2, (x) => erfcOf(-x * Math.SQRT1_2) / 2 + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI)],
    ['GELU by tanh', GELU({ approximate: 'tanh' }), (x) => x * sigmoidOf(slope * x * (1 + 0.044715 * x * x)), (x) => {
      const s = sigmoidOf(slope * x * (1 + 0.044715 * x * x));
      return s + x * s * sigmoidOf(-slope * x * (1 + 0.044715 * x * x)) * slope * (1 + 3 * 0.044715 * x * x);
    }],
    ['silu', silu, (x) => x * sigmoidOf(x), (x) => sigmoidOf(x) * (1 + x * sigmoidOf(-x))],
    ['mish', mish, (x) => x * Math.tanh(softplusOf(x)), (x) => Math.tanh(softplusOf(x)) + x * (1 - Math.tanh(softplusOf(x)) ** 2) * sigmoidOf(x)],
  ];
  const sweep = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 100);

  it.each(formulas)('%s has the value and the derivative of its formula, relative to what each is', (_, f, value, derivative) => {
    const x = input('x', [sweep.length], 'float64');
    const [y, slopes] = [evaluate(f(x), { x: sweep }).dataSync(), evaluate(grad(sum(f(x)), x), { x: sweep }).dataSync()];
    sweep.forEach((at, i) => {
      expect(Math.abs((y[i] as number) - value(at))).toBeLessThanOrEqual(2e-14 * Math.abs(value(at)) * (1 + at * at));
      expect(Math.abs((slopes[i] as number) - derivative(at))).toBeLessThanOrEqual(1e-13 * (Math.abs(derivative(at)) + Math.exp(-Math.abs(at)) * 0.1) * (1 + at * at));
    });
  });

  it.each(formulas)('%s in float32 keeps its digits on the negative side', (_, f, value) => {
    const near = sweep.filter((at) => Math.abs(at) <= 8).map(Math.fround);
    const y = evaluate(f(input('x', [near.length])), { x: near }).dataSync();
    near.forEach((at, i) => expect(Math.abs((y[i] as number) - value(at))).toBeLessThanOrEqual(1e-6 * Math.abs(value(at)) * (1 + at * at)));
  });

  it.each(formulas)('%s at the extremes: 0 below, x above, NaN for NaN; the gradient is 0 or 1', (_, f) => {
    const at = [-1e30, -1e4, -0, 0, 1e-45, 1e4, 1e30, Infinity, NaN];
    const x = input('x', [at.length]);
    expect(Array.from(evaluate(f(x), { x: at }).dataSync(), (y) => (Math.abs(y) < 2e-45 ? 0 : y))).toEqual([0, 0, 0, 0, 0, 1e4, Math.fround(1e30), Infinity, NaN]);
    const slopes = Array.from(evaluate(grad(sum(f(x)), x), { x: at.slice(0, 7).concat(1, 1) }).dataSync());
    expect(slopes.slice(0, 2).concat(slopes.slice(5, 7)).map((d) => d + 0)).toEqual([0, 0, 1, 1]);
    expect(slopes.every(Number.isFinite)).toBe(true);
  });

  it('take their options by name', () => {
    expect(() => GELU({ approximate: 'fast' as never })).toThrow(/GELU: approximate is "fast"; expected 'none' or 'tanh'/);
    expect(() => GELU({ approx: 'tanh' } as never)).toThrow(/no option 'approx'/);
    expect(ScaledTanH).toBe(ScaledTanh);
  });
});
