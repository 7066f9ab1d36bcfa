import { type Expression, type Node } from '../graph/node.js';
import { type ElementwiseOp } from '../graph/op.js';
import { equalOp, greaterOp, lessOp, whereNode, zerosOf } from './comparison.js';
import { apply, elementwise, type Operand } from './elementwise.js';

const { imul } = Math;

export const addOp: ElementwiseOp = elementwise({ name: 'add', doc: 'a + b', domain: 'number', scalar: (a, b) => a + b, gradient: (g) => [g, g] });
export const subOp: ElementwiseOp = elementwise({ name: 'sub', doc: 'a - b', domain: 'number', scalar: (a, b) => a - b, gradient: (g) => [g, neg(g)] });
export const mulOp: ElementwiseOp = elementwise({
  name: 'mul', doc: 'a · b', domain: 'number', scalar: (a, b) => a * b, integerScalar: imul,
  gradient: (g, [a, b]) => [mul(g, b as Node), mul(g, a as Node)],
});
export const divOp: ElementwiseOp = elementwise({
  name: 'div', doc: 'a / b', domain: 'float', scalar: (a, b) => a / b,
  gradient: (g, [, b], node) => [div(g, b as Node), neg(div(mul(g, node), b as Node))],
});
export const negOp: ElementwiseOp = elementwise({ name: 'neg', doc: '-a', domain: 'number', scalar: (a) => -a, gradient: (g) => [neg(g)] });

/** a + b elementwise; shapes broadcast, a number takes the other's dtype. Integers wrap. */
export const add = (a: Operand, b: Operand): Expression => apply(addOp, [a, b]);
/** a - b elementwise. */
export const sub = (a: Operand, b: Operand): Expression => apply(subOp, [a, b]);
/** a · b elementwise. */
export const mul = (a: Operand, b: Operand): Expression => apply(mulOp, [a, b]);
/** a / b elementwise; floating dtypes. x/0 is ±Inf, 0/0 is NaN. */
export const div = (a: Operand, b: Operand): Expression => apply(divOp, [a, b]);
/** -a elementwise. */
export const neg = (a: Operand): Expression => apply(negOp, [a]);

export const squareOp: ElementwiseOp = elementwise({
  name: 'square', doc: 'a²', domain: 'number', scalar: (a) => a * a, integerScalar: (a) => imul(a, a),
  gradient: (g, [a]) => [mul(g, mul(a as Node, 2))],
});
export const sqrtOp: ElementwiseOp = elementwise({ name: 'sqrt', doc: '√a', domain: 'float', scalar: Math.sqrt, gradient: (g, _, y) => [div(mul(g, 0.5), y)] });
export const rsqrtOp: ElementwiseOp = elementwise({
  name: 'rsqrt', doc: '1/√a', domain: 'float', scalar: (a) => 1 / Math.sqrt(a),
  gradient: (g, [a], y) => [mul(mul(g, -0.5), div(y, a as Node))],
});
export const reciprocalOp: ElementwiseOp = elementwise({ name: 'reciprocal', doc: '1/a', domain: 'float', scalar: (a) => 1 / a, gradient: (g, _, y) => [neg(mul(g, square(y)))] });
export const signOp: ElementwiseOp = elementwise({ name: 'sign', doc: '-1, 0 or 1; NaN for NaN', domain: 'number', scalar: Math.sign, gradient: (g) => [mul(g, 0)] });
export const absOp: ElementwiseOp = elementwise({ name: 'abs', doc: '|a|; gradient 0 at 0', domain: 'number', scalar: Math.abs, gradient: (g, [a]) => [mul(g, sign(a as Node))] });

/** a² elementwise. */
export const square = (a: Operand): Expression => apply(squareOp, [a]);
/** √a elementwise; NaN below 0. The gradient at 0 is Inf. */
export const sqrt = (a: Operand): Expression => apply(sqrtOp, [a]);
/** 1/√a elementwise. */
export const rsqrt = (a: Operand): Expression => apply(rsqrtOp, [a]);
/** 1/a elementwise. */
export const reciprocal = (a: Operand): Expression => apply(reciprocalOp, [a]);
/** -1, 0 or 1 by the sign of a; NaN for NaN. */
export const sign = (a: Operand): Expression => apply(signOp, [a]);
/** |a| elementwise; the gradient at 0 is 0. */
export const abs = (a: Operand): Expression => apply(absOp, [a]);

/** Math.max and Math.min give NaN as soon as one operand is NaN, which is what is wanted. */
const extremum = (name: string, doc: string, scalar: (a: number, b: number) => number, wins: ElementwiseOp): ElementwiseOp =>
  elementwise({
    name, doc, domain: 'number', scalar,
    gradient: (g, [a, b]) => [share(g, a as Node, b as Node, wins), share(g, b as Node, a as Node, wins)],
  });

/** The cotangent where `own` wins, half of it on a tie, nothing where it loses. */
function share(g: Node, own: Node, other: Node, wins: ElementwiseOp): Node {
  return whereNode(apply(wins, [own, other]), g, whereNode(apply(equalOp, [own, other]), mul(g, 0.5), zerosOf(g)));
}

export const maximumOp: ElementwiseOp = extremum('maximum', 'the larger; NaN if either is NaN', (a, b) => Math.max(a, b), greaterOp);
export const minimumOp: ElementwiseOp = extremum('minimum', 'the smaller; NaN if either is NaN', (a, b) => Math.min(a, b), lessOp);

/** The larger of a and b; NaN if either is NaN. On a tie both get half of the gradient. */
export const maximum = (a: Operand, b: Operand): Expression => apply(maximumOp, [a, b]);
/** The smaller of a and b; NaN if either is NaN. On a tie both get half of the gradient. */
export const minimum = (a: Operand, b: Operand): Expression => apply(minimumOp, [a, b]);

export const clipOp: ElementwiseOp = elementwise({
  name: 'clip', doc: 'a, no less than b and no more than c; gradient 0 outside', domain: 'number',
  scalar: (a, low, high) => Math.min(Math.max(a, low), high),
  gradient: (g, [a, low, high]) => {
    const [x, l, h] = [a as Node, low as Node, high as Node];
    const below = apply(lessOp, [x, l]);
    const above = apply(greaterOp, [x, h]);
    const none = zerosOf(g);
    return [whereNode(below, none, whereNode(above, none, g)), whereNode(below, g, none), whereNode(above, g, none)];
  },
});

/** Limits a to [low, high]; NaN stays NaN. The gradient is exactly 0 outside, and passes at the bounds. */
export const clip = (a: Operand, low: Operand, high: Operand): Expression => apply(clipOp, [a, low, high]);

export const reluOp: ElementwiseOp = elementwise({
  name: 'relu', doc: 'max(a, 0); NaN for NaN; gradient ½ at 0, as in Lasagne', domain: 'float',
  scalar: (a) => Math.max(a, 0),
  gradient: (g, [a]) => [mul(g, mul(add(sign(a as Node), 1), 0.5))],
});

/** max(a, 0); NaN stays NaN. The gradient at exactly 0 is ½, as Lasagne's `rectify` has it. */
export const relu = (a: Operand): Expression => apply(reluOp, [a]);
