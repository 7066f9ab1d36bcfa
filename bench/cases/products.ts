import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { wasmBackend } from '@pastina/backend-wasm';
import { compile, input, matmul, sum, transpose, type Backend } from '@pastina/core';
import type { Case, Contestant } from '../harness.ts';

const [rows, inner, columns] = [512, 784, 1024];
const flops = 2 * rows * inner * columns;

/** A product of 512×784 with 784×1024, either of them transposed or none. */
export const products: readonly Case[] = [['A·B', false, false], ['Aᵀ·B', true, false], ['A·Bᵀ', false, true]].map(([name, ta, tb]) => ({
  name: `dot ${String(name)}`,
  work: `${rows}×${inner}×${columns}, float32, ${String(name)}, one thread; what goes in and out is copied too`,
  contestants: async () => [
    ours('backend-wasm', await wasmBackend(), ta === true, tb === true),
    ours('backend-wasm, relaxed SIMD', await wasmBackend({ relaxedSimd: true }), ta === true, tb === true),
    await theirs(ta === true, tb === true),
  ],
}));

const data = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => Math.sin(i));

function ours(name: string, backend: Backend, ta: boolean, tb: boolean): Contestant {
  const shapes = { a: ta ? [inner, rows] : [rows, inner], b: tb ? [columns, inner] : [inner, columns] };
  const [a, b] = [input('a', shapes.a), input('b', shapes.b)];
  const product = matmul(ta ? transpose(a) : a, tb ? transpose(b) : b);
  // Of the product one number is read, as of tfjs's.
  const f = compile({ inputs: { a, b }, outputs: { first: sum(product, { axis: 1 }) }, backend });
  const feeds = { a: { data: data(rows * inner), shape: shapes.a }, b: { data: data(inner * columns), shape: shapes.b } };
  return { name: `pastina, ${name}`, run: () => void f(feeds), items: { what: 'GFLOP', count: flops / 1e9 } };
}

async function theirs(ta: boolean, tb: boolean): Promise<Contestant> {
  await tf.setBackend('wasm');
  const a = tf.tensor2d(data(rows * inner), ta ? [inner, rows] : [rows, inner]);
  const b = tf.tensor2d(data(inner * columns), tb ? [columns, inner] : [inner, columns]);
  return { name: 'tfjs-backend-wasm 4.22.0', run: () => tf.tidy(() => void tf.sum(tf.matMul(a, b, ta, tb), 1).dataSync()), items: { what: 'GFLOP', count: flops / 1e9 } };
}
