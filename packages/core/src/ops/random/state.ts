import { DTypeError } from '../../errors.js';
import { makeNode, type Node } from '../../graph/node.js';
import { type LeafOp } from '../../graph/op.js';
import { formatType, type TensorType } from '../../graph/type.js';

/**
 * What every draw is made from: the seed's word and the number of the call. A compiled function feeds it
 * by itself. It is an ordinary leaf, so that a loop can put a state of its own for it in each iteration.
 */
export const randomStateOp: LeafOp = {
  kind: 'leaf',
  name: 'randomState',
  doc: 'seed and number of the call',
  type: () => ({ dtype: 'uint32', shape: [2] }),
};

/** The one state of a graph. */
export function randomStateNode(): Node {
  return makeNode(randomStateOp, []);
}

/** @throws DTypeError for what is no state */
export function checkState(name: string, state: TensorType): void {
  if (state.dtype === 'uint32' && state.shape.length === 1 && state.shape[0] === 2) return;
  throw new DTypeError('RANDOM_STATE', `${name}: a random state is uint32[2]; got ${formatType(state)}`, { op: name, found: formatType(state) });
}
