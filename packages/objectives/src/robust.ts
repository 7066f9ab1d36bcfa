import { abs, checkOptions, defaultOf, minimum, mul, sub, type Defaulted, type Expression } from '@pastina/core';
import { checkNumber, checkPair } from './check.js';
import { defaults } from './defaults.js';

/**
 * |a - b| elementwise. The gradient is 0 where both are equal.
 *
 * @throws ShapeError where the shapes differ: nothing is broadcast
 * @throws DTypeError where the dtypes differ or are no floats
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { absoluteError } from '@pastina/objectives';
 * console.log(evaluate(absoluteError(constant([1, 2]), constant([3, 2]))).toArray()); // [2, 0]
 * ```
 */
export function absoluteError(a: Expression, b: Expression): Expression {
  checkPair('absoluteError', ['a', a], ['b', b]);
  return abs(sub(a, b));
}

/** Options of {@link huberLoss}. */
export interface HuberLossOptions {
  /** Where the square ends and the line begins; also the largest slope. */
  readonly delta?: Defaulted<number, 1>;
}

/**
 * With d = |a - b|: ½d² where d ≤ delta, delta (d - ½delta) beyond. Lasagne's `huber_loss`.
 *
 * Computed as q (d - ½q) with q = min(d, delta), which is both: no square overflows in the line's part, and the slope
 * of an infinite error is ±delta.
 *
 * @throws ShapeError where the shapes differ: nothing is broadcast
 * @throws DTypeError where the dtypes differ or are no floats; InputError for a delta that is not above 0
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { huberLoss } from '@pastina/objectives';
 * console.log(evaluate(huberLoss(constant([0, 0]), constant([0.5, 3]))).toArray()); // [0.125, 2.5]
 * ```
 */
export function huberLoss(a: Expression, b: Expression, options: HuberLossOptions = {}): Expression {
  const where = 'huberLoss';
  checkPair(where, ['a', a], ['b', b]);
  checkOptions(where, options, ['delta']);
  const delta = checkNumber(where, 'delta', options.delta ?? defaultOf(defaults, 'huberLoss.delta'), 'above 0');
  const distance = abs(sub(a, b));
  const bent = minimum(distance, delta);
  return mul(bent, sub(distance, mul(bent, 0.5)));
}
