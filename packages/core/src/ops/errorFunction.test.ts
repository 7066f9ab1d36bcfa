import { describe, expect, test } from 'vitest';
import { getDefaultBackend } from '../compile/defaultBackend.js';
import { bits, bound, ulpsFloat32, valuesOf } from '../testing.js';
import * as ops from './index.js';

/** In ulp: other backends have bounds of their own. */
const usual = getDefaultBackend().name === 'reference' ? 0.51 : 2;

/** Kummer's series: all terms positive, so nothing cancels. */
function erfBySeries(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(total); n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return ((2 / Math.sqrt(Math.PI)) * total) / Math.exp(x * x);
}

/** The continued fraction of erfc for x of 1 and more, from its end. */
function erfcByFraction(x: number): number {
  let fraction = x;
  for (let n = 400; n > 0; n -= 1) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

const sweep = (low: number, high: number): readonly number[] => Array.from({ length: 3001 }, (_, i) => Math.fround(low + ((high - low) * i) / 3000));
const worst = (found: ArrayLike<number>, truth: readonly number[]): number => Math.max(...truth.map((t, i) => (found[i] === t ? 0 : Math.abs((found[i] as number) - t) / Math.abs(t))));

describe('erf and erfc', () => {
  test('float64, against the series and the continued fraction', () => {
    const [small, large] = [sweep(-2, 2), sweep(1, 26)];
    expect(worst(valuesOf(ops.erf, small), small.map(erfBySeries))).toBeLessThan(2e-15);
    expect(worst(valuesOf(ops.erfc, large), large.map(erfcByFraction))).toBeLessThan(5e-14);
    expect(worst(valuesOf(ops.erfc, sweep(-3, 1)), sweep(-3, 1).map((x) => 1 - erfBySeries(x)))).toBeLessThan(1e-14);
  });

  test('float32, within half an ulp and a little, down to where erfc underflows', () => {
    expect(ulpsFloat32(valuesOf(ops.erf, sweep(-5, 5), 'float32'), sweep(-5, 5).map((x) => (Math.abs(x) < 3 ? erfBySeries(x) : Math.sign(x) * (1 - erfcByFraction(Math.abs(x))))))).toBeLessThanOrEqual(bound(usual, 2));
    expect(ulpsFloat32(valuesOf(ops.erfc, sweep(1, 10), 'float32'), sweep(1, 10).map(erfcByFraction))).toBeLessThanOrEqual(bound(usual, 4));
  });

  test('the extremes', () => {
    const points = [-Infinity, -1e4, -6, -1e-45, -0, 0, 1e-45, 6, 30, 1e4, Infinity, NaN];
    expect(bits(valuesOf(ops.erf, points, 'float32'))).toEqual(['-1', '-1', '-1', '-1.401298464324817e-45', '-0', '0', '1.401298464324817e-45', '1', '1', '1', '1', 'NaN']);
    const complements = valuesOf(ops.erfc, points, 'float32');
    expect(bits(complements.filter((_: number, i: number) => i !== 7))).toEqual(['2', '2', '2', '1', '1', '1', '1', '0', '0', '0', 'NaN']);
    expect(ulpsFloat32(complements.slice(7, 8), [erfcByFraction(6)])).toBeLessThanOrEqual(bound(usual, 4));
  });
});
