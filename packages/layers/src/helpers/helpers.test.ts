import { add, compile, evaluate, input, InputError, parameter, relu, ShapeError, type Expression } from '@pastina/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DenseLayer } from '../denseLayer.js';
import { InputLayer } from '../inputLayer.js';
import { MergeLayer } from '../mergeLayer.js';
import { type Layer } from '../layer.js';
import { type LayerShape } from '../shape.js';
import { getAllLayers } from './allLayers.js';
import { getOutput } from './output.js';
import { getOutputShape } from './outputShape.js';
import { countParams, getAllParams } from './params.js';
import { fetchAllParamValues, getAllParamValues, setAllParamValues } from './values.js';

class Sum extends MergeLayer {
  override getOutputFor(inputs: readonly Expression[]): Expression {
    return inputs.reduce((total, one) => add(total, one));
  }

  override getOutputShapeFor(shapes: readonly LayerShape[]): LayerShape {
    return shapes[0] ?? [];
  }
}

const x = (): InputLayer => new InputLayer({ shape: [null, 2], name: 'x' });
const dense = (below: Layer, name: string): DenseLayer => new DenseLayer(below, { numUnits: 2, name, W: [[1, 0], [0, 1]] });

describe('getAllLayers', () => {
  it('lists left to right, each after what feeds it, as Lasagne does', () => {
    const i = x();
    const [a, b] = [dense(i, 'a'), dense(i, 'b')];
    const net = new Sum([b, a]);
    expect(getAllLayers(net)).toEqual([i, b, a, net]);
    expect(getAllLayers([b, a])).toEqual([i, b, a]);
    expect(getAllLayers([a, net, a])).toEqual([i, a, b, net]);
    expect(getAllLayers(net, { treatAsInput: [b] })).toEqual([b, i, a, net]);
    expect(getAllLayers(net, { treatAsInput: [b, a] })).toEqual([b, a, net]);
    expect(() => getAllLayers([a, 'b' as never])).toThrow(/element 1 is string; expected a layer/);
  });

  it('is topological and without repetition on any graph', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 15 }), (links) => {
      const layers: Layer[] = [x()];
      for (const [l, r] of links) layers.push(new Sum([layers[l % layers.length] as Layer, layers[r % layers.length] as Layer]));
      const listed = getAllLayers(layers[layers.length - 1] as Layer);
      return new Set(listed).size === listed.length && listed.every((layer, at) => layer.inputLayers.every((below) => below === null || (listed.includes(below) && listed.indexOf(below) < at)));
    }));
  });

  it('does not overflow the stack of a deep network', () => {
    let net: Layer = x();
    for (let k = 0; k < 20000; k += 1) net = new Sum([net]);
    expect(getAllLayers(net)).toHaveLength(20001);
  }, 20000);
});

describe('getOutput', () => {
  it('takes data, an expression or a map, and gives one or several', () => {
    const i = x();
    const [a, b] = [dense(i, 'a'), dense(i, 'b')];
    const net = new Sum([a, b]);
    expect(evaluate(getOutput(net, [[1, 2]])).toArray()).toEqual([[2, 4]]);
    expect(evaluate(getOutput(net), { x: [[1, 2]] }).toArray()).toEqual([[2, 4]]);
    expect(evaluate(getOutput(net, new Map<Layer, number[][]>([[a, [[5, 5]]], [i, [[1, 2]]]]))).toArray()).toEqual([[6, 7]]);
    const z = input('z', ['n', 2]);
    const [first, second] = getOutput([a, net], z) as [Expression, Expression];
    const both = compile({ inputs: { z }, outputs: { first, second } })({ z: [[1, 2]] });
    expect([both.first.toArray(), both.second.toArray()]).toEqual([[[1, 2]], [[2, 4]]]);
  });

  it('computes a shared layer once', () => {
    const i = x();
    const a = dense(i, 'a');
    const [one, two] = getOutput([a, a]);
    expect(one).toBe(two);
  });

  it('names unknown options, missing inputs and the layer at fault', () => {
    const i = x();
    const net = dense(i, 'a');
    expect(() => getOutput(net, undefined, { determinstic: true })).toThrow(/getOutput: there is no option 'determinstic'; did you mean 'deterministic'\?/);
    expect(() => getOutput(net, undefined, { deterministic: 1 as never })).toThrow(InputError);
    expect(() => getOutput(new DenseLayer([null, 3], { numUnits: 1, name: 'free' }))).toThrow(/DenseLayer 'free' was built from a shape, so nothing feeds it/);
    expect(() => getOutput(new Sum([x(), x()]), [[1, 2]])).toThrow(/the network has 2 input layers/);
    expect(() => getOutput(net, [[1, 2, 3]])).toThrow(/the input for InputLayer 'x' has size 3 at axis 1/);
    expect(() => getOutput(net, input('z', ['n']))).toThrow(ShapeError);
    const symbolic = new DenseLayer(new InputLayer({ shape: [null, 3], inputVar: input('s', ['n', 'm']) }), { numUnits: 1, name: 'top' });
    expect(() => getOutput(symbolic)).toThrow(/^DenseLayer 'top': matmul: /);
    expect(() => getOutput(symbolic)).toThrow(ShapeError);
  });
});

