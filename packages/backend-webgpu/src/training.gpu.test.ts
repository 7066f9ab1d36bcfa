import { compile, input, mean, parameter, setDefaultBackend, getDefaultBackend, square, sub, matmul, mul, transpose, type Parameter } from '@pastina/core';
import { expect, test } from 'vitest';
import { trainDigits } from '../../../examples/digits/classifier.ts';
import { softwareBackend } from './testing.js';

/** A step of gradient descent, with the gradient written out. */
function linear(w: Parameter) {
  const [x, y] = [input('x', ['batch', 3]), input('y', ['batch', 1])];
  const rest = sub(matmul(x, w), y);
  return { inputs: { x, y }, outputs: { loss: mean(square(rest)) }, next: sub(w, mul(matmul(transpose(x), rest), 0.01)) };
}

test('digits train to the same accuracy as on the other backends', async () => {
  const before = getDefaultBackend();
  setDefaultBackend(await softwareBackend());
  try {
    const { loss, heldAccuracy } = await trainDigits({ seed: 1, epochs: 20 });
    // On WASM: 0.0152 and 354 of 359.
    expect(loss).toBeCloseTo(0.0152, 3);
    expect(Math.abs(heldAccuracy * 359 - 354)).toBeLessThanOrEqual(1);
  } finally {
    setDefaultBackend(before);
  }
});

test('a thousand steps: one submission each, no growth of buffers, and the same bits in a second run', async () => {
  const backend = await softwareBackend();
  const run = async (): Promise<{ readonly bits: Float32Array; readonly grown: number; readonly perStep: object }> => {
    const w = parameter([[0.3], [-0.2], [0.1]], { name: 'w' });
    const { inputs, outputs, next } = linear(w);
    const step = compile({ inputs, outputs, updates: new Map([[w, next]]), backend });
    const feeds = { x: [[1, 2, 3], [4, 5, 6]], y: [[1], [0]] };
    for (let i = 0; i < 10; i += 1) await step(feeds).loss.data();
    const before = backend.counts();
    for (let i = 0; i < 1000; i += 1) await step(feeds).loss.data();
    const after = backend.counts();
    return { bits: (await w.value()).dataSync() as Float32Array, grown: after.bufferBytes - before.bufferBytes, perStep: Object.fromEntries((['submissions', 'dispatches', 'bytesUploaded', 'bytesReadBack'] as const).map((name) => [name, (after[name] - before[name]) / 1000])) };
  };
  const first = await run();
  expect(first.perStep).toMatchInlineSnapshot(`
    {
      "bytesReadBack": 4,
      "bytesUploaded": 32,
      "dispatches": 4,
      "submissions": 1,
    }
  `);
  // Buffers of earlier tests may be given back meanwhile.
  expect(first.grown).toBeLessThanOrEqual(0);
  expect((await run()).bits).toEqual(first.bits);
});

test('many parameters in one loop: no more buffers than the device allows are bound at once', async () => {
  const backend = await softwareBackend();
  const many = Array.from({ length: 40 }, (_, i) => parameter([i, -i], { name: `p${i}` }));
  const total = many.reduce((sum, p) => (sum === undefined ? p : sub(sum, p)), undefined as Parameter | ReturnType<typeof sub> | undefined) as ReturnType<typeof sub>;
  const f = compile({ inputs: {}, outputs: { total }, updates: new Map(many.map((p, i) => [p, sub(many[(i + 1) % 40] as Parameter, mul(p, 2))])), backend });
  expect([...await f({}).total.data()]).toEqual([-780, 780]);
  for (const [i, p] of many.entries()) expect((await p.value()).toArray()).toEqual([((i + 1) % 40) - 2 * i, 2 * i - ((i + 1) % 40)]);
});
