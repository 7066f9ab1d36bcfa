import { compile, constant, exp, explain, grad, input, mul, sigmoid, softmax, sum, type Expression } from '@pastina/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as o from './index.js';

const [items, k] = [3, 4];
const classes = constant([2, 0, 3], 'int32');
const soft = constant([[0.1, 0.2, 0.3, 0.4], [0, 1, 0, 0], [0.25, 0.25, 0.25, 0.25]], 'float64');
const binary = constant([[0, 1, 0.3, 1], [1, 0, 0, 0.5], [1, 1, 0, 0]], 'float64');
const hard = constant([[0, 1, 0, 1], [1, 0, 0, 1], [1, 1, 0, 0]], 'float64');
const counts = constant([[0, 1, 2, 7], [3, 0, 0, 1], [1, 4, 0, 0]], 'float64');

type Make = (x: Expression) => Expression;

/** Of probabilities or means in (0, 1), and of any real numbers. */
const ofProbabilities: Readonly<Record<string, Make>> = {
  binaryCrossentropy: (p) => o.binaryCrossentropy(p, binary),
  binaryFocalLoss: (p) => o.binaryFocalLoss(p, binary),
  'binaryFocalLoss, gamma 0.5 and alpha': (p) => o.binaryFocalLoss(p, binary, { gamma: 0.5, alpha: 0.25 }),
  'categoricalCrossentropy, soft': (p) => o.categoricalCrossentropy(p, soft),
  'categoricalCrossentropy, classes': (p) => o.categoricalCrossentropy(p, classes),
  'categoricalFocalLoss, soft': (p) => o.categoricalFocalLoss(p, soft),
  'categoricalFocalLoss, classes and gamma 0.5': (p) => o.categoricalFocalLoss(p, classes, { gamma: 0.5 }),
  klDivergence: (p) => o.klDivergence(p, soft),
  'klDivergence in the targets': (t) => o.klDivergence(softmax(counts), t),
  poissonLoss: (p) => o.poissonLoss(p, counts),
  'binaryHingeLoss of probabilities': (p) => o.binaryHingeLoss(p, hard, { logOdds: false }),
  'labelSmoothing in a loss': (t) => o.categoricalCrossentropy(softmax(counts), o.labelSmoothing(t)),
};
const ofReals: Readonly<Record<string, Make>> = {
  binaryCrossentropyWithLogits: (z) => o.binaryCrossentropyWithLogits(z, binary),
  'binaryFocalLoss of a sigmoid': (z) => o.binaryFocalLoss(sigmoid(z), binary, { gamma: 1.5 }),
  categoricalCrossentropyWithLogits: (z) => o.categoricalCrossentropyWithLogits(z, soft),
  'categoricalFocalLoss of a softmax': (z) => o.categoricalFocalLoss(softmax(z), classes),
  'klDivergence between softmaxes': (z) => o.klDivergence(softmax(z), softmax(exp(z))),
  'poissonLoss of an exponential': (z) => o.poissonLoss(exp(z), counts),
  squaredError: (a) => o.squaredError(a, counts),
  absoluteError: (a) => o.absoluteError(a, binary),
  huberLoss: (a) => o.huberLoss(a, binary, { delta: 0.7 }),
  cosineDistance: (a) => o.cosineDistance(a, counts),
  'cosineDistance to itself, turned': (a) => o.cosineDistance(exp(a), a),
  binaryHingeLoss: (z) => o.binaryHingeLoss(z, hard, { logOdds: true }),
  'binaryHingeLoss of a sigmoid': (z) => o.binaryHingeLoss(sigmoid(z), hard, { logOdds: false, delta: 0.5 }),
  multiclassHingeLoss: (z) => o.multiclassHingeLoss(z, classes),
  'aggregate, normalizedSum': (z) => o.aggregate(o.squaredError(z, binary), { weights: exp(z), mode: 'normalizedSum' }),
};

