import * as core from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { wasmBackend } from '../../index.js';

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
    if (Object.is(a, Math.fround(b))) return;
    // A zero of the other sign is wrong.
    const error = Number.isFinite(a) && Number.isFinite(Math.fround(b)) && a !== b ? Math.abs(a - b) / ulpAt(b) : Infinity;
    if (error > ulp) [ulp, at] = [error, point];
  });
  return { ulp, at };
}

describe('elementary functions in ulp, over all magnitudes and densely where they bend', () => {
  const rows: readonly (readonly [string, (x: core.Expression) => core.Expression, number])[] = [
    ['exp', core.exp, 1.1], ['expm1', core.expm1, 2], ['log', core.log, 1], ['log1p', core.log1p, 2], ['tanh', core.tanh, 2], ['sigmoid', core.sigmoid, 2.5],
    ['softplus', core.softplus, 2.5], ['sqrt', core.sqrt, 0.5], ['reciprocal', core.reciprocal, 0.5],
    ['sin', core.sin, 0.51], ['cos', core.cos, 0.51], ['tan', core.tan, 0.8], ['asin', core.asin, 0.51], ['acos', core.acos, 0.51], ['atan', core.atan, 0.51],
    ['sinh', core.sinh, 0.51], ['cosh', core.cosh, 0.51], ['erf', core.erf, 2], ['erfc', core.erfc, 0.51], ['round', core.round, 0],
  ];
  for (const [name, f, bound] of rows) {
    test(name, () => {
      for (const points of [sweep, dense(-4, 4), dense(-90, 90)]) {
        const { ulp, at } = worst(f, points);
        expect(ulp, `at ${at}`).toBeLessThanOrEqual(bound);
      }
    });

    test(`${name}: the same bits wherever an element stands, in runs and in what is left over`, () => {
      const points = sweep.subarray(sweep.length - 1003);
      const of = (data: Float32Array, dtype: 'float32' | 'float16' = 'float32'): core.TypedArray => core.evaluate(f(core.cast(core.input('x', [data.length]), dtype)), { x: data }, { backend: wasm }).dataSync();
      const whole = of(points);
      for (const from of [1, 2, 3]) expect([...of(points.subarray(from))]).toEqual([...whole.subarray(from)]);
      for (const from of [0, 17, 1000]) expect([...of(points.subarray(from, from + 1))]).toEqual([...whole.subarray(from, from + 1)]);
      // Half precision: what float32 gives, rounded.
      const halves = of(points, 'float16');
      const exact = core.evaluate(core.cast(f(core.cast(core.input('x', [points.length]), 'float16')), 'float32'), { x: points }).dataSync();
      halves.forEach((value: number, i: number) => {
        const truth = exact[i] as number;
        if (!Object.is(value, truth)) expect(Math.abs(value - truth)).toBeLessThanOrEqual(Math.max(Math.abs(truth) / 1024, 6e-8));
      });
    });
  }

  test('σ(-x), which is computed from x, has the bits of σ at -x, alone and beside σ(x)', () => {
    for (const dtype of ['float32', 'float64', 'float16'] as const) {
      const given = core.input('x', [sweep.length]);
      const [x, { sigmoid, neg }] = [core.cast(given, dtype), core];
      const run = (outputs: Readonly<Record<string, core.Expression>>, data = sweep): readonly (readonly number[])[] => Object.values(core.compile({ inputs: { x: given }, outputs, backend: wasm })({ x: data })).map((one) => [...one.dataSync()] as number[]);
      const [truth, itself] = [run({ y: sigmoid(x) }, sweep.map((value) => -value))[0], run({ y: sigmoid(x) })[0]];
      expect(run({ mirrored: sigmoid(neg(x)) })).toEqual([truth]);
      expect(run({ mirrored: sigmoid(neg(x)), plain: sigmoid(x), negative: neg(x) }).slice(0, 2)).toEqual([truth, itself]);
    }
  });

  test('logAddExp, xlogy and log1mexp, at the extremes too', () => {
    for (const other of [0, 3, -1e4, Infinity, -Infinity, NaN]) expect(worst((x) => core.logAddExp(x, other), sweep).ulp).toBeLessThanOrEqual(2);
    for (const factor of [0, 2, -1]) expect(worst((x) => core.xlogy(factor, x), sweep).ulp).toBeLessThanOrEqual(2);
    expect(worst(core.log1mexp, dense(1e-3, 30)).ulp).toBeLessThanOrEqual(3);
  });

  test('atan2 and mod of all magnitudes, in all quadrants', () => {
    for (const other of [1, -1, 0, -0, 1e-30, -3e38, 0.7, 1e-45, Infinity, -Infinity, NaN].map(Math.fround)) {
      for (const f of [(x: core.Expression) => core.atan2(x, other), (x: core.Expression) => core.atan2(other, x), (x: core.Expression) => core.mod(x, other), (x: core.Expression) => core.mod(other, x)]) expect(worst(f, sweep).ulp, `beside ${other}`).toBeLessThanOrEqual(0.51);
    }
  });

  test('angles of any size, where few bits are left', () => {
    // Neighbours of multiples of π/2 are where reductions lose most.
    const near = Float32Array.from({ length: 60_000 }, (_, i) => (i + 1) * (i % 3 === 0 ? 1 : i * 1.7e5) * (Math.PI / 2));
    const large = Float32Array.from({ length: 100_000 }, (_, i) => (i % 2 === 0 ? -1 : 1) * Math.exp((i / 100_000) * 88.7));
    for (const f of [core.sin, core.cos, core.tan]) for (const points of [near, large, dense(-1e4, 1e4)]) expect(worst(f, points).ulp).toBeLessThanOrEqual(0.8);
    // The float32 number nearest to a multiple of π/2: 16367173 · 2⁷².
    const scale = 4722366482869645213696;
    expect(worst(core.cos, Float32Array.of(16367173 * scale, -16367173 * scale)).ulp).toBeLessThanOrEqual(0.51);
  });
});
