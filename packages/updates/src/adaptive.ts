import { add, defaultOf, div, mul, sqrt, square, sub, type Defaulted, type DType, type Expression, type Operand, type Parameter } from '@pastina/core';
import { defaults } from './defaults.js';
import { getOrComputeGrads, type LossOrGrads } from './gradients.js';
import { checkRuleOptions, hyperparameter, oneMinus, type Hyperparameter, type HyperparameterIn } from './hyperparameter.js';
import { stateLike, type Updates } from './state.js';

/** Options of {@link adagrad}. */
export interface AdagradOptions {
  readonly learningRate?: Defaulted<Hyperparameter, 1>;
  /** Added inside the root. */
  readonly epsilon?: Defaulted<Hyperparameter, 1e-6>;
}

/**
 * Adagrad: G ← G + g², p ← p - η g / √(G + ε) (Duchi et al., 2011; Lasagne's `adagrad`: ε inside the root, G starts at 0).
 */
export function adagrad(lossOrGrads: LossOrGrads, params: readonly Parameter[], options: AdagradOptions = {}): Updates {
  checkRuleOptions('adagrad', options, ['learningRate', 'epsilon']);
  const rate = hyperparameter('adagrad', 'learningRate', options.learningRate ?? defaultOf(defaults, 'adagrad.learningRate'));
  const epsilon = hyperparameter('adagrad', 'epsilon', options.epsilon ?? defaultOf(defaults, 'adagrad.epsilon'));
  return forEachParam(lossOrGrads, params, (p, g, i, updates) => {
    const accumulator = stateLike('adagrad', 'accumulator', p, i);
    const total = add(accumulator, square(g));
    updates.set(accumulator, total);
    updates.set(p, sub(p, div(mul(g, rate(p.dtype)), sqrt(add(total, epsilon(p.dtype))))));
  });
}

/** Options of {@link rmsprop}. */
export interface RmspropOptions {
  readonly learningRate?: Defaulted<Hyperparameter, 1>;
  /** How much of the old average stays. */
  readonly rho?: Defaulted<Hyperparameter, 0.9>;
  /** Added inside the root. */
  readonly epsilon?: Defaulted<Hyperparameter, 1e-6>;
}

/** RMSProp: r ← ρ r + (1 - ρ) g², p ← p - η g / √(r + ε) (Tieleman and Hinton, 2012; Lasagne's `rmsprop`: ε inside the root). */
export function rmsprop(lossOrGrads: LossOrGrads, params: readonly Parameter[], options: RmspropOptions = {}): Updates {
  checkRuleOptions('rmsprop', options, ['learningRate', 'rho', 'epsilon']);
  const rate = hyperparameter('rmsprop', 'learningRate', options.learningRate ?? defaultOf(defaults, 'rmsprop.learningRate'));
  const rho = hyperparameter('rmsprop', 'rho', options.rho ?? defaultOf(defaults, 'rmsprop.rho'));
  const epsilon = hyperparameter('rmsprop', 'epsilon', options.epsilon ?? defaultOf(defaults, 'rmsprop.epsilon'));
  return forEachParam(lossOrGrads, params, (p, g, i, updates) => {
    const accumulator = stateLike('rmsprop', 'accumulator', p, i);
    const average = decayed(accumulator, square(g), rho, p.dtype);
    updates.set(accumulator, average);
    updates.set(p, sub(p, div(mul(g, rate(p.dtype)), sqrt(add(average, epsilon(p.dtype))))));
  });
}

/** Options of {@link adadelta}. */
export interface AdadeltaOptions {
  readonly learningRate?: Defaulted<Hyperparameter, 1>;
  readonly rho?: Defaulted<Hyperparameter, 0.95>;
  /** Added inside both roots. */
  readonly epsilon?: Defaulted<Hyperparameter, 1e-6>;
}

/**
 * Adadelta: r ← ρ r + (1 - ρ) g², d = g √(s + ε) / √(r + ε), p ← p - η d, s ← ρ s + (1 - ρ) d²
 * (Zeiler, 2012; Lasagne's `adadelta`: the accumulated step excludes η).
 */
export function adadelta(lossOrGrads: LossOrGrads, params: readonly Parameter[], options: AdadeltaOptions = {}): Updates {
  checkRuleOptions('adadelta', options, ['learningRate', 'rho', 'epsilon']);
  const rate = hyperparameter('adadelta', 'learningRate', options.learningRate ?? defaultOf(defaults, 'adadelta.learningRate'));
  const rho = hyperparameter('adadelta', 'rho', options.rho ?? defaultOf(defaults, 'adadelta.rho'));
  const epsilon = hyperparameter('adadelta', 'epsilon', options.epsilon ?? defaultOf(defaults, 'adadelta.epsilon'));
  return forEachParam(lossOrGrads, params, (p, g, i, updates) => {
    const accumulator = stateLike('adadelta', 'accumulator', p, i);
    const deltas = stateLike('adadelta', 'deltaAccumulator', p, i);
    const average = decayed(accumulator, square(g), rho, p.dtype);
    const step = div(mul(g, sqrt(add(deltas, epsilon(p.dtype)))), sqrt(add(average, epsilon(p.dtype))));
    updates.set(accumulator, average);
    updates.set(p, sub(p, mul(step, rate(p.dtype))));
    updates.set(deltas, decayed(deltas, square(step), rho, p.dtype));
  });
}

/** ρ old + (1 - ρ) young */
export function decayed(old: Expression, young: Expression, rho: HyperparameterIn, dtype: DType): Expression {
  const kept: Operand = rho(dtype);
  return add(mul(old, kept), mul(young, oneMinus(kept, sub)));
}

/** Calls `rule` with each parameter, its gradient and its place; the rule fills in the updates. */
export function forEachParam(lossOrGrads: LossOrGrads, params: readonly Parameter[], rule: (param: Parameter, gradient: Expression, index: number, updates: Updates) => void): Updates {
  const updates: Updates = new Map();
  getOrComputeGrads(lossOrGrads, params).forEach((gradient, i) => rule(params[i] as Parameter, gradient, i, updates));
  return updates;
}
