import { describe, expect, test } from 'vitest';
import { compile } from '../../compile/compile.js';
import { evaluate } from '../../compile/evaluate.js';
import { constant } from '../../graph/constant.js';
import { input } from '../../graph/input.js';
import { type Expression } from '../../graph/node.js';
import * as ops from '../index.js';
import { randomSplit } from './split.js';
import { randomStateNode } from './state.js';

// Fixed seeds, so these either always pass or never; the bounds are those of about one in a million.
const n = 20000;
type Numbers = readonly number[];
const { randomBernoulli, randomCategorical, randomNormal, randomUniform } = ops;

const drawn = (e: Expression, seed = 1): Numbers => [...evaluate(e, {}, { seed }).dataSync()];
const mean = (xs: Numbers): number => xs.reduce((a, b) => a + b, 0) / xs.length;
const moment = (xs: Numbers, order: number): number => mean(xs.map((x) => Array.from({ length: order }).reduce<number>((power) => power * x, 1)));

/** √n times the largest distance to the distribution function (Kolmogorov-Smirnov): below 2.7. */
function distance(xs: Numbers, below: (x: number) => number): number {
  const sorted = [...xs].sort((a, b) => a - b);
  return Math.sqrt(xs.length) * Math.max(...sorted.map((x, i) => Math.max(below(x) - i / xs.length, (i + 1) / xs.length - below(x))));
}

/** (χ² - degrees) / √(2 degrees), about standard normal: below 5. */
function chiSquare(counts: Numbers, expected: Numbers): number {
  const total = counts.reduce((sum, count, i) => sum + ((count - (expected[i] as number)) * (count - (expected[i] as number))) / (expected[i] as number), 0);
  return (total - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1));
}

/** √n times the correlation: about standard normal. */
function correlation(xs: Numbers, ys: Numbers): number {
  const [a, b] = [mean(xs), mean(ys)];
  const covariance = mean(xs.map((x, i) => (x - a) * ((ys[i] as number) - b)));
  return (Math.sqrt(xs.length) * covariance) / Math.sqrt(mean(xs.map((x) => (x - a) * (x - a))) * mean(ys.map((y) => (y - b) * (y - b))));
}

