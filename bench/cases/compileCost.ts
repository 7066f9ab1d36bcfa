import { compile, input, mean } from '@pastina/core';
import { DenseLayer, getAllParams, getOutput, InputLayer, type Layer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { categoricalCrossentropy } from '@pastina/objectives';
import { sgd } from '@pastina/updates';
import type { Case } from '../harness.ts';

const deep = (layers: number): Case => ({
  name: `compile ${layers} layers`,
  work: `build, differentiate, compile and run once a net of ${layers} dense layers of 4 units`,
  contestants: () => [{ name: `pastina, ${layers} layers`, run: () => void stepOf(layers)({ x: [[1, 2, 3, 4]], y: [1] }) }],
});

function stepOf(layers: number): (feeds: { readonly x: number[][]; readonly y: number[] }) => unknown {
  const [x, y] = [input('x', ['batch', 4]), input('y', ['batch'], 'int32')];
  let net: Layer = new InputLayer({ shape: [null, 4], inputVar: x });
  for (let i = 1; i < layers; i += 1) net = new DenseLayer(net, { numUnits: 4 });
  net = new DenseLayer(net, { numUnits: 4, nonlinearity: softmax });
  const loss = mean(categoricalCrossentropy(getOutput(net), y));
  return compile({ inputs: { x, y }, outputs: { loss }, updates: sgd(loss, getAllParams(net, { trainable: true }), { learningRate: 0.01 }) });
}

/** Twice the layers should take twice the time: compiling is linear in the size of the graph. */
export const compileCost: readonly Case[] = [deep(50), deep(100), deep(200)];
