import { compile, constant, evaluate, parameter, type Expression, type Parameter, type TypedArray } from '@pastina/core';
import * as rules from '@pastina/updates';
import type { Probe } from '../../../tools/behavior/probe.ts';

const gradients = [[0.5, -2, 1e-4], [0.25, 3, 0]];

/** Parameter and state after two steps with given gradients from [1, -1, 0.5]. */
function twoSteps(rule: (gradient: Expression, param: Parameter) => rules.Updates): Record<string, TypedArray> {
  const param = parameter([1, -1, 0.5], { name: 'w' });
  const gradient = parameter([0, 0, 0]);
  const updates = rule(gradient, param);
  const step = compile({ inputs: {}, outputs: {}, updates });
  for (const values of gradients) {
    gradient.set(values);
    step({});
  }
  return Object.fromEntries([...updates.keys()].map((one) => [one.name ?? '', one.valueSync().dataSync()]));
}

const probe = (name: string, options: string, rule: (gradient: Expression, param: Parameter) => rules.Updates): Probe => ({
  name: `two steps of ${name}`,
  code: `${name}([g], [w]${options})`,
  values: () => twoSteps(rule),
});
/** The rates of nine steps. */
const schedule = (name: string, options: string, make: (clock: rules.Clock) => Expression): Probe => ({
  name: `nine steps of ${name}`,
  code: `${name}(stepCounter(), ${options})`,
  values: () => {
    const clock = rules.stepCounter();
    const step = compile({ inputs: {}, outputs: { rate: make(clock) }, updates: clock.updates });
    return { rate: Float32Array.from({ length: 9 }, () => step({}).rate.item()), step: clock.step.valueSync().item() };
  },
});
const weights = constant([[0.5, 3], [0.25, 4]]);

export const probes: readonly Probe[] = [
  probe('sgd', ', { learningRate: 0.1 }', (g, w) => rules.sgd([g], [w], { learningRate: 0.1 })),
  probe('momentum', ', { learningRate: 0.1 }', (g, w) => rules.momentum([g], [w], { learningRate: 0.1 })),
  probe('nesterovMomentum', ', { learningRate: 0.1 }', (g, w) => rules.nesterovMomentum([g], [w], { learningRate: 0.1 })),
  probe('adagrad', '', (g, w) => rules.adagrad([g], [w])),
  probe('rmsprop', '', (g, w) => rules.rmsprop([g], [w])),
  probe('adadelta', '', (g, w) => rules.adadelta([g], [w])),
  probe('adam', '', (g, w) => rules.adam([g], [w])),
  probe('adamax', '', (g, w) => rules.adamax([g], [w])),
  probe('amsgrad', '', (g, w) => rules.amsgrad([g], [w])),
  probe('adamw', '', (g, w) => rules.adamw([g], [w])),
  probe('lion', '', (g, w) => rules.lion([g], [w])),
  schedule('stepDecay', '{ initial: 0.1, factor: 0.1, every: 3 }', (t) => rules.stepDecay(t, { initial: 0.1, factor: 0.1, every: 3 })),
  schedule('exponentialDecay', '{ initial: 0.1, factor: 0.9 }', (t) => rules.exponentialDecay(t, { initial: 0.1, factor: 0.9 })),
  schedule('cosineDecay', '{ initial: 0.1, steps: 7 }', (t) => rules.cosineDecay(t, { initial: 0.1, steps: 7 })),
  schedule('linearWarmup', '{ to: 0.1, steps: 7 }', (t) => rules.linearWarmup(t, { to: 0.1, steps: 7 })),
  { name: 'normConstraint', code: 'normConstraint(W, 1)', values: () => ({ constrained: evaluate(rules.normConstraint(weights, 1)).dataSync() }) },
  {
    name: 'totalNormConstraint',
    code: 'totalNormConstraint([W], 1, { returnNorm: true })',
    values: () => {
      const [[constrained], norm] = rules.totalNormConstraint([weights], 1, { returnNorm: true });
      return { constrained: evaluate(constrained ?? weights).dataSync(), norm: evaluate(norm).item() };
    },
  },
];
