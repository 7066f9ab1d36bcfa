import { type Doubles, type Lanes } from '../lanes.js';
import { composed, type Composed } from './composed.js';

// Elementary functions of float64 on two lanes, by the methods and with the coefficients of Sun's fdlibm (1993), from
// adding, multiplying, dividing and roots only. Bounds are measured in functions.test.ts.

/** ln 2 in two parts: n times the first is exact for the n that occur. */
const [ln2High, ln2Low] = [6.93147180369123816490e-01, 1.90821492927058770002e-10];
/** For eʳ, |r| ≤ ½ ln 2 (e_exp.c) */
const expTail = [1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05, -1.65339022054652515390e-06, 4.13813679705723846039e-08];
/** For eʳ - 1 (s_expm1.c) */
const expm1Tail = [1, -3.33333333333331316428e-02, 1.58730158725481460165e-03, -7.93650757867487942473e-05, 4.00821782732936239552e-06, -2.01099218183624371326e-07];
/** ln(1 + f) by s = f/(2 + f) (e_log.c) */
const logOdd = [6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01, 1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01];

/** 2ⁿ by its bits. */
const power = (v: Doubles, n: Lanes): Lanes => v.shift(v.addInt(n, v.bits(1023n)), 52, 'shl');

interface Reduced {
  readonly n: Lanes;
  readonly high: Lanes;
  readonly low: Lanes;
}

/** x = n ln 2 + high - low */
function reduced(v: Doubles, x: Lanes): Reduced {
  const n = v.nearest(v.mul(x, v.float(Math.LOG2E)));
  return { n: v.toInt(n), high: v.sub(x, v.mul(n, v.float(ln2High))), low: v.mul(n, v.float(ln2Low)) };
}

export const exp = (v: Doubles, x: Lanes): Lanes => raised(v, reduced(v, v.max(v.min(x, v.float(710)), v.float(-746))));

/** eˣ⁺ʸ, with the bits of y that x + y would lose; the sum from -1000 to 700. */
export function expOfSum(v: Doubles, x: Lanes, y: Lanes): Lanes {
  const n = v.nearest(v.mul(v.add(x, y), v.float(Math.LOG2E)));
  return raised(v, { n: v.toInt(n), high: v.sub(x, v.mul(n, v.float(ln2High))), low: v.sub(v.mul(n, v.float(ln2Low)), y) });
}

/** 2ⁿ e^(high - low), |high| at most ½ ln 2 and a little */
export function raised(v: Doubles, { n, high, low }: Reduced): Lanes {
  const r = v.sub(high, low);
  const z = v.mul(r, r);
  const c = v.sub(r, v.mul(z, v.polynomial(z, expTail)));
  const whole = v.sub(v.float(1), v.sub(v.sub(low, v.div(v.mul(r, c), v.sub(v.float(2), c))), high));
  // In two steps: 2ⁿ alone may leave the range where the result does not.
  const half = v.shift(n, 1, 'shr_s');
  return v.mul(v.mul(whole, power(v, half)), power(v, v.subInt(n, half)));
}

export function expm1(v: Doubles, x: Lanes): Lanes {
  const { n, high, low } = reduced(v, v.max(v.min(x, v.float(60)), v.float(-60)));
  const r = v.sub(high, low);
  const lost = v.sub(v.sub(high, r), low);
  const halfR = v.mul(r, v.float(0.5));
  const halfZ = v.mul(r, halfR);
  const p = v.polynomial(halfZ, expm1Tail);
  const t = v.sub(v.float(3), v.mul(p, halfR));
  const e = v.mul(halfZ, v.div(v.sub(p, t), v.sub(v.float(6), v.mul(r, t))));
  const tail = v.sub(r, v.sub(v.sub(v.mul(r, v.sub(e, lost)), lost), halfZ));
  const scale = power(v, n);
  const near = v.add(v.mul(tail, scale), v.sub(scale, v.float(1)));
  return v.select(v.less(v.float(40), x), v.sub(exp(v, x), v.float(1)), v.select(v.less(v.abs(x), v.float(1e-17)), x, near));
}

export function log(v: Doubles, x: Lanes): Lanes {
  const tiny = v.less(x, v.float(2.2250738585072014e-308));
  const normal = v.select(tiny, v.mul(x, v.float(18014398509481984)), x);
  // The mantissa lies between √½ and √2.
  const root = v.bits(0x3fe6a09e667f3bcdn);
  const bits = v.subInt(normal, root);
  const exponent = v.toFloat(v.subInt(v.shift(bits, 52, 'shr_s'), v.and(tiny, v.bits(54n))));
  const f = v.sub(v.addInt(v.and(bits, v.bits(0xfffffffffffffn)), root), v.float(1));
  const s = v.div(f, v.add(f, v.float(2)));
  const z = v.mul(s, s);
  const half = v.mul(v.mul(f, f), v.float(0.5));
  const inner = v.add(v.mul(s, v.add(half, v.mul(z, v.polynomial(z, logOdd)))), v.mul(exponent, v.float(ln2Low)));
  const near = v.sub(v.mul(exponent, v.float(ln2High)), v.sub(v.sub(half, inner), f));
  const ended = v.select(v.equal(x, v.float(Infinity)), x, v.select(v.equal(x, v.float(0)), v.float(-Infinity), near));
  return v.select(v.greaterEqual(x, v.float(0)), ended, v.float(NaN));
}

export const made: Composed<Doubles> = composed<Doubles>({ exp, decay: (v, x) => exp(v, v.neg(v.abs(x))), expm1, log, tiny: 1e-16 });

/** tanh x = x + x z P(z)/Q(z), z = x², for |x| < 0.625. S. Moshier, Cephes (tanh). */
const tanhTail = { p: [-1614.6876844170845, -99.28772310019185, -0.9643991794250523], q: [4844.063053251255, 2235.4883906010045, 112.81167849163293, 1] };

export function tanh(v: Doubles, x: Lanes): Lanes {
  const z = v.mul(x, x);
  const small = v.add(x, v.mul(v.mul(x, z), v.div(v.polynomial(z, tanhTail.p), v.polynomial(z, tanhTail.q))));
  const size = v.abs(x);
  const large = v.sub(v.float(1), v.div(v.float(2), v.add(exp(v, v.add(size, size)), v.float(1))));
  return v.copySign(v.select(v.less(size, v.float(0.625)), small, large), x);
}

/** Half of eˣ, which may be finite where eˣ is not. */
function halfExp(v: Doubles, x: Lanes): Lanes {
  const root = exp(v, v.mul(x, v.float(0.5)));
  return v.mul(v.mul(root, v.float(0.5)), root);
}

export function sinh(v: Doubles, x: Lanes): Lanes {
  const size = v.abs(x);
  const t = expm1(v, size);
  const part = v.div(t, v.add(t, v.float(1)));
  const twice = v.select(v.less(size, v.float(1)), v.sub(v.add(t, t), v.mul(t, part)), v.add(t, part));
  return v.copySign(v.select(v.less(v.float(709), size), halfExp(v, size), v.mul(twice, v.float(0.5))), x);
}

export function cosh(v: Doubles, x: Lanes): Lanes {
  const size = v.abs(x);
  const e = exp(v, size);
  return v.select(v.less(v.float(709), size), halfExp(v, size), v.add(v.mul(e, v.float(0.5)), v.div(v.float(0.5), e)));
}
