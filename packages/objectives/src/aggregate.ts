import { checkOptions, defaultOf, div, InputError, isExpression, mean, mul, sum, type Defaulted, type Expression } from '@pastina/core';
import { checkExpressions } from './check.js';
import { defaults } from './defaults.js';

/** Options of {@link aggregate}. */
export interface AggregateOptions {
  /** Each loss is multiplied by its weight first; shapes broadcast. A weight of 0 does not hide a NaN. */
  readonly weights?: Expression | number;
  /** `'mean'` divides by the number of losses, `'normalizedSum'` by the sum of the weights. */
  readonly mode?: Defaulted<'mean' | 'sum' | 'normalizedSum', 'mean'>;
}

/**
 * One scalar of the losses of all items. Lasagne's `aggregate`.
 *
 * @throws InputError for `'normalizedSum'` without weights, or an unknown mode
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
  const mode = options.mode ?? defaultOf(defaults, 'aggregate.mode');
  const { weights } = options;
  const weighted = weights === undefined ? loss : mul(loss, weights);
  if (mode === 'mean') return mean(weighted);
  if (mode === 'sum') return sum(weighted);
  if (mode !== 'normalizedSum') throw new InputError('AGGREGATE_MODE', `aggregate: mode ${JSON.stringify(mode)}; expected 'mean', 'sum' or 'normalizedSum'`, { mode });
  if (!isExpression(weights)) throw new InputError('AGGREGATE_WEIGHTS', "aggregate: 'normalizedSum' divides by the sum of the weights; expected weights, an expression", { mode });
  return div(sum(weighted), sum(weights));
}
