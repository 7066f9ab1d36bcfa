import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { evaluate } from '../compile/evaluate.js';
import { grad, pullback } from '../gradient/grad.js';
import { pushforward } from '../gradient/pushforward.js';
import { input } from '../graph/input.js';
import { type Expression } from '../graph/node.js';
import { substitute } from '../graph/substitute.js';
import { HostTensor, type TensorLike } from '../graph/tensor.js';
import * as ops from '../ops/index.js';
import { bits } from '../testing.js';
import { broadcasts, points, programs } from './testing.js';

const { add, mul, sum } = ops;
const [x, y, c, d, t] = ['x', 'y', 'c', 'd', 't'].map((name) => input(name, [3, 4], 'float64')) as [Expression, Expression, Expression, Expression, Expression];
const matrix = (values: readonly number[]): TensorLike => ({ data: Float64Array.from(values), shape: [3, 4] });
/** Keeps every graph connected with both variables. */
const whole = (e: Expression): Expression => add(e, mul(add(x, y), 0.1));

/** Equal up to rounding, measured by the largest of all numbers that were added. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  Array.from(found).forEach((value, i) => expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(1e-9 * scale));
}

describe('laws of derivatives', () => {
  test('a pullback is linear in its cotangent', () => {
    fc.assert(fc.property(programs, points, points, points, points, fc.double({ min: -3, max: 3, noNaN: true }), (make, xs, ys, cs, ds, factor) => {
      const e = whole(make(x, y));
      const of = (cotangent: Expression): Expression => pullback([e], [x], [cotangent])[0] as Expression;
      const f = compile({ inputs: { x, y, c, d }, outputs: { together: of(add(mul(c, factor), d)), apart: add(mul(of(c), factor), of(d)) } });
      const { together, apart } = f({ x: matrix(xs), y: matrix(ys), c: matrix(cs), d: matrix(ds) });
      expectClose(together.dataSync(), apart.dataSync());
    }), { numRuns: 60 });
  });

  test('pushforward is the transpose of pullback', () => {
    fc.assert(fc.property(programs, points, points, points, points, (make, xs, ys, cs, ts) => {
      const e = whole(make(x, y));
      const [pulled] = pullback([e], [x], [c]) as [Expression];
      const [pushed] = pushforward([e], [x], [t]) as [Expression];
      const f = compile({ inputs: { x, y, c, t }, outputs: { left: mul(c, pushed), right: mul(pulled, t) } });
      const { left, right } = f({ x: matrix(xs), y: matrix(ys), c: matrix(cs), t: matrix(ts) });
      const total = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
      const scale = Math.max(1, ...Array.from(left.dataSync(), Math.abs), ...Array.from(right.dataSync(), Math.abs));
      expect(Math.abs(total(left.dataSync()) - total(right.dataSync()))).toBeLessThanOrEqual(1e-9 * scale);
    }), { numRuns: 60 });
  });

  test('the gradient of a substituted graph is the substituted gradient: the same node', () => {
    const z = input('z', [3, 4], 'float64');
    fc.assert(fc.property(programs, (make) => {
      const cost = sum(whole(make(x, y)));
      const exchange = new Map([[x, z]]);
      expect(grad(substitute(cost, exchange), z)).toBe(substitute(grad(cost, x), exchange));
    }), { numRuns: 100 });
  });
});

describe('laws of values', () => {
  const elementwise = [ops.add, ops.sub, ops.mul, ops.div, ops.maximum, ops.minimum, ops.atan2, ops.mod, ops.pow, ops.logAddExp, ops.xlogy];

  test('an op over broadcast operands is the broadcast of the op', () => {
    fc.assert(fc.property(fc.constantFrom(...elementwise), broadcasts, fc.integer({ min: 1, max: 3 }), fc.infiniteStream(fc.float()), (op, { whole: shape, parts }, extra, numbers) => {
      const [a, b] = parts.map((part, i) => input(`operand ${i}`, part)) as [Expression, Expression];
      const feeds = Object.fromEntries(parts.map((part, i) => [`operand ${i}`, new HostTensor('float32', part, Float32Array.from({ length: part.reduce((p, q) => p * q, 1) }, () => numbers.next().value as number))]));
      const target = [extra, ...shape];
      const inside = op(ops.broadcastTo(a, target), ops.broadcastTo(b, target));
      const outside = ops.broadcastTo(op(a, b), target);
      expect([inside.shape, bits(evaluate(inside, feeds).dataSync())]).toEqual([target, bits(evaluate(outside, feeds).dataSync())]);
    }), { numRuns: 200 });
  });

  test('a value has the same bits alone, or compiled with others and with gradients', () => {
    fc.assert(fc.property(programs, programs, points, points, fc.nat(), (first, second, xs, ys, seed) => {
      const [e, other] = [first(x, y), whole(second(x, y))];
      const slope = grad(sum(mul(whole(e), other)), x);
      const feeds = { x: matrix(xs), y: matrix(ys) };
      const together = compile({ inputs: { x, y }, outputs: { other, e, slope, shared: ops.tanh(add(e, other)) }, seed })(feeds);
      expect(bits(together.e.dataSync())).toEqual(bits(evaluate(e, feeds, { seed }).dataSync()));
      expect(bits(together.slope.dataSync())).toEqual(bits(evaluate(slope, feeds, { seed }).dataSync()));
    }), { numRuns: 80 });
  });
});
