import { add, constant, evaluate, exp, input, InputError, mul, parameter, ShapeError, type Expression } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { DenseLayer } from './denseLayer.js';
import { getOutput } from './helpers/output.js';
import { InputLayer } from './inputLayer.js';
import { Layer, type Incoming, type OutputOptions } from './layer.js';
import { MergeLayer } from './mergeLayer.js';
import { type LayerShape } from './shape.js';

class Scaled extends Layer {
  readonly scale: Expression;
  override readonly outputOptions = ['twice'];

  constructor(incoming: Incoming, name?: string) {
    super(incoming, name === undefined ? {} : { name });
    this.scale = this.addParam(2, [1], { name: 'scale', regularizable: false, batchNormStat: true });
  }

  override getOutputFor(x: Expression, { twice }: OutputOptions): Expression {
    return mul(x, twice === true ? mul(this.scale, 2) : this.scale);
  }
}

class Sum extends MergeLayer {
  override getOutputFor(inputs: readonly Expression[]): Expression {
    return inputs.reduce((total, one) => add(total, one));
  }

  override getOutputShapeFor(shapes: readonly LayerShape[]): LayerShape {
    return shapes[0] ?? [];
  }
}

describe('a custom layer', () => {
  it('works with two methods or fewer', () => {
    const below = new InputLayer({ shape: [null, 2] });
    const layer = new Scaled(below, 's');
    expect(layer.outputShape).toEqual([null, 2]);
    expect(evaluate(getOutput(layer, [[1, 2]])).toArray()).toEqual([[2, 4]]);
    expect(evaluate(getOutput(layer, [[1, 2]], { twice: true })).toArray()).toEqual([[4, 8]]);
    const net: Layer = new Sum([layer, below, new Scaled(layer)]);
    expect(evaluate(getOutput(net, [[1, 2]])).toArray()).toEqual([[7, 14]]);
  });

  it('tags its parameters, and can freeze them', () => {
    const layer = new Scaled([null, 2], 's');
    const [scale] = layer.getParams();
    expect(scale?.name).toBe('s.scale');
    expect(layer.getParams({ trainable: true, regularizable: false, batchNormStat: true })).toEqual([scale]);
    layer.params.get(layer.scale)?.delete('trainable');
    expect(layer.getParams({ trainable: true })).toEqual([]);
    expect(() => layer.getParams({ trainabel: true })).toThrow(/did you mean 'trainable'/);
  });

  it('unwraps expressions to the parameters inside them', () => {
    const [log, shift] = [parameter([[0, 1]], { name: 'log' }), parameter(0, { name: 'shift' })];
    const layer = new DenseLayer([null, 1], { numUnits: 2, W: add(exp(log), shift), b: constant([1, 2]) });
    expect(layer.getParams()).toEqual([log, shift]);
    expect(layer.getParamExpressions()).toEqual([layer.W, layer.b]);
  });

  it('takes a function of the shape as a spec', () => {
    const layer = new DenseLayer([null, 2], { numUnits: 1, W: (shape) => ({ data: new Float32Array([7, 8]), shape }) });
    expect(layer.getParams()[0]?.valueSync().toArray()).toEqual([[7], [8]]);
  });
});

describe('InputLayer', () => {
  it('makes its own input when it is given none', () => {
    expect(new InputLayer({ shape: ['batch', 3], name: 'pixels' }).inputVar).toMatchObject({ name: 'pixels', dtype: 'float32' });
    expect(String(new InputLayer({ shape: ['batch', 3] }).inputVar.shape[0])).toBe('batch');
  });

  it('hands its floating dtype to the layers above', () => {
    const x = new InputLayer({ shape: [null, 3], inputVar: input('x', ['batch', 3], 'float64') });
    expect(new DenseLayer(new DenseLayer(x, { numUnits: 2 }), { numUnits: 1 }).W.dtype).toBe('float64');
    expect(new InputLayer({ shape: [null], inputVar: input('i', [2], 'int32') }).dtype).toBe('float32');
  });

  it.each([
    [{ shape: [null, 784], inputVar: input('x', ['batch']), name: 'pixels' }, ShapeError, /^InputLayer 'pixels': inputVar 'x' has 1 axes, \[batch\]; expected 2, as in the layer's shape \[null, 784\]/],
    [{ shape: [null, 784], inputVar: input('x', ['batch', 64]) }, ShapeError, /inputVar 'x' has size 64 at axis 1/],
    [{ shape: [0, 3] }, ShapeError, /size 0 of axis 0/],
    [{ shape: [null, 3], input_var: 1 }, InputError, /did you mean 'inputVar'/],
    [{ shape: 784 }, InputError, /shape is number; expected an array/],
  ])('refuses %o', (options, kind, message) => {
    const make = (): InputLayer => new InputLayer(options as never);
    expect(make).toThrow(kind);
    expect(make).toThrow(message);
  });
});

describe('the base classes', () => {
  it('refuse what is no layer and no shape', () => {
    expect(() => new Scaled(null as never)).toThrow(/Scaled: expected a layer or a shape/);
    expect(() => new Scaled([null, -1])).toThrow(ShapeError);
    expect(() => new Sum([] as never)).toThrow(/Sum: expected a list of layers/);
    expect(() => new Sum([null, 3] as never)).toThrow(InputError);
    expect(() => new Scaled([2], '')).toThrow(/name "" ?; expected a non-empty string/);
  });
});
