import { type Expression, type Node } from '../graph/node.js';
import { type ElementwiseOp } from '../graph/op.js';
import { div, mul, neg } from './arithmetic.js';
import { apply, elementwise, type Operand } from './elementwise.js';

/** Half goes to the even neighbour, as in numpy. */
function roundHalfEven(a: number): number {
  const low = Math.floor(a);
  const rest = a - low;
  if (rest < 0.5) return low;
  if (rest > 0.5) return low + 1;
  return low % 2 === 0 ? low : low + 1;
}

/** Steps: constant almost everywhere, so the gradient is 0. */
const step = (name: string, doc: string, scalar: (a: number) => number): ElementwiseOp =>
  elementwise({ name, doc, domain: 'number', scalar, gradient: (g) => [mul(g, 0)] });

export const floorOp: ElementwiseOp = step('floor', 'the whole number at or below a', Math.floor);
export const ceilOp: ElementwiseOp = step('ceil', 'the whole number at or above a', Math.ceil);
export const roundOp: ElementwiseOp = step('round', 'the nearest whole number, half to even', roundHalfEven);
export const truncOp: ElementwiseOp = step('trunc', 'a without its fraction', Math.trunc);
export const modOp: ElementwiseOp = elementwise({
  name: 'mod', doc: 'a - b ⌊a/b⌋: the remainder with the sign of b', domain: 'number',
  scalar: (a, b) => {
    const rest = a % b;
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
  },
  gradient: (g, [a, b]) => [g, neg(mul(g, floor(div(a as Node, b as Node))))],
});

/** The whole number at or below a; the gradient is 0. */
export const floor = (a: Operand): Expression => apply(floorOp, [a]);
/** The whole number at or above a; the gradient is 0. */
export const ceil = (a: Operand): Expression => apply(ceilOp, [a]);
/** The nearest whole number, half to even as in numpy; the gradient is 0. */
export const round = (a: Operand): Expression => apply(roundOp, [a]);
/** a without its fraction; the gradient is 0. */
export const trunc = (a: Operand): Expression => apply(truncOp, [a]);
/** The remainder of a/b with the sign of b, as numpy's `mod`. */
export const mod = (a: Operand, b: Operand): Expression => apply(modOp, [a, b]);
