import { any, argMax, cast, checkOptions, eye, gather, InputError, isNaN, logicalNot, mul, scatterAdd, ShapeError, zeros, type Expression } from '@pastina/core';
import { checkExpressions, checkFloat, checkSameShape, describe, isInteger } from './check.js';
import { checkClassDtype, classNumbers } from './classes.js';

/** Options of {@link confusionMatrix}. */
export interface ConfusionMatrixOptions {
  /** How many classes there are: needed only where the predictions are class numbers. */
  readonly numClasses?: number;
}

/**
 * How often each class was taken for which: entry [t, p] counts the items of class t that were predicted as class p.
 * Of scores the first of the largest is the prediction; an item with a NaN among them is counted nowhere. Matrices of
 * batches add up.
 *
 * @param predictions - scores, floating `[n, k]`, or integer classes `[n]` (then `numClasses` must be given)
 * @param targets - integer classes `[n]`, or one-hot `[n, k]` beside scores
 * @returns int32 `[k, k]`: rows are targets, columns predictions; zeros for an empty batch
 * @throws ShapeError where the shapes do not belong together; DTypeError for classes that are no integers
 * @throws InputError for a class outside 0 … k - 1, when it runs
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { confusionMatrix } from '@pastina/objectives';
 * const predicted = constant([0, 1, 1], 'int32'), targets = constant([0, 0, 1], 'int32');
 * console.log(evaluate(confusionMatrix(predicted, targets, { numClasses: 2 })).toArray()); // [[1, 1], [0, 1]]
 * ```
 */
export function confusionMatrix(predictions: Expression, targets: Expression, options: ConfusionMatrixOptions = {}): Expression {
  const where = 'confusionMatrix';
  checkExpressions(where, { predictions, targets });
  checkOptions(where, options, ['numClasses']);
  if (isInteger(predictions.dtype)) {
    const size = classesGiven(where, predictions, targets, options.numClasses);
    return counts(size, cast(targets, 'int32'), rowsOf(size, cast(predictions, 'int32')));
  }
  const size = classesOfScores(where, predictions, options.numClasses);
  const known = cast(logicalNot(any(isNaN(predictions), { axis: 1, keepDims: true })), 'int32');
  return counts(size, classNumbers(where, predictions, targets), mul(rowsOf(size, argMax(predictions, { axis: 1 })), known));
}

/** A row with a 1 at each class; `gather` refuses a class that there is not, as `oneHot` would not. */
const rowsOf = (size: number, classes: Expression): Expression => gather(eye(size, size, 'int32'), classes);

const counts = (size: number, targets: Expression, rows: Expression): Expression => scatterAdd(zeros([size, size], 'int32'), targets, rows);

function classesGiven(where: string, predictions: Expression, targets: Expression, numClasses: number | undefined): number {
  if (predictions.rank !== 1) throw new ShapeError('OBJECTIVE_SHAPE', `${where}: predictions are ${describe(predictions)}; expected scores [items, classes] of a floating dtype, or class numbers [items]`, { predictions: predictions.shape });
  checkSameShape(where, ['predictions', predictions], ['targets', targets]);
  checkClassDtype(where, 'targets', targets);
  if (numClasses === undefined || !Number.isInteger(numClasses) || numClasses < 1) throw new InputError('NUM_CLASSES', `${where}: numClasses ${String(numClasses)}; expected how many classes there are, since predictions ${describe(predictions)} do not tell`, { numClasses });
  return numClasses;
}

function classesOfScores(where: string, predictions: Expression, numClasses: number | undefined): number {
  checkFloat(where, 'predictions', predictions);
  const size = predictions.shape[1];
  if (predictions.rank !== 2 || typeof size !== 'number') throw new ShapeError('OBJECTIVE_SHAPE', `${where}: predictions are ${describe(predictions)}; expected scores [items, classes] with a number of classes, or integer class numbers [items]`, { predictions: predictions.shape });
  if (numClasses !== undefined && numClasses !== size) throw new InputError('NUM_CLASSES', `${where}: numClasses ${String(numClasses)}, but predictions are ${describe(predictions)}; leave it out, or give ${size}`, { numClasses });
  return size;
}
