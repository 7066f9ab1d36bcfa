// One step of the same network and data by three libraries on WebGPU: 784-1024-10, 64 images, cross-entropy, sgd.
import * as jax from '@jax-js/jax';
import { webgpuBackend } from '@pastina/backend-webgpu';
import { compile, input, mean } from '@pastina/core';
import { DenseLayer, getAllParams, getOutput, InputLayer, type Layer } from '@pastina/layers';
import { softmax } from '@pastina/layers/nonlinearities';
import { categoricalCrossentropy } from '@pastina/objectives';
import { sgd } from '@pastina/updates';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';

/** A library's step: uploads the batch, trains on it, gives the loss. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<number>;
}

const [inputs, hidden, classes, batch, rate] = [784, 1024, 10, 64, 0.1];
const pixels = Float32Array.from({ length: batch * inputs }, (_, i) => ((i * 7919) % 256) / 255);
const labels = Int32Array.from({ length: batch }, (_, i) => i % classes);
const oneHot = Float32Array.from({ length: batch * classes }, (_, i) => (labels[Math.floor(i / classes)] === i % classes ? 1 : 0));
const weights = (rows: number, columns: number): Float32Array<ArrayBuffer> => Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * 0.7) * 0.03);

export async function pastinaStep(adapter?: GPUAdapter): Promise<Step> {
  const backend = await webgpuBackend(adapter === undefined ? {} : { adapter });
  const [x, y] = [input('x', ['batch', inputs]), input('y', ['batch'], 'int32')];
  let net: Layer = new InputLayer({ shape: [null, inputs], inputVar: x });
  net = new DenseLayer(net, { numUnits: hidden, W: { data: weights(inputs, hidden), shape: [inputs, hidden] } });
  net = new DenseLayer(net, { numUnits: classes, W: { data: weights(hidden, classes), shape: [hidden, classes] }, nonlinearity: softmax });
  const loss = mean(categoricalCrossentropy(getOutput(net), y));
  const step = compile({ inputs: { x, y }, outputs: { loss }, updates: sgd(loss, getAllParams(net, { trainable: true }), { learningRate: rate }), backend });
  return { name: 'pastina', run: async () => (await step({ x: { data: pixels, shape: [batch, inputs] }, y: labels }).loss.data())[0] as number };
}

/** The backward pass is written out: tfjs-core alone has no gradients. Fewer ops than its tape would record. */
export async function tfjsStep(): Promise<Step> {
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  await tf.setBackend('webgpu');
  const variable = (data: Float32Array, shape: number[]): tf.Variable => tf.variable(tf.tensor(data, shape));
  const [w1, b1, w2, b2] = [variable(weights(inputs, hidden), [inputs, hidden]), variable(new Float32Array(hidden), [hidden]), variable(weights(hidden, classes), [hidden, classes]), variable(new Float32Array(classes), [classes])];
  const descend = (one: tf.Variable, gradient: tf.Tensor): void => one.assign(tf.sub(one, tf.mul(gradient, rate)));
  const step = (): tf.Scalar => {
    const [x, y] = [tf.tensor2d(pixels, [batch, inputs]), tf.tensor2d(oneHot, [batch, classes])];
    const h = tf.relu(tf.add(tf.matMul(x, w1), b1));
    const logP = tf.logSoftmax(tf.add(tf.matMul(h, w2), b2));
    const loss = tf.neg(tf.mean(tf.sum(tf.mul(y, logP), 1)));
    const atLogits = tf.div(tf.sub(tf.exp(logP), y), batch);
    const atHidden = tf.mul(tf.matMul(atLogits, w2, false, true), tf.step(h));
    descend(w2, tf.matMul(h, atLogits, true));
    descend(b2, tf.sum(atLogits, 0));
    descend(w1, tf.matMul(x, atHidden, true));
    descend(b1, tf.sum(atHidden, 0));
    return loss as tf.Scalar;
  };
  return {
    name: 'tfjs-backend-webgpu 4.22.0',
    run: async () => {
      const loss = tf.tidy(step);
      const [value] = await loss.data();
      loss.dispose();
      return value as number;
    },
  };
}

/** Under its jit. */
export async function jaxStep(): Promise<Step> {
  await jax.init('webgpu');
  jax.defaultDevice('webgpu');
  const { nn, numpy: np, tree } = jax;
  interface Weights { readonly [name: string]: jax.Array }
  let now: Weights = { w1: np.array(weights(inputs, hidden)).reshape([inputs, hidden]), b1: np.zeros([hidden]), w2: np.array(weights(hidden, classes)).reshape([hidden, classes]), b2: np.zeros([classes]) };
  const lossOf = ({ w1, b1, w2, b2 }: Weights, images: jax.Array, targets: jax.Array): jax.Array => {
    const h = nn.relu(np.add(np.dot(images, w1 as jax.Array), b1 as jax.Array));
    const logP = nn.logSoftmax(np.add(np.dot(h, w2 as jax.Array), b2 as jax.Array));
    return np.mean(np.sum(np.multiply(targets, logP), 1)).mul(-1);
  };
  const step = jax.jit((before: Weights, images: jax.Array, targets: jax.Array) => {
    const [loss, slopes] = jax.valueAndGrad(lossOf)(tree.ref(before), images, targets);
    return [loss, tree.map((value: jax.Array, slope: jax.Array) => value.sub(slope.mul(rate)), before, slopes)] as [jax.Array, Weights];
  });
  return {
    name: 'jax-js 0.1.25, jit',
    run: async () => {
      const [loss, after] = step(now, np.array(pixels).reshape([batch, inputs]), np.array(oneHot).reshape([batch, classes]));
      now = after;
      const [value] = await loss.data();
      return value as number;
    },
  };
}
