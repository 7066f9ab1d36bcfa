import { add, cast, defaultOf, div, InputError, mul, sign, sqrt, square, sub, type Defaulted, type Expression, type Parameter } from '@pastina/core';
import { oneMinusPower } from './adam.js';
import { decayed, forEachParam } from './adaptive.js';
import { defaults } from './defaults.js';
import { checkParams, nameOf, type LossOrGrads } from './gradients.js';
import { checkRuleOptions, hyperparameter, type Hyperparameter } from './hyperparameter.js';
import { ruleCounter, stateLike, type Updates } from './state.js';

/** Options of {@link adamw}. */
export interface AdamwOptions {
  readonly learningRate?: Defaulted<Hyperparameter, 0.001>;
  /** Decay of the average of gradients. */
  readonly beta1?: Defaulted<Hyperparameter, 0.9>;
  /** Decay of the average of squared gradients. */
  readonly beta2?: Defaulted<Hyperparameter, 0.999>;
  /** Added outside the root, after the bias correction. */
  readonly epsilon?: Defaulted<Hyperparameter, 1e-8>;
  /** λ; a step takes the share ηλ of a parameter away. */
  readonly weightDecay?: Defaulted<Hyperparameter, 0.01>;
  /** Which parameters decay, such as `getAllParams(net, { regularizable: true })`. Default: all of them. */
  readonly decayParams?: readonly Parameter[];
}

/**
 * Adam with decoupled weight decay: m ← β₁ m + (1-β₁) g, v ← β₂ v + (1-β₂) g², m̂ = m / (1-β₁ᵗ),
 * v̂ = v / (1-β₂ᵗ), p ← p - η (m̂ / (√v̂ + ε) + λ p) (Loshchilov and Hutter, 2019, algorithm 2 with the
 * schedule inside of η; as PyTorch's). Unlike in {@link adam}, ε is added after the bias correction. The
 * decay is no part of the gradient, so it is not divided by √v̂; λ ‖p‖² / 2 in the loss would be.
 *
 * @throws InputError for an unknown option, a hyperparameter that is not finite, or an element of
 *   `decayParams` that is not among `params`
 *
 * @example
 * ```ts
 * import { compile, constant, parameter } from '@pastina/core';
 * import { adamw } from '@pastina/updates';
 * const [w, b] = [parameter(1, { name: 'w' }), parameter(1, { name: 'b' })];
 * const none = [constant(0), constant(0)];
 * compile({ inputs: {}, outputs: {}, updates: adamw(none, [w, b], { learningRate: 0.5, weightDecay: 0.25, decayParams: [w] }) })({});
 * console.log(w.valueSync().item(), b.valueSync().item()); // 0.875 1
 * ```
 */
export function adamw(lossOrGrads: LossOrGrads, params: readonly Parameter[], options: AdamwOptions = {}): Updates {
  checkRuleOptions('adamw', options, ['learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay', 'decayParams']);
  const rate = hyperparameter('adamw', 'learningRate', options.learningRate ?? defaultOf(defaults, 'adamw.learningRate'));
  const beta1 = hyperparameter('adamw', 'beta1', options.beta1 ?? defaultOf(defaults, 'adamw.beta1'));
  const beta2 = hyperparameter('adamw', 'beta2', options.beta2 ?? defaultOf(defaults, 'adamw.beta2'));
  const epsilon = hyperparameter('adamw', 'epsilon', options.epsilon ?? defaultOf(defaults, 'adamw.epsilon'));
  const shrink = decay('adamw', options.weightDecay ?? defaultOf(defaults, 'adamw.weightDecay'), params, options.decayParams);
  const counter = ruleCounter('adamw', params);
  const t = add(counter, 1);
  const [biasOfM, biasOfRoot] = [oneMinusPower(beta1, t), sqrt(oneMinusPower(beta2, t))];
  return forEachParam(lossOrGrads, params, (p, g, i, updates) => {
    const [m, v] = [stateLike('adamw', 'm', p, i), stateLike('adamw', 'v', p, i)];
    const newM = decayed(m, g, beta1, p.dtype);
    const newV = decayed(v, square(g), beta2, p.dtype);
    const like = (scalar: Expression): Expression => (scalar.dtype === p.dtype ? scalar : cast(scalar, p.dtype));
    const direction = div(div(newM, like(biasOfM)), add(div(sqrt(newV), like(biasOfRoot)), epsilon(p.dtype)));
    updates.set(m, newM);
    updates.set(v, newV);
    updates.set(p, sub(p, mul(shrink(p, direction), rate(p.dtype))));
  }).set(counter, t);
}

