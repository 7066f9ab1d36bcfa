import { add, arange, checkOptions, defaultOf, equal, expandDims, gather, InputError, log, max, mul, relu, ShapeError, sign, stopGradient, sub, where as choose, xlogy, type Defaulted, type Expression } from '@pastina/core';
import { checkExpressions, checkFloat, checkNumber, checkPair, checkVector, describe } from './check.js';
import { classNumbers } from './classes.js';
import { defaults } from './defaults.js';

/** Options of {@link binaryHingeLoss}. */
export interface BinaryHingeLossOptions {
  /** Are the predictions log-odds (a network without a nonlinearity)? With `false` they are probabilities. */
  readonly logOdds: boolean;
  /** The margin. */
  readonly delta?: Defaulted<number, 1>;
  /** Are the targets 0 and 1? With `false` they are -1 and 1. */
  readonly binary?: Defaulted<boolean, true>;
}

/**
 * Binary hinge loss, elementwise: max(0, delta - s z), with s = ±1 of the target and the log-odds z. Of probabilities p,
 * z = ln p - ln(1 - p), computed in the log domain where the graph can trace them to logits.
 *
 * At the hinge itself the gradient is half the slope, as that of `relu` is.
 *
 * @param predictions - log-odds, or probabilities with `logOdds: false`; floating, any shape
 * @param targets - 0 and 1, or -1 and 1 with `binary: false`; of the predictions' shape and dtype
 * @returns floating, of the predictions' shape
 * @throws InputError where `logOdds` is not said, or for a delta that is not above 0
 * @throws ShapeError where the shapes differ: nothing is broadcast; DTypeError where the dtypes differ or are no floats
 *
 * Lasagne's `binary_hinge_loss`, where `log_odds` must be said too.
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { binaryHingeLoss } from '@pastina/objectives';
 * console.log(evaluate(binaryHingeLoss(constant([0.5, 2, -3]), constant([1, 1, 1]), { logOdds: true })).toArray()); // [0.5, 0, 4]
 * ```
 */
export function binaryHingeLoss(predictions: Expression, targets: Expression, options: BinaryHingeLossOptions): Expression {
  const where = 'binaryHingeLoss';
  checkPair(where, ['predictions', predictions], ['targets', targets]);
  const given: Partial<BinaryHingeLossOptions> = options ?? {};
  checkOptions(where, given, ['logOdds', 'delta', 'binary']);
  if (typeof given.logOdds !== 'boolean') throw new InputError('LOG_ODDS', `${where}: logOdds ${String(given.logOdds)}; say what the predictions are: { logOdds: true } for log-odds (no nonlinearity), { logOdds: false } for probabilities (a sigmoid)`, { logOdds: given.logOdds });
  const delta = checkNumber(where, 'delta', given.delta ?? defaultOf(defaults, 'binaryHingeLoss.delta'), 'above 0');
  const binary = given.binary ?? defaultOf(defaults, 'binaryHingeLoss.binary');
  if (typeof binary !== 'boolean') throw new InputError('OBJECTIVE_OPTION', `${where}: binary ${String(binary)}; expected true for targets 0 and 1, or false for -1 and 1`, { binary });
  const side = binary ? sub(mul(targets, 2), 1) : targets;
  return given.logOdds ? relu(sub(delta, mul(side, predictions))) : ofProbabilities(predictions, side, delta);
}

/**
 * Where the margin is reached the factor of both logarithms is 0 (½ at the hinge, as of `relu`): then neither p = 0 nor
 * p = 1 makes a NaN of the gradient.
 */
function ofProbabilities(p: Expression, side: Expression, delta: number): Expression {
  const margin = mul(side, sub(log(p), log(sub(1, p))));
  const short = stopGradient(mul(add(sign(sub(delta, margin)), 1), 0.5));
  const weight = mul(short, side);
  return add(mul(short, delta), sub(xlogy(weight, sub(1, p)), xlogy(weight, p)));
}

/** Options of {@link multiclassHingeLoss}. */
export interface MulticlassHingeLossOptions {
  /** The margin. */
  readonly delta?: Defaulted<number, 1>;
}

/**
 * Multi-class hinge loss, one value per item: max(0, max over k ≠ t of zₖ, - zₜ + delta). Lasagne's
 * `multiclass_hinge_loss`, where each of several largest others gets the whole gradient; here they share it.
 *
 * @param predictions - scores, floating `[…, k]` with two classes or more
 * @param targets - integer classes `[…]`, or one-hot `[…, k]` of any dtype: the first of the largest is the class
 * @returns floating `[…]`
 * @throws ShapeError where the shapes do not belong together, or for a single class; InputError for a delta that is not above 0
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { multiclassHingeLoss } from '@pastina/objectives';
 * const scores = constant([[3, 1, 0], [3, 2.5, 0]]);
 * console.log(evaluate(multiclassHingeLoss(scores, constant([0, 1], 'int32'))).toArray()); // [0, 1.5]
 * ```
 */
export function multiclassHingeLoss(predictions: Expression, targets: Expression, options: MulticlassHingeLossOptions = {}): Expression {
  const where = 'multiclassHingeLoss';
  checkExpressions(where, { predictions, targets });
  checkOptions(where, options, ['delta']);
  checkFloat(where, 'predictions', predictions);
  checkVector(where, 'predictions', predictions, 'classes');
  const last = predictions.rank - 1;
  const count = predictions.shape[last] ?? 1;
  if (count === 1) throw new ShapeError('OBJECTIVE_SHAPE', `${where}: predictions are ${describe(predictions)}, of one class; expected two classes or more, or use binaryHingeLoss`, { predictions: predictions.shape });
  const delta = checkNumber(where, 'delta', options.delta ?? defaultOf(defaults, 'multiclassHingeLoss.delta'), 'above 0');
  const classes = classNumbers(where, predictions, targets);
  const own = gather(predictions, classes, { axis: last, batchAxes: last });
  const others = choose(equal(arange(count, 'int32'), expandDims(classes, -1)), -Infinity, predictions);
  return relu(add(sub(max(others, { axis: -1 }), own), delta));
}
