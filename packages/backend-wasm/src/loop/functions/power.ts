import { type Doubles, type Lanes } from '../lanes.js';
import { exp, log } from './doubles.js';
import { positivePower } from './positivePower.js';

// Powers and remainders, computed in float64 as the interpreter does: whole exponents up to 1024 by products, ½ by a
// root, the rest by logarithms.

const mostProducts = 1024;

/** |b| squarings and products at most: those of the bits of b. */
function byProducts(v: Doubles, a: Lanes, b: Lanes): Lanes {
  const one = v.float(1);
  const [result, base, left] = [v.copy(one), v.copy(a), v.copy(v.abs(b))];
  v.code.again(() => {
    const half = v.of('f64x2.floor', v.mul(left, v.float(0.5)));
    const isOdd = v.notEqual(v.add(half, half), left);
    v.assign(result, v.select(isOdd, v.mul(result, base), result));
    v.assign(base, v.mul(base, base));
    v.assign(left, half);
  }, () => v.code.get(v.less(v.float(0), left)).simd('v128.any_true'));
  return v.select(v.less(b, v.float(0)), v.div(one, result), result);
}

/** |a|ᵇ of numbers that float32 can hold, which needs half of the bits. */
const short = (v: Doubles, size: Lanes, b: Lanes): Lanes => exp(v, v.mul(b, log(v, size)));

function byLogarithm(v: Doubles, a: Lanes, b: Lanes, whole: Lanes, power: typeof short): Lanes {
  const size = power(v, v.abs(a), b);
  const half = v.mul(b, v.float(0.5));
  const odd = v.and(whole, v.notEqual(v.nearest(half), half));
  const below = v.less(a, v.float(0));
  const signed = v.xor(size, v.and(v.and(odd, below), v.float(-0)));
  const real = v.select(v.greaterEqual(a, v.float(0)), size, v.select(v.and(below, whole), signed, v.float(NaN)));
  return v.select(v.equal(b, v.float(0.5)), v.sqrt(a), real);
}

export const pow = (v: Doubles, a: Lanes, b: Lanes): Lanes => powerOf(v, a, b, positivePower);
export const shortPow = (v: Doubles, a: Lanes, b: Lanes): Lanes => powerOf(v, a, b, short);

/** aᵇ; 1 where b is 0, whatever a is. */
function powerOf(v: Doubles, a: Lanes, b: Lanes, power: typeof short): Lanes {
  const size = v.abs(b);
  const whole = v.and(v.equal(v.nearest(b), b), v.less(size, v.float(Infinity)));
  const few = v.and(whole, v.less(size, v.float(mostProducts + 1)));
  const result = v.copy(a);
  // A lane that is not whole does not keep the others waiting.
  v.whenAny(few, () => v.assign(result, byProducts(v, a, v.and(few, b))));
  v.whenAny(v.of('v128.not', few), () => v.assign(result, v.select(few, result, byLogarithm(v, a, b, whole, power))));
  return result;
}

/** The leading half of the bits. */
const leading = (v: Doubles, x: Lanes): Lanes => v.and(x, v.bits(-134217728n));
/** Where a quotient overflows, both its sides are brought nearer by this: 2⁶⁰⁰. */
const large = 4.149515568880993e180;

/**
 * a - b ⌊a/b⌋: the remainder with the sign of b, exactly. Long division by pieces of 26 bits of the quotient: every
 * product with half of the bits of b is exact, and so is what is left.
 */
export function mod(v: Doubles, a: Lanes, b: Lanes): Lanes {
  const [by, zero, infinite] = [v.abs(b), v.float(0), v.float(Infinity)];
  const rest = v.copy(v.abs(a));
  const right = v.and(v.less(rest, infinite), v.less(zero, by));
  const divides = v.and(right, v.less(by, infinite));
  v.code.again(() => {
    const direct = v.div(rest, by);
    const overflows = v.equal(v.abs(direct), infinite);
    const divisor = v.select(overflows, v.mul(by, v.float(large)), by);
    const dividend = v.select(overflows, v.mul(rest, v.float(1 / large)), rest);
    const piece = leading(v, v.div(dividend, divisor));
    const quotient = v.select(v.or(overflows, v.greaterEqual(v.abs(piece), v.float(67108864))), piece, v.of('f64x2.trunc', piece));
    const high = leading(v, divisor);
    const less = v.sub(v.sub(dividend, v.mul(quotient, high)), v.mul(quotient, v.sub(divisor, high)));
    const left = v.select(overflows, v.mul(less, v.float(large)), less);
    v.assign(rest, v.select(divides, left, rest));
  }, () => v.code.get(v.and(divides, v.greaterEqual(v.abs(rest), by))).simd('v128.any_true'));
  const positive = v.select(v.less(rest, zero), v.add(rest, by), rest);
  const truncated = v.copySign(positive, a);
  const apart = v.and(v.notEqual(positive, zero), v.less(v.xor(v.float(1), v.signOf(v.xor(a, b))), zero));
  return v.select(right, v.select(apart, v.add(truncated, b), truncated), v.float(NaN));
}
