import { square, sub, type Expression } from '@pastina/core';
import { checkPair } from './check.js';

/**
 * (a - b)² elementwise, with no factor ½. Lasagne's `squared_error`.
 *
 * @throws ShapeError where the shapes differ: nothing is broadcast, since (n) against (n, 1) would give (n, n)
 * @throws DTypeError where the dtypes differ or are no floats
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { squaredError } from '@pastina/objectives';
 * console.log(evaluate(squaredError(constant([1, 2]), constant([3, 2]))).toArray()); // [4, 0]
 * ```
 */
export function squaredError(a: Expression, b: Expression): Expression {
  checkPair('squaredError', ['a', a], ['b', b]);
  return square(sub(a, b));
}
