import * as pastina from 'pastina';
import type { Probe } from '../../../tools/behavior/probe.ts';

const { adam, categoricalCrossentropy, compile, DenseLayer, getAllParams, getOutput, input, InputLayer, mean, nonlinearities, setRandomSeed } = pastina;

/** The program of the README in small: weights, losses and gradients of all packages at once. */
function train(): Record<string, Float32Array> {
  const [x, y] = [input('x', ['batch', 3]), input('y', ['batch'], 'int32')];
  setRandomSeed(1);
  const hidden = new DenseLayer(new InputLayer({ shape: [null, 3], inputVar: x }), { numUnits: 4, name: 'hidden' });
  const net = new DenseLayer(hidden, { numUnits: 2, nonlinearity: nonlinearities.softmax, name: 'out' });
  setRandomSeed(0);
  const loss = mean(categoricalCrossentropy(getOutput(net), y));
  const params = getAllParams(net, { trainable: true });
  const step = compile({ inputs: { x, y }, outputs: { loss }, updates: adam(loss, params, { learningRate: 0.1 }) });
  const losses = Float32Array.from({ length: 5 }, () => step({ x: [[1, 2, 3], [-1, 0, 1000]], y: [0, 1] }).loss.item());
  return { losses, ...Object.fromEntries(params.map((param) => [param.name ?? '', param.valueSync().dataSync() as Float32Array])) };
}

export const probes: readonly Probe[] = [
  { name: 'five steps of a whole program', code: 'compile({ inputs: { x, y }, outputs: { loss }, updates: adam(loss, getAllParams(net), { learningRate: 0.1 }) })', values: train },
];
