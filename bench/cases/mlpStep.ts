import * as jax from '@jax-js/jax';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { wasmBackend } from '@pastina/backend-wasm';
import { compile, constant, input, mean, type Backend } from '@pastina/core';
import { DenseLayer, getAllParams, getOutput, InputLayer, type Layer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { categoricalCrossentropy } from '@pastina/objectives';
import { adam, sgd } from '@pastina/updates';
import type { Case, Contestant } from '../harness.ts';

const [inputs, hidden, classes, batch] = [784, 1024, 10, 512];
const pixels = Float32Array.from({ length: batch * inputs }, (_, i) => ((i * 7919) % 256) / 255);
const labels = Int32Array.from({ length: batch }, (_, i) => i % classes);

/** Steps of 784-1024-10 on 512 images, on WASM all, with one thread. */
export const mlpStep: Case = {
  name: 'mlp step',
  work: `one step of ${inputs}-${hidden}-${classes} on ${batch} images, WASM, one thread`,
  targets: [
    { what: 'ours / tfjs-layers', of: (time) => time('pastina, sgd') / time('tfjs-layers'), bound: 'at most', limit: 0.05 },
    { what: 'ours / jax-js', of: (time) => time('pastina, sgd') / time('jax-js'), bound: 'at most', limit: 0.6 },
    // Its kernels multiply and add in one step wherever the engine can.
    { what: 'ours, relaxed SIMD as theirs / jax-js', of: (time) => time('pastina, relaxed SIMD, sgd') / time('jax-js'), bound: 'at most', limit: 0.6 },
    { what: 'our Adam / our SGD', of: (time) => time('pastina, adam') / time('pastina, sgd'), bound: 'at most', limit: 1.1 },
  ],
  contestants: async () => {
    const wasm = await wasmBackend();
    return [mlp('pastina, sgd', sgd, wasm), mlp('pastina, adam', adam, wasm), mlp('pastina, relaxed SIMD, sgd', sgd, await wasmBackend({ relaxedSimd: true })), await tfjsLayers(), await jaxJs()];
  },
};

export function mlp(name: string, rule: typeof sgd, backend: Backend): Contestant {
  const [x, y] = [input('x', ['batch', inputs]), input('y', ['batch'], 'int32')];
  let net: Layer = new InputLayer({ shape: [null, inputs], inputVar: x });
  net = new DenseLayer(net, { numUnits: hidden });
  net = new DenseLayer(net, { numUnits: classes, nonlinearity: softmax });
  const loss = mean(categoricalCrossentropy(getOutput(net), y));
  const step = compile({ inputs: { x, y }, outputs: { loss }, updates: rule(loss, getAllParams(net, { trainable: true }), { learningRate: constant(0.01) }), backend });
  const feeds = { x: { data: pixels, shape: [batch, inputs] }, y: { data: labels, shape: [batch] } };
  return { name, run: () => void step(feeds).loss.item() };
}

async function tfjsLayers(): Promise<Contestant> {
  await tf.setBackend('wasm');
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: hidden, activation: 'relu', inputShape: [inputs] }), tfl.layers.dense({ units: classes, activation: 'softmax' })] });
  model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
  const x = tf.tensor2d(pixels, [batch, inputs]);
  const oneHot = tf.tensor2d(Float32Array.from({ length: batch * classes }, (_, i) => (labels[Math.floor(i / classes)] === i % classes ? 1 : 0)), [batch, classes]);
  return { name: 'tfjs-layers 4.22.0 on tfjs-backend-wasm, sgd', run: () => model.trainOnBatch(x, oneHot) };
}

/** The same step under its jit. */
async function jaxJs(): Promise<Contestant> {
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  const { nn, numpy: np, tree } = jax;
  const weights = (rows: number, columns: number): jax.Array => np.array(Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i) * 0.05)).reshape([rows, columns]);
  const x = np.array(pixels).reshape([batch, inputs]);
  const oneHot = np.array(Float32Array.from({ length: batch * classes }, (_, i) => (labels[Math.floor(i / classes)] === i % classes ? 1 : 0))).reshape([batch, classes]);
  interface Weights { readonly [name: string]: jax.Array }
  let weightsNow: Weights = { w1: weights(inputs, hidden), b1: np.zeros([hidden]), w2: weights(hidden, classes), b2: np.zeros([classes]) };
  const lossOf = ({ w1, b1, w2, b2 }: Weights, images: jax.Array, targets: jax.Array): jax.Array => {
    const h = nn.relu(np.add(np.dot(images, w1 as jax.Array), b1 as jax.Array));
    const logP = nn.logSoftmax(np.add(np.dot(h, w2 as jax.Array), b2 as jax.Array));
    return np.mean(np.sum(np.multiply(targets, logP), 1)).mul(-1);
  };
  const step = jax.jit((before: Weights, images: jax.Array, targets: jax.Array) => {
    const [loss, slopes] = jax.valueAndGrad(lossOf)(tree.ref(before), images, targets);
    return [loss, tree.map((value: jax.Array, slope: jax.Array) => value.sub(slope.mul(0.01)), before, slopes)] as [jax.Array, Weights];
  });
  return {
    name: 'jax-js 0.1.25, jit, sgd',
    run: () => {
      const [loss, after] = step(weightsNow, x.ref, oneHot.ref);
      weightsNow = after;
      loss.js();
    },
  };
}
