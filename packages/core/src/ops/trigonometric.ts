import { type Expression, type Node } from '../graph/node.js';
import { type ElementwiseOp } from '../graph/op.js';
import { add, div, mul, neg, sqrt, square, sub } from './arithmetic.js';
import { apply, elementwise, type Operand } from './elementwise.js';

const oneMinusSquare = (x: Expression): Expression => sub(1, square(x));

export const sinOp: ElementwiseOp = elementwise({ name: 'sin', doc: 'sin a', domain: 'float', scalar: Math.sin, gradient: (g, [a]) => [mul(g, apply(cosOp, [a as Node]))] });
export const cosOp: ElementwiseOp = elementwise({ name: 'cos', doc: 'cos a', domain: 'float', scalar: Math.cos, gradient: (g, [a]) => [neg(mul(g, apply(sinOp, [a as Node])))] });
export const tanOp: ElementwiseOp = elementwise({ name: 'tan', doc: 'tan a', domain: 'float', scalar: Math.tan, gradient: (g, _, y) => [mul(g, add(square(y), 1))] });
export const asinOp: ElementwiseOp = elementwise({ name: 'asin', doc: 'arcsin a', domain: 'float', scalar: Math.asin, gradient: (g, [a]) => [div(g, sqrt(oneMinusSquare(a as Node)))] });
export const acosOp: ElementwiseOp = elementwise({ name: 'acos', doc: 'arccos a', domain: 'float', scalar: Math.acos, gradient: (g, [a]) => [neg(div(g, sqrt(oneMinusSquare(a as Node))))] });
export const atanOp: ElementwiseOp = elementwise({ name: 'atan', doc: 'arctan a', domain: 'float', scalar: Math.atan, gradient: (g, [a]) => [div(g, add(square(a as Node), 1))] });
export const atan2Op: ElementwiseOp = elementwise({
  name: 'atan2', doc: 'the angle of the point (b, a)', domain: 'float', scalar: Math.atan2,
  gradient: (g, [a, b]) => {
    const length2 = add(square(a as Node), square(b as Node));
    return [mul(g, div(b as Node, length2)), neg(mul(g, div(a as Node, length2)))];
  },
});
export const sinhOp: ElementwiseOp = elementwise({ name: 'sinh', doc: 'sinh a', domain: 'float', scalar: Math.sinh, gradient: (g, [a]) => [mul(g, apply(coshOp, [a as Node]))] });
export const coshOp: ElementwiseOp = elementwise({ name: 'cosh', doc: 'cosh a', domain: 'float', scalar: Math.cosh, gradient: (g, [a]) => [mul(g, apply(sinhOp, [a as Node]))] });
export const tanhOp: ElementwiseOp = elementwise({ name: 'tanh', doc: 'tanh a', domain: 'float', scalar: Math.tanh, gradient: (g, _, y) => [mul(g, oneMinusSquare(y))] });

/** sin a elementwise, in radians. */
export const sin = (a: Operand): Expression => apply(sinOp, [a]);
/** cos a elementwise, in radians. */
export const cos = (a: Operand): Expression => apply(cosOp, [a]);
/** tan a elementwise, in radians. */
export const tan = (a: Operand): Expression => apply(tanOp, [a]);
/** arcsin a elementwise; NaN outside [-1, 1]. */
export const asin = (a: Operand): Expression => apply(asinOp, [a]);
/** arccos a elementwise; NaN outside [-1, 1]. */
export const acos = (a: Operand): Expression => apply(acosOp, [a]);
/** arctan a elementwise. */
export const atan = (a: Operand): Expression => apply(atanOp, [a]);
/** The angle of the point (x, y), in (-π, π]. */
export const atan2 = (y: Operand, x: Operand): Expression => apply(atan2Op, [y, x]);
/** sinh a elementwise. */
export const sinh = (a: Operand): Expression => apply(sinhOp, [a]);
/** cosh a elementwise. */
export const cosh = (a: Operand): Expression => apply(coshOp, [a]);
/** tanh a elementwise. */
export const tanh = (a: Operand): Expression => apply(tanhOp, [a]);
