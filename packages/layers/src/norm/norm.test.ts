import { compile, constant, evaluate, grad, input, sum, type Expression, type Parameter } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { Conv2DLayer } from '../conv/conv.js';
import { DenseLayer } from '../denseLayer.js';
import { getOutput } from '../helpers/output.js';
import { getAllParams } from '../helpers/params.js';
import { InputLayer } from '../inputLayer.js';
import { dropout, dropoutChannels, DropoutLayer, dropoutLocations, spatialDropout } from '../noise/dropout.js';
import { GaussianNoiseLayer } from '../noise/gaussianNoise.js';
import { tanh } from '../nonlinearities.js';
import { l2, regularizeLayerParams } from '../regularization.js';
import { arrayOf, casesOf, compareCase, dtypes, errorOf, readReference, relativeToScale, type Builder, type ReferenceArray } from '../testing.js';
import { batchNorm, BatchNormLayer } from './batchNorm.js';
import { LocalResponseNormalization2DLayer } from './localResponse.js';
import { groupNorm, instanceNorm, layerNorm, StandardizationLayer } from './standardization.js';

const builders: Readonly<Record<string, Builder>> = {
  'L.GaussianNoiseLayer(a) deterministic': (a) => new GaussianNoiseLayer(a),
  'L.LocalResponseNormalization2DLayer(a, alpha=0.5, k=1, beta=0.5, n=3)': (a) => new LocalResponseNormalization2DLayer(a, { alpha: 0.5, k: 1, beta: 0.5, n: 3 }),
  'L.BatchNormLayer(a)': (a) => new BatchNormLayer(a),
  'L.BatchNormLayer(a) deterministic': (a) => new BatchNormLayer(a),
  'L.BatchNormLayer(a, axes=(0, 2), epsilon=1e-2)': (a) => new BatchNormLayer(a, { axes: [0, 2], epsilon: 1e-2 }),
  'L.BatchNormLayer(a, beta=None, gamma=None)': (a) => new BatchNormLayer(a, { beta: null, gamma: null }),
  'L.batch_norm(L.DenseLayer(a, 3))': (a) => batchNorm(new DenseLayer(a, { numUnits: 3 })),
};

const convolved: Readonly<Record<string, Builder>> = {
  'L.batch_norm(L.Conv2DLayer(a, 2, 3, nonlinearity=N.tanh)) deterministic': (a) => batchNorm(new Conv2DLayer(a, { numFilters: 2, filterSize: 3, nonlinearity: tanh })),
};

interface Averages {
  readonly mean: ReferenceArray;
  readonly inv_std: ReferenceArray;
}

interface AveragesCase {
  readonly name: string;
  readonly kwargs: { readonly axes?: string };
  readonly steps: readonly (Averages & { readonly x: ReferenceArray; readonly output: ReferenceArray })[];
  readonly x: ReferenceArray;
  readonly deterministic: ReferenceArray;
  readonly use_averages: ReferenceArray;
  readonly deterministic_and_update: ReferenceArray;
  readonly after_deterministic: Averages;
  readonly after_update: Averages;
}

