import { constant, evaluate, input, max, maximum, mean, mul, parameter, square } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { Conv2DLayer } from '../conv/conv.js';
import { DenseLayer } from '../denseLayer.js';
import { getOutput } from '../helpers/output.js';
import { getAllParams } from '../helpers/params.js';
import { InputLayer } from '../inputLayer.js';
import { ConcatLayer } from '../merge/concat.js';
import { autocrop } from '../merge/crop.js';
import { ElemwiseMergeLayer, ElemwiseSumLayer } from '../merge/elemwise.js';
import { tanh } from '../nonlinearities.js';
import { MaxPool2DLayer } from '../pool/pool.js';
import { DimshuffleLayer } from '../shapes/dimshuffle.js';
import { FlattenLayer } from '../shapes/flatten.js';
import { PadLayer } from '../shapes/pad.js';
import { ReshapeLayer } from '../shapes/reshape.js';
import { SliceLayer } from '../shapes/slice.js';
import { casesOf, compareCase, dtypes, errorOf, type Builder } from '../testing.js';
import { BiasLayer, ScaleLayer, standardize } from './biasScale.js';
import { EmbeddingLayer } from './embedding.js';
import { ExpressionLayer, NonlinearityLayer } from './expression.js';
import { InverseLayer } from './inverse.js';
import { ParametricRectifierLayer, prelu, RandomizedRectifierLayer, rrelu } from './rectifier.js';

const builders: Readonly<Record<string, Builder>> = {
  'L.FlattenLayer(a)': (a) => new FlattenLayer(a),
  'L.FlattenLayer(a, outdim=1)': (a) => new FlattenLayer(a, { outdim: 1 }),
  'L.ReshapeLayer(a, ([1], [0], 2, -1))': (a) => new ReshapeLayer(a, { shape: [[1], [0], 2, -1] }),
  'L.PadLayer(a, 1, val=0.5)': (a) => new PadLayer(a, { width: 1, val: 0.5 }),
  'L.PadLayer(a, [(1, 2), 0], batch_ndim=2)': (a) => new PadLayer(a, { width: [[1, 2], 0], batchNdim: 2 }),
  'L.SliceLayer(a, 1)': (a) => new SliceLayer(a, { indices: 1 }),
  'L.SliceLayer(a, slice(0, 4, 2), axis=2)': (a) => new SliceLayer(a, { indices: { begin: 0, end: 4, step: 2 }, axis: 2 }),
  'L.SliceLayer(a, slice(None, None, -1), axis=0)': (a) => new SliceLayer(a, { indices: { step: -1 }, axis: 0 }),
  'L.ConcatLayer([a, b])': (a, b) => new ConcatLayer([a, b]),
  'L.ConcatLayer([a, b], axis=1, cropping=[None, None, "lower", "center"])': (a, b) => new ConcatLayer([a, b], { axis: 1, cropping: [null, null, 'lower', 'center'] }),
  'L.ConcatLayer([a, b], axis=1, cropping=[None, None, "upper", "lower"])': (a, b) => new ConcatLayer([a, b], { axis: 1, cropping: [null, null, 'upper', 'lower'] }),
  'L.ElemwiseSumLayer([a, b], coeffs=[2, -0.5])': (a, b) => new ElemwiseSumLayer([a, b], { coeffs: [2, -0.5] }),
  'L.ScaleLayer(a)': (a) => new ScaleLayer(a),
  'L.ExpressionLayer(a, lambda x: x ** 3)': (a) => new ExpressionLayer(a, { function: (x) => mul(square(x), x) }),
  'L.ExpressionLayer(a, lambda x: x.mean(axis=2), lambda s: s[:2])': (a) => new ExpressionLayer(a, { function: (x) => mean(x, { axis: 2 }), outputShape: (shape) => shape.slice(0, 2) }),
  '(lambda d: L.InverseLayer(d, d))(L.DenseLayer(a, 4, nonlinearity=N.tanh))': (a) => {
    const layer = new DenseLayer(a, { numUnits: 4, nonlinearity: tanh });
    return new InverseLayer(layer, { layer });
  },
  'L.ParametricRectifierLayer(a)': (a) => new ParametricRectifierLayer(a),
  'L.ParametricRectifierLayer(a, shared_axes=(0, 1, 2))': (a) => new ParametricRectifierLayer(a, { sharedAxes: 'all' }),
  'L.RandomizedRectifierLayer(a) deterministic': (a) => new RandomizedRectifierLayer(a),
};

