import { add, cast, checkOptions, defaultOf, equal, exp, gather, greaterEqual, InputError, log, logicalNot, mul, neg, pow, sub, sum, where as choose, xlogy, type Defaulted, type Expression } from '@pastina/core';
import { areClasses, checkExpressions, checkFloat, checkNumber, checkPair, checkVector } from './check.js';
import { defaults } from './defaults.js';

/** Options of {@link binaryFocalLoss}. */
export interface BinaryFocalLossOptions {
  /** How much less the items count that are right already; 0 gives the cross-entropy. */
  readonly gamma?: Defaulted<number, 2>;
  /** Weight of class 1, between 0 and 1; class 0 has 1 - alpha. Left out, both weigh 1. */
  readonly alpha?: number;
}

/**
 * Binary focal loss, elementwise: -(α t (1 - p)^γ ln p + (1 - α)(1 - t) p^γ ln(1 - p)); without `alpha` both classes
 * weigh 1. Everything in it is computed from ln p and ln(1 - p), so in the log domain where the graph can trace the
 * predictions to logits.
 *
 * @param predictions - probabilities of class 1, floating, any shape
 * @param targets - 0, 1 or between, of the predictions' shape and dtype
 * @returns floating, of the predictions' shape
 * @throws ShapeError where the shapes differ: nothing is broadcast; DTypeError where the dtypes differ or are no floats
 * @throws InputError for a gamma below 0 or an alpha outside [0, 1]
 *
 * @example
 * ```ts
 * import { constant, evaluate, sigmoid } from '@pastina/core';
 * import { binaryFocalLoss } from '@pastina/objectives';
 * const loss = binaryFocalLoss(sigmoid(constant([1000, -1000])), constant([0, 0.5]));
 * console.log(evaluate(loss).toArray()); // [1000, 500]
 * ```
 */
export function binaryFocalLoss(predictions: Expression, targets: Expression, options: BinaryFocalLossOptions = {}): Expression {
  const where = 'binaryFocalLoss';
  checkPair(where, ['predictions', predictions], ['targets', targets]);
  checkOptions(where, options, ['gamma', 'alpha']);
  const gamma = checkNumber(where, 'gamma', options.gamma ?? defaultOf(defaults, 'binaryFocalLoss.gamma'), 'from 0 up');
  const { alpha } = options;
  if (alpha !== undefined && !(alpha >= 0 && alpha <= 1)) throw new InputError('OBJECTIVE_OPTION', `${where}: alpha ${String(alpha)}; expected a number from 0 to 1`, { alpha });
  const other = sub(1, predictions);
  const ones = focused(xlogy(targets, predictions), other, gamma);
  const zeros = focused(xlogy(sub(1, targets), other), predictions, gamma);
  return neg(alpha === undefined ? add(ones, zeros) : add(mul(ones, alpha), mul(zeros, 1 - alpha)));
}

/**
 * term · base^γ, the power as exp(γ ln base). Where ln base is -Inf the power is 0, and its factor in the exponent too:
 * then the gradient does not divide by 0, as that of γ < 1 does in any form.
 */
function focused(term: Expression, base: Expression, gamma: number): Expression {
  if (gamma === 0) return term;
  const none = equal(log(base), -Infinity);
  const power = exp(mul(xlogy(cast(logicalNot(none), base.dtype), base), gamma));
  return mul(term, choose(none, 0, power));
}

/** Options of {@link categoricalFocalLoss}. */
export interface CategoricalFocalLossOptions {
  /** How much less the items count that are right already; 0 gives the cross-entropy. */
  readonly gamma?: Defaulted<number, 2>;
}

/**
 * Categorical focal loss, one value per item: -Σₖ tₖ (1 - pₖ)^γ ln pₖ over the last axis, or
 * -(1 - p[i, tᵢ])^γ ln p[i, tᵢ] for integer classes. The logarithm is computed in the log domain where the graph can
 * trace the predictions to logits; the factor is formed from p as written.
 *
 * @param predictions - probabilities, floating `[…, k]`
 * @param targets - floating `[…, k]` (one-hot or soft), or integer `[…]` with classes 0 … k - 1
 * @returns floating `[…]`
 * @throws ShapeError, DTypeError as `categoricalCrossentropy`; InputError for a gamma below 0
 *
 * @example
 * ```ts
 * import { constant, evaluate, softmax } from '@pastina/core';
 * import { categoricalFocalLoss } from '@pastina/objectives';
 * const loss = categoricalFocalLoss(softmax(constant([[0, 1000], [500, 0]])), constant([0, 1], 'int32'));
 * console.log(evaluate(loss).toArray()); // [1000, 500]
 * ```
 */
export function categoricalFocalLoss(predictions: Expression, targets: Expression, options: CategoricalFocalLossOptions = {}): Expression {
  const where = 'categoricalFocalLoss';
  checkExpressions(where, { predictions, targets });
  checkOptions(where, options, ['gamma']);
  checkFloat(where, 'predictions', predictions);
  checkVector(where, 'predictions', predictions, 'classes');
  const gamma = checkNumber(where, 'gamma', options.gamma ?? defaultOf(defaults, 'categoricalFocalLoss.gamma'), 'from 0 up');
  if (!areClasses(where, ['predictions', predictions], targets)) return neg(sum(mul(xlogy(targets, predictions), missing(predictions, gamma)), { axis: -1 }));
  const last = predictions.rank - 1;
  const own = gather(predictions, targets, { axis: last, batchAxes: last });
  return neg(mul(log(own), missing(own, gamma)));
}

/** (1 - p)^γ; where p is 1 it is 0, and so is its gradient, which a γ below 1 would make infinite. */
function missing(p: Expression, gamma: number): Expression | number {
  if (gamma === 0) return 1;
  const none = greaterEqual(p, 1);
  return choose(none, 0, pow(sub(1, choose(none, 0, p)), gamma));
}