describe.each(dtypes)('normalisation against Lasagne in %s', (dtype, tolerance) => {
  it.each([...casesOf(`layers.${dtype}`, builders), ...casesOf(`layersConv.${dtype}`, convolved)])('$call', (one) => {
    const { difference, where } = compareCase(one);
    // Theano's gradient of the power is only as good as float32 here: it is 7e-8 off the formula's, ours is not.
    expect(difference, where).toBeLessThan(one.call.startsWith('L.LocalResponse') ? Math.max(tolerance, 1e-7) : tolerance);
  });

  it.each(readReference<{ cases: AveragesCase[] }>(`batchnorm.${dtype}`).cases)('running averages: $name', (one) => {
    const shape = one.x.shape.map((size, axis) => (axis === 0 ? 'batch' : size));
    const x = input('x', shape, dtype);
    const net = new BatchNormLayer(new InputLayer({ shape, inputVar: x }), one.kwargs.axes === undefined ? {} : { axes: [0, 2] });
    const run = (options: Readonly<Record<string, boolean>>): ((value: ReferenceArray) => { readonly difference: (expected: ReferenceArray) => number }) => {
      const updates = new Map<Parameter, Expression>();
      const step = compile({ inputs: { x }, outputs: { y: getOutput(net, undefined, { ...options, updates }) }, updates });
      return (value) => {
        const { y } = step({ x: arrayOf(value) });
        return { difference: (expected) => relativeToScale(y, expected) };
      };
    };
    const averages = ({ mean, inv_std: invStd }: Averages): void => {
      expect(relativeToScale((net.mean as Parameter).valueSync(), mean)).toBeLessThan(tolerance);
      expect(relativeToScale((net.invStd as Parameter).valueSync(), invStd)).toBeLessThan(tolerance);
    };
    const train = run({});
    for (const step of one.steps) {
      expect(train(step.x).difference(step.output)).toBeLessThan(tolerance);
      averages(step);
    }
    expect(run({ deterministic: true })(one.x).difference(one.deterministic)).toBeLessThan(tolerance);
    averages(one.after_deterministic);
    expect(run({ batchNormUseAverages: true, batchNormUpdateAverages: false })(one.x).difference(one.use_averages)).toBeLessThan(tolerance);
    expect(run({ deterministic: true, batchNormUpdateAverages: true })(one.x).difference(one.deterministic_and_update)).toBeLessThan(tolerance);
    averages(one.after_update);
  });
});

const below = (...shape: readonly (number | null)[]): InputLayer => new InputLayer({ shape });

describe('BatchNormLayer', () => {
  it('collects updates only where a map is given, and goes on in a second call', () => {
    const net = new BatchNormLayer(below(2, 1), { alpha: 0.5 });
    const updates = new Map<Parameter, Expression>();
    getOutput(net, [[2], [2]], { updates, deterministic: true });
    expect(updates.size).toBe(0);
    getOutput(net, [[2], [2]]);
    getOutput(net, [[2], [2]], { updates });
    getOutput(net, [[6], [6]], { updates });
    expect(evaluate(updates.get(net.mean as Parameter) as Expression).toArray()).toEqual([3.5]);
  });

  it('tags its parameters, gamma regularized as in Lasagne', () => {
    const net = new BatchNormLayer([4, 3], { name: 'bn' });
    expect(getAllParams(net, { trainable: true }).map(({ name }) => name)).toEqual(['bn.beta', 'bn.gamma']);
    expect(getAllParams(net, { batchNormStat: true }).map(({ name }) => name)).toEqual(['bn.mean', 'bn.invStd']);
    expect(evaluate(regularizeLayerParams(net, l2)).item()).toBe(3);
  });

  it('batchNorm takes bias and nonlinearity away, and names what it adds', () => {
    const dense = new DenseLayer(below(null, 2), { numUnits: 2, name: 'd' });
    const net = batchNorm(dense);
    expect([net.name, net.inputLayer?.name, dense.b, dense.params.size]).toEqual(['d_bn_nonlin', 'd_bn', null, 1]);
    expect(batchNorm(new DenseLayer(below(null, 2), { numUnits: 2, nonlinearity: null }), { name: 'own' }).name).toBe('own');
  });

  it('explains what does not fit', () => {
    expect(errorOf(() => new BatchNormLayer(below(null, null)))).toMatchInlineSnapshot(`"ShapeError: BatchNormLayer: the size of axis 1 of the input [null, null] is not known, but a parameter of the layer needs it; give the number in the InputLayer's shape [INPUT_SIZE_UNKNOWN]"`);
    expect(errorOf(() => new BatchNormLayer(below(null, 2), { axes: 2 }))).toMatchInlineSnapshot(`"ShapeError: BatchNormLayer: axes is 2 with an input of 2 axes; expected a whole number from -2 to 1 [AXIS]"`);
    expect(errorOf(() => new BatchNormLayer(below(null, 2), { axes: 'all' as never }))).toMatchInlineSnapshot(`"InputError: BatchNormLayer: axes is "all" with an input of 2 axes; expected 'auto', an axis, or a list of one or more axes [OPTION_VALUE]"`);
    expect(errorOf(() => new BatchNormLayer(below(null, 2), { alpha: 2 }))).toMatchInlineSnapshot(`"InputError: BatchNormLayer: alpha is 2; expected a number from 0 to 1 [OPTION_VALUE]"`);
    expect(errorOf(() => getOutput(new BatchNormLayer(below(null, 2)), undefined, { batchNormUpdateAverages: true }))).toMatchInlineSnapshot(`"InputError: BatchNormLayer: batchNormUpdateAverages is true, but there is no place for the new averages; give getOutput a Map too: { updates }, and hand it to compile [NO_UPDATES]"`);
    expect(errorOf(() => getOutput(new BatchNormLayer(below(null, 2)), undefined, { batchNormUseAverage: true }))).toMatchInlineSnapshot(`"InputError: getOutput: there is no option 'batchNormUseAverage'; did you mean 'batchNormUseAverages'? [UNKNOWN_OPTION]"`);
    expect(errorOf(() => getOutput(new BatchNormLayer(below(null, 2)), undefined, { updates: {} as never }))).toMatchInlineSnapshot(`"InputError: getOutput: updates is object; expected a Map that new values of parameters are put into [OPTION_VALUE]"`);
    expect(errorOf(() => new LocalResponseNormalization2DLayer(below(null, 2, 4, 4), { n: 4 }))).toMatchInlineSnapshot(`"UnsupportedError: LocalResponseNormalization2DLayer: n is 4; expected an odd number, so that there is a channel in the middle [EVEN_NEIGHBOURS]"`);
    expect(errorOf(() => new StandardizationLayer(below(null, 2), { axes: 'spatial' }))).toMatchInlineSnapshot(`"InputError: StandardizationLayer: axes is "spatial" with an input of 2 axes; expected 'auto', 'spatial', 'features', an axis, or a list of one or more axes [OPTION_VALUE]"`);
    expect(errorOf(() => groupNorm(below(null, 3, 2), { numGroups: 2 }))).toMatchInlineSnapshot(`"ShapeError: GroupStandardizationLayer: 3 channels in 2 groups; expected a multiple of numGroups [GROUPS]"`);
  });
});

