import { constant, DTypeError, evaluate, InputError, parameter, ShapeError } from '@pastina/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normConstraint, totalNormConstraint } from './index.js';

const total = (tensors: readonly (readonly number[])[], limit: number, epsilon = 0): { readonly scaled: number[][]; readonly norm: number } => {
  const [scaled, norm] = totalNormConstraint(tensors.map((x) => constant(x)), limit, { epsilon, returnNorm: true });
  return { scaled: scaled.map((x) => [...evaluate(x).dataSync()] as number[]), norm: evaluate(norm).item() };
};

describe('totalNormConstraint at extremes', () => {
  it.each([1e-40, 1e-30, 1e-15, 1, 1e15, 1e30])('keeps the direction of tensors of size %s', (size) => {
    const [a, b] = [3 * size, 4 * size].map(Math.fround) as [number, number];
    const { scaled, norm } = total([[a, 0], [-b]], size);
    expect(norm / (5 * size)).toBeCloseTo(1, 4);
    expect([(scaled[0]?.[0] as number) / size, scaled[0]?.[1], (scaled[1]?.[0] as number) / size]).toEqual([expect.closeTo(0.6, 4), 0, expect.closeTo(-0.8, 4)]);
  });

  it('0 stays 0, for the epsilon; without one it is 0 / 0', () => {
    expect(total([[0, 0], [0]], 1, 1e-7)).toEqual({ scaled: [[0, 0], [0]], norm: 0 });
    expect(total([[0, 0], [0]], 1)).toEqual({ scaled: [[NaN, NaN], [NaN]], norm: 0 });
  });

  it('NaN is everywhere, an infinity takes all', () => {
    expect(total([[NaN, 1], [1]], 1)).toEqual({ scaled: [[NaN, NaN], [NaN]], norm: NaN });
    expect(total([[1], [-Infinity]], 1)).toEqual({ scaled: [[0], [NaN]], norm: Infinity });
  });

  it('the formula, for any tensors', () => {
    const vector = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 5 });
    fc.assert(fc.property(fc.array(vector, { minLength: 1, maxLength: 4 }), fc.double({ min: 0.01, max: 100, noNaN: true }), (tensors, limit) => {
      const n = Math.sqrt(tensors.flat().reduce((s, x) => s + x * x, 0));
      const factor = Math.min(n, limit) / (1e-7 + n);
      const { scaled, norm } = total(tensors, limit, 1e-7);
      return Math.abs(norm - n) <= 1e-6 * n + 1e-38 && scaled.flat().every((x, i) => Math.abs(x - factor * (tensors.flat()[i] as number)) <= 1e-6 * Math.abs(tensors.flat()[i] as number) + 1e-38);
    }), { numRuns: 40 });
  });
});

describe('normConstraint', () => {
  it('works per unit: by the columns of a matrix, and by the filters of a convolution', () => {
    expect(evaluate(normConstraint(constant([[3, 0.3], [4, 0.4]]), 1, { epsilon: 0 })).toArray()).toEqual([[Math.fround(0.6), expect.closeTo(0.3, 6)], [Math.fround(0.8), expect.closeTo(0.4, 6)]]);
    const filters = evaluate(normConstraint(constant([[[3, 0], [0, 4]], [[0, 0], [0, 0.5]]]), 1)).toArray();
    expect(filters).toEqual([[[expect.closeTo(0.6, 5), 0], [0, expect.closeTo(0.8, 5)]], [[0, 0], [0, expect.closeTo(0.5, 5)]]]);
    expect(evaluate(normConstraint(constant([3, 4]), parameter(2.5), { normAxes: [0], epsilon: 0 })).toArray()).toEqual([1.5, 2]);
  });

  it('a unit of 1e30, of 0 and of NaN beside each other', () => {
    expect(evaluate(normConstraint(constant([[1e30, 0, NaN, 1], [1e30, 0, 1, 0]]), 1)).toArray()).toEqual([[expect.closeTo(Math.SQRT1_2, 6), 0, NaN, expect.closeTo(1, 6)], [expect.closeTo(Math.SQRT1_2, 6), 0, NaN, 0]]);
  });
});

describe('messages', () => {
  it.each([
    [() => totalNormConstraint([], 1), InputError, 'totalNormConstraint: expected a list of at least one tensor [TENSORS]'],
    [() => totalNormConstraint(constant([1]) as never, 1), InputError, 'totalNormConstraint: expected a list of at least one tensor [TENSORS]'],
    [() => totalNormConstraint([constant([1])], NaN), InputError, 'totalNormConstraint: maxNorm is NaN; expected a finite number or a scalar expression [OPTION_VALUE]'],
    [() => totalNormConstraint([constant([1]), constant(new Float64Array([1]))], 1), DTypeError, 'totalNormConstraint: tensor 1 is float64, the first float32; expected one dtype, cast(x, …) makes it [TENSOR_DTYPES]'],
    [() => normConstraint(constant([1]), 1), ShapeError, 'normConstraint: a tensor has 1 axes, so it does not follow which form one unit; give normAxes [NORM_AXES]'],
    [() => normConstraint(constant([[1]]), 1, { axes: [0] } as never), InputError, "normConstraint: there is no option 'axes'; known: normAxes, epsilon [UNKNOWN_OPTION]"],
  ])('%s', (make, kind, message) => {
    expect(make).toThrow(kind as never);
    expect(make).toThrow(message);
  });
});
