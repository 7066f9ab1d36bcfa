import { sub, sum, xlogy, type Expression } from '@pastina/core';
import { checkPair, checkVector } from './check.js';

/**
 * Kullback-Leibler divergence of the predictions from the targets, one value per item: Σₖ tₖ (ln tₖ - ln pₖ) over the
 * last axis. 0 · ln 0 counts as 0. Its gradient in the predictions is that of the cross-entropy.
 *
 * Predictions and targets that the graph can trace to logits are computed in the log domain, each for itself.
 *
 * @param predictions - probabilities, floating `[…, k]`
 * @param targets - probabilities, of the predictions' shape and dtype
 * @returns floating `[…]`
 * @throws ShapeError where the shapes differ: nothing is broadcast; DTypeError where the dtypes differ or are no floats
 *
 * @example
 * ```ts
 * import { constant, evaluate, softmax } from '@pastina/core';
 * import { klDivergence } from '@pastina/objectives';
 * console.log(evaluate(klDivergence(softmax(constant([[0, 1000]])), constant([[1, 0]]))).toArray()); // [1000]
 * ```
 */
export function klDivergence(predictions: Expression, targets: Expression): Expression {
  checkPair('klDivergence', ['predictions', predictions], ['targets', targets]);
  checkVector('klDivergence', 'predictions', predictions, 'classes');
  return sum(sub(xlogy(targets, targets), xlogy(targets, predictions)), { axis: -1 });
}

/**
 * Negative log-likelihood of counts under Poisson distributions of the predicted means, elementwise: p - t ln p. The
 * term ln t!, which the predictions do not touch, is left out. 0 · ln 0 counts as 0.
 *
 * For a network that predicts the logarithm z of the mean, give `exp(z)`: the loss is then computed as eᶻ - t z.
 *
 * @param predictions - means, floating, any shape
 * @param targets - counts, of the predictions' shape and dtype
 * @returns floating, of the predictions' shape
 * @throws ShapeError where the shapes differ: nothing is broadcast; DTypeError where the dtypes differ or are no floats
 *
 * @example
 * ```ts
 * import { constant, evaluate, exp } from '@pastina/core';
 * import { poissonLoss } from '@pastina/objectives';
 * console.log(evaluate(poissonLoss(exp(constant([0, -1000])), constant([3, 2]))).toArray()); // [1, 2000]
 * ```
 */
export function poissonLoss(predictions: Expression, targets: Expression): Expression {
  checkPair('poissonLoss', ['predictions', predictions], ['targets', targets]);
  return sub(predictions, xlogy(targets, predictions));
}
