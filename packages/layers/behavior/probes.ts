import { constant, evaluate, grad, input, sum, type Expression, type TypedArray } from '@pastina/core';
import { DenseLayer, getAllParams, getOutput, InputLayer, setRandomSeed } from '@pastina/layers';
import * as init from '@pastina/layers/init';
import * as nonlinearities from '@pastina/layers/nonlinearities';
import { l1, l2, regularizeNetworkParams } from '@pastina/layers/regularization';
import { layerProbes } from './layers.ts';
import type { Probe } from '../../../tools/behavior/probe.ts';

const points = [-Infinity, -1e4, -1, -1e-8, 0, 1e-8, 1, 1e4, Infinity, NaN];

function valueAndGradient(f: (x: Expression) => Expression): Record<string, TypedArray> {
  const x = input('x', [points.length]);
  return { value: evaluate(f(x), { x: points }).dataSync(), gradient: evaluate(grad(sum(f(x)), x), { x: points }).dataSync() };
}

/** 2-3-2, every weight by its default initialiser from the stream that starts at seed 1. */
function network(): DenseLayer {
  setRandomSeed(1);
  const below = new DenseLayer(new InputLayer({ shape: [null, 2] }), { numUnits: 3, name: 'hidden' });
  const net = new DenseLayer(below, { numUnits: 2, nonlinearity: nonlinearities.softmax, name: 'out' });
  setRandomSeed(0);
  return net;
}

const sample = (name: string, code: string, make: () => init.Initializer): Probe => ({ name, code, values: () => ({ sample: make().sample([2, 3]).data }) });
const names = ['rectify', 'sigmoid', 'tanh', 'softplus', 'elu', 'selu', 'leakyRectify', 'veryLeakyRectify', 'gelu', 'silu', 'mish'] as const;

export const probes: readonly Probe[] = [
  sample('Constant', 'new Constant().sample([2, 3])', () => new init.Constant()),
  sample('Uniform', 'new Uniform({ seed: 1 }).sample([2, 3])', () => new init.Uniform({ seed: 1 })),
  sample('Normal', 'new Normal({ seed: 1 }).sample([2, 3])', () => new init.Normal({ seed: 1 })),
  sample('GlorotUniform', 'new GlorotUniform({ seed: 1 }).sample([2, 3])', () => new init.GlorotUniform({ seed: 1 })),
  sample('GlorotNormal', 'new GlorotNormal({ seed: 1 }).sample([2, 3])', () => new init.GlorotNormal({ seed: 1 })),
  sample('HeUniform', 'new HeUniform({ seed: 1 }).sample([2, 3])', () => new init.HeUniform({ seed: 1 })),
  sample('HeNormal', 'new HeNormal({ seed: 1 }).sample([2, 3])', () => new init.HeNormal({ seed: 1 })),
  sample('Glorot', 'new Glorot(Normal, { seed: 1 }).sample([2, 3])', () => new init.Glorot(init.Normal, { seed: 1 })),
  sample('He', 'new He(Uniform, { seed: 1 }).sample([2, 3])', () => new init.He(init.Uniform, { seed: 1 })),
  sample('Orthogonal', 'new Orthogonal({ seed: 1 }).sample([2, 3])', () => new init.Orthogonal({ seed: 1 })),
  { name: 'Sparse', code: 'new Sparse({ seed: 1 }).sample([10, 3])', values: () => ({ sample: new init.Sparse({ seed: 1 }).sample([10, 3]).data }) },
  ...layerProbes,
  ...names.map((name): Probe => ({ name, code: `${name}(x)`, values: () => valueAndGradient(nonlinearities[name]) })),
  {
    name: 'initial weights of a network',
    code: 'setRandomSeed(1); new DenseLayer(new DenseLayer(new InputLayer({ shape: [null, 2] }), { numUnits: 3 }), { numUnits: 2, nonlinearity: softmax })',
    values: () => Object.fromEntries(getAllParams(network()).map((param) => [param.name ?? '', param.valueSync().dataSync()])),
  },
  { name: 'DenseLayer', code: 'getOutput(net, [[1, -2]])', values: () => ({ output: evaluate(getOutput(network(), [[1, -2]])).dataSync() }) },
  { name: 'DenseLayer, numLeadingAxes -1', code: 'new DenseLayer([1, 2, 2], { numUnits: 1, numLeadingAxes: -1, W: 1, b: 1 })', values: () => ({ output: evaluate(new DenseLayer([1, 2, 2], { numUnits: 1, numLeadingAxes: -1, W: 1, b: 1 }).getOutputFor(constant([[[1, 2], [-3, 1]]]))).dataSync() }) },
  { name: 'regularization', code: 'regularizeNetworkParams(net, l2)', values: () => ({ l1: evaluate(regularizeNetworkParams(network(), l1)).item(), l2: evaluate(regularizeNetworkParams(network(), l2)).item() }) },
];
