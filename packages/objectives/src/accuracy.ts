import { arange, argMax, cast, checkOptions, defaultOf, DTypeError, equal, expandDims, gather, InputError, less, lessEqual, logicalAnd, logicalNot, logicalOr, ShapeError, sum, type Defaulted, type Expression } from '@pastina/core';
import { checkExpressions, checkFloat, checkSameShape, describe } from './check.js';
import { defaults } from './defaults.js';

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
 * @param predictions - floating `[n, k]`
 * @param targets - integer classes `[n]`, or one-hot `[n, k]`
 * @returns `[n]` of the predictions' dtype, so that `mean` gives the accuracy
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
  const topK = options.topK ?? defaultOf(defaults, 'categoricalAccuracy.topK');
  if (!Number.isInteger(topK) || topK < 1) throw new InputError('TOP_K', `${where}: topK ${topK}; expected a whole number from 1 up`, { topK });
  if (predictions.rank !== 2) throw new ShapeError('OBJECTIVE_SHAPE', `${where}: predictions are ${describe(predictions)}; expected [items, classes]`, { predictions: predictions.shape });
  const classes = classNumbers(where, predictions, targets);
  const own = expandDims(gather(predictions, classes, { axis: 1, batchAxes: 1 }), 1);
  const earlier = less(arange(predictions.shape[1] ?? 1, 'int32'), expandDims(classes, 1));
  // Ahead: larger (or NaN, which is not to be taken for less), or equal and of a smaller number.
  const ahead = logicalOr(logicalNot(lessEqual(predictions, own)), logicalAnd(equal(predictions, own), earlier));
  return cast(less(sum(cast(ahead, 'int32'), { axis: 1 }), topK), predictions.dtype);
}

function classNumbers(where: string, predictions: Expression, targets: Expression): Expression {
  if (targets.rank === 2) {
    checkSameShape(where, ['predictions', predictions], ['targets', targets]);
    return argMax(targets, { axis: 1 });
  }
  if (targets.rank !== 1 || targets.shape[0] !== predictions.shape[0]) {
    throw new ShapeError('OBJECTIVE_SHAPE', `${where}: predictions are ${describe(predictions)} and targets are ${describe(targets)}; expected integer classes [${String(predictions.shape[0])}], or one-hot targets of the predictions' shape`, { predictions: predictions.shape, targets: targets.shape });
  }
  if (targets.dtype.startsWith('float')) throw new DTypeError('OBJECTIVE_DTYPE', `${where}: targets are ${describe(targets)}; class numbers must be integers: declare the input as int32, or use cast(targets, 'int32')`, { argument: 'targets', dtype: targets.dtype });
  return cast(targets, 'int32');
}
