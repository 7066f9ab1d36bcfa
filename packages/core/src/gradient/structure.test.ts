import { describe, expect, test } from 'vitest';
import { evaluate } from '../compile/evaluate.js';
import { constant } from '../graph/constant.js';
import { input } from '../graph/input.js';
import { makeNode, type Expression, type Node } from '../graph/node.js';
import { allOps } from '../ops/all.js';
import { cumLogOddsOp } from '../ops/cumLogSumExp.js';
import * as ops from '../ops/index.js';
import { recurrenceOp } from '../ops/recurrence.js';
import { derivatives } from '../testing.js';
import { grad, pullback } from './grad.js';

// Ops that move, fold or call: each over a 2×3 view of the six variables.
const at = [-1.2, 0.4, 2.1, 0.9, -0.3, 1.5];
const matrix = (x: Expression): Expression => ops.reshape(x, [2, 3]);
const square = ops.square;
const m34 = constant([[1, -2, 0.5, 1], [0.3, 1, -1, 2], [2, 0.1, 1, -0.4]], 'float64');
const batch = constant([[[1, 2], [0, 1], [-1, 3]], [[0.5, 1], [2, -1], [1, 1]]], 'float64');
const other = constant([0.7, -1.1, 0.2, 1.9, 0.8, -0.6], 'float64');
const recurrence = (b: Expression, a: Expression, axis: number): Expression => makeNode(recurrenceOp, [b as Node, a as Node], { axis });
const cumLogOdds = (x: Expression, axis: number): Expression => makeNode(cumLogOddsOp, [x as Node], { axis });
const indices = constant([2, 0, 0, 1], 'int32');
const kernel = constant([[[0.5, -1, 2]], [[1, 0.3, -0.7]]], 'float64');
const perRow = constant([2, 0], 'int32');

const cases: Readonly<Record<string, readonly ((x: Expression) => Expression)[]>> = {
  reshape: [(x) => square(ops.reshape(x, [3, 2]))],
  broadcastTo: [(x) => square(ops.broadcastTo(ops.expandDims(x, 1), [4, 6, 5])), (x) => ops.mul(matrix(x), ops.slice(x, [0], [3]))],
  sum: [(x) => square(ops.sum(matrix(x), { axis: 0 })), (x) => square(ops.sum(matrix(x), { axis: 1, keepDims: true })), (x) => square(ops.sum(x))],
  prod: [(x) => square(ops.prod(matrix(x), { axis: 0 })), (x) => ops.prod(x), (x) => ops.prod(ops.mul(matrix(x), constant([[0, 1, 1], [1, 0, 1]], 'float64')), { axis: 1, keepDims: true })],
  cumSum: [(x) => square(ops.cumSum(matrix(x), { axis: 1 })), (x) => square(ops.cumSum(x, { reverse: true, exclusive: true }))],
  cumProd: [(x) => square(ops.cumProd(matrix(x), { axis: 1 })), (x) => ops.cumProd(ops.mul(x, constant([1, 1, 0, 1, 0, 1], 'float64'))), (x) => square(ops.cumProd(matrix(x), { axis: 0, reverse: true, exclusive: true }))],
  recurrence: [(x) => square(recurrence(x, ops.mul(x, other), 0)), (x) => recurrence(matrix(square(x)), matrix(x), 1), (x) => recurrence(matrix(x), matrix(ops.mul(x, constant([1, 0, 1, 1, 0, 0], 'float64'))), 0)],
  cumLogSumExp: [(x) => square(ops.cumLogSumExp(x)), (x) => ops.exp(ops.cumLogSumExp(matrix(x), { axis: 1, reverse: true }))],
  cumLogOdds: [(x) => ops.sigmoid(cumLogOdds(x, 0)), (x) => ops.sigmoid(cumLogOdds(matrix(square(x)), 1))],
  mean: [(x) => square(ops.mean(matrix(x), { axis: 1 })), (x) => square(ops.mean(matrix(x), { keepDims: true }))],
  norm: [(x) => square(ops.norm(matrix(x), { axis: 1 })), (x) => ops.norm(x)],
  max: [(x) => square(ops.max(matrix(x), { axis: 0 })), (x) => square(ops.max(matrix(x), { axis: [0, 1], keepDims: true }))],
  min: [(x) => square(ops.min(matrix(x), { axis: 1 }))],
  logSumExp: [(x) => square(ops.logSumExp(matrix(x), { axis: 1 })), (x) => square(ops.logSumExp(x, { keepDims: true }))],
  softmax: [(x) => square(ops.softmax(matrix(x))), (x) => square(ops.softmax(matrix(x), { axis: 0 }))],
  logSoftmax: [(x) => square(ops.logSoftmax(matrix(x))), (x) => square(ops.logSoftmax(matrix(x), { axis: 0 }))],
  transpose: [(x) => square(ops.matmul(ops.transpose(matrix(x)), matrix(x)))],
  flip: [(x) => ops.mul(ops.flip(matrix(x), [0, 1]), square(matrix(x)))],
  slice: [(x) => square(ops.slice(x, [1], [null], [2])), (x) => square(ops.slice(matrix(x), [0, 1], [1, 3]))],
  pad: [(x) => square(ops.pad(matrix(x), [[1, 0], [2, 1]], 0.5))],
  concat: [(x) => square(ops.concat([matrix(x), square(matrix(x))], 0)), (x) => square(ops.stack([x, ops.exp(x)], 1))],
  gather: [(x) => square(ops.gather(x, indices)), (x) => square(ops.gather(matrix(x), indices, { axis: 1 })), (x) => square(ops.gather(matrix(x), perRow, { axis: 1, batchAxes: 1 }))],
  scatterAdd: [(x) => square(ops.scatterAdd(x, indices, ops.slice(square(x), [0], [4])))],
  conv: [(x) => square(ops.conv(ops.reshape(x, [1, 1, 6]), kernel, { padding: 'same', flipFilters: true })), (x) => square(ops.conv(ops.reshape(x, [1, 2, 3]), ops.reshape(x, [2, 1, 3]), { padding: 1, stride: 2, groups: 2 }))],
  convInputGradient: [(x) => square(ops.convTranspose(ops.reshape(x, [1, 1, 2, 3]), ops.reshape(square(x), [1, 1, 3, 2]), { stride: [2, 1], padding: [1, 0] }))],
  convFilterGradient: [(x) => square(grad(ops.sum(square(ops.conv(constant([[[1, 2, -1, 0.5]]], 'float64'), ops.reshape(x, [2, 1, 3])))), x))],
  maxPool: [(x) => square(ops.pool(ops.reshape(x, [1, 1, 2, 3]), { size: 2, stride: 1, padding: 1 }))],
  maxPoolGradient: [(x) => square(grad(ops.sum(ops.mul(square(ops.pool(ops.reshape(x, [1, 1, 6]), { size: 3, stride: 1 })), 0.5)), x))],
  averagePool: [(x) => square(ops.pool(ops.reshape(x, [1, 1, 2, 3]), { size: 2, stride: 1, padding: 1, mode: 'average-include-pad' })), (x) => square(ops.pool(ops.reshape(x, [1, 1, 6]), { size: 2, stride: 4, ignoreBorder: false, mode: 'average-exclude-pad' }))],
  averagePoolGradient: [(x) => square(grad(ops.sum(square(ops.pool(ops.reshape(x, [1, 1, 6]), { size: 3, stride: 1, padding: 1, mode: 'average-exclude-pad' }))), x))],
  matmul: [(x) => square(ops.matmul(matrix(x), m34)), (x) => square(ops.matmul(x, ops.concat([x, x], 0).rank === 1 ? x : x)), (x) => square(ops.matmul(ops.reshape(ops.concat([x, square(x)], 0), [2, 2, 3]), batch))],
};

