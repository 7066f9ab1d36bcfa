import { evaluate, grad, input, square, sum, type Expression } from '@pastina/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DenseLayer } from '../denseLayer.js';
import { getOutput } from '../helpers/output.js';
import { InputLayer } from '../inputLayer.js';
import { casesOf, compareCase, dtypes, errorOf, type Builder } from '../testing.js';
import { TransformerLayer, type TransformerLayerOptions } from './affine.js';
import { TPSTransformerLayer } from './thinPlate.js';

const builders: Readonly<Record<string, Builder>> = {
  'L.TransformerLayer(a, b, border_mode="mirror")': (a, b) => new TransformerLayer(a, { localizationNetwork: b, borderMode: 'mirror' }),
  'L.TransformerLayer(a, b, border_mode="wrap")': (a, b) => new TransformerLayer(a, { localizationNetwork: b, borderMode: 'wrap' }),
};

describe.each(dtypes)('spatial transformers against Lasagne in %s', (dtype, tolerance) => {
  it.each(casesOf(`layers.${dtype}`, builders))('$call', (one) => {
    // Some of the case's points lie on a pixel, where the slope along y jumps: in float32 rounding says on which side.
    const { difference, where } = compareCase(one, false, dtype === 'float32' ? ['input 1'] : []);
    expect(difference, where).toBeLessThan(tolerance);
  });
});

const size = { height: 4, width: 5 };
const image = (i: number): number => Math.sin(i * 1.7) * 2;
const images = { data: Float64Array.from({ length: 2 * 3 * 20 }, (_, i) => image(i)), shape: [2, 3, size.height, size.width] };

/** Images of any number and known or unknown sizes, in float64, and the numbers that move them. */
function net(kind: 'affine' | number, options: Partial<TransformerLayerOptions> & { readonly precomputeGrid?: boolean } = {}, sizes: readonly (number | string)[] = [size.height, size.width], theta: Expression = input('theta', ['n', kind === 'affine' ? 6 : 2 * kind], 'float64')): Expression {
  const x = new InputLayer({ shape: ['n', 3, ...sizes], inputVar: input('x', ['n', 3, ...sizes], 'float64') });
  const count = kind === 'affine' ? 6 : 2 * kind;
  const localizationNetwork = new InputLayer({ shape: ['n', count], inputVar: theta });
  return getOutput(kind === 'affine' ? new TransformerLayer(x, { ...options, localizationNetwork }) : new TPSTransformerLayer(x, { ...options, localizationNetwork, controlPoints: kind }));
}

const run = (output: Expression, theta: readonly (readonly number[])[]): readonly number[] => [...evaluate(output, { x: images, theta }).dataSync()];
const closeTo = (found: readonly number[], expected: readonly number[]): void => {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 9));
};

const identity = [1, 0, 0, 0, 1, 0];
const modes = ['nearest', 'mirror', 'wrap'] as const;

