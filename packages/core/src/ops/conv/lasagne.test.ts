import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../compile/evaluate.js';
import { grad } from '../../gradient/grad.js';
import { constant } from '../../graph/constant.js';
import { type Expression } from '../../graph/node.js';
import { tensor } from '../../graph/tensor.js';
import * as ops from '../index.js';

// Values made by Lasagne 0.2.dev1 on Theano 1.0.5; test-data/README.md says how to read them.

interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface Case {
  readonly name: string;
  readonly inputs: readonly Stored[];
  readonly params: Readonly<Record<string, Stored>>;
  readonly output: Stored;
  readonly grad_inputs: readonly Stored[];
  readonly grad_params: Readonly<Record<string, Stored>>;
}
type Build = (x: Expression, W: Expression, b: Expression) => Expression;

const { cases } = JSON.parse(readFileSync(new URL('../../../test-data/convPool.float64.json', import.meta.url), 'utf8')) as { readonly cases: readonly Case[] };
const load = ({ data, shape }: Stored): Expression => constant(tensor(Float64Array.from(data), shape), 'float64');
const withBias = (y: Expression, b: Expression): Expression => ops.add(y, ops.reshape(b, [1, -1, ...y.shape.slice(2).map(() => 1)]));

// Lasagne's conv layers flip by default. Its transposed ones keep what flips their conv, and the reverse; its dilated ones
// hold filters as [channels, filters, …window] and correlate.
const layer = (options: ops.ConvOptions): Build => (x, W, b) => withBias(ops.conv(x, W, { flipFilters: true, ...options }), b);
const transposed = (options: ops.ConvTransposeOptions): Build => (x, W, b) => withBias(ops.convTranspose(x, W, options), b);
const dilated = (options: ops.ConvOptions): Build => (x, W, b) => withBias(ops.conv(x, ops.transpose(W, [1, 0, 2, 3]), options), b);
const pooled = (options: ops.PoolOptions): Build => (x) => ops.pool(x, options);
const then = (f: (y: Expression) => Expression, build: Build): Build => (x, W, b) => f(build(x, W, b));

const builds: Readonly<Record<string, Build>> = {
  'L.Conv1DLayer(a, 3, 3)': then(ops.relu, layer({})),
  'L.Conv1DLayer(a, 3, 3, stride=2, pad="same", nonlinearity=N.tanh)': then(ops.tanh, layer({ stride: 2, padding: 'same' })),
  'L.Conv2DLayer(a, 3, 3, pad="full", nonlinearity=None)': layer({ padding: 'full' }),
  'L.Conv2DLayer(a, 3, 3, stride=(2, 1), pad=(1, 2), nonlinearity=N.tanh)': then(ops.tanh, layer({ stride: [2, 1], padding: [1, 2] })),
  'L.Conv2DLayer(a, 4, 3, num_groups=2, nonlinearity=N.tanh)': then(ops.tanh, layer({ groups: 2 })),
  'L.Conv3DLayer(a, 2, 2, pad=1, nonlinearity=N.tanh)': then(ops.tanh, layer({ padding: 1 })),
  'L.TransposedConv2DLayer(a, 3, 3, stride=2, crop="same", output_size=(6, 6), nonlinearity=N.tanh)': then(ops.tanh, transposed({ stride: 2, padding: 'same', outputSize: [6, 6], flipFilters: true })),
  'L.TransposedConv2DLayer(a, 3, (2, 3), crop="full", flip_filters=True, nonlinearity=None)': transposed({ padding: 'full', flipFilters: false }),
  'L.DilatedConv2DLayer(a, 3, 2, dilation=(2, 2), nonlinearity=N.tanh)': then(ops.tanh, dilated({ dilation: 2 })),
  'L.Pool1DLayer(a, 2)': pooled({ size: 2 }),
  'L.MaxPool2DLayer(a, 2, ignore_border=False)': pooled({ size: 2, ignoreBorder: false }),
  'L.Pool2DLayer(a, 3, stride=2, ignore_border=False, mode="average_exc_pad")': pooled({ size: 3, stride: 2, ignoreBorder: false, mode: 'average-exclude-pad' }),
  'L.MaxPool3DLayer(a, 2)': pooled({ size: 2 }),
  'L.Pool3DLayer(a, 2, stride=1, mode="average_inc_pad")': pooled({ size: 2, stride: 1, mode: 'average-include-pad' }),
};

describe('values and gradients of Lasagne on Theano', () => {
  test.each(cases)('$name', ({ name, inputs, params, output, grad_inputs, grad_params }) => {
    const build = builds[name.slice(0, name.lastIndexOf(' on '))];
    if (build === undefined) throw new Error(`no expression for ${name}`);
    const stored = [...inputs, ...Object.values(params)];
    const leaves = stored.map(load);
    const [x, W, b] = leaves as [Expression, Expression, Expression];
    const y = build(x, W, b);
    const found = [y, ...grad(ops.sum(ops.square(y)), leaves)];
    [output, ...grad_inputs, ...Object.values(grad_params)].forEach((expected, i) => {
      const got = evaluate(found[i] as Expression);
      expect(got.shape).toEqual(expected.shape);
      expected.data.forEach((one, at) => expect(got.dataSync()[at]).toBeCloseTo(one, 11));
    });
  });
});
