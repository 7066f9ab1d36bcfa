import { compile, constant, input, mul, parameter, type Parameter } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { adadelta, adagrad, adam, adamax, adamw, amsgrad, cosineDecay, lion, momentum, nesterovMomentum, rmsprop, sgd, stepCounter, type Hyperparameter, type LossOrGrads, type Updates } from './index.js';

type Rule = (lossOrGrads: LossOrGrads, params: readonly Parameter[], options: { readonly learningRate: Hyperparameter }) => Updates;
const rules: Readonly<Record<string, Rule>> = { sgd, momentum, nesterovMomentum, adagrad, rmsprop, adadelta, adam, adamax, amsgrad, adamw, lion };
const start = [1, -1, 0.5];
const gradients = [[0.5, -2, 1e-4], [0.25, 3, 0], [-4, 1, 1]];

/** The parameter after each step; `feeds` gives what else the step asks for. */
function walk(updatesOf: (p: Parameter, g: LossOrGrads) => { readonly updates: Updates; readonly inputs?: Readonly<Record<string, ReturnType<typeof input>>> }, feeds: (step: number) => Readonly<Record<string, number>> = () => ({}), all: readonly (readonly number[])[] = gradients, dtype: 'float32' | 'float64' = 'float32'): number[][] {
  const p = parameter(start, { name: 'p', dtype });
  const g = input('g', [3], dtype);
  const { updates, inputs } = updatesOf(p, [g]);
  const step = compile({ inputs: { g, ...inputs }, outputs: {}, updates });
  return all.map((values, i) => {
    step({ g: values, ...feeds(i) } as never);
    return [...p.valueSync().dataSync()] as number[];
  });
}

describe.each(Object.entries(rules))('%s', (name, rule) => {
  it('has the same learning rate as a number, a parameter, an expression and a constant schedule', () => {
    const plain = walk((p, g) => ({ updates: rule(g, [p], { learningRate: 0.125 }) }));
    const rate = parameter(0.125, { name: 'rate' });
    const eta = input('eta', []);
    const clock = stepCounter();
    expect(walk((p, g) => ({ updates: rule(g, [p], { learningRate: rate }) }))).toEqual(plain);
    expect(walk((p, g) => ({ updates: rule(g, [p], { learningRate: mul(eta, 0.5) }), inputs: { eta } }), () => ({ eta: 0.25 }))).toEqual(plain);
    expect(walk((p, g) => ({ updates: new Map([...rule(g, [p], { learningRate: cosineDecay(clock, { initial: 0.125, final: 0.125, steps: 2 }) }), ...clock.updates]) }), undefined, gradients.slice(0, 1))).toEqual(plain.slice(0, 1));
    expect(clock.step.valueSync().item()).toBe(1);
  });

  it('takes another rate at each step, without compiling anew', () => {
    const eta = input('eta', []);
    const path = walk((p, g) => ({ updates: rule(g, [p], { learningRate: eta }), inputs: { eta } }), (i) => ({ eta: [0.5, 0, 0.25][i] as number }));
    expect(path[0]).not.toEqual(start);
    expect(path[2]).not.toEqual(path[1]);
    if (name !== 'momentum' && name !== 'nesterovMomentum') expect(path[1]).toEqual(path[0]); // momentum rolls on
  });

  it('a gradient of 0 changes nothing, nor does it later', () => {
    const zero = [[0, 0, 0], [0, 0, 0], [0, 0, 0]];
    expect(walk((p, g) => ({ updates: rule(g, [p], { learningRate: 0.5, ...(name === 'adamw' ? { weightDecay: 0 } : {}) }) }), undefined, zero)).toEqual([start, start, start]);
  });

  it('NaN makes NaN of its element, for good, and of no other', () => {
    const path = walk((p, g) => ({ updates: rule(g, [p], { learningRate: 0.125 }) }), undefined, [[NaN, 1, 1], [1, 1, 1]]);
    for (const values of path) expect(values.map(Number.isNaN)).toEqual([true, false, false]);
  });

  it('a gradient of 1e30 is a step of the same sign in float64', () => {
    const [after] = walk((p, g) => ({ updates: rule(g, [p], { learningRate: 0.125 }) }), undefined, [[1e30, -1e30, 1e30]], 'float64');
    expect(after?.map((value, i) => Math.sign(value - (start[i] as number)))).toEqual([-1, 1, -1]);
  });
});

// The square of 1e30 is infinite in float32. Rules that divide by its root stand still from there on, as their
// formulas say: a gradient like that is to be clipped first.
describe('a gradient of 1e30 in float32', () => {
  const huge = [[1e30, -1e30, 0], [1, 1, 1]];
  it.each(['adagrad', 'rmsprop', 'adadelta', 'adam', 'amsgrad', 'adamw'])('%s stands still where it came, and goes on elsewhere', (name) => {
    const path = walk((p, g) => ({ updates: (rules[name] as Rule)(g, [p], { learningRate: 0.125, ...(name === 'adamw' ? { weightDecay: 0 } : {}) }) }), undefined, huge);
    expect(path.map(([a, b]) => [a, b])).toEqual([[1, -1], [1, -1]]);
    expect(path[1]?.[2]).toBeLessThan(0.5);
  });

  it('adamax and lion, which do not square, make a step of the rate', () => {
    for (const name of ['adamax', 'lion']) expect(walk((p, g) => ({ updates: (rules[name] as Rule)(g, [p], { learningRate: 0.125 }) }), undefined, huge)[0]?.map((value) => Math.round(value * 1e5) / 1e5)).toEqual([0.875, -0.875, 0.5]);
  });

  it('sgd leaves for the other end of the world', () => {
    expect(walk((p, g) => ({ updates: sgd(g, [p], { learningRate: 0.125 }) }), undefined, huge)[0]).toEqual([Math.fround(-1.25e29), Math.fround(1.25e29), 0.5]);
    expect(walk((p) => ({ updates: sgd([constant([1, 1, 1])], [p], { learningRate: 0 }) }))[0]).toEqual(start);
  });
});
