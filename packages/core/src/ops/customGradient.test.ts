import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { evaluate } from '../compile/evaluate.js';
import { grad } from '../gradient/grad.js';
import { pushforward } from '../gradient/pushforward.js';
import { constant } from '../graph/constant.js';
import { input } from '../graph/input.js';
import { type Expression } from '../graph/node.js';
import { parameter } from '../graph/parameter.js';
import { substitute } from '../graph/substitute.js';
import { explain } from '../logDomain/explain.js';
import { print } from '../print/print.js';
import { bits, derivatives } from '../testing.js';
import * as ops from './index.js';

const { add, clip, customGradient, div, exp, log, mul, round, sin, softmax, square, sqrt, stopGradient, sub, sum } = ops;
const x = input('x', [3], 'float64');
const feeds = { x: [0.4, -1.6, 2.2] };
const slope = (y: Expression): unknown => evaluate(grad(sum(y), x), feeds).toArray();

/** round, with the gradient of the identity. */
const straightThrough = (v: Expression): Expression => customGradient([v], round(v), (g) => [g]);

describe('customGradient', () => {
  test('the value is the output, to the bit; the gradient is the one given', () => {
    const y = straightThrough(mul(x, 3));
    expect(bits(evaluate(y, feeds).dataSync())).toEqual(bits(evaluate(round(mul(x, 3)), feeds).dataSync()));
    expect(slope(square(y))).toEqual(feeds.x.map((value) => 6 * (evaluate(round(constant(value * 3, 'float64'))).item())));
  });

  test('the function gets cotangent, inputs and output', () => {
    const y = customGradient([x], exp(x), (g, [v], out) => [add(mul(g, out), mul(v as Expression, 0))]);
    expect(slope(y)).toEqual(evaluate(exp(x), feeds).toArray());
  });

  test('several inputs, null for those without a gradient, shapes that broadcast', () => {
    const z = input('z', [], 'float64');
    const y = customGradient([x, z], mul(x, z), (g) => [constant(7, 'float64'), sum(g)]);
    expect(evaluate(grad(sum(y), x), { ...feeds, z: 5 }).toArray()).toEqual([7, 7, 7]);
    expect(evaluate(grad(sum(y), z), { ...feeds, z: 5 }).item()).toBe(3);
    const none = customGradient([x, z], mul(x, z), (g) => [g, null]);
    expect(() => grad(sum(none), z)).toThrow(/the cost depends on 'z' only through 'customGradient' \(at .*\): its gradient function gives null there/);
  });

  test('identity with a limited gradient', () => {
    const y = customGradient([x], x, (g) => [clip(g, -1, 1)]);
    expect(slope(mul(y, constant([0.5, 3, -9], 'float64')))).toEqual([0.5, 1, -1]);
  });

  test('higher orders are those of the formula given', () => {
    // √x with the gradient written through the output: every order must agree with differences.
    const root = (v: Expression): Expression => customGradient([v], sqrt(v), (g, _, out) => [div(mul(g, 0.5), out)]);
    for (const order of [1, 2, 3]) {
      const { byGrad, byDifference } = derivatives((v) => root(add(square(v), 1)), [0.4, -1.6, 2.2], order);
      byGrad.forEach((value, i) => expect(value).toBeCloseTo(byDifference[i] as number, 4));
    }
    const wrong = customGradient([x], square(x), (g, [v]) => [mul(g, sin(v as Expression))]);
    expect(slope(grad(sum(wrong), x))).toEqual(feeds.x.map(Math.cos));
  });

  test('two of them are never merged', () => {
    const make = (factor: number): Expression => customGradient([x], square(x), (g) => [mul(g, factor)]);
    expect([slope(make(2)), slope(make(3)), slope(add(make(2), make(3)))]).toEqual([[2, 2, 2], [3, 3, 3], [5, 5, 5]]);
  });

  test('substitute reaches inside, and so do sizes and compile', () => {
    const z = input('z', [3], 'float64');
    const y = customGradient([x], mul(sin(x), x), (g, [v]) => [mul(g, v as Expression)]);
    const moved = substitute(y, new Map([[x, square(z)]]));
    const squares = feeds.x.map((value) => value * value);
    expect(evaluate(moved, { z: feeds.x }).toArray()).toEqual(squares.map((value) => Math.sin(value) * value));
    expect(evaluate(grad(sum(moved), z), { z: feeds.x }).toArray()).toEqual(feeds.x.map((value, i) => (squares[i] as number) * (value * 2)));
    const rows = input('rows', ['batch', 2]);
    const mean = ops.mean(straightThrough(sub(rows, ops.mean(rows, { axis: 0 }))));
    const f = compile({ inputs: { rows }, outputs: { mean, slope: grad(mean, rows) } });
    for (const batch of [[[1, 2]], [[1, 2], [3, 5]]]) expect(f({ rows: batch }).slope.shape).toEqual([batch.length, 2]);
  });

  test('the log domain is kept inside, and not traced from outside', () => {
    const inside = customGradient([x], log(softmax(x)), (g, [v]) => [sub(g, mul(softmax(v as Expression), sum(g)))]);
    expect(explain(inside).recognised).toHaveLength(1);
    expect(evaluate(inside, { x: [0, 2000, 0] }).toArray()).toEqual([-2000, 0, -2000]);
    const outside = log(customGradient([x], softmax(x), (g) => [g]));
    expect(explain(outside).unstable.map(({ op }) => op)).toEqual(['customGradient']);
    expect(evaluate(grad(sum(outside), x), { x: [0, 0, 0] }).toArray()).toEqual([3, 3, 3].map((value) => expect.closeTo(value, 12)));
  });

  test('pushforward follows a gradient that is linear in the cotangent', () => {
    const y = customGradient([x], round(x), (g) => [mul(g, 3)]);
    expect(evaluate(pushforward([y], [x], [constant([1, 2, 3], 'float64')])[0] as Expression, feeds).toArray()).toEqual([3, 6, 9]);
  });

  test('print', () => {
    expect(print(straightThrough(x))).toMatch(/result = customGradient\(round\(x\), x\) /);
  });

  test('a value that would lose its gradient must be listed, or stopped', () => {
    const w = parameter([1, 2, 3], { name: 'w', dtype: 'float64' });
    expect(() => customGradient([x], mul(x, w), (g) => [g])).toThrow("customGradient: the output also depends on parameter 'w', not through the listed inputs; list it, or use stopGradient on it if no gradient shall flow");
    expect(slope(customGradient([x], mul(x, stopGradient(w)), (g) => [g]))).toEqual([1, 1, 1]);
    const h = mul(x, w);
    expect(evaluate(grad(sum(customGradient([h], round(h), (g) => [g])), x), feeds).toArray()).toEqual([1, 2, 3]);
  });
});
