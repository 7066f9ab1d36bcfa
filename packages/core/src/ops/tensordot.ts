import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { InputError, ShapeError } from '../errors.js';
import { productOfDims } from '../graph/dim.js';
import { toNode, type Expression, type Node } from '../graph/node.js';
import { formatType, normalizeAxis } from '../graph/type.js';
import { mul } from './arithmetic.js';
import { expandDims, reshapeNode } from './reshape.js';
import { matmul } from './matmul.js';
import { transposeNode } from './transpose.js';

/**
 * Σ over pairs of axes: a number n pairs the last n axes of `a` with the first n of `b`; two lists pair the axes
 * they name. What is left of `a` comes first, then what is left of `b`. numpy's tensordot.
 *
 * @throws ShapeError where paired axes differ in size
 *
 * @example
 * ```ts
 * import { constant, evaluate, tensordot } from '@pastina/core';
 * const a = constant([[1, 2], [3, 4]]);
 * console.log(evaluate(tensordot(a, a)).item()); // 30
 * console.log(evaluate(tensordot(a, a, [[0], [0]])).toArray()); // [[10, 14], [14, 20]]
 * ```
 */
export function tensordot(a: Expression, b: Expression, axes: Defaulted<number, 2> | readonly [readonly number[], readonly number[]] = defaultOf(defaults, 'tensordot.axes')): Expression {
  const [left, right] = [toNode(a, 'tensordot'), toNode(b, 'tensordot')];
  const [ofLeft, ofRight] = pairsOf(axes, left, right);
  ofLeft.forEach((axis, i) => {
    const other = ofRight[i] as number;
    if (left.shape[axis] !== right.shape[other]) throw new ShapeError('TENSORDOT', `tensordot: axis ${axis} of ${formatType(left.type)} with axis ${other} of ${formatType(right.type)}: ${String(left.shape[axis])} against ${String(right.shape[other])}; paired axes must be equal`, { left: left.shape, right: right.shape, axes: [axis, other] });
  });
  const freeLeft = left.shape.flatMap((_, axis) => (ofLeft.includes(axis) ? [] : [axis]));
  const freeRight = right.shape.flatMap((_, axis) => (ofRight.includes(axis) ? [] : [axis]));
  const size = (node: Node, list: readonly number[]): Node['shape'] => list.map((axis) => node.shape[axis] ?? 1);
  const inner = productOfDims(size(left, ofLeft));
  const rows = reshapeNode(transposeNode(left, [...freeLeft, ...ofLeft]), [productOfDims(size(left, freeLeft)), inner]);
  const columns = reshapeNode(transposeNode(right, [...ofRight, ...freeRight]), [inner, productOfDims(size(right, freeRight))]);
  return reshapeNode(matmul(rows, columns) as Node, [...size(left, freeLeft), ...size(right, freeRight)]);
}

function pairsOf(axes: number | readonly [readonly number[], readonly number[]], left: Node, right: Node): readonly [readonly number[], readonly number[]] {
  if (typeof axes === 'number') {
    if (!Number.isInteger(axes) || axes < 0 || axes > left.rank || axes > right.rank) throw new InputError('TENSORDOT_AXES', `tensordot: axes ${axes} for ${formatType(left.type)} and ${formatType(right.type)}; expected a whole number from 0 to ${Math.min(left.rank, right.rank)}, or two lists`, { axes });
    return [Array.from({ length: axes }, (_, i) => left.rank - axes + i), Array.from({ length: axes }, (_, i) => i)];
  }
  const [ofLeft, ofRight] = [axes[0].map((axis) => normalizeAxis(axis, left.rank, 'tensordot')), axes[1].map((axis) => normalizeAxis(axis, right.rank, 'tensordot'))];
  const twice = [ofLeft, ofRight].some((list) => new Set(list).size < list.length);
  if (ofLeft.length !== ofRight.length || twice) throw new InputError('TENSORDOT_AXES', `tensordot: axes [${axes[0].join(', ')}] with [${axes[1].join(', ')}]; expected two lists of the same length, no axis twice`, { axes });
  return [ofLeft, ofRight];
}

/** Σ over the last axis of `a` and the last but one of `b` (its only one, of a vector); a scalar multiplies. numpy's and Theano's dot. */
export function dot(a: Expression, b: Expression): Expression {
  const [left, right] = [toNode(a, 'dot'), toNode(b, 'dot')];
  if (left.rank === 0 || right.rank === 0) return mul(left, right);
  return tensordot(left, right, [[left.rank - 1], [Math.max(0, right.rank - 2)]]);
}

/** a[i] · b[j], of vectors; other operands are taken as vectors, in row-major order. numpy's outer. */
export function outer(a: Expression, b: Expression): Expression {
  const flat = (x: Expression): Node => reshapeNode(toNode(x, 'outer'), [productOfDims(x.shape)]);
  return mul(expandDims(flat(a), 1), flat(b));
}