describe('derivatives of moving, folding and calling ops agree with central differences in float64', () => {
  for (const [name, list] of Object.entries(cases)) {
    for (const order of [1, 2, 3]) {
      test(`${name}, order ${order}`, () => {
        for (const make of list) {
          const { byGrad, byDifference } = derivatives(make, at, order);
          byGrad.forEach((value, i) => expect(value).toBeCloseTo(byDifference[i] as number, 3));
        }
      });
    }
  }

  test('no differentiable op is left out', () => {
    const names = allOps.filter((op) => op.kind !== 'elementwise' && op.gradient !== undefined).map(({ name }) => name);
    expect(names.filter((name) => cases[name] === undefined)).toEqual([]);
  });
});

describe('grad', () => {
  test('variance and std', () => {
    for (const make of [(x: Expression) => ops.variance(matrix(x), { axis: 1, ddof: 1 }), (x: Expression) => ops.std(x)]) {
      const { byGrad, byDifference } = derivatives(make, at, 1);
      byGrad.forEach((value, i) => expect(value).toBeCloseTo(byDifference[i] as number, 5));
    }
  });

  test('with respect to an intermediate value', () => {
    const x = input('x', [2], 'float64');
    const p = ops.softmax(x);
    // p is a variable here, so the logarithm may not be traced through it: d(-Σ ln p)/dp = -1/p
    const g = grad(ops.neg(ops.sum(ops.log(p))), p);
    expect(evaluate(g, { x: [0, 0] }).toArray()).toEqual([-2, -2]);
  });

  test('pullback takes cotangents', () => {
    const x = input('x', [3], 'float64');
    const [g] = pullback([ops.square(x)], [x], [constant([1, 10, 100], 'float64')]) as [Expression];
    expect(evaluate(g, { x: [1, 2, 3] }).toArray()).toEqual([2, 40, 600]);
  });

  test('a symbolic batch: the gradient of a mean', () => {
    const x = input('x', ['batch'], 'float64');
    expect(evaluate(grad(ops.mean(ops.square(x)), x), { x: [1, 2, 3, 4] }).toArray()).toEqual([0.5, 1, 1.5, 2]);
  });
});
