import { add, checkOptions, defaultOf, neg, sigmoid, sub, xlogy, type Expression } from '@pastina/core';
import { checkPair } from './check.js';
import { defaults } from './defaults.js';
import { clipped, type CrossentropyOptions } from './epsilon.js';

/**
 * Binary cross-entropy, elementwise: -(t ln p + (1 - t) ln(1 - p)). 0 · ln 0 counts as 0, and ln(1 - p) is exact
 * for any small p.
 *
 * Predictions that the graph can trace to logits (a sigmoid, whatever moves its result) are computed in the log
 * domain: value and gradient are those of the exact formula for any logits.
 *
 * @param predictions - probabilities of class 1, floating, any shape
 * @param targets - 0, 1 or between, of the predictions' shape and dtype
 * @returns floating, of the predictions' shape: reduce it with `mean`
 * @throws ShapeError where the shapes differ: nothing is broadcast, since (n) against (n, 1) would give (n, n)
 * @throws DTypeError where the dtypes differ or are no floats; InputError for an epsilon outside [0, 0.5)
 *
 * Lasagne's `binary_crossentropy`, which gives NaN for 0 · ln 0.
 *
 * @example
 * ```ts
 * import { constant, evaluate, sigmoid } from '@pastina/core';
 * import { binaryCrossentropy } from '@pastina/objectives';
 * const loss = binaryCrossentropy(sigmoid(constant([1000, -1000])), constant([0, 0.5]));
 * console.log(evaluate(loss).toArray()); // [1000, 500]
 * ```
 */
export function binaryCrossentropy(predictions: Expression, targets: Expression, options: CrossentropyOptions = {}): Expression {
  const where = 'binaryCrossentropy';
  checkPair(where, ['predictions', predictions], ['targets', targets]);
  checkOptions(where, options, ['epsilon']);
  return crossentropyOf(clipped(where, predictions, options.epsilon ?? defaultOf(defaults, 'binaryCrossentropy.epsilon')), targets);
}

/**
 * {@link binaryCrossentropy} of `sigmoid(logits)`: the same graph, so the same bits. For networks that end in logits;
 * one that ends in a sigmoid loses nothing by it.
 *
 * @param logits - floating, any shape
 * @param targets - 0, 1 or between, of the logits' shape and dtype
 * @returns floating, of the logits' shape
 * @throws ShapeError, DTypeError as {@link binaryCrossentropy}
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { binaryCrossentropyWithLogits } from '@pastina/objectives';
 * console.log(evaluate(binaryCrossentropyWithLogits(constant([10000, -10000]), constant([0.5, 1]))).toArray()); // [5000, 10000]
 * ```
 */
export function binaryCrossentropyWithLogits(logits: Expression, targets: Expression): Expression {
  checkPair('binaryCrossentropyWithLogits', ['logits', logits], ['targets', targets]);
  return crossentropyOf(sigmoid(logits), targets);
}

function crossentropyOf(p: Expression, targets: Expression): Expression {
  return neg(add(xlogy(targets, p), xlogy(sub(1, targets), sub(1, p))));
}
