import { square, sub, type Expression } from '@pastina/core';
import { checkExpressions, checkSameShape } from './check.js';

/**
 * (a - b)² elementwise, with no factor ½. Lasagne's `squared_error`.
 *
 * @throws ShapeError where the shapes differ: nothing is broadcast, since (n) against (n, 1) would give (n, n)
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { squaredError } from '@pastina/objectives';
 * console.log(evaluate(squaredError(constant([1, 2]), constant([3, 2]))).toArray()); // [4, 0]
 * ```
 */
export function squaredError(a: Expression, b: Expression): Expression {
  checkExpressions('squaredError', { a, b });
  checkSameShape('squaredError', ['a', a], ['b', b]);
  return square(sub(a, b));
}
