import { describe, expect, it } from 'vitest';
import { type Frame, heightOf, pathOf, rangeOf, type Series, short, smoothed, ticksOf } from './chart.ts';
import { dab, moved, side, stroke } from './ink.ts';

const frame: Frame = { width: 110, height: 120, left: 10, right: 0, top: 10, bottom: 10 };
const one = (...values: readonly number[]): readonly Series[] => [{ name: 'a', values, colour: 1 }];

describe('a chart', () => {
  it('has a range of what can be drawn', () => {
    expect(rangeOf(one(0.02, 5), 'log')).toEqual([0.01, 10]);
    expect(rangeOf(one(1, 1), 'log')).toEqual([1, 10]);
    expect(rangeOf(one(1, NaN, Infinity, 4), 'linear')).toEqual([0, 4.2]);
    expect(rangeOf(one(-2, 0), 'linear')).toEqual([-2, 1]);
    for (const empty of [one(), one(NaN), []]) expect([rangeOf(empty, 'log'), rangeOf(empty, 'linear')]).toEqual([[0.1, 1], [0, 1]]);
    expect(rangeOf(one(0, -1), 'log')).toEqual([0.1, 1]);
  });

  it('puts the ends of the range at its edges, and holds what lies outside there', () => {
    for (const [scale, range] of [['linear', [0, 10]], ['log', [0.1, 10]], ['log1p', [0, 99]]] as const) {
      expect([heightOf(range[0], range, scale, frame), heightOf(range[1], range, scale, frame), heightOf(1e9, range, scale, frame)]).toEqual([110, 10, 10]);
    }
    expect(heightOf(1, [0.1, 10], 'log', frame)).toBeCloseTo(60, 10);
  });

  it('breaks its lines at NaN, infinities and what has no logarithm', () => {
    expect(pathOf([0, 10, NaN, 5, Infinity, 0], 6, [0, 10], 'linear', frame)).toBe('M10.0 110.0L30.0 10.0M70.0 60.0M110.0 110.0');
    expect(pathOf([1, 0, 10], 3, [1, 10], 'log', frame)).toBe('M10.0 110.0M110.0 10.0');
    expect([pathOf([], 6, [0, 1], 'linear', frame), pathOf([NaN], 1, [0, 1], 'linear', frame), pathOf([0], 1, [0, 1], 'linear', frame)]).toEqual(['', '', 'M10.0 110.0']);
  });

  it('has few ticks, at round numbers', () => {
    expect(ticksOf([0.001, 10], 'log')).toEqual([0.001, 0.01, 0.1, 1, 10]);
    expect(ticksOf([1e-6, 1], 'log')).toEqual([1e-6, 1e-4, 0.01, 1]);
    expect(ticksOf([0, 500], 'log1p')).toEqual([0, 1, 10, 100]);
    expect(ticksOf([0, 4.2], 'linear')).toEqual([0, 2, 4]);
  });

  it('says numbers shortly, and NaN as it is', () => {
    expect([0, 14.4953709, 0.00012, 508.6, NaN, -Infinity].map(short)).toEqual(['0', '14.5', '1e-4', '509', 'NaN', '-Infinity']);
  });

  it('is smoothed by the values before', () => {
    expect(smoothed([1, 3, 5, 7], 2)).toEqual([1, 2, 4, 6]);
    expect(smoothed([], 5)).toEqual([]);
    expect(smoothed([1, NaN, 3, 5], 2)).toEqual([1, NaN, NaN, 4]);
  });
});

describe('ink', () => {
  const blank = new Array<number>(side * side).fill(0);

  it('is full under the pen, fades beside it, and never leaves 0 to 1', () => {
    const inked = dab(dab(blank, 3.5, 2.5), 3.5, 2.5);
    expect(inked[2 * side + 3]).toBe(1);
    expect(inked[2 * side + 4]).toBeCloseTo(0.35, 10);
    expect([inked[2 * side + 5], Math.max(...inked)]).toEqual([0, 1]);
    expect(dab(blank, -50, 900)).toEqual(blank);
  });

  it('has no gaps, however fast the pen', () => {
    const inked = stroke(blank, [0.5, 0.5], [7.5, 7.5]);
    for (let i = 0; i < side; i += 1) expect(inked[i * side + i]).toBeGreaterThan(0.99);
    expect(stroke(blank, [1.5, 1.5], [1.5, 1.5])).toEqual(dab(blank, 1.5, 1.5));
  });

  it('is reached by keys that stop at the edges', () => {
    expect(['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown', 'Home', 'End', 'a'].map((key) => moved(0, key))).toEqual([0, 0, 1, 8, 0, 7, undefined]);
    expect(['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown', 'Home', 'End'].map((key) => moved(63, key))).toEqual([62, 55, 63, 63, 56, 63]);
  });
});
