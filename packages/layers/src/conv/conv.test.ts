import { constant, evaluate, input, reshape, type Expression } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { getOutput } from '../helpers/output.js';
import { InputLayer } from '../inputLayer.js';
import { tanh } from '../nonlinearities.js';
import { casesOf, compareCase, dtypes, errorOf, readReference, type Builder } from '../testing.js';
import { Conv1DLayer, Conv2DLayer, Conv3DLayer } from './conv.js';
import { DilatedConv2DLayer } from './dilated.js';
import { convInputLength, convOutputLength } from './lengths.js';
import { LocallyConnected2DLayer } from './local.js';
import { NINLayer } from './nin.js';
import { TransposedConv2DLayer, TransposedConv3DLayer } from './transposed.js';

const conv: Readonly<Record<string, Builder>> = {
  'L.Conv1DLayer(a, 3, 3)': (a) => new Conv1DLayer(a, { numFilters: 3, filterSize: 3 }),
  'L.Conv1DLayer(a, 3, 3, stride=2, pad="same", nonlinearity=N.tanh)': (a) => new Conv1DLayer(a, { numFilters: 3, filterSize: [3], stride: 2, pad: 'same', nonlinearity: tanh }),
  'L.Conv2DLayer(a, 3, 3, flip_filters=False)': (a) => new Conv2DLayer(a, { numFilters: 3, filterSize: 3, flipFilters: false }),
  'L.Conv2DLayer(a, 3, (3, 1), pad="same", nonlinearity=N.tanh)': (a) => new Conv2DLayer(a, { numFilters: 3, filterSize: [3, 1], pad: 'same', nonlinearity: tanh }),
  'L.Conv2DLayer(a, 3, 3, pad="full", nonlinearity=None)': (a) => new Conv2DLayer(a, { numFilters: 3, filterSize: 3, pad: 'full', nonlinearity: null }),
  'L.Conv2DLayer(a, 3, 3, stride=(2, 1), pad=(1, 2), nonlinearity=N.tanh)': (a) => new Conv2DLayer(a, { numFilters: 3, filterSize: 3, stride: [2, 1], pad: [1, 2], nonlinearity: tanh }),
  'L.Conv2DLayer(a, 3, 3, untie_biases=True, nonlinearity=N.tanh)': (a) => new Conv2DLayer(a, { numFilters: 3, filterSize: 3, untieBiases: true, nonlinearity: tanh }),
  'L.Conv2DLayer(a, 4, 3, num_groups=2, nonlinearity=N.tanh)': (a) => new Conv2DLayer(a, { numFilters: 4, filterSize: 3, numGroups: 2, nonlinearity: tanh }),
  'L.Conv3DLayer(a, 2, 2, pad=1, nonlinearity=N.tanh)': (a) => new Conv3DLayer(a, { numFilters: 2, filterSize: 2, pad: 1, nonlinearity: tanh }),
  'L.TransposedConv2DLayer(a, 3, 3)': (a) => new TransposedConv2DLayer(a, { numFilters: 3, filterSize: 3 }),
  'L.TransposedConv2DLayer(a, 3, 3, stride=2, crop="same", output_size=(6, 6), nonlinearity=N.tanh)': (a) => new TransposedConv2DLayer(a, { numFilters: 3, filterSize: 3, stride: 2, crop: 'same', outputSize: [6, 6], nonlinearity: tanh }),
  'L.TransposedConv2DLayer(a, 3, (2, 3), crop="full", flip_filters=True, nonlinearity=None)': (a) => new TransposedConv2DLayer(a, { numFilters: 3, filterSize: [2, 3], crop: 'full', flipFilters: true, nonlinearity: null }),
  'L.DilatedConv2DLayer(a, 3, 2, dilation=(2, 2), nonlinearity=N.tanh)': (a) => new DilatedConv2DLayer(a, { numFilters: 3, filterSize: 2, dilation: 2, nonlinearity: tanh }),
  'L.DilatedConv2DLayer(a, 3, 3, dilation=(1, 2))': (a) => new DilatedConv2DLayer(a, { numFilters: 3, filterSize: 3, dilation: [1, 2] }),
};

const nin: Readonly<Record<string, Builder>> = {
  'L.NINLayer(a, 4)': (a) => new NINLayer(a, { numUnits: 4 }),
  'L.NINLayer(a, 4, untie_biases=True, nonlinearity=N.tanh)': (a) => new NINLayer(a, { numUnits: 4, untieBiases: true, nonlinearity: tanh }),
};

