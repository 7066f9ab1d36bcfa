import { constant, evaluate, type Expression, type Parameter } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import * as rules from './index.js';
import { arrayOf, difference, problem, readCases, type ReferenceArray, type ReferenceCase } from './testing.js';
import { getOrComputeGrads, normConstraint, sgd, totalNormConstraint, type Updates } from './index.js';

type Rule = (loss: Expression, params: readonly Parameter[], options?: object) => Updates;
const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function ruleOf({ name, function: rule, kwargs }: ReferenceCase): (loss: Expression, params: readonly Parameter[]) => Updates {
  if (name.startsWith('sgd+norm')) {
    return (loss, params) => {
      const updates = sgd(loss, params, { learningRate: 0.5 });
      const W = params[0] as Parameter;
      return updates.set(W, normConstraint(updates.get(W) as Expression, 0.5));
    };
  }
  if (name.startsWith('total')) return (loss, params) => sgd(totalNormConstraint(getOrComputeGrads(loss, params), 0.1), params, { learningRate: 0.5 });
  const options = Object.fromEntries(Object.entries(kwargs ?? {}).map(([key, value]) => [camel(key), value]));
  return (loss, params) => (rules as unknown as Readonly<Record<string, Rule>>)[camel(rule ?? '')]?.(loss, params, options) as Updates;
}

describe.each([['float64', 1e-14], ['float32', 1e-6]] as const)('against Lasagne in %s', (dtype, tolerance) => {
  const cases = readCases(dtype);

  it.each(cases.filter(({ steps }) => steps !== undefined))('$name: ten steps and the state after them', (one) => {
    const { W, b, updates, step } = problem(dtype, ruleOf(one));
    for (const expected of one.steps ?? []) {
      expect(Math.abs(step() - expected.loss)).toBeLessThan(4 * tolerance);
      expect(difference(W.valueSync(), expected.W)).toBeLessThan(tolerance);
      expect(difference(b.valueSync(), expected.b)).toBeLessThan(tolerance);
    }
    const states = [...updates.keys()].filter((p) => p !== W && p !== b);
    expect(states).toHaveLength(one.final_state?.length ?? 0);
    states.forEach((state, i) => expect(difference(state.valueSync(), (one.final_state as readonly ReferenceArray[])[i] as ReferenceArray)).toBeLessThan(2 * tolerance));
  });

  it.each(cases.filter(({ out }) => out !== undefined))('$name', ({ x, out, max_norm, norm_axes }) => {
    const found = normConstraint(constant(arrayOf(x as ReferenceArray)), max_norm ?? NaN, norm_axes === null || norm_axes === undefined ? {} : { normAxes: norm_axes });
    expect(difference(evaluate(found), out as ReferenceArray)).toBeLessThan(tolerance);
  });
});
