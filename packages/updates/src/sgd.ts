import { mul, sub, type Parameter } from '@pastina/core';
import { getOrComputeGrads, type LossOrGrads } from './gradients.js';
import { checkRuleOptions, hyperparameter, type Hyperparameter } from './hyperparameter.js';
import { type Updates } from './state.js';

/** Options of {@link sgd}. */
export interface SgdOptions {
  readonly learningRate: Hyperparameter;
}

/**
 * Stochastic gradient descent: p ← p - η g (Lasagne's `sgd`).
 *
 * @param lossOrGrads - the scalar loss, or gradients in the order of `params`
 * @throws InputError for a missing `learningRate`, an unknown option or a wrong number of gradients
 *
 * @example
 * ```ts
 * import { compile, parameter, square } from '@pastina/core';
 * import { sgd } from '@pastina/updates';
 * const p = parameter(1, { name: 'p' });
 * compile({ inputs: {}, outputs: {}, updates: sgd(square(p), [p], { learningRate: 0.25 }) })({});
 * console.log(p.valueSync().item()); // 0.5
 * ```
 */
export function sgd(lossOrGrads: LossOrGrads, params: readonly Parameter[], options: SgdOptions): Updates {
  checkRuleOptions('sgd', options, ['learningRate']);
  const rate = hyperparameter('sgd', 'learningRate', options.learningRate);
  const grads = getOrComputeGrads(lossOrGrads, params);
  return new Map(grads.map((g, i) => {
    const p = params[i] as Parameter;
    return [p, sub(p, mul(g, rate(p.dtype)))];
  }));
}
