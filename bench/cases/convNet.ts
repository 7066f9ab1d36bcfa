import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { wasmBackend } from '@pastina/backend-wasm';
import { compile, conv, flatten, gather, grad, input, log, matmul, mean, mul, neg, parameter, pool, relu, softmax, sub, tensor, type Backend, type Expression, type Parameter } from '@pastina/core';
import type { Case, Contestant } from '../harness.ts';

const batch = 32;
const numbers = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => Math.sin(i) * 0.1);
const pixels = numbers(batch * 28 * 28);

/** A small conv net on 28×28 images: what inference takes here and there, and what a step takes here. */
export const convNet: Case = {
  name: 'conv net step',
  work: `28×28, two 3×3 convolutions of 16 and 32 filters, pools, dense, ${batch} images, one thread`,
  targets: [
    { what: 'forward, ours / tfjs-wasm', of: (time) => time('pastina, backend-wasm, forward') / time('tfjs'), bound: 'at most', limit: 1 },
    { what: 'our step / our forward', of: (time) => time('pastina, backend-wasm, step') / time('pastina, backend-wasm, forward'), bound: 'at most', limit: 3.2 },
  ],
  contestants: async () => {
    const backend = await wasmBackend();
    return [ours('forward', backend), ours('step', backend), await theirs()];
  },
};

function ours(what: 'forward' | 'step', backend: Backend): Contestant {
  const [x, y] = [input('x', ['batch', 1, 28, 28]), input('y', ['batch'], 'int32')];
  const weights = [[16, 1, 3, 3], [32, 16, 3, 3], [32 * 5 * 5, 10]].map((shape) => parameter(tensor(numbers(shape.reduce((a, b) => a * b, 1)), shape)));
  const [w1, w2, w3] = weights as [Parameter, Parameter, Parameter];
  const block = (value: Expression, w: Expression): Expression => pool(relu(conv(value, w)), { size: 2 });
  const p = softmax(matmul(flatten(block(block(x, w1), w2)), w3));
  const loss = mean(neg(log(gather(p, y, { axis: 1, batchAxes: 1 }))));
  const updates = what === 'forward' ? new Map<Parameter, Expression>() : new Map(weights.map((w) => [w, sub(w, mul(grad(loss, w), 0.01))]));
  const f = compile({ inputs: { x, y }, outputs: { loss }, updates, backend });
  const feeds = { x: { data: pixels, shape: [batch, 1, 28, 28] }, y: Int32Array.from({ length: batch }, (_, i) => i % 10) };
  return { name: `pastina, backend-wasm, ${what}`, run: () => void f(feeds).loss.item() };
}

/** The forward pass only: tfjs's WASM backend has no gradient of the filters. */
async function theirs(): Promise<Contestant> {
  await tf.setBackend('wasm');
  const x = tf.tensor4d(pixels, [batch, 28, 28, 1]);
  const [w1, w2, w3] = [tf.tensor4d(numbers(144), [3, 3, 1, 16]), tf.tensor4d(numbers(4608), [3, 3, 16, 32]), tf.tensor2d(numbers(8000), [800, 10])];
  const block = (value: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor4D => tf.maxPool(tf.relu(tf.conv2d(value, w, 1, 'valid')), 2, 2, 'valid');
  return { name: 'tfjs-backend-wasm 4.22.0, forward', run: () => tf.tidy(() => void tf.mean(tf.logSoftmax(tf.matMul(tf.reshape(block(block(x, w1), w2), [batch, 800]), w3))).dataSync()) };
}
