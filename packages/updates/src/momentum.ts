import { add, defaultOf, InputError, mul, sub, type Defaulted, type Expression, type Parameter } from '@pastina/core';
import { defaults } from './defaults.js';
import { checkParams, nameOf, type LossOrGrads } from './gradients.js';
import { checkRuleOptions, hyperparameter, type Hyperparameter } from './hyperparameter.js';
import { sgd, type SgdOptions } from './sgd.js';
import { stateLike, type Updates } from './state.js';

/** Options of {@link applyMomentum} and {@link applyNesterovMomentum}. */
export interface ApplyMomentumOptions {
  /** Which updates get momentum. Default: all of them. */
  readonly params?: readonly Parameter[];
  readonly momentum?: Defaulted<Hyperparameter, 0.9>;
}

/** Options of {@link momentum} and {@link nesterovMomentum}. */
export interface MomentumOptions extends SgdOptions {
  readonly momentum?: Defaulted<Hyperparameter, 0.9>;
}

/**
 * Momentum on top of any updates: with u(p) the given new value, x = μ v + u(p), v ← x - p, p ← x
 * (Lasagne's `apply_momentum`). The given map stays as it is.
 */
export function applyMomentum(updates: ReadonlyMap<Parameter, Expression>, options: ApplyMomentumOptions = {}): Updates {
  return accelerate('applyMomentum', 'momentum', updates, options, (p, v, next, mu) => {
    const x = add(mul(v, mu), next);
    return [sub(x, p), x];
  });
}

/**
 * Nesterov's momentum on top of any updates: v ← μ v + u(p) - p, p ← μ v + u(p) with the new v
 * (Lasagne's `apply_nesterov_momentum`, in Bengio's form). The given map stays as it is.
 */
export function applyNesterovMomentum(updates: ReadonlyMap<Parameter, Expression>, options: ApplyMomentumOptions = {}): Updates {
  return accelerate('applyNesterovMomentum', 'nesterovMomentum', updates, options, (p, v, next, mu) => {
    const velocity = sub(add(mul(v, mu), next), p);
    return [velocity, add(mul(velocity, mu), next)];
  });
}

type Accelerate = (param: Expression, velocity: Expression, next: Expression, mu: Hyperparameter) => readonly [velocity: Expression, param: Expression];

function accelerate(where: 'applyMomentum' | 'applyNesterovMomentum', rule: string, updates: ReadonlyMap<Parameter, Expression>, options: ApplyMomentumOptions, step: Accelerate): Updates {
  checkRuleOptions(where, options, ['params', 'momentum']);
  const mu = hyperparameter(rule, 'momentum', options.momentum ?? defaultOf(defaults, `${where}.momentum`));
  const params = options.params ?? [...updates.keys()];
  checkParams(params, where);
  const result: Updates = new Map(updates);
  params.forEach((p, i) => {
    const next = updates.get(p);
    if (next === undefined) throw new InputError('NO_UPDATE', `${where}: parameter ${nameOf(p, i)} is not among the updates; give the map that updates it`, { parameter: p.name });
    const velocity = stateLike(rule, 'velocity', p, i);
    const [newVelocity, newParam] = step(p, velocity, next, mu(p.dtype));
    result.set(velocity, newVelocity);
    result.set(p, newParam);
  });
  return result;
}

/**
 * {@link sgd} with momentum: v ← μ v - η g, p ← p + v (Lasagne's `momentum`).
 *
 * @example
 * ```ts
 * import { compile, parameter, square } from '@pastina/core';
 * import { momentum } from '@pastina/updates';
 * const p = parameter(1);
 * const step = compile({ inputs: {}, outputs: {}, updates: momentum(square(p), [p], { learningRate: 0.25, momentum: 0.5 }) });
 * step({});
 * step({});
 * console.log(p.valueSync().item()); // 0
 * ```
 */
export function momentum(lossOrGrads: LossOrGrads, params: readonly Parameter[], options: MomentumOptions): Updates {
  checkRuleOptions('momentum', options, ['learningRate', 'momentum']);
  const mu = options.momentum ?? defaultOf(defaults, 'momentum.momentum');
  return applyMomentum(sgd(lossOrGrads, params, { learningRate: options.learningRate }), { momentum: mu });
}

/** {@link sgd} with Nesterov's momentum (Lasagne's `nesterov_momentum`). */
export function nesterovMomentum(lossOrGrads: LossOrGrads, params: readonly Parameter[], options: MomentumOptions): Updates {
  checkRuleOptions('nesterovMomentum', options, ['learningRate', 'momentum']);
  const mu = options.momentum ?? defaultOf(defaults, 'nesterovMomentum.momentum');
  return applyNesterovMomentum(sgd(lossOrGrads, params, { learningRate: options.learningRate }), { momentum: mu });
}
