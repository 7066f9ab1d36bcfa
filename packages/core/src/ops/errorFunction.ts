import { type Expression, type Node } from '../graph/node.js';
import { type ElementwiseOp } from '../graph/op.js';
import { mul, neg, square } from './arithmetic.js';
import { apply, elementwise, type Operand } from './elementwise.js';
import { exp } from './exponential.js';

// Rational approximations with the coefficients of Sun's fdlibm (s_erf.c, 1993; below 1 ulp of float64). Lowest power first.

/** erf x = x + x P(x²)/Q(x²) for |x| < 0.84375 */
const near = {
  p: [1.28379167095512558561e-1, -3.25042107247001499370e-1, -2.84817495755985104766e-2, -5.77027029648944159157e-3, -2.37630166566501626084e-5],
  q: [1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3, 1.32494738004321644526e-4, -3.96022827877536812320e-6],
};
/** erf x = c + P(x - 1)/Q(x - 1) for 0.84375 ≤ x < 1.25 */
const one = {
  c: 8.45062911510467529297e-1,
  p: [-2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1, 3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.16637559486879084300e-3],
  q: [1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2, 1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.19844998467991074170e-2],
};
/** erfc x = e^(-x² - 0.5625 + P(1/x²)/Q(1/x²)) / x for 1.25 ≤ x < 1/0.35 */
const middle = {
  p: [-9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1, -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1, -9.81432934416914548592],
  q: [1, 1.96512716674392571292e1, 1.37657754143519042600e2, 4.34565877475229228821e2, 6.45387271733267880336e2, 4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2],
};
/** The same for 1/0.35 ≤ x */
const far = {
  p: [-9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1, -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2],
  q: [1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3, 2.55305040643316442583e3, 4.74528541206955367215e2, -2.24409524465858183362e1],
};

function horner(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i -= 1) sum = sum * x + (coefficients[i] as number);
  return sum;
}

const ratio = ({ p, q }: { readonly p: readonly number[]; readonly q: readonly number[] }, x: number): number => horner(p, x) / horner(q, x);

/** x² and what is lost of it: rounded to float32, a square is exact. */
function tail(x: number): number {
  const high = Math.fround(x);
  const s = 1 / (x * x);
  return (Math.exp(-high * high - 0.5625) * Math.exp((high - x) * (high + x) + ratio(x < 1 / 0.35 ? middle : far, s))) / x;
}

function errorFunction(x: number): number {
  const size = Math.abs(x);
  if (size < 0.84375) return x + x * ratio(near, x * x);
  if (!(size < 6)) return Number.isNaN(x) ? NaN : Math.sign(x);
  const y = size < 1.25 ? one.c + ratio(one, size - 1) : 1 - tail(size);
  return x < 0 ? -y : y;
}

function complementary(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x < 0.25) return x < -6 ? 2 : 1 - errorFunction(x);
  // 0.5 is taken out first: 1 - erf x would lose a bit
  if (x < 0.84375) return 0.5 - (x - 0.5 + x * ratio(near, x * x));
  if (x < 1.25) return 1 - one.c - ratio(one, x - 1);
  return x < 28 ? tail(x) : 0;
}

/** 2/√π, the slope of erf at 0 */
const slope = 1.1283791670955126;
const gaussian = (g: Node, a: Node): Expression => mul(g, mul(exp(neg(square(a))), slope));

export const erfOp: ElementwiseOp = elementwise({ name: 'erf', doc: '2/√π ∫₀ᵃ e^(-t²) dt', domain: 'float', scalar: errorFunction, gradient: (g, [a]) => [gaussian(g, a as Node)] });
export const erfcOp: ElementwiseOp = elementwise({ name: 'erfc', doc: '1 - erf a, exact where that cancels', domain: 'float', scalar: complementary, gradient: (g, [a]) => [neg(gaussian(g, a as Node))] });

/**
 * The error function 2/√π ∫₀ᵃ e^(-t²) dt elementwise.
 *
 * @example
 * ```ts
 * import { add, constant, erf, evaluate, mul } from '@pastina/core';
 * const x = constant([0, 1]);
 * const gelu = mul(mul(x, 0.5), add(1, erf(mul(x, Math.SQRT1_2))));
 * console.log(evaluate(gelu).toArray()); // [0, 0.8413447141647339]
 * ```
 */
export const erf = (a: Operand): Expression => apply(erfOp, [a]);
/** 1 - erf a elementwise, exact for large a too, down to where it underflows. */
export const erfc = (a: Operand): Expression => apply(erfcOp, [a]);