/** Φ by its Taylor series, for |x| < 6. */
function normalBelow(x: number): number {
  let [term, total] = [x, x];
  for (let k = 1; k < 150; k += 1) total += term *= (x * x) / (2 * k + 1);
  return 0.5 + total * Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

describe('distributions', () => {
  for (const dtype of ['float32', 'float64'] as const) {
    test(`uniform, ${dtype}`, () => {
      const u = drawn(randomUniform([n], { stream: 1, dtype }));
      expect(distance(u, (x) => x)).toBeLessThan(2.7);
      expect(Math.abs(mean(u) - 0.5) * Math.sqrt(12 * n)).toBeLessThan(5);
      const counts = new Array<number>(64).fill(0);
      for (const x of u) counts[Math.floor(x * 64)] = (counts[Math.floor(x * 64)] as number) + 1;
      expect(Math.abs(chiSquare(counts, counts.map(() => n / 64)))).toBeLessThan(5);
    });

    test(`normal, ${dtype}`, () => {
      const z = drawn(randomNormal([n], { stream: 2, dtype }));
      expect(distance(z, normalBelow)).toBeLessThan(2.7);
      for (const [order, value, variance] of [[1, 0, 1], [2, 1, 2], [3, 0, 15], [4, 3, 96]] as const) expect(Math.abs(moment(z, order) - value) / Math.sqrt(variance / n)).toBeLessThan(5);
    });
  }

  test('scaled draws', () => {
    expect(distance(drawn(randomUniform([n], { low: -2, high: 6, stream: 3 })), (x) => (x + 2) / 8)).toBeLessThan(2.7);
    expect(distance(drawn(randomNormal([n], { mean: 3, std: 0.5, stream: 3 })), (x) => normalBelow((x - 3) / 0.5))).toBeLessThan(2.7);
  });

  test('every low bit is fair: halves of the last 8 of 24', () => {
    const u = drawn(randomUniform([n], { stream: 4 }));
    for (let bit = 0; bit < 24; bit += 1) expect(Math.abs(mean(u.map((x) => Math.floor(x * 2 ** 24 / 2 ** bit) % 2)) - 0.5) * 2 * Math.sqrt(n)).toBeLessThan(5);
  });

  test('Bernoulli, with p a number or an expression; 0 and 1 are exact', () => {
    for (const p of [0.5, 0.9, 0.01]) expect(Math.abs(mean(drawn(randomBernoulli([n], { p, stream: 5 }))) - p) / Math.sqrt((p * (1 - p)) / n)).toBeLessThan(5);
    const rows = evaluate(randomBernoulli([n, 3], { p: constant([0, 0.25, 1], 'float16'), stream: 5 })).toArray() as number[][];
    const means = [0, 1, 2].map((k) => mean(rows.map((row) => row[k] as number)));
    expect([means[0], means[2], Math.abs((means[1] as number) - 0.25) < 0.016]).toEqual([0, 1, true]);
    expect([drawn(randomBernoulli([n], { p: 0, stream: 5 })).includes(1), drawn(randomBernoulli([n], { p: 1, stream: 5 })).includes(0)]).toEqual([false, false]);
  });

  test('categorical: in proportion to weights of any sum, in every dtype', () => {
    for (const dtype of ['float16', 'float32', 'float64'] as const) {
      const weights = [1, 0, 4, 2.5, 0.5];
      const classes = [...evaluate(randomCategorical(ops.broadcastTo(input('weights', [5], dtype), [n, 5]), { stream: 6 }), { weights }, { seed: 1 }).dataSync()];
      const counts = weights.map((_, k) => classes.filter((c) => c === k).length);
      expect(counts[1]).toBe(0);
      expect(Math.abs(chiSquare(counts.filter((_, k) => k !== 1), weights.filter((w) => w > 0).map((w) => (n * w) / 8)))).toBeLessThan(5);
    }
  });

  test('categorical goes through the log domain: weights that under- or overflow', () => {
    const x = input('x', ['batch', 3]);
    const logits = [0, Math.log(2), Math.log(5)];
    for (const [make, shift] of [[ops.softmax, 1e3], [ops.exp, 1e3], [ops.exp, -1e3]] as const) {
      const classes = [...evaluate(randomCategorical(make(x), { stream: 7 }), { x: Array.from({ length: n }, () => logits.map((l) => l + shift)) }, { seed: 1 }).dataSync()];
      const counts = [0, 1, 2].map((k) => classes.filter((c) => c === k).length);
      expect(Math.abs(chiSquare(counts, [n / 8, n / 4, (5 * n) / 8]))).toBeLessThan(5);
    }
  });
});

describe('independence', () => {
  const uniform = (stream: number, seed = 1): Numbers => drawn(randomUniform([n], { stream }), seed);
  const u = uniform(0);

  test('of neighbours', () => {
    for (const lag of [1, 2, 3, 64, 1000]) expect(Math.abs(correlation(u.slice(lag), u.slice(0, -lag)))).toBeLessThan(5);
  });

  test('of streams and seeds', () => {
    for (const other of [uniform(1), uniform(2), uniform(0x80000000), uniform(0, 2), uniform(0, 2 ** 40)]) expect(Math.abs(correlation(u, other))).toBeLessThan(5);
  });

  test('of calls, and of pairs of calls in a grid', () => {
    const f = compile({ inputs: {}, outputs: { u: randomUniform([n], { stream: 0 }) }, seed: 1 });
    const next = (): Numbers => [...f({}).u.dataSync()];
    const [first, second, third] = [next(), next(), next()];
    expect(first).toEqual(u);
    for (const [a, b] of [[first, second], [second, third], [first, third]] as const) {
      expect(Math.abs(correlation(a, b))).toBeLessThan(5);
      const counts = new Array<number>(64).fill(0);
      a.forEach((x, i) => (counts[Math.floor(x * 8) * 8 + Math.floor((b[i] as number) * 8)] = (counts[Math.floor(x * 8) * 8 + Math.floor((b[i] as number) * 8)] as number) + 1));
      expect(Math.abs(chiSquare(counts, counts.map(() => n / 64)))).toBeLessThan(5);
    }
  });

  test('of the words of a split, and of draws from its states', () => {
    const words = evaluate(randomSplit(randomStateNode(), n, 0), {}, { seed: 1 }).toArray() as number[][];
    const column = (k: number): Numbers => words.map((row) => (row[k] as number) / 2 ** 32);
    const [a, b] = [column(0), column(1)];
    for (const [xs, ys] of [[a, b], [a, u], [b, u], [a.slice(1), a.slice(0, -1)]] as const) expect(Math.abs(correlation(xs, ys))).toBeLessThan(5);
    expect(distance(a, (x) => x)).toBeLessThan(2.7);
  });
});
