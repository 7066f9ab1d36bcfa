import { arange, cast, checkOptions, defaultOf, equal, expandDims, gather, greaterEqual, InputError, isNaN, less, lessEqual, logicalAnd, logicalNot, logicalOr, ShapeError, sum, type Defaulted, type Expression } from '@pastina/core';
import { checkExpressions, checkFloat, checkSameShape, describe } from './check.js';
import { classNumbers } from './classes.js';
import { defaults } from './defaults.js';

/** Options of {@link binaryAccuracy}. */
export interface BinaryAccuracyOptions {
  /** A prediction that reaches it stands for 1. */
  readonly threshold?: Defaulted<number, 0.5>;
}

/**
 * Elementwise, 1 where the prediction is on the target's side of the threshold, else 0: p ≥ threshold stands for 1.
 * A NaN is wrong, and so is everything for a target other than 0 and 1. Lasagne's `binary_accuracy`.
 *
 * @param predictions - floating, any shape
 * @param targets - 0 and 1 of any dtype, or bool; of the predictions' shape
 * @returns of the predictions' shape and dtype, so that `mean` gives the accuracy
 * @throws ShapeError where the shapes differ: nothing is broadcast; InputError for a threshold that is not finite
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { binaryAccuracy } from '@pastina/objectives';
 * console.log(evaluate(binaryAccuracy(constant([0.2, 0.5, 0.9]), constant([0, 0, 1]))).toArray()); // [1, 0, 1]
 * ```
 */
export function binaryAccuracy(predictions: Expression, targets: Expression, options: BinaryAccuracyOptions = {}): Expression {
  const where = 'binaryAccuracy';
  checkExpressions(where, { predictions, targets });
  checkOptions(where, options, ['threshold']);
  checkFloat(where, 'predictions', predictions);
  checkSameShape(where, ['predictions', predictions], ['targets', targets]);
  const threshold: number = options.threshold ?? defaultOf(defaults, 'binaryAccuracy.threshold');
  if (!Number.isFinite(threshold)) throw new InputError('OBJECTIVE_OPTION', `${where}: threshold ${String(threshold)}; expected a finite number`, { threshold });
  const positive = cast(greaterEqual(predictions, threshold), predictions.dtype);
  const right = logicalAnd(equal(positive, cast(targets, predictions.dtype)), logicalNot(isNaN(predictions)));
  return cast(right, predictions.dtype);
}

/** Options of {@link categoricalAccuracy}. */
export interface CategoricalAccuracyOptions {
  /** An item is right when its class is among the `topK` largest predictions. */
  readonly topK?: Defaulted<number, 1>;
}

/**
 * Per item, 1 where fewer than `topK` classes come before the target's, else 0: classes with a larger
 * prediction, and those with an equal one and a smaller number. So with `topK` 1 the first of the largest
 * is the one that was predicted. A NaN among the predictions of an item makes it wrong.
 *
 * @param predictions - floating `[n, …, k]`
 * @param targets - integer classes `[n, …]`, or one-hot `[n, …, k]` of any dtype: the first of the largest is the class
 * @returns `[n, …]` of the predictions' dtype, so that `mean` gives the accuracy
 * @throws ShapeError where the shapes do not belong together; InputError for a topK that is not a whole number from 1 up
 *
 * Lasagne's `categorical_accuracy`, which takes the first on a tie for `topK` 1, but the last for more.
 *
 * @example
 * ```ts
 * import { constant, evaluate, mean } from '@pastina/core';
 * import { categoricalAccuracy } from '@pastina/objectives';
 * const right = categoricalAccuracy(constant([[0.9, 0.1], [0.8, 0.2]]), constant([0, 1], 'int32'));
 * console.log(evaluate(mean(right)).item()); // 0.5
 * ```
 */
export function categoricalAccuracy(predictions: Expression, targets: Expression, options: CategoricalAccuracyOptions = {}): Expression {
  const where = 'categoricalAccuracy';
  checkExpressions(where, { predictions, targets });
  checkOptions(where, options, ['topK']);
  checkFloat(where, 'predictions', predictions);
  const topK: number = options.topK ?? defaultOf(defaults, 'categoricalAccuracy.topK');
  if (!Number.isInteger(topK) || topK < 1) throw new InputError('TOP_K', `${where}: topK ${topK}; expected a whole number from 1 up`, { topK });
  if (predictions.rank < 2) throw new ShapeError('OBJECTIVE_SHAPE', `${where}: predictions are ${describe(predictions)}; expected [items, classes]`, { predictions: predictions.shape });
  const classes = classNumbers(where, predictions, targets);
  const last = predictions.rank - 1;
  const own = expandDims(gather(predictions, classes, { axis: last, batchAxes: last }), -1);
  const earlier = less(arange(predictions.shape[last] ?? 1, 'int32'), expandDims(classes, -1));
  // Ahead: larger (or NaN, which is not to be taken for less), or equal and of a smaller number.
  const ahead = logicalOr(logicalNot(lessEqual(predictions, own)), logicalAnd(equal(predictions, own), earlier));
  return cast(less(sum(cast(ahead, 'int32'), { axis: -1 }), topK), predictions.dtype);
}
