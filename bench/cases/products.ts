import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { wasmBackend } from '@pastina/backend-wasm';
import { compile, matmul, parameter, slice, tensor, transpose, type Backend } from '@pastina/core';
import type { Case, Contestant } from '../harness.ts';
import { simdPeak } from '../peak.ts';

const [rows, inner, columns] = [512, 784, 1024];
const multiplications = rows * inner * columns;
const items = { what: 'GFLOP', count: (2 * multiplications) / 1e9 };

/** A product of 512×784 with 784×1024, either of them transposed or none, its operands lying where the backend has them. */
export const products: readonly Case[] = ([['A·B', false, false, 85, 1.4], ['Aᵀ·B', true, false, 85, 30], ['A·Bᵀ', false, true, 70, 12]] as const).map(([name, ta, tb, percent, times]) => ({
  name: `dot ${name}`,
  work: `${rows}×${inner}×${columns}, float32, ${name}, one thread; one number is read of it`,
  targets: [
    { what: 'of the SIMD mul+add peak', of: (time) => (100 * time('SIMD')) / time('pastina'), bound: 'at least', limit: percent, unit: '%' },
    { what: 'times as fast as tfjs-wasm', of: (time) => time('tfjs') / time('pastina'), bound: 'at least', limit: times },
  ],
  contestants: async () => {
    const peak = simdPeak();
    return [
      ours('backend-wasm', await wasmBackend(), ta, tb),
      { name: 'SIMD mul+add in registers', run: () => peak(multiplications), items },
      ours('backend-wasm, relaxed SIMD', await wasmBackend({ relaxedSimd: true }), ta, tb),
      await theirs(ta, tb),
    ];
  },
}));

const data = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => Math.sin(i));

function ours(name: string, backend: Backend, ta: boolean, tb: boolean): Contestant {
  const [a, b] = [parameter(tensor(data(rows * inner), ta ? [inner, rows] : [rows, inner])), parameter(tensor(data(inner * columns), tb ? [columns, inner] : [inner, columns]))];
  const product = matmul(ta ? transpose(a) : a, tb ? transpose(b) : b);
  const f = compile({ inputs: {}, outputs: { first: slice(product, [0, 0], [1, 1]) }, backend });
  return { name: `pastina, ${name}`, run: () => void f({}).first.item(), items };
}

async function theirs(ta: boolean, tb: boolean): Promise<Contestant> {
  await tf.setBackend('wasm');
  const a = tf.tensor2d(data(rows * inner), ta ? [inner, rows] : [rows, inner]);
  const b = tf.tensor2d(data(inner * columns), tb ? [columns, inner] : [inner, columns]);
  return { name: 'tfjs-backend-wasm 4.22.0', run: () => tf.tidy(() => void tf.slice(tf.matMul(a, b, ta, tb), [0, 0], [1, 1]).dataSync()), items };
}