describe('LocalResponseNormalization2DLayer', () => {
  it('has the derivative of its formula in float64', () => {
    const x = input('x', [1, 1, 1, 1], 'float64');
    const y = new LocalResponseNormalization2DLayer(new InputLayer({ shape: [1, 1, 1, 1], inputVar: x }), { alpha: 0.5, k: 1, beta: 0.5, n: 3 });
    // x / √(1 + x²/2), so (1 + x²/2)^(-3/2)
    const slope = evaluate(grad(sum(getOutput(y)), x), { x: [[[[0.75]]]] }).item();
    expect(slope).toBeCloseTo(1 / (1.28125 * Math.sqrt(1.28125)), 14);
  });
});

describe('normalisation of each item', () => {
  const close = (found: Expression, expected: readonly number[]): void => evaluate(found).dataSync().forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 4));

  it('StandardizationLayer takes the axes that it is told', () => {
    const x = [[[1, 3], [2, 8]]];
    const of = (axes: 'auto' | 'features' | number): Expression => getOutput(new StandardizationLayer(below(null, 2, 2), { axes, epsilon: 0 }), x);
    close(of('auto'), [-1, 1, -1, 1]);
    close(of('features'), [-2.5, -0.5, -1.5, 4.5].map((value) => value / Math.sqrt(7.25)));
    close(of(1), [-1, -1, 1, 1]);
  });

  it('instance, layer and group norm move the nonlinearity behind learned scales and biases', () => {
    const conv = (): Conv2DLayer => new Conv2DLayer(below(null, 1, 2, 2), { numFilters: 4, filterSize: 1, name: 'c' });
    expect(getAllParams(instanceNorm(conv())).map(({ name }) => name)).toEqual(['c.W', 'c_in_scale.scales', 'c_in_bias.b']);
    expect(getAllParams(layerNorm(conv(), { learnBias: false })).map(({ name }) => name)).toEqual(['c.W', 'c_ln_scale.scales']);
    expect(groupNorm(conv(), { numGroups: 2 }).name).toBe('c_gn_nonlin');
    const net = groupNorm(below(null, 4, 1), { numGroups: 2, epsilon: 0 });
    close(getOutput(net, [[[1], [3], [10], [30]]]), [-1, 1, -1, 1]);
  });
});

