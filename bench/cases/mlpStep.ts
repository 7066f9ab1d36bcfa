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

/** Steps of 784-1024-10 on 512 images, one thread, on WASM both. */
export const mlpStep: Case = {
  name: 'mlp step',
  work: `one step of ${inputs}-${hidden}-${classes} on ${batch} images, one thread, WASM`,
  contestants: async () => {
    const wasm = await wasmBackend();
    return [ours('sgd', sgd, wasm), ours('adam', adam, wasm), await theirs()];
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
