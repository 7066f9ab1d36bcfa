import fc from 'fast-check';
import { constant } from '../graph/constant.js';
import { type Expression } from '../graph/node.js';
import * as ops from '../ops/index.js';

// Random programs for the tests of laws; not exported, not shipped.

/** An expression of two values of shape [3, 4]; the result has that shape too. */
export type Make = (x: Expression, y: Expression) => Expression;

const unary = [ops.neg, ops.square, ops.sin, ops.tanh, ops.sigmoid, ops.softplus, ops.relu, ops.abs, ops.logSigmoid];
const binary = [ops.add, ops.sub, ops.mul, ops.maximum, ops.minimum, ops.logAddExp];
const structural: readonly ((a: Expression) => Expression)[] = [
  (a) => ops.flip(a, 1),
  (a) => ops.reshape(ops.transpose(a), [3, 4]),
  (a) => ops.transpose(ops.reshape(a, [4, 3])),
  (a) => ops.concat([ops.slice(a, [0, 2], [null, null]), ops.slice(a, [0, 0], [null, 2])], 1),
  (a) => ops.gather(a, constant([2, 0, 0], 'int32')),
  (a) => ops.sub(a, ops.mean(a, { axis: 1, keepDims: true })),
  (a) => ops.mul(a, ops.sum(ops.tanh(a), { axis: 0 })),
  (a) => ops.sub(a, ops.max(a, { axis: 1, keepDims: true })),
  (a) => ops.tanh(ops.matmul(ops.matmul(a, ops.transpose(a)), a)),
  (a) => ops.softmax(a),
  (a) => ops.log(ops.add(ops.softmax(a, { axis: 0 }), ops.sigmoid(a))),
  (a) => ops.broadcastTo(ops.logSumExp(a, { axis: 1, keepDims: true }), [3, 4]),
  (a) => ops.where(ops.greater(a, 0), ops.sin(a), ops.mul(a, 0.5)),
  (a) => ops.mul(a, ops.randomBernoulli([3, 4], { p: 0.7, dtype: a.dtype, stream: 1 })),
  (a) => ops.randomNormal([3, 4], { mean: a, std: 0.1, stream: 2 }),
  (a) => ops.customGradient([a], ops.round(a), (g) => [g]),
];

/** Up to ten ops, each over the value before it and, where it takes two, any earlier one: so values are shared. */
export const programs: fc.Arbitrary<Make> = fc
  .array(fc.tuple(fc.constantFrom(...unary, ...structural, ...binary.map((op) => [op] as const)), fc.nat()), { minLength: 1, maxLength: 10, size: 'max' })
  .map((steps): Make => (x, y) => {
    const values = [y, x];
    for (const [step, pick] of steps) {
      const last = values[values.length - 1] as Expression;
      values.push(typeof step === 'function' ? step(last) : step[0](last, values[pick % values.length] as Expression));
    }
    return values[values.length - 1] as Expression;
  });

/** Twelve numbers between -2 and 2. */
export const points: fc.Arbitrary<readonly number[]> = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 12, maxLength: 12 });

/** A shape, and two shapes that broadcast to it. */
export const broadcasts: fc.Arbitrary<{ readonly whole: readonly number[]; readonly parts: readonly (readonly number[])[] }> = fc
  .array(fc.record({ size: fc.integer({ min: 1, max: 3 }), one: fc.tuple(fc.boolean(), fc.boolean()) }), { maxLength: 4 })
  .chain((axes) => fc.tuple(fc.constant(axes), fc.nat(axes.length), fc.nat(axes.length)))
  .map(([axes, ...dropped]) => {
    const part = (k: 0 | 1): readonly number[] => axes.map(({ size, one }) => (one[k] ? 1 : size)).slice(dropped[k]);
    return { whole: axes.map(({ size }) => size), parts: [part(0), part(1)] };
  });
