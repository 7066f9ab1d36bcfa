import { compile, evaluate, grad, input, isParameter, PastinaError, square, sum, type Expression } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import * as layers from './index.js';
import { getAllParams, getOutput, InputLayer, Layer, type Incoming, type LayerShape } from './index.js';
import { errorOf } from './testing.js';

type Options = Readonly<Record<string, unknown>>;
type Build = (incoming: Incoming, options: Options) => Layer;

/** A layer class with what it needs: a shape that it takes, options that it must have, a shape that it must refuse. */
interface Row {
  readonly shape: LayerShape;
  readonly options?: Options;
  /** A shape that has no meaning for it; none: it takes any. */
  readonly wrong?: LayerShape;
  readonly make?: Build;
  /** Its input are whole numbers. */
  readonly whole?: true;
}

const image: LayerShape = [null, 2, 6, 6], volume: LayerShape = [null, 2, 4, 4, 4], series: LayerShape = [null, 2, 8], rows: LayerShape = [null, 4], sequence: LayerShape = [null, 5, 4];
const filters: Options = { numFilters: 2, filterSize: 3 };
const twice = (name: 'ConcatLayer' | 'ElemwiseSumLayer'): Build => (incoming, options) => new layers[name]([incoming, incoming], options);
/** A network that gives each image of a batch the numbers of its transformation. */
const localization = (incoming: Incoming, numUnits: number): Layer => new layers.DenseLayer(incoming, { numUnits, nonlinearity: null, W: 0, b: Array.from({ length: numUnits }, (_, i) => (i % 4 === 0 ? 1 : 0)) });