/** Options of {@link lion}. */
export interface LionOptions {
  readonly learningRate?: Defaulted<Hyperparameter, 0.0001>;
  /** How much of the old average is in the direction of a step. */
  readonly beta1?: Defaulted<Hyperparameter, 0.9>;
  /** Decay of the average of gradients. */
  readonly beta2?: Defaulted<Hyperparameter, 0.99>;
  /** λ; a step takes the share ηλ of a parameter away. */
  readonly weightDecay?: Defaulted<Hyperparameter, 0>;
  /** Which parameters decay, such as `getAllParams(net, { regularizable: true })`. Default: all of them. */
  readonly decayParams?: readonly Parameter[];
}

/**
 * Lion: p ← p - η (sign(β₁ m + (1-β₁) g) + λ p), then m ← β₂ m + (1-β₂) g (Chen et al., 2023, algorithm 2).
 * Every element moves by η, so η is to be three to ten times smaller than Adam's, and λ as much larger.
 *
 * @throws InputError as {@link adamw}
 *
 * @example
 * ```ts
 * import { compile, constant, parameter } from '@pastina/core';
 * import { lion } from '@pastina/updates';
 * const p = parameter([1, 1, 1], { name: 'p' });
 * compile({ inputs: {}, outputs: {}, updates: lion([constant([1e-9, 0, -1e9])], [p], { learningRate: 0.25 }) })({});
 * console.log(p.valueSync().toArray()); // [0.75, 1, 1.25]
 * ```
 */
export function lion(lossOrGrads: LossOrGrads, params: readonly Parameter[], options: LionOptions = {}): Updates {
  checkRuleOptions('lion', options, ['learningRate', 'beta1', 'beta2', 'weightDecay', 'decayParams']);
  const rate = hyperparameter('lion', 'learningRate', options.learningRate ?? defaultOf(defaults, 'lion.learningRate'));
  const beta1 = hyperparameter('lion', 'beta1', options.beta1 ?? defaultOf(defaults, 'lion.beta1'));
  const beta2 = hyperparameter('lion', 'beta2', options.beta2 ?? defaultOf(defaults, 'lion.beta2'));
  const shrink = decay('lion', options.weightDecay ?? defaultOf(defaults, 'lion.weightDecay'), params, options.decayParams);
  return forEachParam(lossOrGrads, params, (p, g, i, updates) => {
    const m = stateLike('lion', 'm', p, i);
    updates.set(p, sub(p, mul(shrink(p, sign(decayed(m, g, beta1, p.dtype))), rate(p.dtype))));
    updates.set(m, decayed(m, g, beta2, p.dtype));
  });
}

/** Adds λ p to the direction of a parameter that decays; 0 leaves the formula without the term. */
function decay(rule: string, value: Hyperparameter, params: readonly Parameter[], chosen: readonly Parameter[] | undefined): (param: Parameter, direction: Expression) => Expression {
  const lambda = hyperparameter(rule, 'weightDecay', value);
  checkParams(params, rule);
  if (chosen !== undefined && !Array.isArray(chosen)) throw new InputError('PARAMS', `${rule}: decayParams is no list; expected parameters, such as getAllParams(net, { regularizable: true })`, { option: 'decayParams' });
  chosen?.forEach((param, i) => {
    if (!params.includes(param)) throw new InputError('NOT_AMONG_PARAMS', `${rule}: element ${i} of decayParams${param?.name === undefined ? '' : ` ('${param.name}')`} is not among the parameters to update: ${params.map(nameOf).join(', ')}`, { option: 'decayParams', index: i });
  });
  return (param, direction) => (value === 0 || chosen?.includes(param) === false ? direction : add(direction, mul(param, lambda(param.dtype))));
}
