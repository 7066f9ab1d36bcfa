import { beforeAll, describe, expect, it } from 'vitest';
import { compareLosses, type Outcome } from './comparison.ts';
import { hashed } from './data.ts';

/** Lasagne on Theano, float32, the same data, weights and steps: lasagne,as_written; clip(eps); logsoftmax. */
const reference = {
  clipped: { cost: 14.4953709, gradientW1: 52.293893, gradientW2: 37.8717447, accuracy: 0.203125 },
  logDomain: { cost: 86.6735229, gradientW1: 400.96213, gradientW2: 420.228854, gradientW1AfterOneStep: 508.598521, accuracy: 1 },
  asWritten: { accuracy: 0.109375 },
};

const near = (found: number, expected: number): void => expect(Math.abs(found / expected - 1)).toBeLessThan(1e-3);

describe('the comparison on saturated logits', () => {
  let asWritten: Outcome | undefined, clipped: Outcome | undefined, logDomain: Outcome | undefined;
  beforeAll(async () => {
    [asWritten, clipped, logDomain] = await compareLosses(255, 0.01, 10);
  }, 60000);

  it('as written: NaN everywhere, and nothing is learnt', () => {
    expect([asWritten?.cost, asWritten?.gradientW1, asWritten?.gradientW2, asWritten?.gradientW1AfterOneStep]).toEqual([NaN, NaN, NaN, NaN]);
    expect(asWritten?.accuracy).toBe(reference.asWritten.accuracy);
  });

  it('clipped: finite, but after one step the gradient is exactly 0 and training is stuck', () => {
    near(clipped?.cost ?? NaN, reference.clipped.cost);
    near(clipped?.gradientW1 ?? NaN, reference.clipped.gradientW1);
    near(clipped?.gradientW2 ?? NaN, reference.clipped.gradientW2);
    expect(clipped?.gradientW1AfterOneStep).toBe(0);
    expect(clipped?.accuracy).toBe(reference.clipped.accuracy);
  });

  it('log domain: the exact cost and gradient, and everything is learnt', () => {
    near(logDomain?.cost ?? NaN, reference.logDomain.cost);
    near(logDomain?.gradientW1 ?? NaN, reference.logDomain.gradientW1);
    near(logDomain?.gradientW2 ?? NaN, reference.logDomain.gradientW2);
    near(logDomain?.gradientW1AfterOneStep ?? NaN, reference.logDomain.gradientW1AfterOneStep);
    expect(logDomain?.accuracy).toBe(1);
  });
});

describe('the hash', () => {
  it('gives multiples of 2^-24 in [0, 1), evenly', () => {
    const numbers = hashed(10000, 1);
    expect(numbers.every((u) => u >= 0 && u < 1 && Number.isInteger(u * 16777216))).toBe(true);
    expect(numbers.reduce((a, b) => a + b, 0) / 10000).toBeCloseTo(0.5, 2);
    expect([...hashed(3, 1)]).not.toEqual([...hashed(3, 2)]);
  });
});