const table: Readonly<Record<string, Row>> = {
  InputLayer: { shape: rows, wrong: [null, -1], make: (incoming, options) => new InputLayer({ shape: incoming as LayerShape, ...options }) },
  DenseLayer: { shape: rows, options: { numUnits: 3 }, wrong: [null, null] },
  NINLayer: { shape: image, options: { numUnits: 3 }, wrong: [null, null, 6] },
  Conv1DLayer: { shape: series, options: filters, wrong: rows },
  Conv2DLayer: { shape: image, options: filters, wrong: rows },
  Conv3DLayer: { shape: volume, options: filters, wrong: rows },
  TransposedConv2DLayer: { shape: image, options: filters, wrong: rows },
  TransposedConv3DLayer: { shape: volume, options: filters, wrong: rows },
  DilatedConv2DLayer: { shape: image, options: filters, wrong: rows },
  LocallyConnected2DLayer: { shape: image, options: filters, wrong: [null, 2, null, 6] },
  Pool1DLayer: { shape: series, options: { poolSize: 2 }, wrong: rows },
  Pool2DLayer: { shape: image, options: { poolSize: 2 }, wrong: rows },
  Pool3DLayer: { shape: volume, options: { poolSize: 2 }, wrong: rows },
  MaxPool1DLayer: { shape: series, options: { poolSize: 2 }, wrong: rows },
  MaxPool2DLayer: { shape: image, options: { poolSize: 2 }, wrong: rows },
  MaxPool3DLayer: { shape: volume, options: { poolSize: 2 }, wrong: rows },
  Upscale1DLayer: { shape: series, options: { scaleFactor: 2 }, wrong: rows },
  Upscale2DLayer: { shape: image, options: { scaleFactor: 2 }, wrong: rows },
  Upscale3DLayer: { shape: volume, options: { scaleFactor: 2 }, wrong: rows },
  FeaturePoolLayer: { shape: rows, options: { poolSize: 2 }, wrong: [null, 3] },
  FeatureWTALayer: { shape: rows, options: { poolSize: 2 }, wrong: [null, 3] },
  GlobalPoolLayer: { shape: image, wrong: [null, 2] },
  SpatialPyramidPoolingLayer: { shape: image, options: { poolDims: [2, 1] }, wrong: rows },
  ConcatLayer: { shape: rows, make: twice('ConcatLayer') },
  ElemwiseSumLayer: { shape: rows, make: twice('ElemwiseSumLayer') },
  ElemwiseMergeLayer: { shape: rows, make: (incoming, options) => new layers.ElemwiseMergeLayer([incoming, incoming], { mergeFunction: (a: Expression) => a, ...options }) },
  DropoutLayer: { shape: rows },
  GaussianNoiseLayer: { shape: rows },
  BatchNormLayer: { shape: rows, wrong: [null, null] },
  StandardizationLayer: { shape: rows },
  GroupStandardizationLayer: { shape: image, options: { numGroups: 2 }, wrong: [null, 3, 6, 6] },
  LocalResponseNormalization2DLayer: { shape: image, wrong: rows },
  FlattenLayer: { shape: image, options: { outdim: 2 }, wrong: [null] },
  ReshapeLayer: { shape: rows, options: { shape: [[0], 2, 2] }, wrong: [null, 5] },
  DimshuffleLayer: { shape: rows, options: { pattern: [0, 'x', 1] }, wrong: [null, 3, 3] },
  PadLayer: { shape: image, options: { width: 1 } },
  SliceLayer: { shape: rows, options: { indices: 1 }, wrong: [null, 1] },
  EmbeddingLayer: { shape: [null, 3], options: { inputSize: 9, outputSize: 2 }, whole: true },
  RecurrentLayer: { shape: sequence, options: { numUnits: 3 }, wrong: rows },
  LSTMLayer: { shape: sequence, options: { numUnits: 3 }, wrong: rows },
  GRULayer: { shape: sequence, options: { numUnits: 3 }, wrong: rows },
  CustomRecurrentLayer: {
    shape: sequence, wrong: rows,
    make: (incoming, options) => new layers.CustomRecurrentLayer(incoming, { inputToHidden: new layers.DenseLayer(new InputLayer({ shape: [null, 4] }), { numUnits: 3 }), hiddenToHidden: new layers.DenseLayer(new InputLayer({ shape: [null, 3] }), { numUnits: 3 }), ...options }),
  },
  MultiHeadAttentionLayer: { shape: sequence, options: { numHeads: 2, causal: true }, wrong: [null, null] },
  PositionalEncodingLayer: { shape: sequence, wrong: [null, null] },
  NonlinearityLayer: { shape: rows },
  BiasLayer: { shape: rows, wrong: [null, null] },
  ScaleLayer: { shape: rows, wrong: [null, null] },
  ExpressionLayer: { shape: rows, options: { function: (x: Expression) => x } },
  InverseLayer: { shape: rows, make: (incoming, options) => {
    const dense = new layers.DenseLayer(incoming, { numUnits: 3 });
    return new layers.InverseLayer(dense, { layer: dense, ...options });
  } },
  TransformerLayer: { shape: image, wrong: rows, make: (incoming, options) => new layers.TransformerLayer(incoming, { localizationNetwork: localization(incoming, 6), ...options }) },
  TPSTransformerLayer: { shape: image, wrong: rows, make: (incoming, options) => new layers.TPSTransformerLayer(incoming, { localizationNetwork: localization(incoming, 32), ...options }) },
  ParametricRectifierLayer: { shape: rows, wrong: [null, null] },
  RandomizedRectifierLayer: { shape: rows },
};

const classes = Object.entries(layers).filter(([name, value]) => typeof value === 'function' && value.prototype instanceof Layer && !/^(?:Base|Filter|Merge|Deconv)/.test(name)).map(([name]) => name);
const all = Object.entries(table).map(([name, row]) => {
  const Class = layers[name as 'DropoutLayer'];
  const make: Build = row.make ?? ((incoming, options) => new Class(incoming, options));
  return { name, ...row, build: (incoming: Incoming, options: Options = {}) => make(incoming, { ...row.options, ...options }) };
});

/** What a row's layer is built on where no data are needed. */
const under = ({ name, shape }: (typeof all)[number]): Incoming => (name === 'InputLayer' ? shape : new InputLayer({ shape }));

/** The layer on an input of its shape, with numbers for a batch. */
function onInput({ shape, build, whole, name }: (typeof all)[number], batch: number): { readonly net: Layer; readonly x: Expression; readonly feeds: { readonly x: { readonly data: Float32Array | Int32Array; readonly shape: number[] } } } {
  const x = input('x', shape.map((size) => size ?? 'batch'), whole === true ? 'int32' : 'float32');
  const sizes = shape.map((size) => size ?? batch);
  const length = sizes.reduce((a, b) => a * b, 1);
  const data = whole === true ? Int32Array.from({ length }, (_, i) => i % 9) : Float32Array.from({ length }, (_, i) => Math.sin(i));
  const below = new InputLayer({ shape, inputVar: x });
  return { net: name === 'InputLayer' ? below : build(below), x, feeds: { x: { data, shape: sizes } } };
}