const inverse: Readonly<Record<string, Builder>> = {
  'L.InverseLayer(b, L.MaxPool2DLayer(a, 2))': (a, b) => new InverseLayer(b, { layer: new MaxPool2DLayer(a, { poolSize: 2 }) }),
};

describe.each(dtypes)('shape, merge and special layers against Lasagne in %s', (dtype, tolerance) => {
  const embedding: Builder = (a) => new EmbeddingLayer(a, { inputSize: 5, outputSize: 3, W: parameter({ data: new Float64Array(15), shape: [5, 3] }, { dtype }) });
  const all = { ...builders, 'L.EmbeddingLayer(a, 5, 3)': embedding };
  it.each([...casesOf(`layers.${dtype}`, all), ...casesOf(`layersConv.${dtype}`, inverse)])('$call', (one) => {
    const { difference, where } = compareCase(one);
    expect(difference, where).toBeLessThan(tolerance);
  });
});

const below = (...shape: readonly (number | null)[]): InputLayer => new InputLayer({ shape });

describe('shape layers', () => {
  it('know what sizes become, also unknown ones', () => {
    expect(new FlattenLayer(below(2, null, 3)).outputShape).toEqual([2, null]);
    expect(new ReshapeLayer(below(null, 4, null), { shape: [[2], -1, [0]] }).outputShape).toEqual([null, 4, null]);
    expect(new ReshapeLayer(below(null, 4), { shape: [-1, 2] }).outputShape).toEqual([null, 2]);
    expect(getOutput(new ReshapeLayer(below(null, 4), { shape: [-1, 2] })).shape[1]).toBe(2);
    expect(new SliceLayer(below(null, null, 3), { indices: -1, axis: 1 }).outputShape).toEqual([null, 3]);
  });

  it('DimshuffleLayer moves, adds and drops axes', () => {
    const net = new DimshuffleLayer(below(2, 1, 3), { pattern: ['x', 2, 0, 'x'] });
    expect(net.outputShape).toEqual([1, 3, 2, 1]);
    expect(evaluate(getOutput(net, [[[1, 2, 3]], [[4, 5, 6]]])).toArray()).toEqual([[[[1], [4]], [[2], [5]], [[3], [6]]]]);
  });

  it('SliceLayer takes positions of axes of unknown size', () => {
    const x = input('x', ['n', 'time']);
    const sequence = new InputLayer({ shape: [null, null], inputVar: x });
    const of = (indices: number | object): unknown => evaluate(getOutput(new SliceLayer(sequence, { indices, axis: 1 })), { x: [[1, 2, 3, 4]] }).toArray();
    expect([of(-1), of(-2), of(1), of({ begin: 1 }), of({ begin: 1, end: -1 }), of({ step: -1 })]).toEqual([[4], [3], [2], [[2, 3, 4]], [[2, 3]], [[4, 3, 2, 1]]]);
  });

  it('SliceLayer counts as Python does', () => {
    const of = (indices: object): unknown => evaluate(getOutput(new SliceLayer(below(5), { indices }), [0, 1, 2, 3, 4])).toArray();
    expect([of({ begin: -2 }), of({ end: -1, step: 3 }), of({ begin: 3, end: 0, step: -2 }), of({ begin: -99, end: 99, step: 4 })]).toEqual([[3, 4], [0, 3], [3, 1], [0, 4]]);
  });

  it('explain what does not fit', () => {
    expect(errorOf(() => new FlattenLayer(below(2, 3), { outdim: 3 }))).toMatchInlineSnapshot(`"ShapeError: FlattenLayer: outdim is 3, but the input [2, 3] has 2 axes; expected at most as many [OUTDIM]"`);
    expect(errorOf(() => new ReshapeLayer(below(null, 4), { shape: [[0], 3] }))).toMatchInlineSnapshot(`"ShapeError: ReshapeLayer: the input [null, 4] does not fill the shape [[0],3]: 4 elements beside the unknown sizes, where 3 are expected [RESHAPE]"`);
    expect(errorOf(() => new ReshapeLayer(below(null, 4), { shape: [[0], 3, -1] }))).toMatchInlineSnapshot(`"ShapeError: ReshapeLayer: the input [null, 4] does not fill the shape [[0],3,-1]: 4 elements beside the unknown sizes, where a multiple of 3 are expected [RESHAPE]"`);
    expect(errorOf(() => new ReshapeLayer(below(null, 4), { shape: [[2], 4] }))).toMatchInlineSnapshot(`"ShapeError: ReshapeLayer: shape refers to axis [2] of the input [null, 4]; expected [0] to [1] [RESHAPE_AXIS]"`);
    expect(errorOf(() => new ReshapeLayer(below(null, 4), { shape: [-1, -1] }))).toMatchInlineSnapshot(`"InputError: ReshapeLayer: shape is [-1,-1]; expected sizes: whole numbers from 1 up, [i] for the size of the input's axis i, and -1 at most once [OPTION_VALUE]"`);
    expect(errorOf(() => new DimshuffleLayer(below(null, 4), { pattern: [0] }))).toMatchInlineSnapshot(`"ShapeError: DimshuffleLayer: pattern leaves out axis 1 of the input [null, 4]; only an axis of size 1 can be dropped [DIMSHUFFLE_DROP]"`);
    expect(errorOf(() => new DimshuffleLayer(below(null, 4), { pattern: [0, 1, 2] }))).toMatchInlineSnapshot(`"ShapeError: DimshuffleLayer: pattern names axis 2 of the input [null, 4]; expected axes from 0 to 1 [DIMSHUFFLE_AXIS]"`);
    expect(errorOf(() => new DimshuffleLayer(below(null, 4), { pattern: [0, 0, 1] }))).toMatchInlineSnapshot(`"InputError: DimshuffleLayer: pattern is [0,0,1]; expected a list of axes from 0 up, each at most once, and 'x' for new axes [OPTION_VALUE]"`);
    expect(errorOf(() => new PadLayer(below(null, 4, 4), { width: [1, 2] }))).toMatchInlineSnapshot(`"ShapeError: PadLayer: 2 widths for the input [null, 4, 4] with batchNdim 2; expected 1 [PAD_WIDTH]"`);
    expect(errorOf(() => new PadLayer(below(null, 4, 4), { width: -1 }))).toMatchInlineSnapshot(`"InputError: PadLayer: width is -1; expected a whole number from 0 up, or a list of such numbers and pairs [before, after] [OPTION_VALUE]"`);
    expect(errorOf(() => new SliceLayer(below(null, 4), { indices: 4 }))).toMatchInlineSnapshot(`"ShapeError: SliceLayer: position 4 of axis 1 of the input [null, 4]; expected -4 to 3 [SLICE]"`);
    expect(errorOf(() => new SliceLayer(below(null, 4), { indices: { begin: 2, end: 1 } }))).toMatchInlineSnapshot(`"ShapeError: SliceLayer: the range {"begin":2,"end":1} of axis 1 of the input [null, 4] holds nothing; expected at least one element [SLICE]"`);
    expect(errorOf(() => new SliceLayer(below(null, 4), { indices: { start: 2 } as never }))).toMatchInlineSnapshot(`"InputError: SliceLayer: indices is {"start":2}; expected a whole number, or { begin, end, step } of whole numbers with a step that is not 0 [OPTION_VALUE]"`);
  });
});

