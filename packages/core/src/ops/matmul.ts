import { DTypeError, ShapeError } from '../errors.js';
import { mulDims } from '../graph/dim.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type CallOp, type DenseArray } from '../graph/op.js';
import { broadcastShapes, formatType, type TensorType } from '../graph/type.js';
import { isFloat } from '../graph/dtype.js';
import { broadcastNode } from './broadcast.js';
import { multiplyMatrices } from '../reference/dot.js';
import { reshapeNode } from './reshape.js';
import { transposeNode } from './transpose.js';

/** Batches of matrix products. Both operands have the same leading axes. Σ over k in order, in float64, rounded once. */
export const dotOp: CallOp = {
  kind: 'call',
  name: 'matmul',
  doc: 'c[…, i, j] = Σₖ a[…, i, k] · b[…, k, j]',
  type: ([a, b]) => {
    const [left, right] = [a as TensorType, b as TensorType];
    if (left.dtype !== right.dtype || !isFloat(left.dtype)) {
      throw new DTypeError('OP_DTYPE', `matmul: operands ${formatType(left)} and ${formatType(right)}; expected one floating dtype for both; use cast(x, 'float32')`, { op: 'matmul', dtypes: [left.dtype, right.dtype] });
    }
    const rank = left.shape.length;
    if (left.shape[rank - 1] !== right.shape[rank - 2]) {
      throw new ShapeError('MATMUL', `matmul: ${formatType(left)} times ${formatType(right)}: the last axis of the left (${String(left.shape[rank - 1])}) must equal the last but one of the right (${String(right.shape[rank - 2])}); transpose or reshape one of them`, { left: left.shape, right: right.shape });
    }
    return { dtype: left.dtype, shape: [...left.shape.slice(0, -1), right.shape[rank - 1] ?? 1] };
  },
  gradient: ({ cotangent: g, inputs: [a, b] }) => [makeNode(dotOp, [g, swapped(b as Node)]), makeNode(dotOp, [swapped(a as Node), g])],
  evaluate: ([a, b], output) => multiplyMatrices(a as DenseArray, b as DenseArray, output),
};

/** The last two axes exchanged. */
function swapped(node: Node): Node {
  const perm = node.shape.map((_, axis) => axis);
  perm.splice(-2, 2, node.rank - 1, node.rank - 2);
  return transposeNode(node, perm);
}

/**
 * Matrix product with numpy's rules: leading axes broadcast, a vector on the left is a row, on the
 * right a column, and its axis is dropped from the result.
 *
 * @throws ShapeError where the inner sizes differ
 *
 * @example
 * ```ts
 * import { constant, evaluate, matmul } from '@pastina/core';
 * console.log(evaluate(matmul(constant([[1, 2]]), constant([[3], [4]]))).toArray()); // [[11]]
 * ```
 */
export function matmul(a: Expression, b: Expression): Expression {
  const [left, right] = [toNode(a, 'matmul'), toNode(b, 'matmul')];
  if (left.rank === 0 || right.rank === 0) throw new ShapeError('MATMUL', `matmul: ${formatType(left.type)} times ${formatType(right.type)}: a scalar is no matrix; use mul`, { left: left.shape, right: right.shape });
  checkOperands(left, right);
  const row = left.rank === 1 ? reshapeNode(left, [1, ...left.shape]) : left;
  const column = right.rank === 1 ? reshapeNode(right, [...right.shape, 1]) : right;
  const result = batched(row, column);
  const dropped = [left.rank === 1 ? result.rank - 2 : -1, right.rank === 1 ? result.rank - 1 : -1];
  return reshapeNode(result, result.shape.filter((_, axis) => !dropped.includes(axis)));
}

/** Here rather than in the type rule, which sees vectors as rows and columns, and one batch at most. */
function checkOperands(left: Node, right: Node): void {
  const text = `matmul: ${formatType(left.type)} times ${formatType(right.type)}`;
  if (left.dtype !== right.dtype || !isFloat(left.dtype)) throw new DTypeError('OP_DTYPE', `${text}; expected one floating dtype for both; use cast(x, 'float32')`, { op: 'matmul', dtypes: [left.dtype, right.dtype] });
  const inner = right.shape[Math.max(0, right.rank - 2)];
  if (left.shape[left.rank - 1] !== inner) {
    throw new ShapeError('MATMUL', `${text}: the last axis of the left (${String(left.shape[left.rank - 1])}) must equal the ${right.rank === 1 ? 'only axis' : 'last but one'} of the right (${String(inner)}); transpose or reshape one of them`, { left: left.shape, right: right.shape });
  }
  broadcastShapes([left.shape.slice(0, -2), right.shape.slice(0, -2)], `${text}, the axes before the last two`);
}

function batched(a: Node, b: Node): Node {
  // A matrix on the right of many rows is one large product, not a batch.
  if (a.rank > 2 && b.rank === 2) {
    const rows = a.shape.slice(0, -1);
    const inner = a.shape[a.rank - 1] ?? 1;
    const flat = makeNode(dotOp, [reshapeNode(a, [rows.reduce(mulDims, 1), inner]), b]);
    return reshapeNode(flat, [...rows, flat.shape[1] ?? 1]);
  }
  const leading = broadcastShapes([a.shape.slice(0, -2), b.shape.slice(0, -2)], 'matmul');
  return makeNode(dotOp, [broadcastNode(a, [...leading, ...a.shape.slice(-2)]), broadcastNode(b, [...leading, ...b.shape.slice(-2)])]);
}
