import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { constant } from '../graph/constant.js';
import { input } from '../graph/input.js';
import { type Expression } from '../graph/node.js';
import * as ops from '../ops/index.js';
import { scan } from '../scan/scan.js';
import { bits, bound } from '../testing.js';
import { grad } from './grad.js';

const { add, matmul, mul, sigmoid, square, sum, tanh, transpose } = ops;

interface Values {
  readonly h: Expression;
  readonly x: Expression;
  readonly w: Expression;
  readonly b: Expression;
}
type Op = (a: Expression, other: Expression, values: Values) => Expression;

const [batch, units] = [2, 3];
const choices: readonly Op[] = [
  tanh, sigmoid, ops.sin, ops.neg, square, (a, other) => mul(a, other), (a, other) => add(a, other), (a, other) => ops.sub(a, other),
  (a, _, { w }) => matmul(a, w), (a, _, { w }) => matmul(a, transpose(w)), (a, _, { b }) => add(a, b), (a, _, { b }) => mul(a, b),
  (a, other, { w }) => matmul(a, matmul(w, matmul(transpose(other), a))),
  (a) => ops.softmax(a), (a) => mul(a, sum(a, { axis: 0 })), (a) => ops.sub(a, ops.mean(a, { axis: 1, keepDims: true })),
  (a) => ops.concat([ops.slice(a, [0, 1], [null, null]), ops.slice(a, [0, 0], [null, 1])], 1),
  (a, other) => ops.where(ops.greater(other, 0), a, mul(a, 0.3)),
  (a) => ops.gather(a, constant([1, 1], 'int32')),
  // Linear in the cotangent: of what is not, second derivatives depend on how often a value is computed.
  (a, _, { h: state }) => add(ops.customGradient([a], mul(a, 2), (g) => [mul(g, 0.5)]), state),
  (a) => ops.customGradient([a], ops.round(a), (g) => [g]),
];

/** Steps of up to eight ops over the state, the item, a weight and a bias; bounded, so that states stay small. */
const steps = fc.array(fc.tuple(fc.constantFrom(...choices), fc.nat()), { minLength: 1, maxLength: 8 }).map((list) => (values: Values): Expression => {
  const made = [values.x, add(values.h, values.x)];
  for (const [op, pick] of list) made.push(op(made[made.length - 1] as Expression, made[pick % made.length] as Expression, values));
  return tanh(made[made.length - 1] as Expression);
});

interface Way {
  readonly length: number;
  readonly reverse: boolean;
  readonly truncate: number | undefined;
  readonly masked: boolean;
}
const ways: fc.Arbitrary<Way> = fc.record({ length: fc.nat(4), reverse: fc.boolean(), truncate: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }), masked: fc.boolean() });

const dtype = 'float64';
const [w, b, h] = [input('w', [units, units], dtype), input('b', [units], dtype), input('h', [batch, units], dtype)];
const on = (t: number): boolean => t % 2 === 0;

/** One iteration, and what it does to a state under a mask. */
const masking = (alive: Expression, next: Expression, before: Expression): Expression => ops.where(ops.broadcastTo(alive, [batch, units]), next, before);

function looped(make: (values: Values) => Expression, x: Expression, { length, reverse, truncate, masked }: Way, unroll = false): Expression {
  const alive = constant(Array.from({ length }, (_, t) => !masked || on(t)), 'bool');
  const { carry, outputs } = scan((state: Expression, [item, going]: readonly Expression[]) => {
    const next = masking(going as Expression, make({ h: state, x: item as Expression, w, b }), state);
    return { carry: next, outputs: mul(next, item as Expression) };
  }, { carry: h, sequences: [x, alive], reverse, unroll, ...(truncate === undefined ? {} : { truncate }) });
  return add(sum(square(carry)), sum(outputs));
}

