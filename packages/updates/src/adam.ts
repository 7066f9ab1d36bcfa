import { abs, add, cast, defaultOf, div, expm1, maximum, mul, neg, pow, sqrt, square, sub, type Defaulted, type Expression, type Operand, type Parameter } from '@pastina/core';
import { decayed, forEachParam } from './adaptive.js';
import { defaults } from './defaults.js';
import { type LossOrGrads } from './gradients.js';
import { checkRuleOptions, hyperparameter, type Hyperparameter, type HyperparameterIn } from './hyperparameter.js';
import { stateLike, ruleCounter, type Updates } from './state.js';

/** Options of {@link adam} and {@link amsgrad}. */
export interface AdamOptions {
  readonly learningRate?: Defaulted<Hyperparameter, 0.001>;
  /** Decay of the average of gradients. */
  readonly beta1?: Defaulted<Hyperparameter, 0.9>;
  /** Decay of the average of squared gradients. */
  readonly beta2?: Defaulted<Hyperparameter, 0.999>;
  /** Added outside the root, and not scaled by the bias correction. */
  readonly epsilon?: Defaulted<Hyperparameter, 1e-8>;
}

/** Options of {@link adamax}. */
export interface AdamaxOptions extends Omit<AdamOptions, 'learningRate'> {
  readonly learningRate?: Defaulted<Hyperparameter, 0.002>;
}

/**
 * Adam: m ← β₁ m + (1-β₁) g, v ← β₂ v + (1-β₂) g², p ← p - aₜ m / (√v + ε) with the bias correction in
 * the step size, aₜ = η √(1-β₂ᵗ) / (1-β₁ᵗ) (Kingma and Ba, 2014, the form before section 2.1; Lasagne's
 * `adam`). Keras has ε = 1e-7 by default; PyTorch since 1.3 adds ε after the correction.
 *
 * @example
 * ```ts
 * import { compile, parameter, square } from '@pastina/core';
 * import { adam } from '@pastina/updates';
 * const p = parameter(1, { name: 'p' });
 * const updates = adam(square(p), [p], { learningRate: 0.5 });
 * compile({ inputs: {}, outputs: {}, updates })({});
 * console.log(p.valueSync().item().toFixed(3)); // 0.500
 * console.log([...updates.keys()].map(({ name }) => name)); // ['adam.m(p)', 'adam.v(p)', 'p', 'adam.t']
 * ```
 */
export function adam(lossOrGrads: LossOrGrads, params: readonly Parameter[], options: AdamOptions = {}): Updates {
  const { rate, beta1, beta2, epsilon } = read('adam', options);
  return counted('adam', lossOrGrads, params, (t) => div(mul(sqrt(oneMinusPower(beta2, t)), rate(t.dtype)), oneMinusPower(beta1, t)), (p, g, i, size, updates) => {
    const [m, v] = [stateLike('adam', 'm', p, i), stateLike('adam', 'v', p, i)];
    const newM = decayed(m, g, beta1, p.dtype);
    const newV = decayed(v, square(g), beta2, p.dtype);
    updates.set(m, newM);
    updates.set(v, newV);
    return div(mul(newM, size), add(sqrt(newV), epsilon(p.dtype)));
  });
}

/** Adamax: as {@link adam} with u ← max(β₂ u, |g|) and p ← p - η / (1-β₁ᵗ) · m / (u + ε) (Kingma and Ba, 2014, section 7.1; Lasagne's `adamax`). */
export function adamax(lossOrGrads: LossOrGrads, params: readonly Parameter[], options: AdamaxOptions = {}): Updates {
  const { rate, beta1, beta2, epsilon } = read('adamax', options);
  return counted('adamax', lossOrGrads, params, (t) => div(rate(t.dtype), oneMinusPower(beta1, t)), (p, g, i, size, updates) => {
    const [m, u] = [stateLike('adamax', 'm', p, i), stateLike('adamax', 'u', p, i)];
    const newM = decayed(m, g, beta1, p.dtype);
    const newU = maximum(mul(u, beta2(p.dtype)), abs(g));
    updates.set(m, newM);
    updates.set(u, newU);
    return div(mul(newM, size), add(newU, epsilon(p.dtype)));
  });
}

/** AMSGrad: {@link adam} with the largest v so far in the place of v, uncorrected (Reddi et al., ICLR 2018; Lasagne's `amsgrad`). */
export function amsgrad(lossOrGrads: LossOrGrads, params: readonly Parameter[], options: AdamOptions = {}): Updates {
  const { rate, beta1, beta2, epsilon } = read('amsgrad', options);
  return counted('amsgrad', lossOrGrads, params, (t) => div(mul(sqrt(oneMinusPower(beta2, t)), rate(t.dtype)), oneMinusPower(beta1, t)), (p, g, i, size, updates) => {
    const [m, v, largest] = [stateLike('amsgrad', 'm', p, i), stateLike('amsgrad', 'v', p, i), stateLike('amsgrad', 'vHat', p, i)];
    const newM = decayed(m, g, beta1, p.dtype);
    const newV = decayed(v, square(g), beta2, p.dtype);
    const newLargest = maximum(largest, newV);
    updates.set(m, newM);
    updates.set(v, newV);
    updates.set(largest, newLargest);
    return div(mul(newM, size), add(sqrt(newLargest), epsilon(p.dtype)));
  });
}

interface Read {
  readonly rate: HyperparameterIn;
  readonly beta1: HyperparameterIn;
  readonly beta2: HyperparameterIn;
  readonly epsilon: HyperparameterIn;
}

function read(rule: 'adam' | 'adamax' | 'amsgrad', options: AdamOptions | AdamaxOptions): Read {
  checkRuleOptions(rule, options, ['learningRate', 'beta1', 'beta2', 'epsilon']);
  return {
    rate: hyperparameter(rule, 'learningRate', options.learningRate ?? defaultOf(defaults, `${rule}.learningRate`)),
    beta1: hyperparameter(rule, 'beta1', options.beta1 ?? defaultOf(defaults, `${rule}.beta1`)),
    beta2: hyperparameter(rule, 'beta2', options.beta2 ?? defaultOf(defaults, `${rule}.beta2`)),
    epsilon: hyperparameter(rule, 'epsilon', options.epsilon ?? defaultOf(defaults, `${rule}.epsilon`)),
  };
}

type Step = (param: Parameter, gradient: Expression, index: number, size: Expression, updates: Updates) => Expression;

/** A rule whose step size depends on how many steps were taken: one counter for all parameters. */
function counted(rule: string, lossOrGrads: LossOrGrads, params: readonly Parameter[], stepSize: (t: Expression) => Expression, step: Step): Updates {
  const counter = ruleCounter(rule, params);
  const t = add(counter, 1);
  const size = stepSize(t);
  const updates = forEachParam(lossOrGrads, params, (p, g, i, all) => {
    const taken = step(p, g, i, size.dtype === p.dtype ? size : cast(size, p.dtype), all);
    all.set(p, sub(p, taken));
  });
  return updates.set(counter, t);
}

/**
 * 1 - βᵗ. With β near 1 and few steps the subtraction cancels (in float32 1 - 0.999 is off by 5e-5 of its
 * value), so it is -expm1(t ln β), with ln β in float64; for a symbolic β it is what is written.
 */
export function oneMinusPower(beta: HyperparameterIn, t: Expression): Expression {
  const b: Operand = beta(t.dtype);
  return typeof b === 'number' && b >= 0 ? neg(expm1(mul(t, Math.log(b)))) : sub(1, pow(b, t));
}
