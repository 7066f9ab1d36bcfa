import { constant, evaluate, grad, input, mul, sum } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { elu, identity, LeakyRectify, leakyRectify, linear, ScaledTanh, SELU, selu, softmax, softplus, tanh, veryLeakyRectify, type Nonlinearity } from './nonlinearities.js';
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
  it.each(readReference<{ cases: Case[] }>('nonlinearities.float64').cases)('$name', (one) => {
    const x = input('x', one.x.shape, 'float64');
    const y = (named[one.name] as Nonlinearity)(x);
    const feeds = { x: arrayOf(one.x) };
    expect(largestDifference(evaluate(y, feeds), one.fast_run.y)).toBeLessThan(1e-14);
    const found = evaluate(grad(sum(mul(y, constant(arrayOf(one.weights)))), x), feeds).dataSync();
    one.fast_run.grad.data.map(Number).forEach((expected, i) => {
      // Theano's elu and softplus have NaN where a branch that is not taken overflows; here the gradient stays finite.
      if (Number.isFinite(expected)) expect(Math.abs((found[i] as number) - expected)).toBeLessThan(1e-13);
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