describe('every layer', () => {
  it('stands in the table of this test', () => {
    expect(Object.keys(table).sort()).toEqual(classes.sort());
  });

  describe.each(all)('$name', (row) => {
    it('gives what its outputShape says, with finite numbers, and the same twice where nothing is random', () => {
      const { net, x, feeds } = onInput(row, 3);
      const output = getOutput(net, undefined, { deterministic: true });
      const run = compile({ inputs: { x: x as never }, outputs: { output } }) as unknown as (feeds: object) => { readonly output: { readonly shape: readonly number[]; readonly dataSync: () => Float32Array } };
      const first = run(feeds).output;
      expect(first.shape).toEqual(net.outputShape.map((size) => size ?? 3));
      expect(output.shape.map((size) => (typeof size === 'number' ? size : null)).filter((size) => size !== null)).toEqual(first.shape.filter((_, axis) => typeof output.shape[axis] === 'number'));
      expect([...first.dataSync()].every(Number.isFinite)).toBe(true);
      expect([...run(feeds).output.dataSync()]).toEqual([...first.dataSync()]);
    });

    it('computes in the dtype of its input and parameters alone', () => {
      const { net, x, feeds } = onInput(row, 2);
      const output = getOutput(net);
      const gradients = grad(sum(square(output)), getAllParams(net, { trainable: true }));
      const { buffers } = compile({ inputs: { x: x as never }, outputs: { output, ...Object.fromEntries(gradients.map((one, i) => [`gradient ${i}`, one])) } }).program(feeds);
      expect(buffers.filter(({ dtype }) => dtype === 'float64' || dtype === 'float16')).toEqual([]);
    });

    it('gives an empty batch for an empty batch', () => {
      const { net, feeds } = onInput(row, 0);
      const output = evaluate(getOutput(net, undefined, { deterministic: true }), feeds);
      expect(output.shape).toEqual(net.outputShape.map((size) => size ?? 0));
    });

    it('names its parameters, and itself', () => {
      const named = row.build(under(row), { name: 'mine' });
      expect(named.label).toBe(`${row.name} 'mine'`);
      // Networks inside a layer have names of their own.
      for (const param of named.params.keys()) expect(isParameter(param) ? param.name : undefined, row.name).toMatch(row.name === 'CustomRecurrentLayer' ? /^W$|^b$|^mine\./ : /^mine\./);
    });

    it('refuses what it does not know', () => {
      expect(errorOf(() => row.build(under(row), { nope: 1 }))).toMatch(new RegExp(`^InputError: ${row.name}: .*'nope'`));
      expect(errorOf(() => row.build(under(row), { name: '' }))).toMatch(/name ""; expected a non-empty string/);
      expect(errorOf(() => row.build(under(row), { name: 3 }))).toMatch(new RegExp(`^InputError: ${row.name}.*name`));
    });

    it('refuses what cannot feed it, and says which layer', () => {
      for (const wrong of [undefined, 3, 'x', null, [[null, 4]]]) {
        const found = errorOf(() => row.build(wrong as never, { name: 'mine' }));
        expect(found, String(wrong)).toMatch(/'mine'|DenseLayer|InputLayer/);
      }
      if (row.wrong === undefined) return;
      let caught: unknown;
      try {
        getOutput(row.build(row.wrong, { name: 'mine' }), input('x', row.wrong.map((size, axis) => size ?? `n${axis}`)));
      } catch (error) {
        caught = error;
      }
      expect(caught).toBeInstanceOf(PastinaError);
      expect((caught as Error).message).toMatch(/'mine'|DenseLayer/);
    });

    it('has finite gradients of all that is trained, and of its input', () => {
      const { net, x, feeds } = onInput(row, 2);
      const loss = sum(square(getOutput(net, undefined, { deterministic: true })));
      const trained = getAllParams(net, { trainable: true }), of = row.whole === true ? trained : [...trained, x];
      const gradients = grad(loss, of);
      expect(gradients).toHaveLength(of.length);
      gradients.forEach((one, i) => {
        const value = evaluate(one, feeds);
        expect(value.shape).toEqual(of[i] === x ? feeds.x.shape : of[i]?.shape);
        expect([...(value.dataSync() as Float32Array)].every(Number.isFinite)).toBe(true);
      });
    });
  });
});