describe('merge layers', () => {
  it('crop at either end or both', () => {
    const inputs = [constant([1, 2, 3, 4, 5]), constant([1, 2])];
    const first = (crop: 'lower' | 'upper' | 'center' | null): unknown => evaluate(autocrop(inputs, [crop])[0] as never).toArray();
    expect([first('lower'), first('upper'), first('center'), first(null)]).toEqual([[1, 2], [4, 5], [2, 3], [1, 2, 3, 4, 5]]);
  });

  it('merge by any function, and repeat axes of size 1', () => {
    const x = input('x', ['n', 2]);
    const y = input('y', ['n', 1]);
    const net = new ElemwiseMergeLayer([new InputLayer({ shape: [null, 2], inputVar: x }), new InputLayer({ shape: [null, 1], inputVar: y })], { mergeFunction: maximum });
    expect(net.outputShape).toEqual([null, 2]);
    expect(evaluate(getOutput(net), { x: [[1, 5]], y: [[3]] }).toArray()).toEqual([[3, 5]]);
  });

  it('tell already when built what does not fit', () => {
    expect(errorOf(() => new ConcatLayer([below(null, 2, 3), below(null, 2, 4)]))).toMatchInlineSnapshot(`"ShapeError: ConcatLayer: inputs [null, 2, 3], [null, 2, 4] differ in axis 2; expected the same sizes beside axis 1, along which they are joined (or use cropping) [MERGE_SIZE]"`);
    expect(errorOf(() => new ConcatLayer([below(null, 2, 3), below(null, 2)], { name: 'both' }))).toMatchInlineSnapshot(`"ShapeError: ConcatLayer 'both': inputs of 3, 2 axes ([null, 2, 3], [null, 2]); expected the same number of all [MERGE_RANK]"`);
    expect(errorOf(() => new ConcatLayer([below(null, 2), below(null, 2)], { cropping: ['middle' as never] }))).toMatchInlineSnapshot(`"InputError: ConcatLayer: cropping is ["middle"]; expected a list of 'lower', 'upper', 'center' or null, one an axis [OPTION_VALUE]"`);
    expect(errorOf(() => new ElemwiseSumLayer([below(null, 2), below(null, 3)]))).toMatchInlineSnapshot(`"ShapeError: ElemwiseSumLayer: inputs [null, 2], [null, 3] differ in axis 1; expected the same sizes, or 1 (or use cropping) [MERGE_SIZE]"`);
    expect(errorOf(() => new ElemwiseSumLayer([below(null, 2), below(null, 2)], { coeffs: [1] }))).toMatchInlineSnapshot(`"InputError: ElemwiseSumLayer: coeffs is [1]; expected a number, or one for each of the 2 inputs [OPTION_VALUE]"`);
    expect(errorOf(() => new ElemwiseMergeLayer([below(null, 2), below(null, 2)], {} as never))).toMatchInlineSnapshot(`"InputError: ElemwiseMergeLayer: mergeFunction is undefined; expected a function of two expressions, such as mul [OPTION_VALUE]"`);
  });
});

