import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { DTypeError, InputError, ShapeError } from '../errors.js';
import { productOfDims } from '../graph/dim.js';
import { isFloat } from '../graph/dtype.js';
import { toNode, type Expression, type Node } from '../graph/node.js';
import { formatType, normalizeAxis } from '../graph/type.js';
import { mul } from './arithmetic.js';
import { expandDims, reshapeNode } from './reshape.js';
import { matmul } from './matmul.js';
import { transposeNode } from './transpose.js';

/**
 * Σ over pairs of axes: a number n pairs the last n axes of `a` with the first n of `b`; `[ofA, ofB]` pairs the axes
 * named. What is left of `a` comes first, then what is left of `b`. numpy's tensordot; floating dtypes.
 *
 * @throws ShapeError where paired axes differ in size
 *
 * @example
 * ```ts
 * import { constant, evaluate, tensordot } from '@pastina/core';
 * const a = constant([[1, 2], [3, 4]]);
 * console.log(evaluate(tensordot(a, a)).item()); // 30
 * console.log(evaluate(tensordot(a, a, [0, 0])).toArray()); // [[10, 14], [14, 20]]
 * ```
 */
export function tensordot(a: Expression, b: Expression, axes: Defaulted<number, 2> | readonly [number | readonly number[], number | readonly number[]] = defaultOf(defaults, 'tensordot.axes')): Expression {
  const [left, right] = [toNode(a, 'tensordot'), toNode(b, 'tensordot')];
  return contract('tensordot', left, right, ...pairsOf(axes, left, right));
}

function contract(name: string, left: Node, right: Node, ofLeft: readonly number[], ofRight: readonly number[]): Expression {
  if (left.dtype !== right.dtype || !isFloat(left.dtype)) throw new DTypeError('OP_DTYPE', `${name}: ${formatType(left.type)} with ${formatType(right.type)}; expected one floating dtype for both; use cast(x, 'float32')`, { op: name, dtypes: [left.dtype, right.dtype] });
  ofLeft.forEach((axis, i) => {
    const other = ofRight[i] as number;
    if (left.shape[axis] !== right.shape[other]) throw new ShapeError('TENSORDOT', `${name}: axis ${axis} of ${formatType(left.type)} with axis ${other} of ${formatType(right.type)}: ${String(left.shape[axis])} against ${String(right.shape[other])}; paired axes must be equal`, { left: left.shape, right: right.shape, axes: [axis, other] });
  });
  const freeLeft = left.shape.flatMap((_, axis) => (ofLeft.includes(axis) ? [] : [axis]));
  const freeRight = right.shape.flatMap((_, axis) => (ofRight.includes(axis) ? [] : [axis]));
  const size = (node: Node, list: readonly number[]): Node['shape'] => list.map((axis) => node.shape[axis] ?? 1);
  const inner = productOfDims(size(left, ofLeft));
  const rows = reshapeNode(transposeNode(left, [...freeLeft, ...ofLeft]), [productOfDims(size(left, freeLeft)), inner]);
  const columns = reshapeNode(transposeNode(right, [...ofRight, ...freeRight]), [inner, productOfDims(size(right, freeRight))]);
  return reshapeNode(matmul(rows, columns) as Node, [...size(left, freeLeft), ...size(right, freeRight)]);
}

function pairsOf(axes: number | readonly [number | readonly number[], number | readonly number[]], left: Node, right: Node): readonly [readonly number[], readonly number[]] {
  if (Array.isArray(axes) && axes.length === 2) {
    const [ofLeft, ofRight] = [left, right].map((node, i) => [axes[i] as number | readonly number[]].flat().map((axis) => normalizeAxis(axis, node.rank, 'tensordot'))) as [number[], number[]];
    const twice = [ofLeft, ofRight].some((list) => new Set(list).size < list.length);
    if (ofLeft.length === ofRight.length && !twice) return [ofLeft, ofRight];
  } else if (typeof axes === 'number' && Number.isInteger(axes) && axes >= 0 && axes <= Math.min(left.rank, right.rank)) {
    return [Array.from({ length: axes }, (_, i) => left.rank - axes + i), Array.from({ length: axes }, (_, i) => i)];
  }
  throw new InputError('TENSORDOT_AXES', `tensordot: axes ${JSON.stringify(axes)} for ${formatType(left.type)} and ${formatType(right.type)}; expected a whole number from 0 to ${Math.min(left.rank, right.rank)}, or [ofA, ofB] with as many axes each, none twice`, { axes });
}

/** Σ over the last axis of `a` and the last but one of `b` (its only one, of a vector); a scalar multiplies. numpy's and Theano's dot. */
export function dot(a: Expression, b: Expression): Expression {
  const [left, right] = [toNode(a, 'dot'), toNode(b, 'dot')];
  if (left.rank === 0 || right.rank === 0) return mul(left, right);
  return contract('dot', left, right, [left.rank - 1], [Math.max(0, right.rank - 2)]);
}

/** a[i] · b[j], of vectors; other operands are taken as vectors, in row-major order. numpy's outer. */
export function outer(a: Expression, b: Expression): Expression {
  const flat = (x: Expression): Node => reshapeNode(toNode(x, 'outer'), [productOfDims(x.shape)]);
  return mul(expandDims(flat(a), 1), flat(b));
}
