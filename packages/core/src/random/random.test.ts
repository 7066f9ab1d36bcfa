import { describe, expect, test } from 'vitest';
import { randomSource } from './source.js';
import { threefry2x32 } from './threefry.js';

describe('Threefry-2x32', () => {
  // Known answers of the authors' Random123 library.
  test.each([
    [[0, 0], [0, 0], [0x6b200159, 0x99ba4efe]],
    [[0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], [0x1cb996fc, 0xbb002be7]],
    [[0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3], [0xc4923a9c, 0x483df7a0]],
  ] as const)('key %j, counter %j', ([key0, key1], [counter0, counter1], answer) => {
    expect(threefry2x32(key0, key1, counter0, counter1)).toEqual(answer);
  });
});

describe('randomSource', () => {
  test('the same seed gives the same stream, another seed another one', () => {
    expect(randomSource(7).uniform(5)).toEqual(randomSource(7).uniform(5));
    expect(randomSource(7).uniform(5)).not.toEqual(randomSource(8).uniform(5));
    const stream = randomSource(7);
    expect([...stream.uniform(2), ...stream.uniform(3)]).toEqual([...randomSource(7).uniform(5)]);
  });

  test('moments of 20,000 numbers', () => {
    const mean = (xs: Float64Array): number => xs.reduce((a, b) => a + b, 0) / xs.length;
    const uniform = randomSource(1).uniform(20000);
    const normal = randomSource(2).normal(20000);
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    expect(mean(uniform.map((u) => (u - 0.5) * (u - 0.5)))).toBeCloseTo(1 / 12, 2);
    expect(Math.min(...uniform) >= 0 && Math.max(...uniform) < 1).toBe(true);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((z) => z * z))).toBeCloseTo(1, 1);
    expect(mean(normal.map((z) => z * z * z * z))).toBeCloseTo(3, 0);
  });

  test('a permutation has every number once, and each place is equally likely', () => {
    expect([...randomSource(3).permutation(100)].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    const first = new Float64Array(4);
    for (let seed = 0; seed < 4000; seed += 1) first[randomSource(seed).permutation(4)[0] as number] = (first[randomSource(seed).permutation(4)[0] as number] ?? 0) + 1;
    for (const count of first) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  test('wrong seeds and counts', () => {
    expect(() => randomSource(0.5)).toThrow(/whole number/);
    expect(() => randomSource(1).uniform(-1)).toThrow(/whole number/);
  });
});