function agrees(make: Make, low: number, high: number): void {
  const x = input('x', [items, k], 'float64');
  const cost = sum(make(x));
  const f = compile({ inputs: { x }, outputs: { cost, slope: grad(cost, x) } });
  const at = (values: readonly number[]): { readonly cost: number; readonly slope: ArrayLike<number> } => {
    const { cost: c, slope } = f({ x: { data: Float64Array.from(values), shape: [items, k] } });
    return { cost: c.item(), slope: slope.dataSync() };
  };
  let compared = 0;
  // A grid of distinct points beside the bends: at a bend no difference tells the slope.
  const grid = fc.uniqueArray(fc.nat(999), { minLength: items * k, maxLength: items * k });
  fc.assert(fc.property(grid, (places) => {
    const values = places.map((place) => low + ((high - low) * (place + 0.37)) / 1000);
    const { slope } = at(values);
    values.forEach((v, i) => {
      const difference = (h: number): number => (at(values.with(i, v + h)).cost - at(values.with(i, v - h)).cost) / (2 * h);
      const [wide, narrow] = [difference(2e-5), difference(1e-5)];
      // Both differ where a bend lies between.
      if (Math.abs(wide - narrow) > 1e-6 * Math.max(1, Math.abs(narrow))) return;
      compared += 1;
      expect(Math.abs((slope[i] as number) - narrow)).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(narrow)));
    });
  }), { numRuns: 8 });
  expect(compared).toBeGreaterThan(4 * items * k);
}

describe('gradients agree with finite differences in float64', () => {
  test.each(Object.entries(ofProbabilities))('%s', (_, make) => agrees(make, 0.05, 0.95));
  test.each(Object.entries(ofReals))('%s', (_, make) => agrees(make, -3, 3));
});

describe('what can be traced is', () => {
  const traced = Object.entries(ofReals).filter(([name]) => /entropy|focal|kl|poisson|Hinge.* sigmoid/i.test(name));
  test.each(traced)('%s', (_, make) => {
    const report = explain(make(input('z', [items, k], 'float64')));
    expect(report.unstable.map(String)).toEqual([]);
    expect(report.recognised.length).toBeGreaterThan(0);
  });
});

describe('in float32, from logits of any size', () => {
  const logits = fc.array(fc.oneof(fc.constantFrom(-1e4, 1e4, 0), fc.float({ min: -1e4, max: 1e4, noNaN: true }), fc.float({ min: -5, max: 5, noNaN: true })), { minLength: 2, maxLength: 2 });
  const z64 = input('z', [2], 'float64');
  const z32 = input('z', [2]);

  /** float64 of the same formula is the truth: 29 bits more, and logits up to 1e4 over- and underflow there too. */
  test.each<[string, number, (z: Expression, t: Expression) => Expression]>([
    ['binaryCrossentropy', 1e-44, (z, t) => o.binaryCrossentropy(sigmoid(z), t)],
    ['binaryFocalLoss', 1e-44, (z, t) => o.binaryFocalLoss(sigmoid(z), t)],
    ['binaryHingeLoss', 1e-6, (z, t) => o.binaryHingeLoss(sigmoid(z), t, { logOdds: false })],
    ['poissonLoss', 1e-6, (z, t) => o.poissonLoss(exp(mul(z, 1e-3)), t)],
  ])('%s has the value of float64', (_, noise, make) => {
    for (const t of [0, 1]) {
      const [exact, found] = [compile({ inputs: { z: z64 }, outputs: { y: make(z64, constant([t, t], 'float64')) } }), compile({ inputs: { z: z32 }, outputs: { y: make(z32, constant([t, t])) } })];
      fc.assert(fc.property(logits, (z) => {
        const truth = exact({ z }).y.dataSync();
        found({ z }).y.dataSync().forEach((y, i) => expect(Math.abs(y - (truth[i] as number))).toBeLessThanOrEqual(1e-6 * Math.abs(truth[i] as number) + noise));
      }), { numRuns: 50 });
    }
  });
});
