import * as jax from '@jax-js/jax';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
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

/** Steps of 784-1024-10 on 512 images, on WASM all. */
export const mlpStep: Case = {
  name: 'mlp step',
  work: `one step of ${inputs}-${hidden}-${classes} on ${batch} images, WASM, one thread unless said (targets: 0.05 of tfjs, 0.6 of jax-js; Adam 1.1 of SGD; two threads 1.6 on two idle cores)`,
  contestants: async () => {
    const wasm = await wasmBackend();
    return [ours('sgd', sgd, wasm), ours('adam', adam, wasm), ours('sgd, two threads', sgd, await wasmBackend({ threads: 2 })), await theirs(), await jaxJs()];
  },
};

function ours(name: string, rule: typeof sgd, backend: Backend): Contestant {
  const [x, y] = [input('x', ['batch', inputs]), input('y', ['batch'], 'int32')];
  let net: Layer = new InputLayer({ shape: [null, inputs], inputVar: x });
  net = new DenseLayer(net, { numUnits: hidden });
  net = new DenseLayer(net, { numUnits: classes, nonlinearity: softmax });
  const loss = mean(categoricalCrossentropy(getOutput(net), y));
  const step = compile({ inputs: { x, y }, outputs: { loss }, updates: rule(loss, getAllParams(net, { trainable: true }), { learningRate: constant(0.01) }), backend });
  const feeds = { x: { data: pixels, shape: [batch, inputs] }, y: { data: labels, shape: [batch] } };
  return { name: `pastina, backend-wasm, ${name}`, run: () => void step(feeds).loss.item() };
}

/** sgd with the backward pass written out, since tfjs-core in Node has no gradients: tfjs at its best, without a tape. */
async function theirs(): Promise<Contestant> {
  await tf.setBackend('wasm');
  const x = tf.tensor2d(pixels, [batch, inputs]);
  const oneHot = tf.tensor2d(Float32Array.from({ length: batch * classes }, (_, i) => (labels[Math.floor(i / classes)] === i % classes ? 1 : 0)), [batch, classes]);
  const weight = (rows: number, columns: number): tf.Variable => tf.variable(tf.tensor2d(Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i) * 0.05), [rows, columns]));
  const [w1, b1, w2, b2] = [weight(inputs, hidden), tf.variable(tf.zeros([hidden])), weight(hidden, classes), tf.variable(tf.zeros([classes]))];
  const descend = (variable: tf.Variable, gradient: tf.Tensor): void => variable.assign(tf.sub(variable, tf.mul(gradient, 0.01)));
  const step = (): void => {
    const h = tf.relu(tf.add(tf.matMul(x, w1), b1));
    const logP = tf.logSoftmax(tf.add(tf.matMul(h, w2), b2));
    const loss = tf.neg(tf.mean(tf.sum(tf.mul(oneHot, logP), 1)));
    const atLogits = tf.div(tf.sub(tf.exp(logP), oneHot), batch);
    const atHidden = tf.mul(tf.matMul(atLogits, w2, false, true), tf.step(h));
    descend(w2, tf.matMul(h, atLogits, true));
    descend(b2, tf.sum(atLogits, 0));
    descend(w1, tf.matMul(x, atHidden, true));
    descend(b1, tf.sum(atHidden, 0));
    loss.dataSync();
  };
  return { name: 'tfjs-backend-wasm 4.22.0, sgd', run: () => tf.tidy(step) };
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
