import { checkOptions, clip, defaultOf, DTypeError, type Defaulted, type DType, type Expression, finfo, gather, InputError, log, neg, ShapeError, sum, xlogy } from '@pastina/core';
import { checkExpressions, checkFloat, checkSameShape, describe } from './check.js';
import { defaults } from './defaults.js';

/** Options of the cross-entropies on probabilities. */
export interface CrossentropyOptions {
  /**
   * Probabilities are clipped to [epsilon, 1 - epsilon] first; 0 does not clip. `'auto'` is the smallest
   * number that keeps both bounds inside (0, 1) in the dtype. An epsilon trades an infinite loss for a
   * gradient of exactly 0 on the items that are most wrong, and keeps the loss out of the log domain:
   * leave it at 0 wherever the predictions come from a softmax or sigmoid.
   */
  readonly epsilon?: Defaulted<number | 'auto', 0>;
}

/**
 * Categorical cross-entropy, one value per item: -Σₖ tₖ ln pₖ over the last axis for one-hot or soft
 * targets, -ln p[i, tᵢ] for integer classes. 0 · ln 0 counts as 0, so both forms agree.
 *
 * Predictions that the graph can trace to logits (a softmax, whatever moves or mixes its result) are
 * computed in the log domain: value and gradient are those of the exact formula for any logits.
 *
 * @param predictions - probabilities, floating `[…, k]`
 * @param targets - floating `[…, k]` (one-hot or soft), or integer `[…]` with classes 0 … k - 1
 * @returns floating `[…]`: reduce it with `mean`
 * @throws ShapeError where the shapes do not belong together; nothing is broadcast
 * @throws DTypeError for predictions that are no floats; InputError for an epsilon outside [0, 0.5)
 *
 * Lasagne's `categorical_crossentropy`, which gives NaN for 0 · ln 0.
 *
 * @example
 * ```ts
 * import { constant, evaluate, softmax } from '@pastina/core';
 * import { categoricalCrossentropy } from '@pastina/objectives';
 * const loss = categoricalCrossentropy(softmax(constant([[0, 1000]])), constant([0], 'int32'));
 * console.log(evaluate(loss).toArray()); // [1000]
 * ```
 */
export function categoricalCrossentropy(predictions: Expression, targets: Expression, options: CrossentropyOptions = {}): Expression {
  const where = 'categoricalCrossentropy';
  checkExpressions(where, { predictions, targets });
  checkOptions(where, options, ['epsilon']);
  checkFloat(where, 'predictions', predictions);
  if (predictions.rank === 0) throw new ShapeError('OBJECTIVE_SHAPE', `${where}: predictions are ${describe(predictions)}; expected [items, classes]`, { predictions: predictions.shape });
  const epsilon = options.epsilon ?? defaultOf(defaults, 'categoricalCrossentropy.epsilon');
  const p = clipped(where, predictions, epsilon);
  if (isInteger(targets.dtype)) {
    checkClasses(where, predictions, targets);
    const last = predictions.rank - 1;
    return neg(log(gather(p, targets, { axis: last, batchAxes: last })));
  }
  checkFloat(where, 'targets', targets);
  if (targets.rank === predictions.rank - 1) {
    throw new DTypeError('OBJECTIVE_DTYPE', `${where}: targets are ${describe(targets)}, one number per item; class numbers must be integers: declare the input as int32, or use cast(targets, 'int32')`, { argument: 'targets', dtype: targets.dtype });
  }
  checkSameShape(where, ['predictions', predictions], ['targets', targets]);
  return neg(sum(xlogy(targets, p), { axis: -1 }));
}

function isInteger(dtype: DType): boolean {
  return dtype === 'int32' || dtype === 'uint32';
}

function checkClasses(where: string, predictions: Expression, targets: Expression): void {
  const items = predictions.shape.slice(0, -1);
  if (targets.rank === items.length && targets.shape.every((size, axis) => size === items[axis])) return;
  throw new ShapeError('OBJECTIVE_SHAPE', `${where}: predictions are ${describe(predictions)} and class numbers are ${describe(targets)}; expected one class per item: [${items.join(', ')}]`, { predictions: predictions.shape, targets: targets.shape });
}

/** Limited to [epsilon, 1 - epsilon]; both must be numbers of the dtype that differ from 0 and 1. */
function clipped(where: string, p: Expression, epsilon: number | 'auto'): Expression {
  if (epsilon === 0) return p;
  const { eps } = finfo(p.dtype);
  const width = epsilon === 'auto' ? eps : epsilon;
  if (typeof width !== 'number' || !(width > 0 && width < 0.5)) throw new InputError('EPSILON', `${where}: epsilon ${String(epsilon)}; expected 0, a number below 0.5, or 'auto'`, { epsilon });
  // 1 - width rounds to 1 when width is at most a quarter of eps: then only one side would be clipped.
  if (width <= eps / 4) throw new InputError('EPSILON', `${where}: epsilon ${width} vanishes in ${p.dtype}, where 1 - epsilon is 1; expected at least ${eps / 2}, or 'auto' (${eps})`, { epsilon, dtype: p.dtype });
  return clip(p, width, 1 - width);
}
