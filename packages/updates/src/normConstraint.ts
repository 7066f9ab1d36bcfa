import { add, clip, defaultOf, div, DTypeError, InputError, mul, norm, ShapeError, sqrt, square, stack, sum, type Defaulted, type Expression } from '@pastina/core';
import { defaults } from './defaults.js';
import { checkRuleOptions, hyperparameter, type Hyperparameter } from './hyperparameter.js';

/** Options of {@link normConstraint}. */
export interface NormConstraintOptions {
  /** Over which axes a norm is taken. Default: of a matrix (inputs, units) axis 0; of convolution filters all but axis 0. */
  readonly normAxes?: readonly number[];
  readonly epsilon?: Defaulted<Hyperparameter, 1e-7>;
}

/**
 * Limits the norm of each unit's weights: x · min(‖x‖, max) / (ε + ‖x‖) (Lasagne's `norm_constraint`).
 * As there, ε shrinks x by about ε/‖x‖ even where the limit is kept.
 *
 * @throws ShapeError where the axes do not follow from the rank and `normAxes` is left out
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { normConstraint } from '@pastina/updates';
 * console.log(evaluate(normConstraint(constant([[3], [4]]), 1, { epsilon: 0 })).toArray()); // [[0.6000000238418579], [0.800000011920929]]
 * ```
 */
export function normConstraint(x: Expression, maxNorm: Hyperparameter, options: NormConstraintOptions = {}): Expression {
  checkRuleOptions('normConstraint', options, ['normAxes', 'epsilon']);
  const limit = hyperparameter('normConstraint', 'maxNorm', maxNorm);
  const epsilon = hyperparameter('normConstraint', 'epsilon', options.epsilon ?? defaultOf(defaults, 'normConstraint.epsilon'));
  const norms = sqrt(sum(square(x), { axis: options.normAxes ?? axesOf(x), keepDims: true }));
  return mul(x, div(clip(norms, 0, limit(x.dtype)), add(norms, epsilon(x.dtype))));
}

function axesOf(x: Expression): readonly number[] {
  if (x.rank === 2) return [0];
  if (x.rank >= 3 && x.rank <= 5) return x.shape.slice(1).map((_, i) => i + 1);
  throw new ShapeError('NORM_AXES', `normConstraint: ${x.name === undefined ? 'a tensor' : `'${x.name}'`} has ${x.rank} axes, so it does not follow which form one unit; give normAxes`, { rank: x.rank });
}

/** Options of `totalNormConstraint`. */
export interface TotalNormConstraintOptions {
  readonly epsilon?: Defaulted<Hyperparameter, 1e-7>;
  /** `true` returns the norm before scaling too. */
  readonly returnNorm?: Defaulted<boolean, false>;
}

/**
 * Scales all tensors together so that their common norm is at most `maxNorm`: each times
 * min(n, max) / (ε + n), n = √(Σ x²) over all (Lasagne's `total_norm_constraint`; Sutskever et al., 2014).
 * Elements of any size keep their direction; NaN anywhere gives NaN everywhere, an infinity NaN of itself
 * and 0 of the rest.
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { totalNormConstraint } from '@pastina/updates';
 * const [three, four] = totalNormConstraint([constant([3]), constant([4])], 2.5, { epsilon: 0 });
 * console.log(three && evaluate(three).item(), four && evaluate(four).item()); // 1.5 2
 * ```
 */
export function totalNormConstraint(tensors: readonly Expression[], maxNorm: Hyperparameter, options?: TotalNormConstraintOptions & { readonly returnNorm?: false }): Expression[];
export function totalNormConstraint(tensors: readonly Expression[], maxNorm: Hyperparameter, options: TotalNormConstraintOptions & { readonly returnNorm: true }): readonly [Expression[], Expression];
export function totalNormConstraint(tensors: readonly Expression[], maxNorm: Hyperparameter, options: TotalNormConstraintOptions = {}): Expression[] | readonly [Expression[], Expression] {
  checkRuleOptions('totalNormConstraint', options, ['epsilon', 'returnNorm']);
  if (!Array.isArray(tensors) || tensors.length === 0) throw new InputError('TENSORS', 'totalNormConstraint: expected a list of at least one tensor');
  tensors.forEach(({ dtype, name }, i) => {
    if (dtype !== tensors[0]?.dtype) throw new DTypeError('TENSOR_DTYPES', `totalNormConstraint: tensor ${i}${name === undefined ? '' : ` ('${name}')`} is ${dtype}, the first ${String(tensors[0]?.dtype)}; expected one dtype, cast(x, …) makes it`, { index: i, dtype });
  });
  // the norm of the norms: squares of a gradient of 1e30, which is what clipping is for, would be infinite in float32
  const total = norm(stack(tensors.map((x) => norm(x)), 0));
  const limit = hyperparameter('totalNormConstraint', 'maxNorm', maxNorm);
  const epsilon = hyperparameter('totalNormConstraint', 'epsilon', options.epsilon ?? defaultOf(defaults, 'totalNormConstraint.epsilon'));
  const factor = div(clip(total, 0, limit(total.dtype)), add(total, epsilon(total.dtype)));
  const scaled = tensors.map((x) => mul(x, factor));
  return (options.returnNorm ?? defaultOf(defaults, 'totalNormConstraint.returnNorm')) ? [scaled, total] : scaled;
}
