import { add, cast, checkOptions, defaultOf, InputError, mul, oneHot, ShapeError, type Defaulted, type DType, type Expression } from '@pastina/core';
import { checkExpressions, checkFloat, describe, isInteger } from './check.js';
import { defaults } from './defaults.js';

/** Options of {@link labelSmoothing}. */
export interface LabelSmoothingOptions {
  /** The share that is spread evenly over all classes. */
  readonly smoothing?: Defaulted<number, 0.1>;
  /** How many classes there are: needed for class numbers, 2 for binary targets, else the size of the last axis. */
  readonly numClasses?: number;
  /** Of targets made from class numbers; it must be that of the predictions. */
  readonly dtype?: Defaulted<DType, 'float32'>;
}

/**
 * Targets that are less sure of themselves: (1 - s) t + s/k elementwise, s being `smoothing` and k the number of classes.
 * Rows that sum to 1 still do. Goes with every objective that takes soft targets.
 *
 * @param targets - integer classes `[…]` with `numClasses`, or floating `[…, k]` one-hot or soft; or binary, floating of
 *   any shape, with `numClasses: 2`
 * @returns floating: `[…, k]` of class numbers, else of the targets' shape and dtype
 * @throws InputError for a smoothing outside [0, 1], or where the number of classes is needed and not told
 * @throws DTypeError for targets that are neither integers nor floats
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { labelSmoothing } from '@pastina/objectives';
 * console.log(evaluate(labelSmoothing(constant([1], 'int32'), { smoothing: 0.5, numClasses: 4 })).toArray()); // [[0.125, 0.625, 0.125, 0.125]]
 * console.log(evaluate(labelSmoothing(constant([0, 1]), { smoothing: 0.5, numClasses: 2 })).toArray()); // [0.25, 0.75]
 * ```
 */
export function labelSmoothing(targets: Expression, options: LabelSmoothingOptions = {}): Expression {
  const where = 'labelSmoothing';
  checkExpressions(where, { targets });
  checkOptions(where, options, ['smoothing', 'numClasses', 'dtype']);
  const smoothing: number = options.smoothing ?? defaultOf(defaults, 'labelSmoothing.smoothing');
  if (!(smoothing >= 0 && smoothing <= 1)) throw new InputError('OBJECTIVE_OPTION', `${where}: smoothing ${String(smoothing)}; expected a number from 0 to 1`, { smoothing });
  const count = options.numClasses;
  if (count !== undefined && !(Number.isInteger(count) && count >= 2)) throw new InputError('NUM_CLASSES', `${where}: numClasses ${String(count)}; expected a whole number from 2 up`, { numClasses: count });
  const soft = isInteger(targets.dtype) ? rowsOf(where, targets, count, options.dtype) : targets;
  checkFloat(where, 'targets', soft);
  return add(mul(soft, 1 - smoothing), smoothing / classesOf(where, soft, count));
}

function rowsOf(where: string, classes: Expression, count: number | undefined, dtype: DType = defaultOf(defaults, 'labelSmoothing.dtype')): Expression {
  if (count === undefined) throw new InputError('NUM_CLASSES', `${where}: targets are ${describe(classes)}, class numbers; expected numClasses, which they do not tell`, { numClasses: count });
  return oneHot(cast(classes, 'int32'), count, dtype);
}

/** Binary targets have no axis of classes: [n] and [n, 1] must not be taken for n classes, or for one. */
function classesOf(where: string, targets: Expression, count: number | undefined): number {
  const size = targets.shape[targets.rank - 1];
  const rows = targets.rank >= 2 && typeof size === 'number' && size >= 2;
  if (count === undefined && !rows) throw new ShapeError('OBJECTIVE_SHAPE', `${where}: targets are ${describe(targets)}; expected [items, classes], or numClasses: 2 for binary targets`, { targets: targets.shape });
  if (count !== undefined && count !== 2 && typeof size === 'number' && count !== size) throw new InputError('NUM_CLASSES', `${where}: numClasses ${count}, but targets are ${describe(targets)}; expected the size of the last axis, or 2 for binary targets`, { numClasses: count });
  return count ?? (size as number);
}