describe('getOutputShape', () => {
  it('propagates given shapes', () => {
    const net = new DenseLayer(new Sum([dense(x(), 'a')]), { numUnits: 5 });
    expect(getOutputShape(net)).toEqual([null, 5]);
    expect(getOutputShape(net, [8, 2])).toEqual([8, 5]);
    expect(getOutputShape([net, net], [8, 2])).toEqual([[8, 5], [8, 5]]);
    expect(() => getOutputShape(new Sum([x(), x()]), [1, 2])).toThrow(/2 input layers/);
  });
});

describe('parameters of a network', () => {
  const W = parameter([[1, 2], [3, 4]], { name: 'W' });
  const shared = (): Layer => new DenseLayer(new DenseLayer(x(), { numUnits: 2, W, name: 'a' }), { numUnits: 2, W, name: 'b' });

  it('are listed once, filtered by tags', () => {
    expect(getAllParams(shared()).map(({ name }) => name)).toEqual(['W', 'a.b', 'b.b']);
    expect(getAllParams(shared(), { regularizable: false }).map(({ name }) => name)).toEqual(['a.b', 'b.b']);
    expect(countParams(shared())).toBe(8);
    expect(countParams(shared(), { trainable: false })).toBe(0);
    expect(() => getAllParams(shared(), { regularisable: true })).toThrow(/did you mean 'regularizable'/);
    const wrapped = new DenseLayer(x(), { numUnits: 2, W: relu(W) });
    expect(getAllParams(wrapped, {}, { unwrapShared: false })).toEqual([wrapped.W, wrapped.b]);
  });

  it('are waited for, as they were when they were asked for', async () => {
    const net = shared();
    const step = compile({ inputs: {}, outputs: {}, updates: new Map(getAllParams(net).map((param) => [param, add(param, 1)])) });
    const before = fetchAllParamValues(net);
    step({});
    const after = fetchAllParamValues(net, { regularizable: true });
    W.set([[0, 0], [0, 0]]);
    expect((await before).map((value) => value.toArray())).toEqual([[[1, 2], [3, 4]], [0, 0], [0, 0]]);
    expect((await after).map((value) => value.toArray())).toEqual([[[2, 3], [4, 5]]]);
    expect((await fetchAllParamValues(net)).map((value) => value.toArray())).toEqual([[[0, 0], [0, 0]], [1, 1], [1, 1]]);
    await expect(fetchAllParamValues(net, { trainabel: true } as never)).rejects.toThrow(/trainabel/);
    W.set([[1, 2], [3, 4]]);
  });

  it('are set all or not at all', () => {
    const net = shared();
    const before = getAllParamValues(net).map((value) => value.toArray());
    expect(() => setAllParamValues(net, [[[9, 9], [9, 9]], [9, 9], [9, 9, 9]])).toThrow(/value 2 has shape \[3\]; parameter b\.b \[2\] expects \[2\]\. No parameter was changed/);
    expect(() => setAllParamValues(net, [[[9, 9], [9, 9]], [9, 9], new Float64Array(2)])).toThrow(/b\.b/);
    expect(() => setAllParamValues(net, [])).toThrow(/0 values for 3 parameters \(W \[2, 2\], a\.b \[2\], b\.b \[2\]\)/);
    expect(getAllParamValues(net).map((value) => value.toArray())).toEqual(before);
    setAllParamValues(net, [[[9, 8], [7, 6]], [1, 2], [3, 4]]);
    expect(W.valueSync().toArray()).toEqual([[9, 8], [7, 6]]);
    W.set([[1, 2], [3, 4]]);
  });
});
