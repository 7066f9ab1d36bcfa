import { evaluate, max, sum } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { getOutput } from '../helpers/output.js';
import { InputLayer } from '../inputLayer.js';
import { casesOf, compareCase, dtypes, errorOf, readReference, type Builder } from '../testing.js';
import { FeaturePoolLayer, FeatureWTALayer, GlobalPoolLayer } from './features.js';
import { poolOutputLength } from './lengths.js';
import { MaxPool1DLayer, MaxPool2DLayer, MaxPool3DLayer, Pool1DLayer, Pool2DLayer, Pool3DLayer } from './pool.js';
import { SpatialPyramidPoolingLayer } from './pyramid.js';
import { Upscale1DLayer, Upscale2DLayer, Upscale3DLayer } from './upscale.js';

const pooling: Readonly<Record<string, Builder>> = {
  'L.Pool1DLayer(a, 2)': (a) => new Pool1DLayer(a, { poolSize: 2 }),
  'L.MaxPool2DLayer(a, 2)': (a) => new MaxPool2DLayer(a, { poolSize: 2 }),
  'L.MaxPool2DLayer(a, 2, ignore_border=False)': (a) => new MaxPool2DLayer(a, { poolSize: 2, ignoreBorder: false }),
  'L.Pool2DLayer(a, 3, stride=2, ignore_border=False, mode="average_exc_pad")': (a) => new Pool2DLayer(a, { poolSize: 3, stride: 2, ignoreBorder: false, mode: 'average-exclude-pad' }),
  'L.Pool2DLayer(a, (2, 3), stride=1, mode="sum")': (a) => new Pool2DLayer(a, { poolSize: [2, 3], stride: 1, mode: 'sum' }),
  'L.MaxPool3DLayer(a, 2)': (a) => new MaxPool3DLayer(a, { poolSize: 2 }),
  'L.Pool3DLayer(a, 2, stride=1, mode="average_inc_pad")': (a) => new Pool3DLayer(a, { poolSize: 2, stride: 1, mode: 'average-include-pad' }),
  'L.SpatialPyramidPoolingLayer(a, [2, 1])': (a) => new SpatialPyramidPoolingLayer(a, { poolDims: [2, 1] }),
};

const others: Readonly<Record<string, Builder>> = {
  'L.Upscale1DLayer(a, 2)': (a) => new Upscale1DLayer(a, { scaleFactor: 2 }),
  'L.Upscale1DLayer(a, 3, mode="dilate")': (a) => new Upscale1DLayer(a, { scaleFactor: 3, mode: 'dilate' }),
  'L.Upscale2DLayer(a, (2, 3))': (a) => new Upscale2DLayer(a, { scaleFactor: [2, 3] }),
  'L.Upscale2DLayer(a, 2, mode="dilate")': (a) => new Upscale2DLayer(a, { scaleFactor: 2, mode: 'dilate' }),
  'L.Upscale3DLayer(a, 2)': (a) => new Upscale3DLayer(a, { scaleFactor: 2 }),
  'L.FeaturePoolLayer(a, 2)': (a) => new FeaturePoolLayer(a, { poolSize: 2 }),
  'L.FeatureWTALayer(a, 2)': (a) => new FeatureWTALayer(a, { poolSize: 2 }),
  'L.GlobalPoolLayer(a)': (a) => new GlobalPoolLayer(a),
  'L.GlobalPoolLayer(a, T.max)': (a) => new GlobalPoolLayer(a, { poolFunction: max }),
};

describe.each(dtypes)('pooling and upscaling against Lasagne in %s', (dtype, tolerance) => {
  it.each([...casesOf(`layersConv.${dtype}`, pooling), ...casesOf(`layers.${dtype}`, others)])('$call', (one) => {
    const { difference, where } = compareCase(one);
    expect(difference, where).toBeLessThan(tolerance);
  });
});

const image = (height = 4, width = 5): InputLayer => new InputLayer({ shape: [null, 2, height, width] });

