import { makeNode, toNode, type Expression } from '../graph/node.js';
import { type MovementOp } from '../graph/op.js';
import { type TensorType } from '../graph/type.js';

/** No gradient rule: that is its whole meaning. */
export const stopGradientOp: MovementOp = {
  kind: 'movement',
  name: 'stopGradient',
  doc: 'the same value, treated as a constant by gradients',
  type: ([x]) => x as TensorType,
  view: (input) => input,
};

/** The same value, which gradients treat as a constant. */
export function stopGradient(x: Expression): Expression {
  return makeNode(stopGradientOp, [toNode(x, 'stopGradient')]);
}
