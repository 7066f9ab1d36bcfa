import { describe, expect, test } from 'vitest';
import { allOps } from '../ops/all.js';
import * as ops from '../ops/index.js';
import { xmuly } from '../ops/exponential.js';
import { type Expression } from '../graph/node.js';
import { constant } from '../graph/constant.js';
import { derivatives } from '../testing.js';

// Every elementwise op that has a gradient stands here; the last test says so when one is missing.
type Case = readonly [make: (x: Expression) => Expression, at: readonly number[]];
const spread = [-2.3, -0.7, 0.4, 1.6];
const positive = [0.3, 0.9, 1.7, 4.2];
const inside = [-0.8, -0.2, 0.3, 0.7];
const other = constant([1.3, 0.4, -0.9, 2.2], 'float64');
const positiveOther = constant([1.3, 0.4, 0.9, 2.2], 'float64');

const cases: Readonly<Record<string, readonly Case[]>> = {
  add: [[(x) => ops.add(x, ops.mul(x, 2)), spread]],
  sub: [[(x) => ops.sub(ops.square(x), x), spread]],
  mul: [[(x) => ops.mul(x, ops.mul(x, other)), spread]],
  div: [[(x) => ops.div(x, other), spread], [(x) => ops.div(other, x), spread]],
  neg: [[(x) => ops.neg(ops.square(x)), spread]],
  square: [[(x) => ops.square(x), spread]],
  sqrt: [[(x) => ops.sqrt(x), positive]],
  rsqrt: [[(x) => ops.rsqrt(x), positive]],
  reciprocal: [[(x) => ops.reciprocal(x), spread]],
  sign: [[(x) => ops.mul(ops.sign(x), ops.square(x)), spread]],
  abs: [[(x) => ops.mul(ops.abs(x), x), spread]],
  maximum: [[(x) => ops.maximum(ops.square(x), other), spread], [(x) => ops.maximum(other, ops.square(x)), spread]],
  minimum: [[(x) => ops.minimum(ops.square(x), other), spread], [(x) => ops.minimum(other, ops.square(x)), spread]],
  clip: [[(x) => ops.clip(ops.square(x), 0.3, 3), spread], [(x) => ops.clip(other, ops.sub(x, 1), ops.add(x, 1)), spread]],
  relu: [[(x) => ops.relu(ops.mul(x, x)), spread], [(x) => ops.mul(ops.relu(x), x), spread]],
  exp: [[(x) => ops.exp(x), spread]],
  expm1: [[(x) => ops.expm1(x), spread]],
  log: [[(x) => ops.log(x), positive]],
  log1p: [[(x) => ops.log1p(x), positive]],
  sigmoid: [[(x) => ops.sigmoid(x), spread]],
  softplus: [[(x) => ops.softplus(x), spread]],
  log1mexp: [[(x) => ops.log1mexp(x), positive]],
  logAddExp: [[(x) => ops.logAddExp(x, other), spread], [(x) => ops.logAddExp(other, x), spread]],
  xlogy: [[(x) => ops.xlogy(x, positiveOther), spread], [(x) => ops.xlogy(other, x), positive]],
  xmuly: [[(x) => xmuly(x, other), spread], [(x) => xmuly(other, ops.square(x)), spread]],
  pow: [[(x) => ops.pow(x, 3), spread], [(x) => ops.pow(x, 1.7), positive], [(x) => ops.pow(positiveOther, x), spread]],
  erf: [[(x) => ops.erf(x), spread]],
  erfc: [[(x) => ops.erfc(x), spread]],
  sin: [[(x) => ops.sin(x), spread]],
  cos: [[(x) => ops.cos(x), spread]],
  tan: [[(x) => ops.tan(x), inside]],
  asin: [[(x) => ops.asin(x), inside]],
  acos: [[(x) => ops.acos(x), inside]],
  atan: [[(x) => ops.atan(x), spread]],
  atan2: [[(x) => ops.atan2(x, other), spread], [(x) => ops.atan2(other, x), spread]],
  sinh: [[(x) => ops.sinh(x), spread]],
  cosh: [[(x) => ops.cosh(x), spread]],
  tanh: [[(x) => ops.tanh(x), spread]],
  floor: [[(x) => ops.mul(ops.floor(x), ops.square(x)), spread]],
  ceil: [[(x) => ops.mul(ops.ceil(x), ops.square(x)), spread]],
  round: [[(x) => ops.mul(ops.round(x), ops.square(x)), spread]],
  trunc: [[(x) => ops.mul(ops.trunc(x), ops.square(x)), spread]],
  mod: [[(x) => ops.square(ops.mod(x, 0.9)), spread], [(x) => ops.mod(other, ops.add(x, 5)), spread]],
  where: [[(x) => ops.where(ops.greater(x, 0), ops.square(x), ops.exp(x)), spread]],
  cast: [[(x) => ops.square(ops.cast(ops.cast(x, 'float64'), 'float64')), spread]],
};

describe('derivatives of elementwise ops agree with central differences in float64', () => {
  for (const [name, list] of Object.entries(cases)) {
    for (const order of [1, 2, 3]) {
      test(`${name}, order ${order}`, () => {
        for (const [make, at] of list) {
          const { byGrad, byDifference } = derivatives((x) => make(ops.add(x, 0)), at, order);
          byGrad.forEach((value, i) => expect(value).toBeCloseTo(byDifference[i] as number, Math.abs(value) > 100 ? 2 : 4));
        }
      });
    }
  }
});

test('no differentiable elementwise op is left out above', () => {
  const names = allOps.filter((op) => op.kind === 'elementwise' && op.gradient !== undefined).map(({ name }) => name);
  expect(names.filter((name) => cases[name] === undefined)).toEqual([]);
});