describe.each(dtypes)('convolutions against Lasagne in %s', (dtype, tolerance) => {
  it.each([...casesOf(`layersConv.${dtype}`, conv), ...casesOf(`layers.${dtype}`, nin)])('$call', (one) => {
    const { difference, where } = compareCase(one);
    expect(difference, where).toBeLessThan(tolerance);
  });
});

describe('lengths', () => {
  it('are those of Lasagne', () => {
    const { rows } = readReference<{ cases: { rows: [number, number, number, number | 'same' | 'full' | 'valid', number | null, number | null][] }[] }>('shapes').cases[0] as { rows: [number, number, number, number | 'same', number | null, number | null][] };
    for (const [length, size, stride, pad, output, back] of rows) {
      expect([convOutputLength(length, size, stride, pad), convInputLength(length, size, stride, pad)], `${length} ${size} ${stride} ${pad}`).toEqual([output, back]);
    }
    expect([convOutputLength(null, 3, 1), convInputLength(null, 3, 1)]).toEqual([null, null]);
    expect(errorOf(() => convOutputLength(3, 3, 1, 'sam' as never))).toMatchInlineSnapshot(`"InputError: convOutputLength: pad is "sam"; expected a whole number from 0 up, 'valid', 'same' or 'full' [OPTION_VALUE]"`);
  });
});

const image = (): InputLayer => new InputLayer({ shape: [null, 2, 5, 4] });

