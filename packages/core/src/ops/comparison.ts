import { DTypeError } from '../errors.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type ElementwiseOp } from '../graph/op.js';
import { formatType } from '../graph/type.js';
import { scalarConstant } from '../graph/constant.js';
import { apply, broadcastTogether, elementwise, lift, type Operand } from './elementwise.js';

const compare = (name: string, doc: string, test: (a: number, b: number) => boolean): ElementwiseOp =>
  elementwise({ name, doc, domain: 'any', result: 'bool', scalar: (a, b) => (test(a, b) ? 1 : 0) });

export const equalOp: ElementwiseOp = compare('equal', 'a = b; NaN equals nothing', (a, b) => a === b);
export const notEqualOp: ElementwiseOp = compare('notEqual', 'a ≠ b', (a, b) => a !== b);
export const lessOp: ElementwiseOp = compare('less', 'a < b', (a, b) => a < b);
export const lessEqualOp: ElementwiseOp = compare('lessEqual', 'a ≤ b', (a, b) => a <= b);
export const greaterOp: ElementwiseOp = compare('greater', 'a > b', (a, b) => a > b);
export const greaterEqualOp: ElementwiseOp = compare('greaterEqual', 'a ≥ b', (a, b) => a >= b);

/** a = b elementwise; NaN equals nothing. */
export const equal = (a: Operand, b: Operand): Expression => apply(equalOp, [a, b]);
/** a ≠ b elementwise; NaN differs from everything. */
export const notEqual = (a: Operand, b: Operand): Expression => apply(notEqualOp, [a, b]);
/** a < b elementwise. */
export const less = (a: Operand, b: Operand): Expression => apply(lessOp, [a, b]);
/** a ≤ b elementwise. */
export const lessEqual = (a: Operand, b: Operand): Expression => apply(lessEqualOp, [a, b]);
/** a > b elementwise. */
export const greater = (a: Operand, b: Operand): Expression => apply(greaterOp, [a, b]);
/** a ≥ b elementwise. */
export const greaterEqual = (a: Operand, b: Operand): Expression => apply(greaterEqualOp, [a, b]);

export const logicalAndOp: ElementwiseOp = elementwise({ name: 'logicalAnd', doc: 'a ∧ b', domain: 'bool', scalar: (a, b) => a * b });
export const logicalOrOp: ElementwiseOp = elementwise({ name: 'logicalOr', doc: 'a ∨ b', domain: 'bool', scalar: (a, b) => (a + b > 0 ? 1 : 0) });
export const logicalNotOp: ElementwiseOp = elementwise({ name: 'logicalNot', doc: '¬a', domain: 'bool', scalar: (a) => 1 - a });

/** Both; bool only. */
export const logicalAnd = (a: Expression, b: Expression): Expression => apply(logicalAndOp, [a, b]);
/** Either or both; bool only. */
export const logicalOr = (a: Expression, b: Expression): Expression => apply(logicalOrOp, [a, b]);
/** Not; bool only. */
export const logicalNot = (a: Expression): Expression => apply(logicalNotOp, [a]);

export const isNaNOp: ElementwiseOp = elementwise({ name: 'isNaN', doc: 'is the element NaN?', domain: 'float', result: 'bool', scalar: (a) => (a !== a ? 1 : 0) });
export const isFiniteOp: ElementwiseOp = elementwise({ name: 'isFinite', doc: 'is the element neither NaN nor ±Inf?', domain: 'float', result: 'bool', scalar: (a) => (a - a === 0 ? 1 : 0) });

/** Where the elements are NaN. */
export const isNaN = (a: Expression): Expression => apply(isNaNOp, [a]);
/** Where the elements are neither NaN nor infinite. */
export const isFinite = (a: Expression): Expression => apply(isFiniteOp, [a]);

export const whereOp: ElementwiseOp = {
  kind: 'elementwise',
  name: 'where',
  doc: 'a where the condition holds, else b',
  scalar: (condition, a, b) => (condition !== 0 ? a : b),
  type: (inputs) => {
    const [condition, a, b] = inputs;
    if (condition?.dtype !== 'bool') throw new DTypeError('OP_DTYPE', `where: condition ${condition === undefined ? '' : formatType(condition)}; expected bool; compare first, as in greater(x, 0)`, { op: 'where' });
    if (a === undefined || a.dtype !== b?.dtype) throw new DTypeError('OP_MIXED_DTYPES', `where: branches differ in dtype: ${a?.dtype} and ${b?.dtype}; cast one of them`, { op: 'where' });
    return a;
  },
  gradient: ({ cotangent: g, inputs: [condition] }) => {
    const c = condition as Node;
    return [null, whereNode(c, g, zerosOf(g)), whereNode(c, zerosOf(g), g)];
  },
};

/** A scalar zero of the node's dtype, broadcast where it is used. */
export function zerosOf(node: Expression): Node {
  return scalarConstant(0, node.dtype, 'zero');
}

export function whereNode(condition: Expression, a: Expression, b: Expression): Node {
  return makeNode(whereOp, broadcastTogether([condition, a, b], 'where'));
}

/** `a` where `condition` holds, else `b`; shapes broadcast. The gradient flows only into the chosen branch. */
export function where(condition: Expression, a: Operand, b: Operand): Expression {
  const [left, right] = lift([a, b], 'where');
  return whereNode(toNode(condition, 'where'), left as Node, right as Node);
}
