import { evaluate, grad, input, InputError, parameter, ShapeError, square, sum, type Tensor } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { DenseLayer, type DenseLayerOptions } from './denseLayer.js';
import { getOutput } from './helpers/output.js';
import { getAllParams } from './helpers/params.js';
import { InputLayer } from './inputLayer.js';
import { softmax } from './nonlinearities.js';
import { arrayOf, largestDifference, readReference, type ReferenceArray } from './testing.js';

interface Case {
  readonly name: string;
  readonly call: string;
  readonly inputs: readonly [ReferenceArray];
  readonly params: { readonly '0:W': ReferenceArray; readonly '1:b': ReferenceArray };
  readonly output_shape: readonly number[];
  readonly output: ReferenceArray;
  readonly grad_inputs: readonly [ReferenceArray];
  readonly grad_params: { readonly '0:W': ReferenceArray; readonly '1:b': ReferenceArray };
}

describe.each([['float64', 1e-14], ['float32', 2e-6]] as const)('DenseLayer against Lasagne in %s', (dtype, tolerance) => {
  it.each(readReference<{ cases: Case[] }>(`dense.${dtype}`).cases)('$name', (one) => {
    const x = input('x', ['batch', 5], dtype);
    const net = new DenseLayer(new InputLayer({ shape: [null, 5], inputVar: x }), {
      numUnits: 4, W: arrayOf(one.params['0:W']), b: arrayOf(one.params['1:b']), ...(one.call.includes('softmax') ? { nonlinearity: softmax } : {}),
    });
    const output = getOutput(net);
    const feeds = { x: arrayOf(one.inputs[0]) };
    const gradients = grad(sum(square(output)), [x, ...getAllParams(net)]).map((g) => evaluate(g, feeds));
    expect(largestDifference(evaluate(output, feeds), one.output)).toBeLessThan(tolerance);
    [one.grad_inputs[0], one.grad_params['0:W'], one.grad_params['1:b']].forEach((expected, i) => {
      // Gradients at this size are sums of terms up to about ten.
      expect(largestDifference(gradients[i] as Tensor, expected)).toBeLessThan(4 * tolerance);
    });
  });
});

const below = (): InputLayer => new InputLayer({ shape: [null, 3, 4] });
const bad = (options: unknown): (() => DenseLayer) => () => new DenseLayer(below(), options as DenseLayerOptions);

describe('DenseLayer', () => {
  it('flattens the axes behind numLeadingAxes', () => {
    expect(new DenseLayer(below(), { numUnits: 2 }).outputShape).toEqual([null, 2]);
    expect(new DenseLayer(below(), { numUnits: 2 }).W.shape).toEqual([12, 2]);
    expect(new DenseLayer(below(), { numUnits: 2, numLeadingAxes: 2 }).outputShape).toEqual([null, 3, 2]);
    const last = new DenseLayer(below(), { numUnits: 2, numLeadingAxes: -1, W: 1 });
    expect(last.outputShape).toEqual([null, 3, 2]);
    expect(evaluate(getOutput(last, [[[1, 2, 3, 4], [0, 0, 0, 1], [0, 0, 0, 0]]])).toArray()).toEqual([[[10, 10], [1, 1], [0, 0]]]);
  });

  it('consumes all axes with numLeadingAxes 0', () => {
    const all = new DenseLayer(new InputLayer({ shape: [2, 3] }), { numUnits: 2, numLeadingAxes: 0, W: 1 });
    expect(all.outputShape).toEqual([2]);
    expect(evaluate(getOutput(all, [[1, 2, 3], [4, 5, 6]])).toArray()).toEqual([21, 21]);
  });

  it('has Lasagne\'s defaults: rectify, zero biases that are not regularized', () => {
    const layer = new DenseLayer([null, 2], { numUnits: 2, W: [[1, 0], [0, -1]], name: 'hidden' });
    expect(evaluate(getOutput(layer, new Map([[layer, [[5, 6]]]]))).toArray()).toEqual([[5, 6]]);
    expect(evaluate(layer.getOutputFor(input('x', [1, 2])), { x: [[5, 6]] }).toArray()).toEqual([[5, 0]]);
    expect(layer.getParams().map(({ name }) => name)).toEqual(['hidden.W', 'hidden.b']);
    expect(layer.getParams({ regularizable: true }).map(({ name }) => name)).toEqual(['hidden.W']);
  });

  it('has no bias with b: null, and no nonlinearity with null', () => {
    const layer = new DenseLayer([null, 1], { numUnits: 1, W: -2, b: null, nonlinearity: null });
    expect(layer.getParams()).toHaveLength(1);
    expect(layer.b).toBeNull();
    expect(evaluate(layer.getOutputFor(input('x', [1, 1])), { x: [[3]] }).toArray()).toEqual([[-6]]);
  });

  it('shares a parameter that it is given', () => {
    const W = parameter([[1], [2]], { name: 'shared' });
    expect(new DenseLayer([null, 2], { numUnits: 1, W }).W).toBe(W);
  });

  it.each([
    [{ numUnits: 0 }, InputError, /^DenseLayer: numUnits is 0; expected a whole number from 1 up/],
    [{ numUnits: 2.5 }, InputError, /numUnits is 2.5/],
    [{}, InputError, /numUnits is undefined/],
    [{ num_units: 3 }, InputError, /there is no option 'num_units'; did you mean 'numUnits'\?/],
    [{ numUnits: 3, nonlinearty: null }, InputError, /did you mean 'nonlinearity'/],
    [{ numUnits: 3, nonlinearity: 'rectify' }, InputError, /nonlinearity is string; expected a function/],
    [{ numUnits: 3, name: 'out', W: [[1, 2], [3, 4]] }, ShapeError, /^DenseLayer 'out': parameter 'out.W': the given values have shape \[2, 2\]; expected \[12, 3\]/],
    [{ numUnits: 3, W: new Float32Array(36) }, ShapeError, /give flat data as \{ data, shape \}/],
    [{ numUnits: 3, name: 'out', b: parameter([1, 2]) }, ShapeError, /'out.b': the given parameter has shape \[2\]; expected \[3\]/],
    [{ numUnits: 3, W: 'zeros' }, InputError, /expected an initialiser, a number, data/],
    [{ numUnits: 3, b: parameter(new Float64Array(3)) }, InputError, /is float64, but the layer computes in float32/],
    [{ numUnits: 3, numLeadingAxes: 3 }, ShapeError, /numLeadingAxes 3 with an input of 3 axes, \[null, 3, 4\]; expected -3 to 2/],
    [{ numUnits: 3, numLeadingAxes: 0 }, ShapeError, /the size of axis 0 of the input \[null, 3, 4\] is not known/],
  ])('refuses %o', (options, kind, message) => {
    expect(bad(options)).toThrow(kind);
    expect(bad(options)).toThrow(message);
  });
});
