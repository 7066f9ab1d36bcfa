import { DTypeError, ShapeError } from '../errors.js';
import { productOfDims, type Dim } from '../graph/dim.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type MovementOp, type ReduceOp } from '../graph/op.js';
import { formatShape, formatType, normalizeAxes, resolveShape, sameShape, type ShapeSpec } from '../graph/type.js';
import { reductionType } from './reduction.js';
import { checkOptions } from '../options.js';
import { reshapeNode } from './reshape.js';

/** Which axes, and whether they stay as size 1. */
export interface ReductionOptions {
  /** Default: all axes. */
  readonly axis?: number | readonly number[];
  /** Default: false. */
  readonly keepDims?: boolean;
}

// broadcastTo and sum are each other's gradient, so they live in one file.

export const broadcastToOp: MovementOp = {
  kind: 'movement',
  name: 'broadcastTo',
  doc: 'repeats axes of size 1',
  type: (inputs, attrs) => ({ dtype: (inputs[0] as { dtype: Node['dtype'] }).dtype, shape: attrs.shape as readonly Dim[] }),
  view: ({ shape, strides, offset }, _attrs, target) => {
    const added = target.length - shape.length;
    return { shape: target, offset, strides: target.map((_, axis) => (axis < added || shape[axis - added] === 1 ? 0 : (strides[axis - added] as number))) };
  },
  gradient: ({ cotangent, inputs }) => {
    const from = (inputs[0] as Node).shape;
    const added = cotangent.rank - from.length;
    const axes = cotangent.shape.flatMap((size, axis) => (axis < added || (from[axis - added] === 1 && size !== 1) ? [axis] : []));
    return [reshapeNode(sumNode(cotangent, axes, false), from)];
  },
};

/** `node` repeated to `shape`, which it is known to broadcast to. */
export function broadcastNode(expression: Expression, shape: readonly Dim[]): Node {
  const node = expression as Node;
  return sameShape(node.shape, shape) ? node : makeNode(broadcastToOp, [node], { shape });
}

/** Repeats axes of size 1 (and adds leading axes) to reach `shape`. @throws ShapeError where an axis has another size */
export function broadcastTo(x: Expression, shape: ShapeSpec): Expression {
  const node = toNode(x, 'broadcastTo');
  const target = resolveShape(shape, 'broadcastTo');
  const added = target.length - node.rank;
  if (added < 0 || node.shape.some((size, axis) => size !== 1 && size !== target[axis + added])) {
    throw new ShapeError('BROADCAST', `broadcastTo: ${formatType(node.type)} does not broadcast to ${formatShape(target)}; sizes, aligned at the last axis, must be equal or 1`, { from: node.shape, to: target });
  }
  return broadcastNode(node, target);
}

export const sumOp: ReduceOp = {
  kind: 'reduce',
  name: 'sum',
  doc: 'Σ x, in row-major order, accumulated in float64 and rounded once',
  initial: 0,
  step: (accumulator, element) => accumulator + element,
  emptyAllowed: true,
  type: (inputs, attrs) => reductionType('sum', inputs, attrs, 'number'),
  gradient: ({ cotangent, inputs, attrs }) => [spread(cotangent, inputs[0] as Node, attrs.axes as readonly number[])],
};

export function sumNode(expression: Expression, axes: readonly number[], keepDims: boolean): Node {
  const node = expression as Node;
  return axes.length === 0 ? node : makeNode(sumOp, [node], { axes, keepDims });
}

/** Brings the result of a reduction of `x` back over the axes that were reduced. */
export function spread(reduced: Expression, x: Node, axes: readonly number[]): Node {
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return broadcastNode(reshapeNode(reduced as Node, kept), x.shape);
}

/**
 * Σ of the elements along `axis` (all axes when left out). The sum over nothing is 0. bool is refused:
 * cast first, so that the dtype of the count is yours.
 */
export function sum(x: Expression, options: ReductionOptions = {}): Expression {
  const node = toNode(x, 'sum');
  checkOptions('sum', options, ['axis', 'keepDims']);
  if (node.dtype === 'bool') throw new DTypeError('OP_DTYPE', `sum: operand ${formatType(node.type)}; expected numbers; use cast(x, 'float32') or cast(x, 'int32')`, { op: 'sum' });
  return sumNode(node, normalizeAxes(options.axis, node.rank, 'sum'), options.keepDims === true);
}

/** How many elements are folded into one, as a size. */
export function countOf(node: Node, axes: readonly number[]): Dim {
  return productOfDims(axes.map((axis) => node.shape[axis] as Dim));
}