describe('convolution layers', () => {
  it('keep sizes open that are not known', () => {
    const net = new Conv2DLayer(new InputLayer({ shape: [null, 1, null, 'width'] }), { numFilters: 2, filterSize: 3, W: 1 });
    expect(net.outputShape).toEqual([null, 2, null, null]);
    expect(evaluate(getOutput(net, [[[[1, 1, 1], [1, 1, 1], [1, 1, 1]]]])).toArray()).toEqual([[[[9]], [[9]]]]);
  });

  it('LocallyConnected2DLayer is a convolution where its filters are the same everywhere', () => {
    const x = reshape(constant(Float32Array.from({ length: 40 }, (_, i) => Math.sin(i))), [1, 2, 5, 4]);
    for (const flipFilters of [true, false]) {
      const everywhere = new Conv2DLayer(image(), { numFilters: 3, filterSize: 3, pad: 'same', flipFilters });
      const own = new LocallyConnected2DLayer(image(), { numFilters: 3, filterSize: 3, flipFilters, W: (shape) => ({ data: spread(everywhere.W, 20), shape }) });
      expect(own.outputShape).toEqual([null, 3, 5, 4]);
      const [found, expected] = [own, everywhere].map((layer) => evaluate(layer.getOutputFor(x)).dataSync()) as [Float32Array, Float32Array];
      found.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 5));
    }
  });

  it('LocallyConnected2DLayer sees one channel an output with channelwise', () => {
    const net = new LocallyConnected2DLayer(new InputLayer({ shape: [1, 2, 1, 2] }), { numFilters: 2, filterSize: 1, channelwise: true, W: [[[[[1, 2]]]], [[[[3, 4]]]]] });
    expect(evaluate(getOutput(net, [[[[1, 1]], [[10, 10]]]])).toArray()).toEqual([[[[1, 2]], [[30, 40]]]]);
  });

  it('TransposedConv3DLayer undoes the shapes of Conv3DLayer', () => {
    const below = new Conv3DLayer(new InputLayer({ shape: [null, 1, 6, 7, 8] }), { numFilters: 2, filterSize: 3, stride: 2, pad: 1 });
    const net = new TransposedConv3DLayer(below, { numFilters: 1, filterSize: 3, stride: 2, crop: 1, outputSize: [6, 7, 8] });
    expect(net.outputShape).toEqual([null, 1, 6, 7, 8]);
    expect(getOutput(net).shape.slice(2)).toEqual([6, 7, 8]);
  });

  it('registers W and b, b not regularized', () => {
    const net = new Conv2DLayer(image(), { numFilters: 3, filterSize: 3, name: 'c' });
    expect(net.getParams().map(({ name, shape }) => [name, shape])).toEqual([['c.W', [3, 2, 3, 3]], ['c.b', [3]]]);
    expect(net.getParams({ regularizable: true })).toHaveLength(1);
    expect(new Conv2DLayer(image(), { numFilters: 3, filterSize: 3, b: null }).b).toBeNull();
    expect(new NINLayer([null, 2], { numUnits: 3, b: null }).getOutputFor(input('x', ['n', 2])).shape[1]).toBe(3);
  });

  it('explain what does not fit', () => {
    expect(errorOf(() => new Conv2DLayer(image(), undefined as never))).toMatchInlineSnapshot(`"InputError: Conv2DLayer: options are missing; expected at least { numFilters, filterSize } [OPTIONS]"`);
    expect(errorOf(() => new Conv2DLayer(image(), { numFilters: 2, filterSize: 3, filterSise: 3 } as never))).toMatchInlineSnapshot(`"InputError: Conv2DLayer: there is no option 'filterSise'; did you mean 'filterSize'? [UNKNOWN_OPTION]"`);
    expect(errorOf(() => new Conv2DLayer(image(), { numFilters: 2, filterSize: [3, 3, 3], name: 'first' }))).toMatchInlineSnapshot(`"InputError: Conv2DLayer 'first': filterSize is [3,3,3]; expected a whole number from 1 up, or a list of 2, one for each spatial axis [OPTION_VALUE]"`);
    expect(errorOf(() => new Conv2DLayer(image(), { numFilters: 2, filterSize: 2, pad: 'same' }))).toMatchInlineSnapshot(`"UnsupportedError: Conv2DLayer: pad 'same' with filters of 2×2: an even size has no middle; use odd filters, or put a PadLayer below with the zeros where they shall be [EVEN_FILTERS]"`);
    expect(errorOf(() => new Conv2DLayer(image(), { numFilters: 2, filterSize: 2, pad: 'half' as never }))).toMatchInlineSnapshot(`"InputError: Conv2DLayer: pad is 'half'; expected 'same', 'full', 'valid' or whole numbers [OPTION_VALUE]"`);
    expect(errorOf(() => new Conv2DLayer(image(), { numFilters: 2, filterSize: 6 }))).toMatchInlineSnapshot(`"ShapeError: Conv2DLayer: the filters do not fit into spatial axis 0 of the input [null, 2, 5, 4], whose output would have size 0; use smaller filters, more padding or less cropping [FILTER_TOO_LARGE]"`);
    expect(errorOf(() => new Conv2DLayer(image(), { numFilters: 3, filterSize: 3, numGroups: 2 }))).toMatchInlineSnapshot(`"ShapeError: Conv2DLayer: 2 channels and 3 filters in 2 groups; expected both to be multiples of numGroups [GROUPS]"`);
    expect(errorOf(() => new Conv1DLayer(image(), { numFilters: 2, filterSize: 3 }))).toMatchInlineSnapshot(`"ShapeError: Conv1DLayer: the input [null, 2, 5, 4] has 4 axes; expected 3, [items, channels, size] [INPUT_RANK]"`);
    expect(errorOf(() => new Conv2DLayer([null, null, 5, 5], { numFilters: 2, filterSize: 3 }))).toMatchInlineSnapshot(`"ShapeError: Conv2DLayer: the size of axis 1 of the input [null, null, 5, 5] is not known, but W needs it; give the number in the InputLayer's shape [INPUT_SIZE_UNKNOWN]"`);
    expect(errorOf(() => new Conv2DLayer([null, 2, null, 5], { numFilters: 2, filterSize: 3, untieBiases: true }))).toMatchInlineSnapshot(`"ShapeError: Conv2DLayer: the size of axis 2 of the input [null, 2, null, 3] is not known, but an untied bias for each place of the output needs it; give the number in the InputLayer's shape [INPUT_SIZE_UNKNOWN]"`);
    expect(errorOf(() => new TransposedConv2DLayer(image(), { numFilters: 2, filterSize: 3, stride: 2, outputSize: 20 }))).toMatchInlineSnapshot(`"ShapeError: TransposedConv2DLayer: outputSize 20 for spatial axis 0; with a stride of 2 expected 11 to 12 [OUTPUT_SIZE]"`);
    expect(errorOf(() => new LocallyConnected2DLayer(image(), { numFilters: 2, filterSize: 3, stride: 2 }))).toMatchInlineSnapshot(`"UnsupportedError: LocallyConnected2DLayer: stride [2, 2] and pad "same"; only stride 1 and pad 'same' are there [LOCAL_ONLY_SAME]"`);
    expect(errorOf(() => new LocallyConnected2DLayer(image(), { numFilters: 3, filterSize: 3, channelwise: true }))).toMatchInlineSnapshot(`"ShapeError: LocallyConnected2DLayer: 3 filters for 2 channels; expected as many with channelwise [CHANNELWISE]"`);
  });
});

/** Every element `times` times: filters for each place. */
function spread(W: Expression, times: number): Float32Array {
  return Float32Array.from([...evaluate(W).dataSync()].flatMap((w) => new Array<number>(times).fill(w)));
}