describe('special layers', () => {
  it('BiasLayer adds what is not shared', () => {
    const net = new BiasLayer(below(null, 2, 2), { b: [10, 20], sharedAxes: [0, 1] });
    expect(evaluate(getOutput(net, [[[1, 2], [3, 4]]])).toArray()).toEqual([[[11, 22], [13, 24]]]);
    expect(new BiasLayer(below(null, 2), { b: null }).getParams()).toEqual([]);
  });

  it('standardize takes data, and is not trained', () => {
    const net = standardize(below(null, 2), { offset: new Float64Array([1, 2]), scale: [2, 4] });
    expect(evaluate(getOutput(net, [[3, 4]])).toArray()).toEqual([[1, 0.5]]);
    expect(getAllParams(net, { trainable: true })).toEqual([]);
    expect(getAllParams(net)).toHaveLength(2);
  });

  it('prelu and rrelu move in the place of the nonlinearity', () => {
    const dense = new DenseLayer(below(null, 1), { numUnits: 1, W: 1, name: 'd' });
    const net = prelu(dense, { alpha: 0.5 });
    expect([net.name, evaluate(getOutput(net, [[-2]])).toArray()]).toEqual(['d_prelu', [[-1]]]);
    const random = rrelu(new Conv2DLayer(below(null, 1, 1, 1), { numFilters: 1, filterSize: 1, W: 1 }), { lower: 0.5, upper: 0.75 });
    const slope = evaluate(getOutput(random, [[[[-1]]]])).item();
    expect(slope).toBeLessThanOrEqual(-0.5);
    expect(slope).toBeGreaterThanOrEqual(-0.75);
    expect(evaluate(getOutput(random, [[[[-1]]]], { deterministic: true })).item()).toBe(-0.625);
  });

  it('ExpressionLayer finds its shape out, or checks what was said', () => {
    const reduce = { function: (x: Parameters<typeof max>[0]) => max(x, { axis: 1 }) };
    expect(new ExpressionLayer(below(null, 3, 4), { ...reduce, outputShape: 'auto' }).outputShape).toEqual([null, 4]);
    expect(errorOf(() => getOutput(new ExpressionLayer(new InputLayer({ shape: ['n', 3, 4] }), reduce)))).toMatchInlineSnapshot(`"ShapeError: ExpressionLayer: what the function gives has shape [n, 4], but outputShape says [null, 3, 4]; give outputShape, or outputShape: 'auto' [EXPRESSION_SHAPE]"`);
    expect(errorOf(() => new ExpressionLayer(below(null, 3), { ...reduce, outputShape: 'same' as never }))).toMatchInlineSnapshot(`"InputError: ExpressionLayer: outputShape is 'same'; expected a shape, a function of the input's shape, 'auto', or null for the same [OPTION_VALUE]"`);
    expect(evaluate(getOutput(new NonlinearityLayer(below(null, 2)), [[-1, 2]])).toArray()).toEqual([[0, 2]]);
  });

  it('explain what does not fit', () => {
    expect(errorOf(() => new EmbeddingLayer([null], { inputSize: 3 } as never))).toMatchInlineSnapshot(`"InputError: EmbeddingLayer: outputSize is undefined; expected a whole number from 1 up [OPTION_VALUE]"`);
    const x = input('x', ['n'], 'int32');
    const net = new EmbeddingLayer(new InputLayer({ shape: [null], inputVar: x }), { inputSize: 3, outputSize: 2 });
    expect(errorOf(() => evaluate(getOutput(net), { x: [3] }))).toContain('gather: index 3 at position 0; expected 0 to 2, since axis 0 has size 3; the indices come from input');
    expect(errorOf(() => getOutput(new EmbeddingLayer(new InputLayer({ shape: ['n'] }), { inputSize: 3, outputSize: 2, name: 'words' })))).toMatchInlineSnapshot(`"DTypeError: EmbeddingLayer 'words': gather: indices float32[n]; expected int32 or uint32; use cast(indices, 'int32') [INDEX_DTYPE]"`);
    expect(errorOf(() => new InverseLayer(below(null, 2), { layer: below(null, 2) }))).toMatchInlineSnapshot(`"InputError: InverseLayer: layer is InputLayer; expected a layer that is built on one other layer [INVERSE]"`);
    expect(errorOf(() => new BiasLayer(below(null, null)))).toMatchInlineSnapshot(`"ShapeError: BiasLayer: the size of axis 1 of the input [null, null] is not known, but b needs it; give the number in the InputLayer's shape [INPUT_SIZE_UNKNOWN]"`);
    expect(errorOf(() => new ScaleLayer(below(null, 2), { sharedAxes: 'none' as never }))).toMatchInlineSnapshot(`"InputError: ScaleLayer: sharedAxes is "none"; expected 'auto', 'all', an axis, or a list of axes [OPTION_VALUE]"`);
    expect(errorOf(() => new RandomizedRectifierLayer(below(null, 2), { lower: 1 }))).toMatchInlineSnapshot(`"InputError: RandomizedRectifierLayer: lower is 1; expected a number not above upper, 0.8 [OPTION_VALUE]"`);
  });
});
