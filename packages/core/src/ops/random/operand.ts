import { DTypeError, InputError, ShapeError } from '../../errors.js';
import { type Dim } from '../../graph/dim.js';
import { checkDType, dtypeFacts, isFloat, type DType } from '../../graph/dtype.js';
import { scalarConstant } from '../../graph/constant.js';
import { isExpression, toNode, type Node } from '../../graph/node.js';
import { formatShape, formatType } from '../../graph/type.js';
import { type Operand } from '../elementwise.js';

/** The dtype of a draw: as asked for, else that of the expressions that scale it, else the declared default. */
export function drawDType(asked: DType | undefined, scales: readonly Operand[], otherwise: () => DType, where: string): DType {
  const scale = scales.filter(isExpression).find((operand) => isFloat(operand.dtype));
  const dtype = asked === undefined ? scale?.dtype ?? otherwise() : checkDType(asked, where);
  if (!isFloat(dtype)) throw new DTypeError('DRAW_DTYPE', `${where}: dtype ${dtype}; expected a floating dtype: draw in float32 and use cast(…, '${dtype}') on the result`, { dtype });
  return dtype;
}

/** A number or an expression that a draw of this type is scaled by; `label` is the option's name. */
export function scaleOf(value: Operand, dtype: DType, shape: readonly Dim[], where: string, label: string): Node {
  if (typeof value === 'number') {
    if (!Number.isFinite(dtypeFacts(dtype).round(value))) throw new InputError('DRAW_OPTION', `${where}: ${label} ${value}; expected a finite number in ${dtype}`, { option: label, value });
    return scalarConstant(value, dtype, where);
  }
  const node = toNode(value, `${where}: ${label}`);
  if (node.dtype !== dtype) throw new DTypeError('DRAW_OPTION', `${where}: ${label} is ${formatType(node.type)}, the draw ${dtype}; use cast(${label}, '${dtype}')${isFloat(node.dtype) ? `, or { dtype: '${node.dtype}' }` : ''}`, { option: label, dtype: node.dtype });
  return checkBroadcast(node, shape, where, label);
}

/** @throws ShapeError where an option's value does not broadcast to the shape of the draw */
export function checkBroadcast(node: Node, shape: readonly Dim[], where: string, label: string): Node {
  const added = shape.length - node.rank;
  if (added >= 0 && node.shape.every((size, axis) => size === 1 || size === shape[axis + added])) return node;
  throw new ShapeError('DRAW_OPTION', `${where}: ${label} is ${formatType(node.type)}, the draw has shape ${formatShape(shape)}; expected sizes that, aligned at the last axis, are equal or 1`, { option: label, from: node.shape, to: shape });
}
