import { abs, div, equal, logicalOr, max, mul, norm, square, squeeze, stopGradient, sub, sum, where, type Expression } from '@pastina/core';
import { checkPair, checkVector } from './check.js';

/**
 * 1 - cos of the angle between two vectors, one value per item: 1 - a · b / (|a| |b|) over the last axis, between 0
 * and 2. Computed as half the squared distance of the unit vectors, which does not cancel where they are nearly
 * parallel. Lengths neither over- nor underflow.
 *
 * A vector of zeros has no direction: the distance is 1 then, and both gradients are 0.
 *
 * @param a - floating `[…, k]`
 * @param b - of the shape and dtype of `a`
 * @returns floating `[…]`
 * @throws ShapeError where the shapes differ: nothing is broadcast; DTypeError where the dtypes differ or are no floats
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { cosineDistance } from '@pastina/objectives';
 * const a = constant([[1, 0], [2, 0], [0, 0]]), b = constant([[3, 0], [0, 5], [1, 1]]);
 * console.log(evaluate(cosineDistance(a, b)).toArray()); // [0, 1, 1]
 * ```
 */
export function cosineDistance(a: Expression, b: Expression): Expression {
  checkPair('cosineDistance', ['a', a], ['b', b]);
  checkVector('cosineDistance', 'a', a, 'components');
  const [left, right] = [unit(a), unit(b)];
  const distance = mul(sum(square(sub(left.direction, right.direction)), { axis: -1 }), 0.5);
  return where(logicalOr(left.zero, right.zero), 1, distance);
}

/**
 * The direction of vectors, 0 for those that have none, and which those are. Each is divided by its largest element
 * first, which turns no direction and so has no part in the gradient: where that overflows it is infinite, never NaN.
 */
function unit(x: Expression): { readonly direction: Expression; readonly zero: Expression } {
  const largest = stopGradient(max(abs(x), { axis: -1, keepDims: true }));
  const zero = equal(largest, 0);
  // Divided by 1 where the length is 0, so that no gradient divides by 0.
  const scaled = div(x, where(zero, 1, largest));
  return { direction: div(scaled, where(zero, 1, norm(scaled, { axis: -1, keepDims: true }))), zero: squeeze(zero, -1) };
}
