import { constant, evaluate, grad, input, type Tensor } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { DenseLayer } from './denseLayer.js';
import { getAllParams } from './helpers/params.js';
import { InputLayer } from './inputLayer.js';
import { applyPenalty, l1, l2, regularizeLayerParams, regularizeLayerParamsWeighted, regularizeNetworkParams } from './regularization.js';
import { arrayOf, largestDifference, readReference, type ReferenceArray } from './testing.js';

interface Case {
  readonly name: string;
  readonly params: readonly [ReferenceArray, ReferenceArray, ReferenceArray, ReferenceArray];
  readonly value: ReferenceArray;
  readonly grads: readonly ReferenceArray[];
}

const cases = ([['float64', 1e-14], ['float32', 1e-5]] as const).flatMap(([dtype, bound]) => readReference<{ cases: Case[] }>(`regularization.${dtype}`).cases.map((one) => ({ ...one, dtype, bound })));

describe('regularization against Lasagne', () => {
  it.each(cases)('$name, $dtype', ({ name, params, value, grads, dtype, bound }) => {
    const below = new InputLayer({ shape: [null, 3], inputVar: input('x', ['n', 3], dtype) });
    const a = new DenseLayer(below, { numUnits: 2, W: arrayOf(params[0]), b: arrayOf(params[1]) });
    const b = new DenseLayer(a, { numUnits: 2, W: arrayOf(params[2]), b: arrayOf(params[3]) });
    const penalty = name.endsWith('l1') ? l1 : l2;
    const all = getAllParams(b);
    const cost = name.startsWith('regularize_layer_params([a,b])') ? regularizeLayerParams([a, b], penalty)
      : name.startsWith('regularize_layer_params/') ? regularizeLayerParams(a, penalty)
        : name.startsWith('regularize_layer_params_weighted') ? regularizeLayerParamsWeighted(new Map([[a, 0.1], [b, 0.5]]), penalty)
          // the reference's "regularizable=False" counts all parameters, biases too: no tag is asked for
          : regularizeNetworkParams(b, penalty, name.includes('False') ? { tags: {} } : {});
    expect(largestDifference(evaluate(cost), value)).toBeLessThan(bound);
    grads.forEach((expected, i) => {
      const touched = expected.data.some((x) => x !== 0);
      if (touched) expect(largestDifference(evaluate(grad(cost, all[i] as (typeof all)[0])) as Tensor, expected)).toBeLessThan(bound);
    });
  });

  it('applies to one tensor, several, or none', () => {
    expect(evaluate(applyPenalty(constant([3, -4]), l1)).item()).toBe(7);
    expect(evaluate(applyPenalty([constant([3]), constant([4])], l2)).item()).toBe(25);
    expect(evaluate(applyPenalty([], l2)).item()).toBe(0);
    expect(() => regularizeNetworkParams(new InputLayer({ shape: [1] }), l2, { tag: {} } as never)).toThrow(/did you mean 'tags'/);
  });
});
