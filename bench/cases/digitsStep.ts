import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { wasmBackend } from '@pastina/backend-wasm';
import { compile, input, mean, referenceBackend, type Backend } from '@pastina/core';
import { DenseLayer, getAllParams, getOutput, InputLayer, type Layer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { categoricalCrossentropy } from '@pastina/objectives';
import { digits } from '@pastina/training/datasets';
import { sgd } from '@pastina/updates';
import type { Case, Contestant } from '../harness.ts';

const sizes = [64, 128, 10] as const;
const batch = 64;
const learningRate = 0.1;

/** A step of sgd on 64-128-10: our interpreter and our WASM, against tfjs's cpu backend. */
export const digitsStep: Case = {
  name: 'digits step',
  work: `one step of sgd on ${sizes.join('-')}, ${batch} digits`,
  contestants: async () => {
    const { train } = digits();
    const images = train.images.data.slice(0, batch * sizes[0]);
    const labels = train.labels.slice(0, batch);
    await tf.setBackend('cpu');
    return [ours('reference interpreter', referenceBackend(), images, labels), ours('backend-wasm', await wasmBackend(), images, labels), theirs(images, labels)];
  },
};

function ours(name: string, backend: Backend, images: Float32Array, labels: Int32Array): Contestant {
  const [x, y] = [input('x', ['batch', sizes[0]]), input('y', ['batch'], 'int32')];
  let net: Layer = new InputLayer({ shape: [null, sizes[0]], inputVar: x });
  net = new DenseLayer(net, { numUnits: sizes[1] });
  net = new DenseLayer(net, { numUnits: sizes[2], nonlinearity: softmax });
  const loss = mean(categoricalCrossentropy(getOutput(net), y));
  const step = compile({ inputs: { x, y }, outputs: { loss }, updates: sgd(loss, getAllParams(net, { trainable: true }), { learningRate }), backend });
  const feeds = { x: { data: images, shape: [batch, sizes[0]] }, y: { data: labels, shape: [batch] } };
  return { name: `pastina, ${name}`, run: () => void step(feeds).loss.item() };
}

// In Node tfjs-core comes without gradients, so the backward pass is written out: tfjs at its best, without a tape.
function theirs(images: Float32Array, labels: Int32Array): Contestant {
  const x = tf.tensor2d(images, [batch, sizes[0]]);
  const oneHot = tf.oneHot(tf.tensor1d(labels, 'int32'), sizes[2]);
  const weight = (rows: number, columns: number): tf.Variable => tf.variable(tf.randomUniform([rows, columns], -0.2, 0.2, 'float32', 1));
  const [w1, b1, w2, b2] = [weight(sizes[0], sizes[1]), tf.variable(tf.zeros([sizes[1]])), weight(sizes[1], sizes[2]), tf.variable(tf.zeros([sizes[2]]))];
  const descend = (variable: tf.Variable, gradient: tf.Tensor): void => variable.assign(tf.sub(variable, tf.mul(gradient, learningRate)));
  const step = (): void => {
    const hidden = tf.relu(tf.add(tf.matMul(x, w1), b1));
    const logP = tf.logSoftmax(tf.add(tf.matMul(hidden, w2), b2));
    const loss = tf.neg(tf.mean(tf.sum(tf.mul(oneHot, logP), 1)));
    const atLogits = tf.div(tf.sub(tf.exp(logP), oneHot), batch);
    const atHidden = tf.mul(tf.matMul(atLogits, w2, false, true), tf.step(hidden));
    descend(w2, tf.matMul(hidden, atLogits, true));
    descend(b2, tf.sum(atLogits, 0));
    descend(w1, tf.matMul(x, atHidden, true));
    descend(b1, tf.sum(atHidden, 0));
    loss.dataSync();
  };
  return { name: 'tfjs-core 4.22.0, cpu', run: () => tf.tidy(step) };
}
