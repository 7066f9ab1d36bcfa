import { defaultOf, type Defaulted } from '../../behavior/defaults.js';
import { defaults } from '../../defaults.js';
import { DTypeError, InputError } from '../../errors.js';
import { type Dim } from '../../graph/dim.js';
import { checkDType, isFloat, type DType } from '../../graph/dtype.js';
import { scalarConstant } from '../../graph/constant.js';
import { toNode, type Expression, type Node } from '../../graph/node.js';
import { formatType, type ShapeSpec } from '../../graph/type.js';
import { checkOptions } from '../../options.js';
import { takeStream } from '../../random/stream.js';
import { castNode } from '../cast.js';
import { less } from '../comparison.js';
import { type Operand } from '../elementwise.js';
import { drawNode, drawShape } from './draw.js';
import { checkBroadcast } from './operand.js';
import { randomUniformOp } from './uniform.js';

/** Options of {@link randomBernoulli}. */
export interface RandomBernoulliOptions {
  /** The probability of a 1: a number from 0 to 1, or a floating expression that broadcasts to the shape. */
  readonly p: Operand;
  /** Of the result: any, `'bool'` too. */
  readonly dtype?: Defaulted<DType, 'float32'>;
  /** Which numbers: see {@link setRandomStream}. Left out: the next of the count. */
  readonly stream?: number;
}

/**
 * 1 with probability p, else 0: u < p with uniform u of 24 bits (53 where `p` is a float64 expression).
 * 0 and 1 are exact: never, and always. The dtype does not change which elements are 1. No gradient
 * flows to `p`; an expression below 0, or NaN, gives 0, one above 1 gives 1.
 *
 * @param shape - of the result; a name is a size that an input has. The numbers are counted in row-major
 *   order, so a larger batch begins with the numbers of a smaller one
 * @throws InputError for a number p outside [0, 1], or where a size is null
 * @throws DTypeError, ShapeError where an expression p is not floating, or does not fit the shape
 *
 * @example
 * ```ts
 * import { div, evaluate, input, mul, randomBernoulli } from '@pastina/core';
 * const x = input('x', ['batch', 2]);
 * const dropped = div(mul(x, randomBernoulli(x.shape, { p: 0.8, stream: 0 })), 0.8);
 * console.log(evaluate(dropped, { x: [[1, 2], [3, 4]] }).shape); // [2, 2]
 * ```
 */
export function randomBernoulli(shape: ShapeSpec, options: RandomBernoulliOptions): Expression {
  checkOptions('randomBernoulli', options, ['p', 'dtype', 'stream']);
  const dtype = checkDType(options.dtype ?? defaultOf(defaults, 'randomBernoulli.dtype'), 'randomBernoulli');
  const sizes = drawShape(shape, 'randomBernoulli');
  const p = probability(options.p, sizes);
  const unit = drawNode(randomUniformOp, sizes, p.dtype, takeStream(options.stream, 'randomBernoulli'));
  return castNode(less(unit, p) as Node, dtype);
}

function probability(p: Operand | undefined, shape: readonly Dim[]): Node {
  if (p === undefined) throw new InputError('DRAW_OPTION', 'randomBernoulli: the probability is missing; expected an option p, as in { p: 0.5 }', { option: 'p' });
  if (typeof p === 'number') {
    if (!(p >= 0 && p <= 1)) throw new InputError('DRAW_OPTION', `randomBernoulli: p ${p}; expected a probability, from 0 to 1`, { option: 'p', value: p });
    return scalarConstant(p, 'float32', 'randomBernoulli');
  }
  const node = toNode(p, 'randomBernoulli: p');
  if (!isFloat(node.dtype)) throw new DTypeError('DRAW_OPTION', `randomBernoulli: p is ${formatType(node.type)}; expected a floating dtype; use cast(p, 'float32')`, { option: 'p', dtype: node.dtype });
  // 11 bits would be coarse beside small probabilities.
  return checkBroadcast(node.dtype === 'float16' ? castNode(node, 'float32') : node, shape, 'randomBernoulli', 'p');
}