describe('spatial transformers', () => {
  it.each(modes)('leave images as they are under the identity: %s', (borderMode) => {
    closeTo(run(net('affine', { borderMode }), [identity, identity]), [...images.data]);
    const still = new Array<number>(18).fill(0);
    closeTo(run(net(9, { borderMode }), [still, still]), [...images.data]);
  });

  it('move by whole pixels, with what lies behind the border', () => {
    const row = (borderMode: (typeof modes)[number], by: number): readonly number[] => run(net('affine', { borderMode }), [[1, 0, (by * 2) / (size.width - 1), 0, 1, 0], identity]).slice(0, size.width);
    const at = (...columns: readonly number[]): readonly number[] => columns.map(image);
    closeTo(row('nearest', 2), at(2, 3, 4, 4, 4));
    closeTo(row('mirror', 2), at(2, 3, 4, 3, 2));
    closeTo(row('wrap', 2), at(2, 3, 4, 0, 1));
    closeTo(row('nearest', -1), at(0, 0, 1, 2, 3));
    closeTo(row('mirror', -7), at(1, 2, 3, 4, 3));
    closeTo(row('wrap', -6), at(4, 0, 1, 2, 3));
  });

  const affine = fc.array(fc.double({ min: -1.2, max: 1.2, noNaN: true }), { minLength: 6, maxLength: 6 });

  it('thin plates that are moved as a plane are affine', () => {
    const points = (side: number): readonly (readonly [number, number])[] => Array.from({ length: side * side }, (_, i) => [(2 * (i % side)) / (side - 1) - 1, (2 * Math.floor(i / side)) / (side - 1) - 1]);
    fc.assert(fc.property(affine, affine, fc.constantFrom(4, 9, 16), fc.constantFrom('nearest' as const, 'mirror' as const), fc.boolean(), (one, two, count, borderMode, known) => {
      const offsets = [one, two].map(([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]) => {
        const moved = points(Math.sqrt(count)).map(([x, y]) => [a * x + b * y + c - x, d * x + e * y + f - y] as const);
        return [...moved.map(([x]) => x), ...moved.map(([, y]) => y)];
      });
      const sizes = known ? undefined : ['h', 'w'];
      closeTo(run(net(count, { borderMode }, sizes), offsets), run(net('affine', { borderMode }), [one, two]));
    }), { numRuns: 40 });
  });

  it('sizes may be unknown, and a grid computed in the graph', () => {
    const theta = [[0.9, 0.1, 0.05, -0.1, 1.1, 0.2], [1.3, 0, 0.4, 0.2, 0.7, -0.3]];
    closeTo(run(net('affine', {}, ['h', 'w']), theta), run(net('affine'), theta));
    const offsets = [1, 2].map((k) => Array.from({ length: 8 }, (_, i) => Math.cos(i * k) * 0.3));
    closeTo(run(net(4, { precomputeGrid: false }), offsets), run(net(4), offsets));
    closeTo(run(net(4, {}, ['h', 5]), offsets), run(net(4), offsets));
  });

  it('make images smaller', () => {
    const output = net('affine', { downsampleFactor: [2, 1.5] });
    expect(output.shape.slice(1)).toEqual([3, 2, 3]);
    // Corners stay corners.
    expect(run(output, [identity, identity])[0]).toBeCloseTo(image(0), 9);
    expect(run(output, [identity, identity])[5]).toBeCloseTo(image(19), 9);
  });

  it('NaN is not hidden, and far away is the border', () => {
    expect(run(net('affine'), [[NaN, 0, 0, 0, 1, 0], identity]).slice(0, 60).every(Number.isNaN)).toBe(true);
    closeTo(run(net('affine'), [[1, 0, 1e6, 0, 1, 0], identity]).slice(0, 5), new Array<number>(5).fill(image(4)));
  });

  it('gradients are those of finite differences', () => {
    for (const [kind, count] of [['affine', 6], [4, 8]] as const) {
      const variable = input('theta', ['n', count], 'float64');
      const output = net(kind, { borderMode: 'mirror' }, undefined, variable);
      const theta = [0, 1].map((item) => Array.from({ length: count }, (_, i) => (kind === 'affine' ? (identity[i] as number) : 0) + 0.1 * Math.sin(1 + i + 3 * item)));
      const cost = sum(square(output));
      const found = [...evaluate(grad(cost, variable), { x: images, theta }).dataSync()];
      const step = 1e-6;
      const at = (index: number, by: number): number => evaluate(cost, { x: images, theta: theta.map((row, item) => row.map((value, i) => (item * count + i === index ? value + by : value))) }).item();
      found.forEach((slope, i) => expect(slope).toBeCloseTo((at(i, step) - at(i, -step)) / (2 * step), 4));
    }
  });

  it('explain what does not fit', () => {
    const x = new InputLayer({ shape: [null, 1, 4, 4] });
    const six = new DenseLayer(x, { numUnits: 6 });
    expect(errorOf(() => new TransformerLayer(x, {} as never))).toMatchInlineSnapshot(`"InputError: TransformerLayer: localizationNetwork is undefined; expected a layer that gives [items, 6] [OPTION_VALUE]"`);
    expect(errorOf(() => new TransformerLayer(x, { localizationNetwork: new DenseLayer(x, { numUnits: 5 }), name: 'align' }))).toMatchInlineSnapshot(`"ShapeError: TransformerLayer 'align': localizationNetwork gives [null, 5]; expected [items, 6] [LOCALIZATION]"`);
    expect(errorOf(() => new TransformerLayer(new InputLayer({ shape: [null, 4] }), { localizationNetwork: six }))).toMatchInlineSnapshot(`"ShapeError: TransformerLayer: the input [null, 4] has 2 axes; expected 4, [items, channels, height, width] [INPUT_RANK]"`);
    expect(errorOf(() => new TransformerLayer(x, { localizationNetwork: six, borderMode: 'edge' as never }))).toMatchInlineSnapshot(`"InputError: TransformerLayer: borderMode is "edge"; expected 'nearest' or 'mirror' or 'wrap' [OPTION_VALUE]"`);
    expect(errorOf(() => new TransformerLayer(x, { localizationNetwork: six, downsampleFactor: 0 }))).toMatchInlineSnapshot(`"InputError: TransformerLayer: downsampleFactor is 0; expected a number above 0, or a pair of them, for height and width [OPTION_VALUE]"`);
    expect(errorOf(() => new TransformerLayer(x, { localizationNetwork: six, downsampleFactor: 5 }))).toMatchInlineSnapshot(`"ShapeError: TransformerLayer: downsampleFactor 5 leaves nothing of [null, 1, 4, 4]; expected at most its height and width [TRANSFORMER_SIZE]"`);
    expect(errorOf(() => net('affine', { downsampleFactor: 2 }, ['h', 5]))).toMatchInlineSnapshot(`"ShapeError: TransformerLayer: the size of axis 2 of the input is not known, but downsampleFactor 2 needs it; give the number in the InputLayer's shape [INPUT_SIZE_UNKNOWN]"`);
    expect(errorOf(() => new TPSTransformerLayer(x, { localizationNetwork: six, controlPoints: 5 }))).toMatchInlineSnapshot(`"InputError: TPSTransformerLayer: controlPoints is 5; expected a square number such as 4 [OPTION_VALUE]"`);
    expect(errorOf(() => new TPSTransformerLayer(x, { localizationNetwork: new DenseLayer(x, { numUnits: 8 }), precomputeGrid: 'no' as never, controlPoints: 4 }))).toMatchInlineSnapshot(`"InputError: TPSTransformerLayer: precomputeGrid is "no"; expected true, false or 'auto' [OPTION_VALUE]"`);
    expect(errorOf(() => net(4, { precomputeGrid: true }, ['h', 5]))).toMatchInlineSnapshot(`"ShapeError: TPSTransformerLayer: precomputeGrid needs height and width of the input [null, 3, null, 5]; give the numbers in the InputLayer's shape, or leave precomputeGrid out [INPUT_SIZE_UNKNOWN]"`);
  });
});
