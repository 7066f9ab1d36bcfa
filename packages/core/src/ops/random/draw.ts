import { InputError } from '../../errors.js';
import { type Dim } from '../../graph/dim.js';
import { dtypeFacts, type DType } from '../../graph/dtype.js';
import { makeNode, type Node } from '../../graph/node.js';
import { type CallOp, type DenseArray } from '../../graph/op.js';
import { resolveShape, type ShapeSpec, type TensorType } from '../../graph/type.js';
import { threefry2x32 } from '../../random/threefry.js';
import { type FromWords } from '../../random/unit.js';
import { checkState, randomStateNode } from './state.js';

/**
 * A draw: element i, counted in row-major order, is made of the two words of Threefry-2x32 with the state
 * as its key and [stream, i] as its counter, and of nothing else. So the same state and stream give the
 * same bits everywhere, and the first rows of a larger batch are those of a smaller one.
 */
export function drawOp(name: string, doc: string, numbersOf: (dtype: DType) => FromWords): CallOp {
  return {
    kind: 'call',
    name,
    doc,
    type: ([state], attrs) => {
      checkState(name, state as TensorType);
      return { dtype: attrs.dtype as DType, shape: attrs.shape as readonly Dim[] };
    },
    evaluate: ([state], { dtype, data }, attrs) => {
      const [seed, call] = (state as DenseArray).data as unknown as readonly [number, number];
      const stream = attrs.stream as number;
      const number = numbersOf(dtype);
      const { round } = dtypeFacts(dtype);
      for (let i = 0; i < data.length; i += 1) {
        const [first, second] = threefry2x32(seed, call, stream, i);
        data[i] = round(number(first, second));
      }
    },
  };
}

export function drawNode(op: CallOp, shape: readonly Dim[], dtype: DType, stream: number): Node {
  return makeNode(op, [randomStateNode()], { shape, dtype, stream });
}

/** The shape of a draw: no input tells an anonymous size, so there is none. */
export function drawShape(shape: ShapeSpec, where: string): readonly Dim[] {
  const axis = Array.isArray(shape) ? shape.indexOf(null) : -1;
  if (axis >= 0) throw new InputError('DRAW_SIZE', `${where}: size null of axis ${axis}; expected a whole number, the name of a size that an input has ('batch'), or a size taken from an expression (x.shape[0])`, { axis });
  return resolveShape(shape, where);
}
