import { scalarValue } from '../graph/constant.js';
import { type Node } from '../graph/node.js';
import { neg } from '../ops/arithmetic.js';
import { broadcastNode } from '../ops/broadcast.js';
import { reshapeNode } from '../ops/reshape.js';
import { transposeNode } from '../ops/transpose.js';
import { type Rule } from './engine.js';

// Only rules that keep every bit, NaN and the sign of zero included: `x + 0 → x` (it turns -0 into 0),
// `x * 0 → 0` and `x - x → 0` (they hide NaN) are none.

const operand = (node: Node, i: number): Node => node.inputs[i] as Node;
const is = (node: Node, name: string): boolean => node.op.name === name;

export const simplifyRules: readonly Rule[] = [
  // x * 1 → x,  1 * x → x
  {
    name: 'mul one',
    apply: (node) => {
      if (!is(node, 'mul')) return undefined;
      if (scalarValue(operand(node, 1)) === 1) return operand(node, 0);
      return scalarValue(operand(node, 0)) === 1 ? operand(node, 1) : undefined;
    },
  },
  // x / 1 → x
  { name: 'div one', apply: (node) => (is(node, 'div') && scalarValue(operand(node, 1)) === 1 ? operand(node, 0) : undefined) },
  // x - 0 → x
  { name: 'sub zero', apply: (node) => (is(node, 'sub') && Object.is(scalarValue(operand(node, 1)), 0) ? operand(node, 0) : undefined) },
  // -(-x) → x
  { name: 'neg neg', apply: (node) => (is(node, 'neg') && is(operand(node, 0), 'neg') ? operand(operand(node, 0), 0) : undefined) },
  // x * -1 → -x
  { name: 'mul minus one', apply: (node) => (is(node, 'mul') && scalarValue(operand(node, 1)) === -1 ? (neg(operand(node, 0)) as Node) : undefined) },
  // reshape(reshape(x, s), t) → reshape(x, t)
  { name: 'reshape reshape', apply: (node) => (is(node, 'reshape') && is(operand(node, 0), 'reshape') ? reshapeNode(operand(operand(node, 0), 0), node.shape) : undefined) },
  // reshape(x, shape of x) → x
  { name: 'reshape to itself', apply: (node) => (is(node, 'reshape') ? sameOrUndefined(node, reshapeNode(operand(node, 0), node.shape)) : undefined) },
  // broadcastTo(broadcastTo(x, s), t) → broadcastTo(x, t)
  { name: 'broadcast broadcast', apply: (node) => (is(node, 'broadcastTo') && is(operand(node, 0), 'broadcastTo') ? broadcastNode(operand(operand(node, 0), 0), node.shape) : undefined) },
  // broadcastTo(x, shape of x) → x
  { name: 'broadcast to itself', apply: (node) => (is(node, 'broadcastTo') ? sameOrUndefined(node, broadcastNode(operand(node, 0), node.shape)) : undefined) },
  // transpose(transpose(x, p), q) → transpose(x, p∘q)
  {
    name: 'transpose transpose',
    apply: (node) => {
      const inner = operand(node, 0);
      if (!is(node, 'transpose') || !is(inner, 'transpose')) return undefined;
      const [outer, perm] = [node.attrs.perm, inner.attrs.perm] as readonly (readonly number[])[];
      return transposeNode(operand(inner, 0), (outer ?? []).map((axis) => perm?.[axis] ?? axis));
    },
  },
];

function sameOrUndefined(node: Node, simpler: Node): Node | undefined {
  return simpler === node ? undefined : simpler;
}
