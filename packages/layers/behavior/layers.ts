import { evaluate, grad, input, square, sum, type Expression, type Tensor } from '@pastina/core';
import * as layers from '@pastina/layers';
import { getAllParams, getOutput, InputLayer, setRandomSeed, type Layer } from '@pastina/layers';
import type { Probe } from '../../../tools/behavior/probe.ts';

/** Output and gradients of a layer on a small input; every default shows in one of them. Weights come from seed 1. */
function probe(code: string, shape: readonly [number, ...number[]], make: (below: InputLayer) => Layer): Probe {
  return {
    name: code.slice(4, code.indexOf('(')),
    code,
    values: () => {
      setRandomSeed(1);
      const x = input('x', shape), net = make(new InputLayer({ shape, inputVar: x }));
      setRandomSeed(0);
      const feeds = { x: { data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 37) % 19) / 4 - 2), shape } };
      const output = getOutput(net, undefined, { deterministic: true }), loss = sum(square(output));
      const of: Expression[] = [x, ...getAllParams(net, { trainable: true })];
      // Long outputs are told by their sums with two sets of weights, which any moved element moves.
      const told = (tensor: Tensor): number[] => {
        const data = [...(tensor.dataSync() as Float32Array)];
        return data.length <= 6 ? data : [data.reduce((a, b) => a + b, 0), data.reduce((a, b, i) => a + b * Math.cos(i), 0)].map(Math.fround);
      };
      const gradients = grad(loss, of);
      return { output: Float32Array.from(told(evaluate(output, feeds))), gradients: Float32Array.from(gradients.flatMap((one) => told(evaluate(one, feeds)))) };
    },
  };
}

const image = [2, 2, 5, 5] as const, sequence = [2, 3, 4] as const;
const filters = { numFilters: 2, filterSize: 3 };
const localization = (below: Layer, numUnits: number): Layer => new layers.DenseLayer(below, { numUnits, nonlinearity: null, b: Array.from({ length: numUnits }, (_, i) => (i % 4 === 0 ? 0.9 : 0.05 * i)), W: 0.01 });

export const layerProbes: readonly Probe[] = [
  probe('new NINLayer(x, { numUnits: 2 })', image, (x) => new layers.NINLayer(x, { numUnits: 2 })),
  probe('new Conv2DLayer(x, { numFilters: 2, filterSize: 3 })', image, (x) => new layers.Conv2DLayer(x, filters)),
  probe('new TransposedConv2DLayer(x, { numFilters: 2, filterSize: 3 })', image, (x) => new layers.TransposedConv2DLayer(x, filters)),
  probe('new DilatedConv2DLayer(x, { numFilters: 2, filterSize: 3 })', image, (x) => new layers.DilatedConv2DLayer(x, filters)),
  probe('new LocallyConnected2DLayer(x, { numFilters: 2, filterSize: 3 })', image, (x) => new layers.LocallyConnected2DLayer(x, filters)),
  probe('new Pool2DLayer(x, { poolSize: 2 })', image, (x) => new layers.Pool2DLayer(x, { poolSize: 2 })),
  probe('new SpatialPyramidPoolingLayer(x, { poolDims: [2, 1], implementation: "kaiming" })', image, (x) => new layers.SpatialPyramidPoolingLayer(x, { poolDims: [2, 1], implementation: 'kaiming' })),
  probe('new Upscale2DLayer(x, { scaleFactor: 2 })', image, (x) => new layers.Upscale2DLayer(x, { scaleFactor: 2 })),
  probe('new FeaturePoolLayer(x, { poolSize: 2 })', image, (x) => new layers.FeaturePoolLayer(x, { poolSize: 2 })),
  probe('new FeatureWTALayer(x, { poolSize: 2 })', image, (x) => new layers.FeatureWTALayer(x, { poolSize: 2 })),
  probe('new GlobalPoolLayer(x)', image, (x) => new layers.GlobalPoolLayer(x)),
  probe('new BatchNormLayer(x)', image, (x) => new layers.BatchNormLayer(x)),
  probe('new StandardizationLayer(x)', image, (x) => new layers.StandardizationLayer(x)),
  probe('new LocalResponseNormalization2DLayer(x)', image, (x) => new layers.LocalResponseNormalization2DLayer(x)),
  probe('new PadLayer(x, { width: 1 })', image, (x) => new layers.PadLayer(x, { width: 1 })),
  probe('new SliceLayer(x, { indices: 0 })', image, (x) => new layers.SliceLayer(x, { indices: 0 })),
  probe('new FlattenLayer(x)', image, (x) => new layers.FlattenLayer(x)),
  probe('new ConcatLayer([x, x])', image, (x) => new layers.ConcatLayer([x, x])),
  probe('new ElemwiseSumLayer([x, x])', image, (x) => new layers.ElemwiseSumLayer([x, x])),
  probe('new BiasLayer(x)', image, (x) => new layers.BiasLayer(x)),
  probe('new ScaleLayer(x)', image, (x) => new layers.ScaleLayer(x)),
  probe('new ParametricRectifierLayer(x)', image, (x) => new layers.ParametricRectifierLayer(x)),
  probe('new RandomizedRectifierLayer(x)', image, (x) => new layers.RandomizedRectifierLayer(x)),
  probe('new RecurrentLayer(x, { numUnits: 2 })', sequence, (x) => new layers.RecurrentLayer(x, { numUnits: 2 })),
  probe('new LSTMLayer(x, { numUnits: 2 })', sequence, (x) => new layers.LSTMLayer(x, { numUnits: 2 })),
  probe('new GRULayer(x, { numUnits: 2 })', sequence, (x) => new layers.GRULayer(x, { numUnits: 2 })),
  probe('new MultiHeadAttentionLayer(x, { numHeads: 2 })', sequence, (x) => new layers.MultiHeadAttentionLayer(x, { numHeads: 2 })),
  probe('new PositionalEncodingLayer(x)', sequence, (x) => new layers.PositionalEncodingLayer(x)),
  probe('new TransformerLayer(x, { localizationNetwork })', image, (x) => new layers.TransformerLayer(x, { localizationNetwork: localization(x, 6) })),
  probe('new TPSTransformerLayer(x, { localizationNetwork })', image, (x) => new layers.TPSTransformerLayer(x, { localizationNetwork: localization(x, 32) })),
];
