import { type Lanes, type Singles } from '../lanes.js';

// Elementary functions of float32 on four lanes, from adding, multiplying and dividing only, so that they have the same
// bits on every machine. Bounds are measured in functions.test.ts.

/** ln 2 in two parts: n times the first is exact for the n that occur. */
const [ln2High, ln2Low] = [0.693359375, -2.12194440e-4];
/** eʳ = 1 + r + r² P(r) for |r| ≤ ½ ln 2. S. Moshier, Cephes (expf). */
const expTail = [5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3, 1.9875691500e-4];
/** ln(1 + f) by s = f/(2 + f): Sun's fdlibm in float32 (e_logf.c, as in FreeBSD). */
const logOdd = [0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841];
/** tanh x = x + x³ P(x²) for |x| < 0.625. Cephes (tanhf). */
const tanhTail = [-3.33332819422e-1, 1.33314422036e-1, -5.37397155531e-2, 2.06390887954e-2, -5.70498872745e-3];
const [logHigh, logLow] = [6.9313812256e-1, 9.0580006145e-6];

const wholeBase = 12582912;

/** 2ⁿ by its bits. */
const power = (v: Singles, n: Lanes): Lanes => v.shift(v.addInt(n, v.bits(127)), 23, 'shl');

/** n, in the last bits of a number, and eʳ - 1 of the rest r = x - n ln 2. */
function reduced(v: Singles, x: Lanes): { readonly shifted: Lanes; readonly tail: Lanes } {
  // Added to 1.5 · 2²³, what is below 1 falls off, and the last bits are the whole number.
  const shifted = v.add(v.mul(x, v.float(Math.LOG2E)), v.float(wholeBase));
  const n = v.sub(shifted, v.float(wholeBase));
  const r = v.sub(v.sub(x, v.mul(n, v.float(ln2High))), v.mul(n, v.float(ln2Low)));
  return { shifted, tail: v.add(r, v.mul(v.mul(r, r), v.polynomial(r, expTail))) };
}

/** 2ⁿ⁺ᵐ, where that is no more than a float32 can hold: what 1.5 · 2²³ adds to the bits is shifted out. */
const raised = (v: Singles, shifted: Lanes, more: number): Lanes => v.shift(v.addInt(shifted, v.bits(127 + more)), 23, 'shl');

/** e^-|x|: what 2ⁿ leaves of the smallest, 2⁻⁶⁴ takes, rounded once. */
export function decay(v: Singles, x: Lanes): Lanes {
  const { shifted, tail } = reduced(v, v.atLeast(v.or(x, v.float(-0)), -105));
  return v.mul(v.mul(v.add(tail, v.float(1)), raised(v, shifted, 64)), v.float(5.421010862427522e-20));
}

export function exp(v: Singles, x: Lanes): Lanes {
  const { shifted, tail } = reduced(v, v.atLeast(v.atMost(x, 89.5), -105));
  const n = v.subInt(shifted, v.float(wholeBase));
  // In two steps: 2ⁿ alone may leave the range where the result does not.
  const half = v.shift(n, 1, 'shr_s');
  return v.mul(v.mul(v.add(tail, v.float(1)), power(v, half)), power(v, v.subInt(n, half)));
}

export function expm1(v: Singles, x: Lanes): Lanes {
  const { shifted, tail } = reduced(v, v.atLeast(v.atMost(x, 60), -60));
  const scale = raised(v, shifted, 0);
  const near = v.add(v.mul(tail, scale), v.sub(scale, v.float(1)));
  return v.select(v.less(v.float(17), x), v.sub(exp(v, x), v.float(1)), v.select(v.less(v.abs(x), v.float(1e-8)), x, near));
}

export function log(v: Singles, x: Lanes): Lanes {
  const tiny = v.less(x, v.float(1.1754943508222875e-38));
  const normal = v.select(tiny, v.mul(x, v.float(8388608)), x);
  // The mantissa lies between √½ and √2.
  const bits = v.subInt(normal, v.bits(0x3f3504f3));
  const exponent = v.toFloat(v.subInt(v.shift(bits, 23, 'shr_s'), v.and(tiny, v.bits(23))));
  const f = v.sub(v.addInt(v.and(bits, v.bits(0x7fffff)), v.bits(0x3f3504f3)), v.float(1));
  const s = v.div(f, v.add(f, v.float(2)));
  const z = v.mul(s, s);
  const half = v.mul(v.mul(f, f), v.float(0.5));
  const odd = v.mul(z, v.polynomial(z, logOdd));
  const near = v.add(v.add(v.sub(v.add(v.mul(s, v.add(half, odd)), v.mul(exponent, v.float(logLow))), half), f), v.mul(exponent, v.float(logHigh)));
  const ended = v.select(v.equal(x, v.float(Infinity)), x, v.select(v.equal(x, v.float(0)), v.float(-Infinity), near));
  return v.select(v.greaterEqual(x, v.float(0)), ended, v.float(NaN));
}

export function tanh(v: Singles, x: Lanes): Lanes {
  const z = v.mul(x, x);
  const small = v.add(x, v.mul(v.mul(x, z), v.polynomial(z, tanhTail)));
  const size = v.abs(x);
  // From 10 on tanh is 1.
  const { shifted, tail } = reduced(v, v.atMost(v.add(size, size), 20));
  const e = v.mul(v.add(tail, v.float(1)), raised(v, shifted, 0));
  const large = v.sub(v.float(1), v.div(v.float(2), v.add(e, v.float(1))));
  // The small ones have their sign, but for -0.
  return v.or(v.select(v.less(size, v.float(0.625)), small, large), v.signOf(x));
}
