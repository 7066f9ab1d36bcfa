import { type Dim } from '../../graph/dim.js';
import { makeNode, toNode, type Expression } from '../../graph/node.js';
import { type CallOp, type DenseArray } from '../../graph/op.js';
import { type TensorType } from '../../graph/type.js';
import { takeStream } from '../../random/stream.js';
import { threefry2x32 } from '../../random/threefry.js';
import { checkState } from './state.js';

// The key of a split is the state with these bits turned around, so that no row repeats the words of a
// draw. Both words change: a seed and a number of calls that differ by just these do not meet.
const [seedMark, callMark] = [0x9e3779b9, 0xb5297a4d];

export const randomSplitOp: CallOp = {
  kind: 'call',
  name: 'randomSplit',
  doc: 'states made of one state, a row each',
  type: ([state], attrs) => {
    checkState('randomSplit', state as TensorType);
    return { dtype: 'uint32', shape: attrs.shape as readonly Dim[] };
  },
  evaluate: ([state], { data }, attrs) => {
    const [seed, call] = (state as DenseArray).data as unknown as readonly [number, number];
    for (let i = 0; 2 * i < data.length; i += 1) data.set(threefry2x32(seed ^ seedMark, call ^ callMark, attrs.stream as number, i), 2 * i);
  },
};

/**
 * `count` independent states made of one: uint32[count, 2], a row each, to put for the state of a graph
 * (one per iteration of a loop). Row i depends on the state, the stream and i, not on `count`.
 */
export function randomSplit(state: Expression, count: Dim, stream?: number): Expression {
  return makeNode(randomSplitOp, [toNode(state, 'randomSplit')], { shape: [count, 2], stream: takeStream(stream, 'randomSplit') });
}
