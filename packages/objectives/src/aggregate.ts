import { checkOptions, defaultOf, div, InputError, isExpression, mean, mul, ShapeError, sum, type Defaulted, type Expression } from '@pastina/core';
import { checkExpressions, checkFloat, checkSameDtype, describe } from './check.js';
import { defaults } from './defaults.js';

/** Options of {@link aggregate}. */
export interface AggregateOptions {
  /**
   * Each loss is multiplied by its weight first. Of the losses' shape, or with 1 in the place of a size: one weight for
   * all along that axis. A weight of 0 does not hide a NaN.
   */
  readonly weights?: Expression | number;
  /** `'mean'` divides by the number of losses, `'normalizedSum'` by the sum of the weights as they were given. */
  readonly mode?: Defaulted<'mean' | 'sum' | 'normalizedSum', 'mean'>;
}

/**
 * One scalar of the losses of all items. Lasagne's `aggregate`.
 *
 * Of an empty batch `'sum'` is 0, `'normalizedSum'` NaN, as wherever the weights sum to 0, and `'mean'` an error when it
 * runs, as that of `mean`.
 *
 * @throws InputError for `'normalizedSum'` without weights, or an unknown mode
 * @throws ShapeError for weights that would broadcast the losses to more than they are
 * @throws DTypeError for losses that are no floats, or weights of another dtype
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { aggregate } from '@pastina/objectives';
 * console.log(evaluate(aggregate(constant([1, 3]), { weights: constant([1, 0]) })).item()); // 0.5
 * ```
 */
export function aggregate(loss: Expression, options: AggregateOptions = {}): Expression {
  checkExpressions('aggregate', { loss });
  checkOptions('aggregate', options, ['weights', 'mode']);
  checkFloat('aggregate', 'losses', loss);
  const mode = options.mode ?? defaultOf(defaults, 'aggregate.mode');
  const { weights } = options;
  if (weights !== undefined) checkWeights(loss, weights);
  const weighted = weights === undefined ? loss : mul(loss, weights);
  if (mode === 'mean') return mean(weighted);
  if (mode === 'sum') return sum(weighted);
  if (mode !== 'normalizedSum') throw new InputError('AGGREGATE_MODE', `aggregate: mode ${JSON.stringify(mode)}; expected 'mean', 'sum' or 'normalizedSum'`, { mode });
  if (!isExpression(weights)) throw new InputError('AGGREGATE_WEIGHTS', "aggregate: 'normalizedSum' divides by the sum of the weights; expected weights, an expression", { mode });
  return div(sum(weighted), sum(weights));
}

/** Weights may be repeated along the losses, never the losses along the weights: (n) beside (n, 1) would give (n, n). */
function checkWeights(loss: Expression, weights: Expression | number): void {
  if (typeof weights === 'number') return;
  checkExpressions('aggregate', { weights });
  checkSameDtype('aggregate', ['losses', loss], ['weights', weights]);
  const fits = weights.rank === loss.rank && weights.shape.every((size, axis) => size === 1 || size === loss.shape[axis]);
  if (fits || weights.rank === 0) return;
  const cure = weights.rank === loss.rank ? 'expected the same sizes, or 1 in their place' : `make both of one rank: expandDims(${weights.rank < loss.rank ? 'weights' : 'loss'}, -1), or squeeze the other`;
  throw new ShapeError('OBJECTIVE_SHAPE', `aggregate: losses are ${describe(loss)} and weights are ${describe(weights)}; losses do not broadcast: ${cure}`, { loss: loss.shape, weights: weights.shape });
}