describe('pooling layers', () => {
  it('have Lasagne\'s lengths', () => {
    const { rows } = readReference<{ cases: { rows: [number, number, number, number, boolean, number][] }[] }>('shapes').cases[1] as { rows: [number, number, number, number, boolean, number][] };
    for (const row of rows) expect(poolOutputLength(row[0], row[1], row[2], row[3], row[4]), row.join(' ')).toBe(row[5]);
    expect(poolOutputLength(null, 2, 2, 0, true)).toBeNull();
  });

  it('pad, and keep unknown sizes open', () => {
    const net = new MaxPool1DLayer(new InputLayer({ shape: [null, 1, 'n'] }), { poolSize: 2, pad: 1 });
    expect(net.outputShape).toEqual([null, 1, null]);
    expect(evaluate(getOutput(net, [[[-1, -2, -3, -4]]])).toArray()).toEqual([[[-1, -2, -4]]]);
  });

  it('add up what there is in the last windows', () => {
    const net = new Pool1DLayer(new InputLayer({ shape: [null, 1, 5] }), { poolSize: 2, mode: 'sum', ignoreBorder: false });
    expect(evaluate(getOutput(net, [[[1, 2, 3, 4, 5]]])).toArray()).toEqual([[[3, 7, 5]]]);
  });

  it('group features along any axis', () => {
    const last = new FeaturePoolLayer(new InputLayer({ shape: [null, 2, 4] }), { poolSize: 2, axis: -1, poolFunction: sum });
    expect(last.outputShape).toEqual([null, 2, 2]);
    expect(evaluate(getOutput(last, [[[1, 2, 3, 4], [5, 6, 7, 8]]])).toArray()).toEqual([[[3, 7], [11, 15]]]);
    const ties = new FeatureWTALayer(new InputLayer({ shape: [null, 4] }), { poolSize: 4, axis: -1 });
    expect(evaluate(getOutput(ties, [[1, 3, 3, 2]])).toArray()).toEqual([[0, 3, 0, 0]]);
  });

  it('pool a pyramid over windows of any size with kaiming', () => {
    const net = new SpatialPyramidPoolingLayer(image(3, 5), { poolDims: [2], implementation: 'kaiming', mode: 'average-exclude-pad' });
    const rows = [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 13, 14, 15]];
    expect(evaluate(getOutput(net, [[rows, rows]])).toArray()).toEqual([[[4.5, 6.5, 9.5, 11.5], [4.5, 6.5, 9.5, 11.5]]]);
  });

  it('explain what does not fit', () => {
    expect(errorOf(() => new Pool2DLayer(image(), { poolSize: 2, mode: 'average_inc_pad' as never }))).toMatchInlineSnapshot(`"InputError: Pool2DLayer: mode is "average_inc_pad"; expected 'max' or 'sum' or 'average-include-pad' or 'average-exclude-pad' [OPTION_VALUE]"`);
    expect(errorOf(() => new MaxPool2DLayer(image(), { poolSize: 2, mode: 'max' } as never))).toMatchInlineSnapshot(`"InputError: MaxPool2DLayer: there is no option 'mode'; known: poolSize, stride, pad, ignoreBorder, name [UNKNOWN_OPTION]"`);
    expect(errorOf(() => new MaxPool2DLayer(image(), { poolSize: 2, pad: 2 }))).toMatchInlineSnapshot(`"ShapeError: MaxPool2DLayer: pad [2, 2] with windows of 2×2: some would hold nothing else; expected less than poolSize [POOL_PAD]"`);
    expect(errorOf(() => new MaxPool2DLayer(image(), { poolSize: 2, pad: 1, ignoreBorder: false }))).toMatchInlineSnapshot(`"ShapeError: MaxPool2DLayer: ignoreBorder false together with pad [1, 1]; expected one of them: padding already makes room for the windows at the end [POOL_BORDER]"`);
    expect(errorOf(() => new MaxPool2DLayer(image(), { poolSize: 5, name: 'p' }))).toMatchInlineSnapshot(`"ShapeError: MaxPool2DLayer 'p': windows of 5×5 do not fit into spatial axis 0 of the input [null, 2, 4, 5]; use a smaller poolSize, or ignoreBorder: false [POOL_TOO_LARGE]"`);
    expect(errorOf(() => new Pool1DLayer(image(), { poolSize: 2 }))).toMatchInlineSnapshot(`"ShapeError: Pool1DLayer: the input [null, 2, 4, 5] has 4 axes; expected 3, [items, channels, size] [INPUT_RANK]"`);
    expect(errorOf(() => new Upscale2DLayer(image(), { scaleFactor: 1.5 }))).toMatchInlineSnapshot(`"InputError: Upscale2DLayer: scaleFactor is 1.5; expected a whole number from 1 up, or a list of 2, one for each spatial axis [OPTION_VALUE]"`);
    expect(errorOf(() => new FeaturePoolLayer(image(), { poolSize: 3 }))).toMatchInlineSnapshot(`"ShapeError: FeaturePoolLayer: axis 1 of the input [null, 2, 4, 5] has size 2; expected a multiple of poolSize 3 [POOL_SIZE]"`);
    expect(errorOf(() => new FeaturePoolLayer(image(), { poolSize: 2, axis: 4 }))).toMatchInlineSnapshot(`"ShapeError: FeaturePoolLayer: axis is 4 with an input of 4 axes; expected a whole number from -4 to 3 [AXIS]"`);
    expect(errorOf(() => new FeatureWTALayer(image(), { poolSize: 2, axis: 0 }))).toMatchInlineSnapshot(`"ShapeError: FeatureWTALayer: the size of axis 0 of the input [null, 2, 4, 5] is not known, but groups of 2 need it; give the number in the InputLayer's shape [INPUT_SIZE_UNKNOWN]"`);
    expect(errorOf(() => new GlobalPoolLayer([null, 2]))).toMatchInlineSnapshot(`"ShapeError: GlobalPoolLayer: the input [null, 2] has no spatial axes; expected [items, channels, …space] [INPUT_RANK]"`);
    expect(errorOf(() => new SpatialPyramidPoolingLayer(image(), { poolDims: [3] }))).toMatchInlineSnapshot(`"InputError: SpatialPyramidPoolingLayer: 3 × 3 windows do not fit 4 × 5 with equal windows; expected other poolDims, or implementation: 'kaiming' [POOL_DIMS]"`);
    expect(errorOf(() => new SpatialPyramidPoolingLayer(image(), { poolDims: 4 as never }))).toMatchInlineSnapshot(`"InputError: SpatialPyramidPoolingLayer: poolDims is 4; expected a list of whole numbers from 1 up, such as [4, 2, 1] [OPTION_VALUE]"`);
  });
});
