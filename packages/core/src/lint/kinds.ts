import { anchorOf } from '../reference/guide.js';

/** What can go wrong. */
export type HazardKind = 'log' | 'division' | 'root' | 'exp' | 'overflow' | 'power' | 'domain' | 'epsilon' | 'infinities' | 'slope' | 'norm' | 'dead' | 'where';

/** A kind of hazard: its code, which is permanent, its section in the guide, and the cure in one line. */
export interface KindFacts {
  readonly code: string;
  readonly anchor: string;
  readonly advice: string;
}

export const kinds: Readonly<Record<HazardKind, KindFacts>> = {
  log: { code: 'PASTINA_N0001', anchor: 'log-of-zero', advice: 'write the loss from the logits (logSoftmax, softplus, logSumExp), so that no logarithm of a probability is taken; of data, take log(maximum(x, least)) with the least value that means something' },
  division: { code: 'PASTINA_N0002', anchor: 'division-by-zero', advice: 'add a positive number to a denominator that cannot be negative, or divide by maximum(y, least); of a ratio with 0/0, choose what it shall be: where(equal(y, 0), 0, div(x, where(equal(y, 0), 1, y)))' },
  root: { code: 'PASTINA_N0003', anchor: 'root-of-a-negative-number', advice: 'compute what is under the root so that it cannot be negative (variance(x), not the mean of squares minus the square of the mean), or take sqrt(maximum(x, 0)) plus an epsilon; of rsqrt, add the epsilon inside' },
  exp: { code: 'PASTINA_N0004', anchor: 'exponential-overflow', advice: 'use the function that contains the exponential (softmax, sigmoid, softplus, logSumExp), or subtract the maximum first: exp(sub(x, max(x)))' },
  overflow: { code: 'PASTINA_N0005', anchor: 'overflow', advice: 'scale the numbers first (standardise inputs, take the mean instead of the sum), or cast to a wider dtype before this op' },
  power: { code: 'PASTINA_N0006', anchor: 'powers', advice: 'keep the base positive: pow(maximum(x, least), k), or write whole powers as products (square(x)), which take any sign' },
  domain: { code: 'PASTINA_N0007', anchor: 'outside-the-domain', advice: 'keep the operand inside: clip(x, -1 + δ, 1 - δ); for the angle of a vector use atan2, which is defined everywhere' },
  epsilon: { code: 'PASTINA_N0008', anchor: 'epsilon-vanishes', advice: "take an epsilon of the dtype's size (finfo(dtype).eps, or tiny beside 0), or the function that needs none: log1p(x) for log(1 + x), expm1(x) for exp(x) - 1" },
  infinities: { code: 'PASTINA_N0009', anchor: 'infinities-meet', advice: 'mask with a large finite number instead of an infinity, or choose by where(…) after the op instead of multiplying by a mask' },
  slope: { code: 'PASTINA_N0010', anchor: 'infinite-slope', advice: 'move the operand away from the point: sqrt(add(x, epsilon)), pow(add(x, epsilon), k); or keep it away with maximum(x, epsilon)' },
  norm: { code: 'PASTINA_N0011', anchor: 'norm-at-zero', advice: 'use norm(x), whose gradient at 0 is 0; of a standard deviation, add an epsilon to the variance: sqrt(add(variance(x), 1e-4))' },
  dead: { code: 'PASTINA_N0012', anchor: 'dead-gradient', advice: 'leave the clip out: losses on logits need none (explain shows what is computed in the log domain); if values must be bounded, use a function with a slope everywhere (sigmoid, tanh, softplus)' },
  where: { code: 'PASTINA_N0013', anchor: 'where-and-the-branch-not-taken', advice: 'choose twice: give the op a harmless operand where its result is not taken, as in where(c, log(where(c, x, 1)), 0)' },
};

const kindOfAnchor: ReadonlyMap<string, HazardKind> = new Map(Object.entries(kinds).map(([kind, { anchor }]) => [anchor, kind as HazardKind]));

/** What a NaN or an infinity that appears at this op is called. */
export function kindOfOp(op: string): HazardKind {
  return kindOfAnchor.get(anchorOf(op)) as HazardKind;
}
