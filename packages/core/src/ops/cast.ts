import { checkDType, isFloat, type DType } from '../graph/dtype.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type ElementwiseOp } from '../graph/op.js';
import { type TensorType } from '../graph/type.js';

/** Integers take the whole part of a float (towards 0, wrapping); bool is `a ≠ 0`. The rounding to the dtype does the rest. */
export const castOp: ElementwiseOp = {
  kind: 'elementwise',
  name: 'cast',
  doc: 'a in another dtype',
  scalar: (a) => a,
  type: (inputs, attrs) => ({ dtype: attrs.dtype as DType, shape: (inputs[0] as TensorType).shape }),
  gradient: ({ cotangent, inputs, attrs }) => {
    const from = (inputs[0] as Node).dtype;
    return [isFloat(from) && isFloat(attrs.dtype as DType) ? castNode(cotangent, from) : null];
  },
};

export function castNode(node: Node, dtype: DType): Node {
  return node.dtype === dtype ? node : makeNode(castOp, [node], { dtype });
}

/** `x` in another dtype: floats round to nearest, integers take the whole part and wrap, bool is x ≠ 0. */
export function cast(x: Expression, dtype: DType): Expression {
  const type = checkDType(dtype, 'cast');
  return castNode(toNode(x, 'cast'), type);
}
