import { DTypeError, ShapeError } from '../errors.js';
import { dtypeFacts, isFloat } from '../graph/dtype.js';
import { makeNode, type Node } from '../graph/node.js';
import { type CallOp, type DenseArray } from '../graph/op.js';
import { formatType, sameShape, type TensorType } from '../graph/type.js';
import { mul } from './arithmetic.js';
import { concat } from './concat.js';
import { full } from './create.js';
import { forEachLane } from './lanes.js';
import { padNode, sliceNode } from './slicePad.js';
import { flip } from './transpose.js';

// What gradients of running values are made of. It is its own gradient, run in the other direction, so that every order
// of derivative takes time linear in the length, and divides by nothing.

/** Accumulated in float64 and rounded to the dtype at every element. There is nothing before the first, so the first a is not read. */
export const recurrenceOp: CallOp = {
  kind: 'call',
  name: 'recurrence',
  doc: 'sⱼ = bⱼ + aⱼ · sⱼ₋₁ along an axis',
  type: ([b, a]) => {
    const [added, factor] = [b as TensorType, a as TensorType];
    if (!isFloat(added.dtype) || added.dtype !== factor.dtype) throw new DTypeError('OP_DTYPE', `recurrence: operands ${formatType(added)} and ${formatType(factor)}; expected one floating dtype for both`, { op: 'recurrence', dtypes: [added.dtype, factor.dtype] });
    if (!sameShape(added.shape, factor.shape)) throw new ShapeError('RECURRENCE', `recurrence: operands ${formatType(added)} and ${formatType(factor)}; expected one shape for both`, { shapes: [added.shape, factor.shape] });
    return added;
  },
  // With λⱼ = gⱼ + aⱼ₊₁ λⱼ₊₁: dbⱼ = λⱼ, daⱼ = λⱼ · sⱼ₋₁
  gradient: ({ cotangent, inputs: [, a], node, attrs, needed }) => {
    const axis = attrs.axis as number;
    const carried = recurrenceFromEnd(cotangent, following(a as Node, axis), axis);
    return [carried, needed[1] === true ? mul(carried, preceding(node, axis, 0)) : null];
  },
  evaluate: ([b, a], output, attrs) => {
    const [added, factors] = [(b as DenseArray).data, (a as DenseArray).data];
    const { round } = dtypeFacts(output.dtype);
    forEachLane(output.shape, attrs.axis as number, (start, stride, size) => {
      let total = 0;
      for (let k = 0, at = start; k < size; k += 1, at += stride) {
        total = k === 0 ? (added[at] as number) : (added[at] as number) + (factors[at] as number) * total;
        output.data[at] = round(total);
      }
    });
  },
};

/** s with sⱼ = bⱼ + aⱼ · sⱼ₊₁, from the last to the first. */
export function recurrenceFromEnd(b: Node, a: Node, axis: number): Node {
  return flip(makeNode(recurrenceOp, [flip(b, axis) as Node, flip(a, axis) as Node], { axis }), axis) as Node;
}

/** Each element's successor along `axis`, 0 behind the last. */
export function following(x: Node, axis: number): Node {
  return sliceNode(padNode(x, axis, 0, 1), axis, 1, x.shape[axis] ?? 1);
}

/** Each element's predecessor along `axis`, `initial` before the first. */
export function preceding(x: Node, axis: number, initial: number): Node {
  const edge = full(x.shape.map((size, k) => (k === axis ? 1 : size)), initial, x.dtype);
  return sliceNode(concat([edge, x], axis) as Node, axis, 0, x.shape[axis] ?? 1);
}
