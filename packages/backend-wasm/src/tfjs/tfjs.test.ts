import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { compile, evaluate, input, matmul, mul, parameter, sub, sum, tensor } from '@pastina/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { wasmBackend } from '../wasmBackend.js';
import { tfjsHeap } from './heap.js';
import { fromTfjs, toTfjs } from './tensors.js';
import { type Tfjs } from './tfjs.js';

beforeAll(async () => {
  await tf.setBackend('wasm');
});

describe('programs in the memory of tfjs', () => {
  test('are fed its tensors, and train beside it while its memory grows', async () => {
    const backend = await wasmBackend({ heap: tfjsHeap(tf) });
    const [x, w] = [input('x', ['n', 2]), parameter([[1], [2]])];
    const step = compile({ inputs: { x }, outputs: { y: sum(matmul(x, w)) }, updates: new Map([[w, mul(w, 2)]]), backend });
    const fed = fromTfjs(tf, tf.tensor2d([[1, 1], [0, 1]]));
    const found: number[] = [];
    const held: tf.Tensor[] = [];
    for (let i = 0; i < 4; i += 1) {
      found.push(step({ x: fed }).y.item());
      held.push(tf.ones([4_000_000]));
    }
    expect(found).toEqual([5, 10, 20, 40]);
    expect(w.valueSync().toArray()).toEqual([[16], [32]]);
    expect(held.map((one) => Number(tf.sum(one).dataSync()[0]))).toEqual([4e6, 4e6, 4e6, 4e6]);
    held.forEach((one) => one.dispose());
  });

  test('give back what they have taken', async () => {
    const heap = tfjsHeap(tf);
    const before = heap.used;
    const backend = await wasmBackend({ heap });
    for (let i = 0; i < 300; i += 1) {
      evaluate(sub(parameter(new Float32Array(10_000)), i), {}, { backend });
      if (i % 30 === 29) await collected();
    }
    for (let i = 0; i < 60 && heap.used > before + 400_000; i += 1) await collected();
    expect(heap.used).toBeLessThan(before + 400_000);
  });

  test('the same backend has one heap; another one is refused', async () => {
    expect(tfjsHeap(tf)).toBe(tfjsHeap(tf));
    await expect(wasmBackend({ heap: {} as never })).rejects.toThrowErrorMatchingInlineSnapshot(`[InputError: wasmBackend: heap is none; expected what tfjsHeap of @pastina/backend-wasm/tfjs gives [OPTION_VALUE]]`);
    await expect(wasmBackend({ heap: tfjsHeap(tf), threads: 2 })).rejects.toThrowErrorMatchingInlineSnapshot(`[UnsupportedError: wasmBackend: both a heap and 2 threads are asked for; a heap of others is not shared with threads of ours: leave one of them out [WASM_THREADS]]`);
    expect(() => tfjsHeap({ ...(tf as Tfjs), getBackend: () => 'cpu' })).toThrowErrorMatchingInlineSnapshot(`[UnsupportedError: tfjs runs on its backend 'cpu'; import '@tensorflow/tfjs-backend-wasm' and await tf.setBackend('wasm') first [TFJS_BACKEND]]`);
    expect(() => tfjsHeap({ ...(tf as Tfjs), backend: () => ({ wasm: {} }) })).toThrowErrorMatchingInlineSnapshot(`[UnsupportedError: tfjsHeap: this version of tfjs-backend-wasm cannot be shared with: it has no wasm._malloc, wasm._free or dataIdMap; use 4.22.0, or leave the heap out of wasmBackend [TFJS_VERSION]]`);
  });

  test('an allocation beyond 4 GiB, which tfjs would wrap to a few bytes, is an error', async () => {
    const backend = await wasmBackend({ heap: tfjsHeap(tf) });
    const x = input('x', ['n', 'm']);
    expect(() => evaluate(sum(mul(x, x), { axis: 0 }), { x: { data: new Float32Array(0), shape: [0, 2 ** 30] } }, { backend })).toThrow(/no room for 4\d+ bytes/);
  });
});

describe('tensors', () => {
  test('of tfjs are seen without a copy, also after tfjs has disposed of its own', () => {
    const given = tf.tensor2d([[1, 2], [3, 4]]);
    const [one, two] = [fromTfjs(tf, given), fromTfjs(tf, given)];
    expect(one.dataSync().buffer).toBe(two.dataSync().buffer);
    expect(one.dataSync().byteOffset).toBe(two.dataSync().byteOffset);
    given.dispose();
    expect(one.toArray()).toEqual([[1, 2], [3, 4]]);
    expect([fromTfjs(tf, tf.scalar(7)).item(), fromTfjs(tf, tf.tensor1d([1, 0], 'bool')).toArray()]).toEqual([7, [1, 0]]);
    expect(fromTfjs(tf, tf.tensor1d([], 'int32')).toArray()).toEqual([]);
  });

  test('go there and back without a copy; others are copied', () => {
    const shared = fromTfjs(tf, tf.tensor1d([1, 2, 3]));
    const before = tf.memory().numDataBuffers;
    const back = toTfjs(tf, shared) as tf.Tensor;
    expect(tf.memory().numDataBuffers).toBe(before);
    expect(Array.from(tf.add(back, 1).dataSync())).toEqual([2, 3, 4]);
    expect(Array.from((toTfjs(tf, tensor([[1], [2]])) as tf.Tensor).dataSync())).toEqual([1, 2]);
    expect((toTfjs(tf, tensor([true, false])) as tf.Tensor).dtype).toBe('bool');
  });

  test('that cannot go over are named', () => {
    const gone = tf.tensor1d([1]);
    gone.dispose();
    expect(() => fromTfjs(tf, gone)).toThrowErrorMatchingInlineSnapshot(`[InputError: fromTfjs: the tensor is disposed of; pass it on before that, or out of tf.tidy by tf.keep [TFJS_DISPOSED]]`);
    expect(() => fromTfjs(tf, tf.tensor1d(['a'], 'string'))).toThrowErrorMatchingInlineSnapshot(`[DTypeError: fromTfjs: a tensor of string; expected float32, int32 or bool [TFJS_DTYPE]]`);
    expect(() => toTfjs(tf, tensor([1], [1], 'float64'))).toThrowErrorMatchingInlineSnapshot(`[DTypeError: toTfjs: a tensor of float64, which tfjs does not have; cast it to 'float32' or 'int32' [TFJS_DTYPE]]`);
  });
});

async function collected(): Promise<void> {
  const held: unknown[] = [];
  for (let i = 0; i < 200; i += 1) held.push(new Float64Array(20_000));
  held.length = 0;
  await new Promise<void>((resolve) => setTimeout(resolve, 5));
}
