import * as core from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { wasmBackend } from '../../index.js';

const wasm = await wasmBackend();

/** Numbers of all exponents and both signs, by their bits; and the extremes. */
const sweep = ((): Float64Array => {
  const words = new Uint32Array(400_000);
  let state = 1;
  for (let i = 0; i < words.length; i += 1) words[i] = state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return new Float64Array([...new Float64Array(words.buffer), 0, -0, 5e-324, -5e-324, 2.2250738585072014e-308, 1, -1, 709.7, 709.79, 710.4, -708.4, -745.1, -745.2, 26.5, 27.2, 28, 6, -6, Infinity, -Infinity, NaN]);
})();
const dense = (low: number, high: number): Float64Array => Float64Array.from({ length: 200_001 }, (_, i) => low + ((high - low) * i) / 200_000);

const here = new Float64Array(1);
const bits = new BigInt64Array(here.buffer);
function ulpAt(x: number): number {
  here[0] = Math.abs(x);
  const start = here[0] as number;
  bits[0] = (bits[0] as bigint) + 1n;
  return (here[0] as number) - start;
}

/** The largest distance from the interpreter's value, which the engine computes to less than 1 ulp, and where. */
function worst(f: (x: core.Expression) => core.Expression, points: Float64Array): { readonly ulp: number; readonly at: number } {
  const x = core.input('x', [points.length], 'float64');
  const [found, truth] = [core.evaluate(f(x), { x: points }, { backend: wasm }).dataSync(), core.evaluate(f(x), { x: points }).dataSync()];
  let [ulp, at] = [0, 0];
  points.forEach((point, i) => {
    const [a, b] = [found[i] as number, truth[i] as number];
    if (Object.is(a, b)) return;
    const error = Number.isFinite(a) && Number.isFinite(b) && a !== b ? Math.abs(a - b) / ulpAt(b) : Infinity;
    if (error > ulp) [ulp, at] = [error, point];
  });
  return { ulp, at };
}

// All are within 2 ulp of the truth; the interpreter's erfc is off by as much in the other direction.
describe('elementary functions of float64, in ulp', () => {
  const rows: readonly (readonly [string, (x: core.Expression) => core.Expression, number])[] = [
    ['exp', core.exp, 1], ['expm1', core.expm1, 2], ['log', core.log, 1], ['log1p', core.log1p, 2], ['tanh', core.tanh, 2], ['sigmoid', core.sigmoid, 2], ['softplus', core.softplus, 2],
    ['sinh', core.sinh, 2], ['cosh', core.cosh, 2], ['asin', core.asin, 2], ['acos', core.acos, 2], ['atan', core.atan, 1], ['erf', core.erf, 2], ['erfc', core.erfc, 3], ['rsqrt', core.rsqrt, 0], ['sin', core.sin, 1], ['cos', core.cos, 1], ['tan', core.tan, 1],
  ];
  for (const [name, f, bound] of rows) {
    test(name, () => {
      for (const points of [sweep, dense(-1, 1), dense(-4, 4), dense(-40, 40), dense(-750, 720)]) {
        const { ulp, at } = worst(f, points);
        expect(ulp, `at ${at}`).toBeLessThanOrEqual(bound);
      }
    });
  }

  test('logAddExp, xlogy, log1mexp and atan2, at the extremes too', () => {
    for (const other of [0, 3, -1e4, Infinity, -Infinity, NaN]) expect(worst((x) => core.logAddExp(x, other), sweep).ulp).toBeLessThanOrEqual(2);
    for (const factor of [0, 2, -1]) expect(worst((x) => core.xlogy(factor, x), sweep).ulp).toBeLessThanOrEqual(1);
    expect(worst(core.log1mexp, dense(1e-3, 30)).ulp).toBeLessThanOrEqual(2);
    for (const other of [1, -1, 0, -0, 1e-300, -1e300, 0.7, 5e-324, Infinity, -Infinity, NaN]) {
      for (const f of [(x: core.Expression) => core.atan2(x, other), (x: core.Expression) => core.atan2(other, x)]) expect(worst(f, sweep).ulp, `beside ${other}`).toBeLessThanOrEqual(2);
    }
  });
});
