import { checkOptions, defaultOf, gather, log, neg, softmax, sum, xlogy, type Expression } from '@pastina/core';
import { areClasses, checkExpressions, checkFloat, checkVector } from './check.js';
import { defaults } from './defaults.js';
import { clipped, type CrossentropyOptions } from './epsilon.js';

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
  checkVector(where, 'predictions', predictions, 'classes');
  const p = clipped(where, predictions, options.epsilon ?? defaultOf(defaults, 'categoricalCrossentropy.epsilon'));
  return crossentropyOf(p, targets, areClasses(where, ['predictions', predictions], targets));
}

/**
 * {@link categoricalCrossentropy} of `softmax(logits)` along the last axis: the same graph, so the same bits. For
 * networks that end in logits; one that ends in a softmax loses nothing by it.
 *
 * A logit of -Inf is a class that cannot be: it costs nothing where its target is 0. +Inf gives NaN.
 *
 * @param logits - floating `[…, k]`
 * @param targets - floating `[…, k]` (one-hot or soft), or integer `[…]` with classes 0 … k - 1
 * @returns floating `[…]`
 * @throws ShapeError, DTypeError as {@link categoricalCrossentropy}
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { categoricalCrossentropyWithLogits } from '@pastina/objectives';
 * const loss = categoricalCrossentropyWithLogits(constant([[0, 10000]]), constant([[0.5, 0.5]]));
 * console.log(evaluate(loss).toArray()); // [5000]
 * ```
 */
export function categoricalCrossentropyWithLogits(logits: Expression, targets: Expression): Expression {
  const where = 'categoricalCrossentropyWithLogits';
  checkExpressions(where, { logits, targets });
  checkFloat(where, 'logits', logits);
  checkVector(where, 'logits', logits, 'classes');
  return crossentropyOf(softmax(logits), targets, areClasses(where, ['logits', logits], targets));
}

function crossentropyOf(p: Expression, targets: Expression, classes: boolean): Expression {
  if (!classes) return neg(sum(xlogy(targets, p), { axis: -1 }));
  const last = p.rank - 1;
  return neg(log(gather(p, targets, { axis: last, batchAxes: last })));
}
