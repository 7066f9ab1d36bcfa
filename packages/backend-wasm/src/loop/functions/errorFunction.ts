import { type Doubles, type Lanes, type Singles } from '../lanes.js';
import { expOfSum } from './doubles.js';
import { exp as singleExp } from './singles.js';

// In float64 the rational approximations of Sun's fdlibm (s_erf.c, 1993), which core has too. Lowest power first.

interface Ratio {
  readonly p: readonly number[];
  readonly q: readonly number[];
}

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

const ratio = (v: Doubles, { p, q }: Ratio, x: Lanes): Lanes => v.div(v.polynomial(x, p), v.polynomial(x, q));

/** The ratio whose coefficients each lane chooses. */
function chosen(v: Doubles, mask: Lanes, a: Ratio, b: Ratio, x: Lanes): Lanes {
  const horner = (first: readonly number[], second: readonly number[]): Lanes => {
    const at = (i: number): Lanes => v.select(mask, v.float(first[i] ?? 0), v.float(second[i] ?? 0));
    const last = Math.max(first.length, second.length) - 1;
    let sum = at(last);
    for (let i = last - 1; i >= 0; i -= 1) sum = v.add(v.mul(sum, x), at(i));
    return sum;
  };
  return v.div(horner(a.p, b.p), horner(a.q, b.q));
}

/** erfc x for x ≥ 1.25. The square of the leading bits is exact. */
function tail(v: Doubles, x: Lanes): Lanes {
  const high = v.and(x, v.bits(0xffffffff00000000n));
  const rest = chosen(v, v.less(x, v.float(1 / 0.35)), middle, far, v.div(v.float(1), v.mul(x, x)));
  return v.div(expOfSum(v, v.sub(v.neg(v.mul(high, high)), v.float(0.5625)), v.add(v.mul(v.sub(high, x), v.add(high, x)), rest)), x);
}

interface Parts {
  /** x P/Q where |x| < 0.84375 */
  readonly small: Lanes;
  /** P/Q where |x| < 1.25 */
  readonly step: Lanes;
  readonly tail: Lanes;
  readonly isSmall: Lanes;
  readonly isStep: Lanes;
}

function parts(v: Doubles, x: Lanes): Parts {
  const size = v.abs(x);
  return { small: v.mul(x, ratio(v, near, v.mul(x, x))), step: ratio(v, one, v.sub(size, v.float(1))), tail: tail(v, v.min(size, v.float(30))), isSmall: v.less(size, v.float(0.84375)), isStep: v.less(size, v.float(1.25)) };
}

function fromParts(v: Doubles, x: Lanes, { small, step, tail: rest, isSmall, isStep }: Parts): Lanes {
  const large = v.select(v.less(v.float(6), v.abs(x)), v.float(1), v.sub(v.float(1), rest));
  return v.select(isSmall, v.add(x, small), v.copySign(v.select(isStep, v.add(v.float(one.c), step), large), x));
}

export const erf = (v: Doubles, x: Lanes): Lanes => fromParts(v, x, parts(v, x));

export function erfc(v: Doubles, x: Lanes): Lanes {
  const all = parts(v, x);
  // 0.5 is taken out first: 1 - erf x would lose a bit.
  const half = v.sub(v.float(0.5), v.add(v.sub(x, v.float(0.5)), all.small));
  const large = v.select(v.less(v.float(28), x), v.float(0), all.tail);
  const right = v.select(all.isSmall, half, v.select(all.isStep, v.sub(v.float(1 - one.c), all.step), large));
  return v.select(v.less(x, v.float(0.25)), v.sub(v.float(1), fromParts(v, x, all)), right);
}

/** erf x = x + x P(x²) for |x| ≤ 0.927734375, and 1 - e^(x P(x) - x) above: minimax in float32 (N. Juffa). */
const nearSingle = [1.28379166e-1, -3.76125336e-1, 1.12819925e-1, -2.67681349e-2, 4.99119423e-3, -5.96761703e-4];
const farSingle = [-1.28717512e-1, -6.34846687e-1, -1.06777877e-1, 2.42546219e-2, -3.88396438e-3, 3.83197126e-4, -1.72853470e-5];

export function erfSingle(v: Singles, x: Lanes): Lanes {
  const size = v.min(v.abs(x), v.float(5));
  const small = v.add(x, v.mul(x, v.polynomial(v.mul(x, x), nearSingle)));
  const exponent = v.sub(v.mul(size, v.polynomial(size, farSingle)), size);
  const large = v.copySign(v.sub(v.float(1), singleExp(v, exponent)), x);
  return v.select(v.less(v.float(0.927734375), size), large, small);
}