describe('noise', () => {
  const ones = constant({ data: new Float32Array(4000).fill(1), shape: [20, 10, 20] });
  const drawn = (layer: DropoutLayer): Float32Array => evaluate(layer.getOutputFor(ones, {})).dataSync() as Float32Array;

  it('drops about p of the elements, and keeps the expected value', () => {
    const values = drawn(dropout([20, 10, 20], { p: 0.25 }));
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    expect(values.filter((value) => value === 0).length / 4000).toBeCloseTo(0.25, 1);
    expect(new Set(drawn(new DropoutLayer([20, 10, 20], { rescale: false })))).toEqual(new Set([0, 1]));
    expect(new Set(drawn(new DropoutLayer([20, 10, 20], { p: 0 })))).toEqual(new Set([1]));
  });

  it('drops whole channels or places', () => {
    const channels = drawn(dropoutChannels([20, 10, 20]));
    for (let i = 0; i < 4000; i += 1) expect(channels[i]).toBe(channels[i - (i % 20)]);
    const places = drawn(dropoutLocations([20, 10, 20]));
    for (let i = 0; i < 4000; i += 1) expect(places[i]).toBe(places[Math.floor(i / 200) * 200 + (i % 20)]);
    expect(spatialDropout).toBe(dropoutChannels);
    expect(drawn(new DropoutLayer([20, 10, 20], { sharedAxes: [-1] })).subarray(0, 20).every((value, _, all) => value === all[0])).toBe(true);
  });

  it('draws once for outputs that are asked for together', () => {
    const layer = new DropoutLayer(below(20, 10));
    const x = input('x', [20, 10]);
    const sum = new DenseLayer(layer, { numUnits: 1, W: 1 });
    const [dropped, total, again] = [...getOutput([layer, sum], x), getOutput(layer, x)] as [Expression, Expression, Expression];
    const run = compile({ inputs: { x }, outputs: { dropped, total, again } });
    const values = run({ x: new Array(20).fill(new Array(10).fill(1)) as number[][] });
    const row = (values.dropped.toArray() as number[][])[3] as number[];
    expect(row.reduce((a, b) => a + b, 0)).toBe(((values.total.toArray() as number[][])[3] as number[])[0]);
    expect(values.again.toArray()).not.toEqual(values.dropped.toArray());
  });

  it('adds normal noise of the dtype of the input', () => {
    const x = constant({ data: new Float64Array(1000), shape: [1000] });
    const noise = evaluate(new GaussianNoiseLayer([1000], { sigma: 2 }).getOutputFor(x, {})).dataSync();
    const deviation = Math.sqrt([...noise].reduce((sum, value) => sum + value * value, 0) / 1000);
    expect(deviation).toBeCloseTo(2, 0);
  });

  it('explains what does not fit', () => {
    expect(errorOf(() => new DropoutLayer([null, 2], { p: 1 }))).toMatchInlineSnapshot(`"InputError: DropoutLayer: p is 1: nothing would be left to rescale; expected less than 1, or rescale: false [OPTION_VALUE]"`);
    expect(errorOf(() => new DropoutLayer([null, 2], { p: 1.5, name: 'drop' }))).toMatchInlineSnapshot(`"InputError: DropoutLayer 'drop': p is 1.5; expected a number from 0 to 1 [OPTION_VALUE]"`);
    expect(errorOf(() => new DropoutLayer([null, 2], { sharedAxes: [2] }))).toMatchInlineSnapshot(`"ShapeError: DropoutLayer: sharedAxes is 2 with an input of 2 axes; expected a whole number from -2 to 1 [AXIS]"`);
    expect(errorOf(() => new GaussianNoiseLayer([null, 2], { sigma: -1 }))).toMatchInlineSnapshot(`"InputError: GaussianNoiseLayer: sigma is -1; expected a number from 0 up [OPTION_VALUE]"`);
  });
});
