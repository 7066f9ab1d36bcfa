import { scalarValue } from '../graph/constant.js';
import { makeNode, type Node } from '../graph/node.js';
import { neg } from '../ops/arithmetic.js';
import { equal, greaterEqual, logicalAnd, where, zerosOf } from '../ops/comparison.js';
import { erf, erfc } from '../ops/errorFunction.js';
import { expm1, log1mexp, log1p, xmuly } from '../ops/exponential.js';
import { normOp } from '../ops/norm.js';
import { type Keep } from './form.js';

/** A rewrite to a function that does not cancel. The comment beside each rule reads `lhs → rhs`; both are equal as real functions. */
export interface StableRule {
  readonly name: string;
  /** What stands for the node, or undefined where the rule does not apply. */
  readonly apply: (node: Node, keep: Keep) => Node | undefined;
}

/** The operand beside a number, of a sum or a difference. */
function beside(node: Node, name: 'add' | 'sub', place: 0 | 1, value: number): Node | undefined {
  return node.op.name === name && scalarValue(node.inputs[place] as Node) === value ? node.inputs[1 - place] : undefined;
}

function operandOf(node: Node | undefined, name: string, keep: Keep): Node | undefined {
  return node?.op.name === name && !keep(node) ? node.inputs[0] : undefined;
}

const then = (operand: Node | undefined, make: (operand: Node) => unknown): Node | undefined => (operand === undefined ? undefined : (make(operand) as Node));

/** Tried where no logarithm of an exponential was found; part of the same phase, so before any gradient. */
export const stableRules: readonly StableRule[] = [
  // log(1 + x) → log1p(x)
  {
    name: 'log of 1 + x',
    apply: (node, keep) => {
      const inside = operandOf(node, 'log', () => false);
      return inside === undefined || keep(inside) ? undefined : then(beside(inside, 'add', 0, 1) ?? beside(inside, 'add', 1, 1), log1p);
    },
  },
  // log(1 - x) → log1p(-x)
  {
    name: 'log of 1 - x',
    apply: (node, keep) => {
      const inside = operandOf(node, 'log', () => false);
      return inside === undefined || keep(inside) ? undefined : then(beside(inside, 'sub', 0, 1), (x) => log1p(neg(x)));
    },
  },
  // xlogy(a, 1 - x) → a · log1p(-x), where beside a = 0 an x of 1 or more is taken for 0: 0 · ln 0 is 0, with a gradient of 0
  {
    name: 'xlogy of 1 - x',
    apply: (node, keep) => {
      const [a, inside] = node.inputs as readonly [Node, Node];
      if (node.op.name !== 'xlogy' || keep(inside)) return undefined;
      return then(beside(inside, 'sub', 0, 1), (x) => xmuly(a, log1p(neg(where(logicalAnd(equal(a, 0), greaterEqual(x, 1)), zerosOf(x), x)))));
    },
  },
  // exp(x) - 1 → expm1(x), also as exp(x) + -1
  { name: 'exp minus 1', apply: (node, keep) => then(operandOf(beside(node, 'sub', 1, 1) ?? beside(node, 'add', 1, -1), 'exp', keep), expm1) },
  // 1 - exp(x) → -expm1(x)
  { name: '1 minus exp', apply: (node, keep) => then(operandOf(beside(node, 'sub', 0, 1), 'exp', keep), (x) => neg(expm1(x))) },
  // 1 - erf(x) → erfc(x)
  { name: '1 minus erf', apply: (node, keep) => then(operandOf(beside(node, 'sub', 0, 1), 'erf', keep), erfc) },
  // 1 - erfc(x) → erf(x)
  { name: '1 minus erfc', apply: (node, keep) => then(operandOf(beside(node, 'sub', 0, 1), 'erfc', keep), erf) },
  // log(-expm1(x)) → log1mexp(-x): what log(1 - exp(x)) has become by the rule above
  { name: 'log of 1 - exp', apply: (node, keep) => then(operandOf(operandOf(operandOf(node, 'log', () => false), 'neg', keep), 'expm1', keep), (x) => log1mexp(neg(x))) },
  // √Σx² → norm(x), whose slope at 0 is 0; x² also as x · x
  {
    name: 'norm by hand',
    apply: (node, keep) => {
      const sum = operandOf(node, 'sqrt', () => false);
      if (sum?.op.name !== 'sum' || keep(sum)) return undefined;
      const squares = sum.inputs[0] as Node;
      const [x, y] = squares.inputs;
      const squared = squares.op.name === 'square' || (squares.op.name === 'mul' && x === y);
      return squared && !keep(squares) ? makeNode(normOp, [x as Node], sum.attrs) : undefined;
    },
  },
];
