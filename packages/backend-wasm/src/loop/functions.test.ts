import * as core from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { wasmBackend } from '../index.js';

const wasm = await wasmBackend();

/** Every 20011th float32 of both signs, and the extremes. */
const sweep = ((): Float32Array => {
  const words = new Uint32Array(Math.floor(4294967296 / 20011));
  for (let i = 0; i < words.length; i += 1) words[i] = i * 20011;
  return new Float32Array([...new Float32Array(words.buffer), 0, -0, 1e-45, -1e-45, 1.1754943e-38, 1, -1, 88.72, 88.73, -103.9, -104, 1e4, -1e4, 17, 16.99, Infinity, -Infinity, NaN, 0.6931472, 1e-8, -1e-8]);
})();
const dense = (low: number, high: number): Float32Array => Float32Array.from({ length: 200_001 }, (_, i) => low + ((high - low) * i) / 200_000);

const spacing = new Float32Array(1);
const word = new Uint32Array(spacing.buffer);
/** The distance to the next float32, at least the smallest subnormal. */
function ulpAt(x: number): number {
  spacing[0] = Math.abs(x);
  const here = spacing[0] as number;
  word[0] = (word[0] as number) + 1;
  return Math.max((spacing[0] as number) - here, 1.401298464324817e-45);
}

/** The largest error in ulp, and where. */
function worst(f: (x: core.Expression) => core.Expression, points: Float32Array): { readonly ulp: number; readonly at: number } {
  const x = core.input('x', [points.length]);
  const found = core.evaluate(f(x), { x: points }, { backend: wasm }).dataSync();
  const truth = core.evaluate(f(core.cast(x, 'float64')), { x: points }).dataSync();
  let [ulp, at] = [0, 0];
  points.forEach((point, i) => {
    const [a, b] = [found[i] as number, truth[i] as number];
    if (Object.is(a, b) || a === Math.fround(b) || (Number.isNaN(a) && Number.isNaN(b))) return;
    const error = Number.isFinite(a) && Number.isFinite(Math.fround(b)) ? Math.abs(a - b) / ulpAt(b) : Infinity;
    if (error > ulp) [ulp, at] = [error, point];
  });
  return { ulp, at };
}

describe('elementary functions in ulp, over all magnitudes and densely where they bend', () => {
  const rows: readonly (readonly [string, (x: core.Expression) => core.Expression, number])[] = [
    ['exp', core.exp, 1.1], ['expm1', core.expm1, 2], ['log', core.log, 1], ['log1p', core.log1p, 2], ['tanh', core.tanh, 2], ['sigmoid', core.sigmoid, 2.5],
    ['softplus', core.softplus, 2.5], ['sqrt', core.sqrt, 0.5], ['reciprocal', core.reciprocal, 0.5],
  ];
  for (const [name, f, bound] of rows) {
    test(name, () => {
      for (const points of [sweep, dense(-4, 4), dense(-90, 90)]) {
        const { ulp, at } = worst(f, points);
        expect(ulp, `at ${at}`).toBeLessThanOrEqual(bound);
      }
    });
  }

  test('logAddExp, xlogy and log1mexp, at the extremes too', () => {
    for (const other of [0, 3, -1e4, Infinity, -Infinity, NaN]) expect(worst((x) => core.logAddExp(x, other), sweep).ulp).toBeLessThanOrEqual(2);
    for (const factor of [0, 2, -1]) expect(worst((x) => core.xlogy(factor, x), sweep).ulp).toBeLessThanOrEqual(2);
    expect(worst(core.log1mexp, dense(1e-3, 30)).ulp).toBeLessThanOrEqual(3);
  });
});
