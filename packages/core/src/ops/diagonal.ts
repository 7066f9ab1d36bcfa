import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { InputError, ShapeError } from '../errors.js';
import { addDims, type Dim } from '../graph/dim.js';
import { checkDType, type DType } from '../graph/dtype.js';
import { toNode, type Expression, type Node } from '../graph/node.js';
import { formatType, resolveShape, type ShapeSpec } from '../graph/type.js';
import { sub } from './arithmetic.js';
import { cast } from './cast.js';
import { equal, lessEqual, where } from './comparison.js';
import { arange } from './create.js';
import { gather } from './gather.js';
import { expandDims } from './reshape.js';
import { padNode, sliceNode } from './slicePad.js';

/** Column number minus row number, int32 [rows, columns]. */
function distance(rows: Dim, columns: Dim): Expression {
  return sub(expandDims(arange(columns, 'int32'), 0), expandDims(arange(rows, 'int32'), 1));
}

function checkOffset(name: string, offset: number): void {
  if (!Number.isInteger(offset)) throw new InputError('DIAGONAL', `${name}: offset ${offset}; expected a whole number: 0 is the main diagonal, above it counts up`, { offset });
}

/** 1 on a diagonal, 0 elsewhere; `columns` left out: as many as rows. */
export function eye(rows: ShapeSpec[number], columns: ShapeSpec[number] = rows, dtype: Defaulted<DType, 'float32'> = defaultOf(defaults, 'eye.dtype'), offset: Defaulted<number, 0> = defaultOf(defaults, 'diagonal.offset')): Expression {
  checkOffset('eye', offset);
  checkDType(dtype, 'eye');
  const [m, n] = resolveShape([rows, columns], 'eye') as readonly [Dim, Dim];
  return cast(equal(distance(m, n), offset), dtype);
}

/**
 * Of a vector the square matrix with it on the diagonal, 0 elsewhere; of a matrix its diagonal. numpy's diag.
 *
 * @throws ShapeError for other ranks, or a diagonal outside of the matrix
 *
 * @example
 * ```ts
 * import { constant, diag, evaluate } from '@pastina/core';
 * console.log(evaluate(diag(constant([1, 2]))).toArray()); // [[1, 0], [0, 2]]
 * console.log(evaluate(diag(constant([[1, 2], [3, 4]]))).toArray()); // [1, 4]
 * ```
 */
export function diag(x: Expression, offset: Defaulted<number, 0> = defaultOf(defaults, 'diagonal.offset')): Expression {
  const node = toNode(x, 'diag');
  checkOffset('diag', offset);
  if (node.rank === 1) return fromVector(node, offset);
  if (node.rank === 2) return fromMatrix(node, offset);
  throw new ShapeError('DIAGONAL', `diag: ${formatType(node.type)}; expected a vector or a matrix`, { shape: node.shape });
}

function fromVector(node: Node, offset: number): Expression {
  const [before, after] = offset < 0 ? [-offset, 0] : [0, offset];
  const size = addDims(node.shape[0] ?? 1, before + after);
  // Row i holds element i - before, in the column that lies `offset` to the right.
  return where(equal(distance(size, size), offset), expandDims(padNode(node, 0, before, after), 1), 0);
}

function fromMatrix(node: Node, offset: number): Expression {
  const [m, n] = node.shape as readonly [Dim, Dim];
  const [row, column] = offset < 0 ? [-offset, 0] : [0, offset];
  if (m === n) return diagonalOf(sliceNode(sliceNode(node, 0, row, addDims(m, -row - column)), 1, column, addDims(n, -row - column)));
  if (typeof m !== 'number' || typeof n !== 'number') throw new ShapeError('DIAGONAL', `diag: ${formatType(node.type)}; the sizes of a matrix that is not square must be known numbers`, { shape: node.shape });
  const length = Math.min(m - row, n - column);
  if (length < 0) throw new ShapeError('DIAGONAL', `diag: ${formatType(node.type)} has no diagonal at offset ${offset}; expected ${-m} to ${n}`, { shape: node.shape, offset });
  return diagonalOf(sliceNode(sliceNode(node, 0, row, length), 1, column, length));
}

/** Of a square matrix, element i of row i. */
function diagonalOf(square: Node): Expression {
  return gather(square, arange(square.shape[0] ?? 1, 'int32'), { axis: 1, batchAxes: 1 });
}

function triangle(name: string, x: Expression, offset: number, keep: (distance: Expression) => Expression): Expression {
  const node = toNode(x, name);
  checkOffset(name, offset);
  if (node.rank < 2) throw new ShapeError('TRIANGLE', `${name}: ${formatType(node.type)}; expected a matrix, or several: at least two axes`, { shape: node.shape });
  const [rows, columns] = node.shape.slice(-2) as [Dim, Dim];
  return where(keep(distance(rows, columns)), node, 0);
}

/** The matrix with 0 below a diagonal; leading axes are batches. */
export const triu = (x: Expression, offset: Defaulted<number, 0> = defaultOf(defaults, 'diagonal.offset')): Expression => triangle('triu', x, offset, (distance) => lessEqual(offset, distance));
/** The matrix with 0 above a diagonal; leading axes are batches. */
export const tril = (x: Expression, offset: Defaulted<number, 0> = defaultOf(defaults, 'diagonal.offset')): Expression => triangle('tril', x, offset, (distance) => lessEqual(distance, offset));
