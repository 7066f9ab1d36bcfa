import * as core from '@pastina/core';
import type { Probe } from '../../../tools/behavior/probe.ts';
import { convProbes } from './conv.ts';
import { randomProbes } from './random.ts';

const { constant, evaluate, grad, input, sum } = core;
const points = [-Infinity, -1e4, -88, -1, -1e-45, -0, 0, 1e-45, 0.5, 1, 88, 1e4, Infinity, NaN];

const unary = ['exp', 'expm1', 'log', 'log1p', 'sigmoid', 'softplus', 'logSigmoid', 'log1mexp', 'sin', 'cos', 'tanh', 'relu', 'abs', 'sign', 'sqrt', 'rsqrt', 'round', 'square', 'erf', 'erfc'] as const;

/** An elementwise op at its extremes, and its gradient. */
const elementwise = (name: (typeof unary)[number]): Probe => ({
  name,
  code: `${name}(x)`,
  values: () => {
    const x = input('x', [points.length]);
    const y = core[name](x);
    return { value: evaluate(y, { x: points }).dataSync(), gradient: evaluate(grad(sum(y), x), { x: points }).dataSync() };
  },
});

const matrix = constant([[0.1, 1, -2], [1e4, -1e4, 0.5]]);
const dense = (make: () => core.Expression): Probe['values'] => () => ({ value: evaluate(make()).dataSync() });

/** A value and the gradient of its sum. */
const sloped = (at: readonly number[], make: (x: core.Expression) => core.Expression): Probe['values'] => () => {
  const x = input('x', [at.length]);
  const y = make(x);
  return { value: evaluate(y, { x: [...at] }).dataSync(), gradient: evaluate(grad(sum(y), x), { x: [...at] }).dataSync() };
};

const running = ['cumSum', 'cumProd', 'cumLogSumExp'] as const;
const tied = constant([2, NaN, -1, 2, NaN, -1]);

export const probes: readonly Probe[] = [
  ...unary.map(elementwise),
  { name: 'softmax', code: 'softmax(m)', values: dense(() => core.softmax(matrix)) },
  { name: 'logSoftmax', code: 'logSoftmax(m)', values: dense(() => core.logSoftmax(matrix)) },
  { name: 'logSumExp', code: 'logSumExp(m, { axis: 1 })', values: dense(() => core.logSumExp(matrix, { axis: 1 })) },
  { name: 'sum', code: 'sum(m)', values: dense(() => sum(matrix)) },
  { name: 'mean', code: 'mean(m, { axis: 0 })', values: dense(() => core.mean(matrix, { axis: 0 })) },
  { name: 'variance', code: 'variance(m)', values: dense(() => core.variance(matrix)) },
  // Another order of the same numbers gives 1, not 3.
  { name: 'sum, in order', code: "sum(constant([1, 1e20, -1e20, 3], 'float64'))", values: dense(() => sum(constant([1, 1e20, -1e20, 3], 'float64'))) },
  { name: 'matmul, in order', code: "matmul([[1, 1e20, -1e20, 3]], ones) in float64", values: dense(() => core.matmul(constant([[1, 1e20, -1e20, 3]], 'float64'), core.ones([4, 1], 'float64'))) },
  { name: 'matmul', code: 'matmul(m, transpose(m))', values: dense(() => core.matmul(matrix, core.transpose(matrix))) },
  { name: 'pow', code: 'pow(m, 3)', values: dense(() => core.pow(matrix, 3)) },
  { name: 'maximum and minimum with NaN', code: 'maximum(constant([1, NaN]), 0)', values: dense(() => core.maximum(constant([1, NaN]), 0)) },
  { name: 'argMax on ties and with NaN', code: 'argMax(constant([[1, 1], [0, NaN]]), { axis: 1 })', values: dense(() => core.argMax(constant([[1, 1], [0, NaN]]), { axis: 1 })) },
  ...running.map((name): Probe => ({ name, code: `${name}(x)`, values: sloped([0.5, -2, 0, 3, 0.1], (x) => core[name](x)) })),
  { name: 'prod', code: 'prod(x)', values: sloped([0.5, -2, 0, 3], (x) => core.prod(x)) },
  { name: 'log of a running sum of a softmax', code: 'log(cumSum(softmax(x)))', values: sloped([-1e4, -9999.5, 3, 1, -100], (x) => core.log(core.cumSum(core.softmax(x)))) },
  { name: 'log of a sorted softmax', code: 'log(sort(softmax(x)))', values: sloped([0, 1e4, -1e4], (x) => core.log(core.sort(core.softmax(x)))) },
  { name: 'norm', code: 'norm(x)', values: sloped([2, -3, 6], (x) => core.norm(x)) },
  { name: 'norm at 0', code: 'norm(x)', values: sloped([0, 0], (x) => core.norm(x)) },
  { name: 'norm of large elements', code: 'norm(x)', values: sloped([1e30, -2e30], (x) => core.norm(x)) },
  { name: 'argSort on ties and with NaN', code: 'argSort(x); argSort(x, { descending: true })', values: () => ({ ascending: evaluate(core.argSort(tied)).dataSync(), descending: evaluate(core.argSort(tied, { descending: true })).dataSync() }) },
  { name: 'topK', code: 'topK(m, 2).values', values: dense(() => core.topK(matrix, 2).values) },
  { name: 'tensordot', code: 'tensordot(m, m, [0, 0])', values: dense(() => core.tensordot(matrix, matrix, [0, 0])) },
  {
    name: 'scan',
    code: 'scan((h, row) => ({ carry: tanh(add(mul(h, 0.5), row)), outputs: h }), { carry: zeros([3]), sequences: m })',
    values: () => {
      const x = input('x', [2, 3]);
      const { carry, outputs } = core.scan((h, row) => ({ carry: core.tanh(core.add(core.mul(h, 0.5), row)), outputs: h }), { carry: core.zeros([3]), sequences: x });
      const feeds = { x: [[0.1, 1, -2], [10000, -10000, 0.5]] };
      return { carry: evaluate(carry, feeds).dataSync(), outputs: evaluate(outputs, feeds).dataSync(), gradient: evaluate(grad(sum(carry), x), feeds).dataSync() };
    },
  },
  { name: 'randomSource', code: 'randomSource(1)', values: () => ({ uniform: core.randomSource(1).uniform(4), normal: core.randomSource(1).normal(4), permutation: core.randomSource(1).permutation(8) }) },
  ...convProbes,
  ...randomProbes,
];