/** The same, iteration by iteration, as a graph without a loop; what comes before the last `truncate` is constant. */
function writtenOut(make: (values: Values) => Expression, x: Expression, { length, reverse, truncate, masked }: Way): Expression {
  let state = h;
  let cost = constant(0, dtype);
  for (let i = 0; i < length; i += 1) {
    const t = reverse ? length - 1 - i : i;
    const cut = truncate !== undefined && i < length - truncate;
    const still = (e: Expression): Expression => (cut ? ops.stopGradient(e) : e);
    const item = still(ops.reshape(ops.slice(x, [t], [t + 1]), [batch, units]));
    const next = make({ h: still(state), x: item, w: still(w), b: still(b) });
    state = masked && !on(t) ? still(state) : next;
    cost = add(cost, sum(mul(state, item)));
  }
  return add(sum(square(state)), cost);
}

const numbers = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 24 + 6 + 9 + 3, maxLength: 42 });

function feedsOf(values: readonly number[], { length }: Way): Readonly<Record<'x' | 'h' | 'w' | 'b', { readonly data: Float64Array; readonly shape: readonly number[] }>> {
  const part = (from: number, shape: readonly number[]) => ({ data: Float64Array.from(values.slice(from, from + shape.reduce((p, q) => p * q, 1))), shape });
  return { x: part(0, [length, batch, units]), h: part(24, [batch, units]), w: part(30, [units, units]), b: part(39, [units]) };
}

function close(found: Expression[], truth: Expression[], x: Expression, way: Way, values: readonly number[]): void {
  const all = Object.fromEntries([...found.map((e, i) => [`found${i}`, e]), ...truth.map((e, i) => [`truth${i}`, e])]) as Readonly<Record<string, Expression>>;
  const results = compile({ inputs: { x, w, b, h }, outputs: all })(feedsOf(values, way));
  found.forEach((_, i) => {
    const [a, c] = [results[`found${i}`]?.dataSync() ?? [], results[`truth${i}`]?.dataSync() ?? []];
    const scale = Math.max(1, ...Array.from(c, Math.abs));
    expect(a.length).toBe(c.length);
    a.forEach((value, k) => expect(Math.abs(value - (c[k] as number)) / scale).toBeLessThan(bound(1e-9, 1e-3)));
  });
}

describe('the gradient of a random loop is that of the same written out', () => {
  test('values and first derivatives', () => {
    fc.assert(fc.property(steps, ways, numbers, (make, way, values) => {
      const x = input('x', [way.length, batch, units], dtype);
      const of = (cost: Expression): Expression[] => {
        const connected = add(cost, sum([x, w, b, h].map((e) => sum(e)).reduce(add)));
        return [connected, ...grad(connected, [x, w, b, h])];
      };
      close(of(looped(make, x, way)), of(writtenOut(make, x, way)), x, way, values);
    }), { numRuns: 80 });
  });

  test('second derivatives', () => {
    fc.assert(fc.property(steps, ways, numbers, (make, way, values) => {
      const x = input('x', [way.length, batch, units], dtype);
      const variables = [x, w, b, h];
      const of = (cost: Expression): Expression[] => {
        const first = grad(add(cost, variables.map((e) => sum(square(e))).reduce(add)), variables);
        return grad(first.map((g) => sum(square(g))).reduce(add), variables);
      };
      // Through a cut, what is constant for the first derivative is not for the second, in either way of writing it.
      const whole = { ...way, truncate: undefined };
      close(of(looped(make, x, whole)), of(writtenOut(make, x, whole)), x, way, values);
    }), { numRuns: 30 });
  });
});

test('looped and unrolled, gradients have the same bits', () => {
  fc.assert(fc.property(steps, ways, numbers, (make, way, values) => {
    const x = input('x', [way.length, batch, units], dtype);
    const of = (unroll: boolean): unknown => {
      const cost = add(looped(make, x, way, unroll), sum([x, w, b, h].map((e) => sum(e)).reduce(add)));
      const slopes = grad(cost, [x, w, b, h]);
      const results = compile({ inputs: { x, w, b, h }, outputs: Object.fromEntries(slopes.map((g, i) => [`g${i}`, g])) as Readonly<Record<string, Expression>> })(feedsOf(values, way));
      return Object.values(results).map((one) => bits(one.dataSync()));
    };
    expect(of(true)).toEqual(of(false));
  }), { numRuns: 30 });
});
