import { type Expression, type Node } from '../graph/node.js';
import { type ElementwiseOp } from '../graph/op.js';
import { add, div, mul, neg, sub } from './arithmetic.js';
import { equalOp, whereNode, zerosOf } from './comparison.js';
import { apply, elementwise, type Operand } from './elementwise.js';

const { exp: e, expm1: em1, log: ln, log1p: l1p } = Math;

export const expOp: ElementwiseOp = elementwise({ name: 'exp', doc: 'eᵃ', domain: 'float', scalar: e, gradient: (g, _, y) => [mul(g, y)] });
// Its slope is eᵃ, not result + 1, which is 0 where a is far below 0.
export const expm1Op: ElementwiseOp = elementwise({ name: 'expm1', doc: 'eᵃ - 1, exact near 0', domain: 'float', scalar: em1, gradient: (g, [a]) => [mul(g, exp(a as Node))] });
export const logOp: ElementwiseOp = elementwise({ name: 'log', doc: 'ln a; -Inf at 0, NaN below', domain: 'float', scalar: ln, gradient: (g, [a]) => [div(g, a as Node)] });
export const log1pOp: ElementwiseOp = elementwise({ name: 'log1p', doc: 'ln(1 + a), exact near 0', domain: 'float', scalar: l1p, gradient: (g, [a]) => [div(g, add(a as Node, 1))] });

/** eᵃ elementwise. */
export const exp = (a: Operand): Expression => apply(expOp, [a]);
/** eᵃ - 1 elementwise, exact near 0. */
export const expm1 = (a: Operand): Expression => apply(expm1Op, [a]);
/** ln a elementwise: -Inf at 0, NaN below 0. Computed in the log domain where a is made of exponentials. */
export const log = (a: Operand): Expression => apply(logOp, [a]);
/** ln(1 + a) elementwise, exact near 0. */
export const log1p = (a: Operand): Expression => apply(log1pOp, [a]);

const logistic = (a: number): number => (a >= 0 ? 1 / (1 + e(-a)) : e(a) / (1 + e(a)));
const softPlus = (a: number): number => Math.max(a, 0) + l1p(e(-Math.abs(a)));

// σ'(a) = σ(a) σ(-a): with σ(-a) written out, so that it does not cancel for large a.
export const sigmoidOp: ElementwiseOp = elementwise({ name: 'sigmoid', doc: '1/(1 + e⁻ᵃ)', domain: 'float', scalar: logistic, gradient: (g, [a], y) => [mul(g, mul(y, sigmoid(neg(a as Node))))] });
export const softplusOp: ElementwiseOp = elementwise({ name: 'softplus', doc: 'ln(1 + eᵃ)', domain: 'float', scalar: softPlus, gradient: (g, [a]) => [mul(g, sigmoid(a as Node))] });

/** 1/(1 + e⁻ᵃ) elementwise, for any a without overflow. */
export const sigmoid = (a: Operand): Expression => apply(sigmoidOp, [a]);
/** ln(1 + eᵃ) elementwise, for any a without overflow. */
export const softplus = (a: Operand): Expression => apply(softplusOp, [a]);
/** ln σ(a) = -softplus(-a) elementwise. */
export const logSigmoid = (a: Operand): Expression => neg(softplus(neg(a)));

export const log1mexpOp: ElementwiseOp = elementwise({
  name: 'log1mexp', doc: 'ln(1 - e⁻ᵃ) for a > 0', domain: 'float',
  scalar: (a) => (a > Math.LN2 ? l1p(-e(-a)) : ln(-em1(-a))),
  gradient: (g, [a]) => [div(g, expm1(a as Node))],
});
export const logAddExpOp: ElementwiseOp = elementwise({
  name: 'logAddExp', doc: 'ln(eᵃ + eᵇ)', domain: 'float',
  scalar: (a, b) => (a === b ? a + Math.LN2 : Math.max(a, b) + l1p(e(-Math.abs(a - b)))),
  gradient: (g, [a, b]) => [mul(g, sigmoid(sub(a as Node, b as Node))), mul(g, sigmoid(sub(b as Node, a as Node)))],
});

/** ln(1 - e⁻ᵃ) elementwise for a > 0, exact for small and large a (jax.nn.log1mexp). */
export const log1mexp = (a: Operand): Expression => apply(log1mexpOp, [a]);
/** ln(eᵃ + eᵇ) elementwise, without overflow. */
export const logAddExp = (a: Operand, b: Operand): Expression => apply(logAddExpOp, [a, b]);

export const xlogyOp: ElementwiseOp = elementwise({
  name: 'xlogy', doc: 'a ln b, 0 where a = 0', domain: 'float',
  scalar: (a, b) => (a === 0 && b === b ? 0 : a * ln(b)),
  // where a = 0 the product does not depend on b, even at b = 0
  gradient: (g, [a, b]) => [mul(g, log(b as Node)), whereNode(isZero(a as Node), zerosOf(g), div(mul(g, a as Node), b as Node))],
});
export const xmulyOp: ElementwiseOp = elementwise({
  name: 'xmuly', doc: 'a · b, 0 where a = 0 even if b is infinite', domain: 'float',
  scalar: (a, b) => (a === 0 && b === b ? 0 : a * b),
  gradient: (g, [a, b]) => [mul(g, b as Node), whereNode(isZero(a as Node), zerosOf(g), mul(g, a as Node))],
});

function isZero(node: Node): Node {
  return apply(equalOp, [node, 0]);
}

/** a ln b elementwise, with 0 · ln 0 = 0: the form that cross-entropies need. */
export const xlogy = (a: Operand, b: Operand): Expression => apply(xlogyOp, [a, b]);
/** a · b where b is a logarithm: 0 where a = 0, even if b is -Inf. What {@link xlogy} becomes in the log domain. */
export const xmuly = (a: Operand, b: Operand): Expression => apply(xmulyOp, [a, b]);

export const powOp: ElementwiseOp = elementwise({
  name: 'pow', doc: 'aᵇ', domain: 'float',
  scalar: power,
  gradient: (g, [a, b], y) => {
    const [base, exponent] = [a as Node, b as Node];
    const byBase = whereNode(isZero(exponent), zerosOf(g), mul(g, mul(exponent, pow(base, sub(exponent, 1)))));
    return [byBase, mul(g, whereNode(isZero(base), zerosOf(g), mul(y, log(base))))];
  },
});

/** Engines disagree on `Math.pow`; whole exponents are products, halves are roots, the rest goes through exp and log. */
function power(a: number, b: number): number {
  if (b === 0) return 1;
  if (Number.isInteger(b) && Math.abs(b) <= 1024) return wholePower(a, b);
  if (b === 0.5) return Math.sqrt(a);
  if (a === 0) return b > 0 ? 0 : b < 0 ? Infinity : NaN;
  if (Number.isInteger(b) && a < 0) return (b % 2 === 0 ? 1 : -1) * e(b * ln(-a));
  return e(b * ln(a));
}

function wholePower(a: number, b: number): number {
  let result = 1;
  let base = a;
  for (let n = Math.abs(b); n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result *= base;
    base *= base;
  }
  return b < 0 ? 1 / result : result;
}

/** aᵇ elementwise; NaN for a negative a under a broken exponent. */
export const pow = (a: Operand, b: Operand): Expression => apply(powOp, [a, b]);
