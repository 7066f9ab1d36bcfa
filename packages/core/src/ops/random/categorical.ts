import { DTypeError, ShapeError } from '../../errors.js';
import { isFloat } from '../../graph/dtype.js';
import { makeNode, toNode, type Expression, type Node } from '../../graph/node.js';
import { type CallOp } from '../../graph/op.js';
import { formatType } from '../../graph/type.js';
import { checkOptions } from '../../options.js';
import { logarithm } from '../../random/logarithm.js';
import { takeStream } from '../../random/stream.js';
import { openUnit } from '../../random/unit.js';
import { add } from '../arithmetic.js';
import { castNode } from '../cast.js';
import { log } from '../exponential.js';
import { argMaxOp } from '../reduce.js';
import { drawNode, drawOp } from './draw.js';

export const randomGumbelOp: CallOp = drawOp('randomGumbel', '-ln(-ln((k + ½) / 2⁵²)), in float64, rounded once', () => (first, second) => -logarithm(-logarithm(openUnit(first, second))));

/** Options of {@link randomCategorical}. */
export interface RandomCategoricalOptions {
  /** Which numbers: see {@link setRandomStream}. Left out: the next of the count. */
  readonly stream?: number;
}

/**
 * One of k classes, each with a probability in proportion to its weight: argMax(ln p + g) with Gumbel
 * numbers g, along the last axis. A class of weight 0 is never drawn. The logarithm goes through the log
 * domain, so that weights that a softmax or an exp makes may under- or overflow. No gradient flows.
 *
 * Under `check: 'finite'` a weight of exactly 0 is reported as the infinite logarithm that it has. Where
 * a weight is negative or NaN, its class is drawn; where all are 0, class 0 is.
 *
 * @param p - [..., k] weights, not negative; they need not sum to 1
 * @returns int32 [...]
 * @throws ShapeError, DTypeError for a scalar, or weights that are not floating
 *
 * @example
 * ```ts
 * import { constant, evaluate, randomCategorical } from '@pastina/core';
 * console.log(evaluate(randomCategorical(constant([[0, 2, 0], [5, 0, 0]]))).toArray()); // [1, 0]
 * ```
 */
export function randomCategorical(p: Expression, options: RandomCategoricalOptions = {}): Expression {
  checkOptions('randomCategorical', options, ['stream']);
  const node = toNode(p, 'randomCategorical');
  if (!isFloat(node.dtype)) throw new DTypeError('OP_DTYPE', `randomCategorical: weights ${formatType(node.type)}; expected a floating dtype; use cast(p, 'float32')`, { op: 'randomCategorical', dtype: node.dtype });
  if (node.rank === 0) throw new ShapeError('CATEGORICAL', `randomCategorical: weights ${formatType(node.type)}; expected one weight per class along the last axis, as in [batch, classes]`, { shape: node.shape });
  // Half precision would make ties of weights that are close.
  const logs = node.dtype === 'float16' ? castNode(log(node) as Node, 'float32') : log(node);
  const gumbel = drawNode(randomGumbelOp, node.shape, logs.dtype, takeStream(options.stream, 'randomCategorical'));
  return makeNode(argMaxOp, [add(logs, gumbel) as Node], { axis: node.rank - 1 });
}
