import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { evaluate } from '../compile/evaluate.js';
import { constant } from '../graph/constant.js';
import { input } from '../graph/input.js';
import { type Expression } from '../graph/node.js';
import * as ops from '../ops/index.js';
import { grad, pullback } from './grad.js';
import { pushforward } from './pushforward.js';

const { add, exp, log, matmul, mul, neg, relu, sin, softmax, square, sum, tanh } = ops;
const x = input('x', [3], 'float64');
const t = input('t', [3], 'float64');
const feeds = { x: [0.3, -1.1, 0.8], t: [1, -2, 0.5] };
const m = constant([[1, 2, -1], [0.5, -1, 3]], 'float64');

describe('pushforward', () => {
  const functions: Readonly<Record<string, (x: Expression) => Expression>> = {
    'a linear map': (v) => matmul(m, v),
    'elementwise': (v) => mul(sin(v), exp(v)),
    'a fold': (v) => sum(square(v)),
    'a network': (v) => tanh(matmul(m, relu(add(v, 0.5)))),
    'log domain': (v) => log(softmax(v)),
    'the variable itself': (v) => v,
    'gather and concat': (v) => ops.concat([ops.gather(v, constant([2, 0], 'int32')), square(v)], 0),
  };
  for (const [name, make] of Object.entries(functions)) {
    test(`${name}: the change along the tangent`, () => {
      const y = make(x);
      const [push] = pushforward([y], [x], [t]) as [Expression];
      const h = 1e-6;
      const at = (step: number): readonly number[] => [...evaluate(y, { x: feeds.x.map((value, i) => value + step * (feeds.t[i] as number)) }).dataSync()];
      const [up, down] = [at(h), at(-h)];
      expect([push.dtype, push.shape]).toEqual([y.dtype, y.shape]);
      evaluate(push, feeds).dataSync().forEach((value, i) => expect(value).toBeCloseTo(((up[i] as number) - (down[i] as number)) / (2 * h), 7));
    });
  }

  test('of several outputs and variables: the tangents add up', () => {
    const z = input('z', [3], 'float64');
    const pushed = pushforward([mul(x, z), sum(add(x, square(z)))], [x, z], [t, x]);
    const f = compile({ inputs: { x, z, t }, outputs: { a: pushed[0] as Expression, b: pushed[1] as Expression } })({ ...feeds, z: [1, 2, 3] });
    expect(f.a.toArray()).toEqual([0, 1, 2].map((i) => (feeds.t[i] as number) * (i + 1) + (feeds.x[i] as number) * (feeds.x[i] as number)));
    expect(f.b.item()).toBeCloseTo([0, 1, 2].reduce((total, i) => total + (feeds.t[i] as number) + 2 * (i + 1) * (feeds.x[i] as number), 0), 12);
  });

  test('is adjoint to pullback: cotangent · push(tangent) = tangent · pull(cotangent)', () => {
    const y = tanh(matmul(m, mul(x, sin(x))));
    const c = constant([0.7, -1.3], 'float64');
    const [push] = pushforward([y], [x], [t]) as [Expression];
    const [pull] = pullback([y], [x], [c]) as [Expression];
    expect(evaluate(sum(mul(c, push)), feeds).item()).toBeCloseTo(evaluate(sum(mul(t, pull)), feeds).item(), 13);
  });

  test('of a gradient: the Hessian times a vector; and of a pushforward: second order', () => {
    const cost = sum(ops.mul(ops.pow(x, 3), constant([1, 2, 3], 'float64')));
    const [bend] = pushforward([grad(cost, x)], [x], [t]) as [Expression];
    evaluate(bend, feeds).dataSync().forEach((value, i) => expect(value).toBeCloseTo(6 * (i + 1) * (feeds.x[i] as number) * (feeds.t[i] as number), 12));
    const [first] = pushforward([cost], [x], [t]) as [Expression];
    const [second] = pushforward([first], [x], [t]) as [Expression];
    expect(evaluate(second, feeds).item()).toBeCloseTo([0, 1, 2].reduce((total, i) => total + 6 * (i + 1) * (feeds.x[i] as number) * (feeds.t[i] as number) * (feeds.t[i] as number), 0), 12);
  });

  test('a symbolic batch, and a variable in the middle', () => {
    const rows = input('rows', ['batch', 3], 'float64');
    const hidden = softmax(rows);
    const [push] = pushforward([neg(log(hidden))], [hidden], [rows]) as [Expression];
    // d(-ln p) = -dp / p, with p as a variable of its own
    expect(evaluate(push, { rows: [[0, 0, 0], [0, 0, 0]] }).toArray()).toEqual([[-0, -0, -0], [-0, -0, -0]]);
  });
});
