import { add, compile, conv, type ConvOptions, type Expression, grad, input, matmul, parameter, relu, square, sub, sum, transpose } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { bothOf, softwareBackend } from '../testing.js';
import { webgpuBackend } from '../webgpuBackend.js';

const filled = (shape: readonly number[], seed: number): { readonly data: Float32Array; readonly shape: readonly number[] } => ({ data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.fround(Math.sin(i * 1.3 + seed) * 2)), shape });

/** The shaders of an expression of two inputs and what they give, with products shared out in both ways. */
async function inBothWays(shapes: readonly (readonly number[])[], make: (a: Expression, b: Expression) => Expression): Promise<readonly { readonly bits: Uint32Array; readonly code: string }[]> {
  const tiles = await softwareBackend();
  const rows = await webgpuBackend({ device: tiles.device, products: 'rows' });
  const [a, b] = shapes.map((shape, i) => input(`x${i}`, [...shape])) as unknown as readonly [Expression, Expression];
  const feeds = Object.fromEntries(shapes.map((shape, i) => [`x${i}`, filled(shape, i)]));
  return Promise.all([tiles, rows].map(async (backend) => {
    const f = compile({ inputs: { x0: a, x1: b } as never, outputs: { y: make(a, b) }, backend });
    const y = await f(feeds).y.data();
    return { bits: new Uint32Array(y.buffer, y.byteOffset, y.length), code: f.print({ wgsl: true }) };
  }));
}

async function expectSameBits(shapes: readonly (readonly number[])[], make: (a: Expression, b: Expression) => Expression): Promise<void> {
  const [tiles, rows] = await inBothWays(shapes, make) as unknown as readonly [{ readonly bits: Uint32Array; readonly code: string }, { readonly bits: Uint32Array; readonly code: string }];
  expect(rows.bits).toEqual(tiles.bits);
  expect([tiles.code.includes('workgroupBarrier'), rows.code.includes('workgroupBarrier')]).toEqual([true, false]);
}

describe('tiles and rows give the same bits', () => {
  test.each([[1, 1, 1], [7, 33, 31], [8, 100, 32], [9, 64, 33], [200, 18, 330]] as const)('[%i, %i] · […, %i], with what follows', async (rows, inner, columns) => {
    await expectSameBits([[rows, inner], [inner, columns]], matmul);
    await expectSameBits([[inner, rows], [columns, inner]], (a, b) => relu(sub(matmul(transpose(a), transpose(b)), 0.5)));
  });

  test.each([[1, 2048, 1], [5, 9001, 17], [40, 3000, 33], [16, 70_000, 9]] as const)('long sums, in parts: [%i, %i] · […, %i], with what follows', async (rows, inner, columns) => {
    await expectSameBits([[rows, inner], [inner, columns]], matmul);
    await expectSameBits([[inner, rows], [columns, inner]], (a, b) => relu(sub(matmul(transpose(a), transpose(b)), 0.5)));
  });

  test('long sums in batches', () => expectSameBits([[2, 3, 2, 2500], [3, 2500, 4]], (a, b) => add(matmul(a, b), 1)));

  test('batches', () => expectSameBits([[2, 3, 9, 5], [3, 5, 34]], (a, b) => add(matmul(a, b), 1)));

  const settings: Readonly<Record<string, readonly [x: readonly number[], w: readonly number[], ConvOptions]>> = {
    'one axis, strides, dilation': [[2, 3, 12], [4, 3, 3], { flipFilters: true, stride: 2, dilation: 2, padding: [[2, 1]] }],
    'two axes, groups': [[2, 4, 7, 6], [6, 2, 3, 3], { groups: 2, stride: [2, 1], padding: [[0, 2], [1, 0]] }],
    'long sums of the filters': [[3, 2, 31, 30], [4, 2, 3, 2], { padding: 1 }],
    'more filters than rows at once': [[2, 17, 13, 11], [40, 17, 3, 3], { padding: 1 }],
  };
  test.each(Object.entries(settings))('convolutions and both gradients: %s', async (_, [x, w, options]) => {
    await expectSameBits([x, w], (a, b) => conv(a, b, options));
    for (const which of [0, 1] as const) await expectSameBits([x, w], (a, b) => grad(sum(square(conv(a, b, options))), [a, b])[which] as Expression);
  });
});

test('long sums in parts lose less than sums of one run of terms', async () => {
  let worst = 0;
  for (const [rows, inner, columns] of [[1, 2048, 1], [5, 9001, 17], [16, 70_000, 9]] as const) {
    const { device, reference } = await bothOf(matmul, [[rows, inner], [inner, columns]].map((shape, i) => ({ data: [...filled(shape, i).data], shape })));
    reference.forEach((value, i) => worst = Math.max(worst, Math.abs((device[i] as number) - value) / inner ** 0.5));
  }
  // Of sums that grow as the square root of their terms: 1.1e-5 as it is, 2.7e-5 in one run.
  expect(worst).toBeLessThan(2e-5);
});

test('a driver in software gets rows unless told', async () => {
  const { device } = await softwareBackend();
  const w = parameter([[1, 2], [3, 4]], { name: 'w' });
  const f = compile({ inputs: {}, outputs: { y: matmul(w, w) }, backend: await webgpuBackend({ device }) });
  expect([...await f({}).y.data()]).toEqual([7, 10, 15, 22]);
  expect(f.print({ wgsl: true })).not.toContain('workgroupBarrier');
});
