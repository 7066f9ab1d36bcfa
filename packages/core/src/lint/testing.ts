import fc from 'fast-check';
import { constant } from '../graph/constant.js';
import { type Expression } from '../graph/node.js';
import { xmuly } from '../ops/exponential.js';
import * as ops from '../ops/index.js';
import { scan } from '../scan/scan.js';

// Random programs for the tests of lint, with the ops that can go wrong; not exported, not shipped.

export type Bounds = readonly [number, number];

/** An expression of two values of shape {@link leaf}; the result has that shape too. */
export type Make = (x: Expression, y: Expression) => Expression;

export const leaf: readonly [number, number] = [4, 3];

const unary: readonly ((a: Expression) => Expression)[] = [
  ops.neg, ops.square, ops.sqrt, ops.rsqrt, ops.reciprocal, ops.sign, ops.abs, ops.relu, ops.exp, ops.expm1, ops.log, ops.log1p, ops.sigmoid, ops.softplus, ops.log1mexp,
  ops.sin, ops.cos, ops.tan, ops.asin, ops.acos, ops.atan, ops.sinh, ops.cosh, ops.tanh, ops.erf, ops.erfc, ops.floor, ops.ceil, ops.round, ops.trunc,
  (a) => ops.add(a, 3), (a) => ops.sub(1, a), (a) => ops.mul(a, a), (a) => ops.mul(a, -40), (a) => ops.div(a, a), (a) => ops.sub(a, a), (a) => ops.div(1, a), (a) => ops.clip(a, -0.5, 2),
  (a) => ops.pow(a, 2), (a) => ops.pow(a, 3), (a) => ops.pow(a, -1), (a) => ops.pow(a, -2), (a) => ops.pow(a, 0.5), (a) => ops.pow(a, 1.5), (a) => ops.pow(a, -0.5), (a) => ops.pow(2, a), (a) => ops.pow(0.5, a), (a) => ops.pow(ops.abs(a), a),
  (a) => ops.where(ops.greater(a, 0), ops.log(a), ops.neg(a)), (a) => ops.where(ops.lessEqual(a, 0), a, ops.sqrt(a)), (a) => ops.where(ops.equal(a, 0), 1, ops.div(1, a)), (a) => ops.where(ops.logicalNot(ops.less(ops.abs(a), 1)), ops.reciprocal(a), 0), (a) => ops.where(ops.isFinite(a), a, 7),
  (a) => ops.where(ops.logicalAnd(ops.greater(a, -1), ops.less(a, 1)), ops.asin(a), 9), (a) => ops.where(ops.isNaN(a), 0, a), (a) => ops.where(ops.notEqual(a, 0), ops.log(ops.abs(a)), 0), (a) => ops.where(ops.logicalOr(ops.less(a, 1), ops.greater(a, 5)), 0, ops.where(ops.greater(a, 2), ops.sub(a, 2), ops.sub(2, a))),
  (a) => ops.cast(ops.cast(a, 'int32'), a.dtype), (a) => ops.cast(ops.cast(a, 'bool'), a.dtype), (a) => ops.cast(ops.cast(a, 'float16'), a.dtype), (a) => ops.cast(ops.greaterEqual(a, 1), a.dtype),
];
const binary: readonly Make[] = [ops.add, ops.sub, ops.mul, ops.div, ops.maximum, ops.minimum, ops.logAddExp, ops.xlogy, xmuly, ops.pow, ops.mod, ops.atan2, (a, b) => ops.where(ops.less(a, b), ops.sub(b, a), ops.div(a, b)), (a, b) => ops.clip(a, ops.neg(ops.abs(b)), ops.abs(b))];
const folds: readonly ((a: Expression) => Expression)[] = [
  ops.sum, ops.mean, ops.prod, ops.max, ops.min, ops.logSumExp, ops.norm, ops.variance, ops.std,
].map((fold): ((a: Expression) => Expression) => (a) => ops.broadcastTo(fold(a, { axis: 1, keepDims: true }), leaf));
/** What a loop over the rows collects. */
function running(a: Expression, next: (before: Expression, row: Expression) => Expression): Expression {
  return scan((before: Expression, row: Expression) => { const after = next(before, row); return { carry: after, outputs: after }; }, { carry: constant([0, 0, 0], a.dtype), sequences: a }).outputs as Expression;
}
const moves: readonly ((a: Expression) => Expression)[] = [
  (a) => ops.flip(a, 1), (a) => ops.pad(ops.slice(a, [1], [null]), [[1, 0], [0, 0]], 5), (a) => ops.cumSum(a, { axis: 1 }), (a) => ops.cumProd(a, { axis: 0 }), (a) => ops.softmax(a), (a) => ops.logSoftmax(a), (a) => ops.sub(a, ops.max(a, { axis: 1, keepDims: true })), (a) => ops.div(ops.exp(a), ops.sum(ops.exp(a), { axis: 1, keepDims: true })),
  (a) => ops.div(a, ops.norm(a, { axis: 1, keepDims: true })), (a) => ops.div(a, ops.sum(a, { axis: 0 })), (a) => ops.div(a, ops.sum(ops.slice(a, [0, 0], [3, null]), { axis: 1 })), (a) => ops.matmul(ops.matmul(a, ops.transpose(a)), a), (a) => ops.gather(a, constant([3, 0, 0, 1], 'int32')),
  (a) => running(a, (before, row) => ops.add(ops.mul(before, 0.5), row)), (a) => running(a, (before, row) => ops.sub(row, before)), (a) => running(a, (before, row) => ops.mul(ops.add(before, 2), ops.tanh(row))), (a) => running(a, (before, row) => ops.maximum(before, ops.log(row))),
];

/** Up to six ops, each over the value before it and, where it takes two, any earlier one. */
const ofOne: readonly Make[] = [...unary, ...folds, ...moves];
export const steps: fc.Arbitrary<Make> = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...ofOne), fc.constantFrom(...binary)), fc.nat()), { minLength: 1, maxLength: 6, size: 'max' }).map((chosen): Make => (x, y) => {
  const values = [y, x];
  for (const [step, pick] of chosen) values.push(step(values[values.length - 1] as Expression, values[pick % values.length] as Expression));
  return values[values.length - 1] as Expression;
});

export const ends: readonly Bounds[] = [[0, 1], [-1, 1], [-3, 5], [0.25, 4], [1, 1], [0, 0], [-100, 0], [1, 300], [-0.001, 0.001], [-20, -2]];
export const fractions: fc.Arbitrary<readonly number[]> = fc.array(fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 12, maxLength: 12 });
export const place = ([lo, hi]: Bounds, at: readonly number[]): readonly number[] => at.map((t) => Math.min(Math.max(lo + t * (hi - lo), lo), hi));
