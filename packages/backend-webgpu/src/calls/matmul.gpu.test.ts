import { broadcastTo, compile, input, matmul, parameter, transpose } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { between, bothOf, softwareBackend } from '../testing.js';

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
const numbers = (shape: readonly number[]): readonly number[] => between(-1, 1.3, product(shape) + 1).slice(1).map((x, i) => Math.sin(12 * x + i));

/** Rows, terms and columns: single ones, whole tiles, one more. */
const sizes = [[1, 1, 1], [16, 16, 16], [17, 33, 15], [1, 100, 3], [64, 5, 70], [200, 18, 330]] as const;

describe('products', () => {
  test.each(sizes)('[%i, %i] · […, %i], transposed or not', async (rows, inner, columns) => {
    for (const [left, right] of [[false, false], [true, false], [false, true], [true, true]] as const) {
      const [a, b] = [left ? [inner, rows] : [rows, inner], right ? [columns, inner] : [inner, columns]];
      const { device, reference } = await bothOf((x, y) => matmul(left ? transpose(x) : x, right ? transpose(y) : y), [{ data: numbers(a), shape: a }, { data: numbers(b), shape: b }]);
      reference.forEach((value: number, i: number) => expect(Math.abs((device[i] as number) - value)).toBeLessThan(inner * 1.2e-7));
    }
  });

  test('batches, in any order of axes; one matrix for all', async () => {
    const a = { data: numbers([2, 3, 4, 5]), shape: [2, 3, 4, 5] };
    const b = { data: numbers([3, 2, 5, 6]), shape: [3, 2, 5, 6] };
    const turned = await bothOf((x, y) => matmul(x, transpose(y, [1, 0, 2, 3])), [a, b]);
    turned.reference.forEach((value: number, i: number) => expect(turned.device[i]).toBeCloseTo(value, 5));
    const shared = await bothOf((x, y) => matmul(x, broadcastTo(y, [2, 3, 5, 6])), [a, { data: numbers([5, 6]), shape: [5, 6] }]);
    shared.reference.forEach((value: number, i: number) => expect(shared.device[i]).toBeCloseTo(value, 5));
  });

  test('nothing to add, nothing to write', async () => {
    expect((await bothOf(matmul, [{ data: [], shape: [2, 0] }, { data: [], shape: [0, 3] }])).device).toEqual(new Float32Array(6));
    expect((await bothOf(matmul, [{ data: [], shape: [0, 2] }, { data: [1, 2], shape: [2, 1] }])).device).toHaveLength(0);
  });

  test('NaN stays in its row, infinities overflow', async () => {
    const { device, reference } = await bothOf(matmul, [{ data: [1, NaN, 3e38, 3e38, 1, 2], shape: [3, 2] }, { data: [1, 2, 3, 4], shape: [2, 2] }]);
    expect(device).toEqual(reference);
  });

  test('a parameter that is a product is written when all was read', async () => {
    const w = parameter([[1, 2], [3, 4]], { name: 'w' });
    const x = input('x', [2, 2]);
    const f = compile({ inputs: { x }, outputs: { w }, updates: new Map([[w, matmul(x, w)]]), backend: await softwareBackend() });
    expect([...await f({ x: [[0, 1], [1, 0]] }).w.data()]).toEqual([1, 2, 3, 4]);
    expect((await w.value()).toArray()).toEqual([[3, 4], [1, 2]]);
  });
});
