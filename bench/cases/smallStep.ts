import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
// Gradients come with it.
import '@tensorflow/tfjs-layers';
import { wasmBackend } from '@pastina/backend-wasm';
import { compile, input, mean, square, sub, tanh } from '@pastina/core';
import { DenseLayer, getAllParams, getOutput, InputLayer, type Layer } from '@pastina/layers';
import { sgd } from '@pastina/updates';
import type { Case, Contestant } from '../harness.ts';

/** What a step costs besides its arithmetic. */
export const smallStep: Case = {
  name: 'small step',
  work: 'a thousand steps of sgd on 2-16-1, tanh, 4 items',
  targets: [
    { what: 'a step', of: (time) => time('pastina'), bound: 'at most', limit: 10, unit: 'µs' },
    { what: 'ours / tfjs-core', of: (time) => time('pastina') / time('tfjs'), bound: 'at most', limit: 0.03 },
  ],
  contestants: async () => {
    const [x, y] = [input('x', ['batch', 2]), input('y', ['batch', 1])];
    let net: Layer = new InputLayer({ shape: [null, 2], inputVar: x });
    net = new DenseLayer(net, { numUnits: 16, nonlinearity: tanh });
    net = new DenseLayer(net, { numUnits: 1, nonlinearity: null });
    const loss = mean(square(sub(getOutput(net), y)));
    const step = compile({ inputs: { x, y }, outputs: { loss }, updates: sgd(loss, getAllParams(net, { trainable: true }), { learningRate: 0.1 }), backend: await wasmBackend() });
    const feeds = { x: { data: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), shape: [4, 2] }, y: { data: Float32Array.of(0, 1, 1, 0), shape: [4, 1] } };
    return [{ name: 'pastina, backend-wasm', run: () => { for (let i = 0; i < 1000; i += 1) step(feeds); } }, await theirs()];
  },
};

/** On its cpu backend, which is the faster one for so little. */
async function theirs(): Promise<Contestant> {
  await tf.setBackend('cpu');
  const [x, y] = [tf.tensor2d([0, 0, 0, 1, 1, 0, 1, 1], [4, 2]), tf.tensor2d([0, 1, 1, 0], [4, 1])];
  const variable = (rows: number, columns: number): tf.Variable<tf.Rank.R2> => tf.variable(tf.tensor2d(Array.from({ length: rows * columns }, (_, i) => Math.sin(i)), [rows, columns]));
  const [w1, b1, w2, b2] = [variable(2, 16), variable(1, 16), variable(16, 1), variable(1, 1)];
  const optimizer = tf.train.sgd(0.1);
  const loss = (): tf.Scalar => tf.mean(tf.square(tf.sub(tf.add(tf.matMul(tf.tanh(tf.add(tf.matMul(x, w1), b1)), w2), b2), y)));
  return { name: 'tfjs-core 4.22.0, cpu', run: () => { for (let i = 0; i < 1000; i += 1) optimizer.minimize(loss); } };
}
