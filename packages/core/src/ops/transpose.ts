import { count, ShapeError } from '../errors.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type MovementOp } from '../graph/op.js';
import { formatType, normalizeAxes, type TensorType } from '../graph/type.js';

const pick = <T>(items: readonly T[], order: readonly number[]): readonly T[] => order.map((i) => items[i] as T);

export const transposeOp: MovementOp = {
  kind: 'movement',
  name: 'transpose',
  doc: 'axes in another order',
  type: ([x], attrs) => ({ dtype: (x as TensorType).dtype, shape: pick((x as TensorType).shape, attrs.perm as readonly number[]) }),
  view: ({ shape, strides, offset }, attrs) => {
    const perm = attrs.perm as readonly number[];
    return { shape: pick(shape, perm), strides: pick(strides, perm), offset };
  },
  gradient: ({ cotangent, attrs }) => {
    const perm = attrs.perm as readonly number[];
    return [transposeNode(cotangent, perm.map((_, axis) => perm.indexOf(axis)))];
  },
};

export function transposeNode(node: Node, perm: readonly number[]): Node {
  return perm.every((from, to) => from === to) ? node : makeNode(transposeOp, [node], { perm });
}

/** Axes in the order `perm` (reversed when left out): axis i of the result is axis perm[i] of x. */
export function transpose(x: Expression, perm?: readonly number[]): Expression {
  const node = toNode(x, 'transpose');
  const order = perm ?? node.shape.map((_, axis) => node.rank - 1 - axis);
  if (!Array.isArray(order) || order.length !== node.rank) {
    throw new ShapeError('TRANSPOSE', `transpose: perm ${JSON.stringify(order)} for ${formatType(node.type)}; expected a list that names each of its ${count(node.rank, 'axis', 'axes')} once`, { perm: order, shape: node.shape });
  }
  normalizeAxes(order, node.rank, 'transpose'); // checks range and repetition
  return transposeNode(node, order.map((axis) => (axis < 0 ? axis + node.rank : axis)));
}

export const flipOp: MovementOp = {
  kind: 'movement',
  name: 'flip',
  doc: 'axes in reversed direction',
  type: ([x]) => x as TensorType,
  view: ({ shape, strides, offset }, attrs) => {
    const axes = attrs.axes as readonly number[];
    const start = axes.reduce((at, axis) => at + Math.max(0, (shape[axis] as number) - 1) * (strides[axis] as number), offset);
    return { shape, strides: strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)), offset: start };
  },
  gradient: ({ cotangent, attrs }) => [makeNode(flipOp, [cotangent], attrs)],
};

/** The elements along `axes` in reversed order. */
export function flip(x: Expression, axes: number | readonly number[]): Expression {
  return makeNode(flipOp, [toNode(x, 'flip')], { axes: normalizeAxes(axes, x.rank, 'flip') });
}
