import { type Doubles, type Lanes } from '../lanes.js';
import { exp, log } from './doubles.js';

// Powers and remainders of float32 numbers, computed in float64 as the interpreter does: whole exponents up to 1024 by
// products, ½ by a root, the rest by e^(b ln a).

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

function byLogarithm(v: Doubles, a: Lanes, b: Lanes, whole: Lanes): Lanes {
  const size = exp(v, v.mul(b, log(v, v.abs(a))));
  const half = v.mul(b, v.float(0.5));
  const odd = v.and(whole, v.notEqual(v.nearest(half), half));
  const below = v.less(a, v.float(0));
  const signed = v.xor(size, v.and(v.and(odd, below), v.float(-0)));
  const real = v.select(v.greaterEqual(a, v.float(0)), size, v.select(v.and(below, whole), signed, v.float(NaN)));
  return v.select(v.equal(b, v.float(0.5)), v.sqrt(a), real);
}

/** aᵇ; 1 where b is 0, whatever a is. */
export function pow(v: Doubles, a: Lanes, b: Lanes): Lanes {
  const size = v.abs(b);
  const whole = v.and(v.equal(v.nearest(b), b), v.less(size, v.float(Infinity)));
  const few = v.and(whole, v.less(size, v.float(mostProducts + 1)));
  const result = v.copy(a);
  // A lane that is not whole does not keep the others waiting.
  v.whenAny(few, () => v.assign(result, byProducts(v, a, v.and(few, b))));
  v.whenAny(v.of('v128.not', few), () => v.assign(result, v.select(few, result, byLogarithm(v, a, b, whole))));
  return result;
}

/**
 * a - b ⌊a/b⌋: the remainder with the sign of b. Long division by pieces of 24 bits of the quotient: every product is
 * exact in float64, and so is what is left.
 */
export function mod(v: Doubles, a: Lanes, b: Lanes): Lanes {
  const [by, zero, infinite] = [v.abs(b), v.float(0), v.float(Infinity)];
  const rest = v.copy(v.abs(a));
  const right = v.and(v.less(rest, infinite), v.less(zero, by));
  const divides = v.and(right, v.less(by, infinite));
  v.code.again(() => {
    const piece = v.and(v.div(rest, by), v.bits(-536870912n));
    const quotient = v.select(v.less(v.abs(piece), v.float(16777216)), v.of('f64x2.trunc', piece), piece);
    v.assign(rest, v.select(divides, v.sub(rest, v.mul(quotient, by)), rest));
  }, () => v.code.get(v.and(divides, v.greaterEqual(v.abs(rest), by))).simd('v128.any_true'));
  const positive = v.select(v.less(rest, zero), v.add(rest, by), rest);
  const truncated = v.copySign(positive, a);
  const apart = v.and(v.notEqual(positive, zero), v.less(v.xor(v.float(1), v.signOf(v.xor(a, b))), zero));
  return v.select(right, v.select(apart, v.add(truncated, b), truncated), v.float(NaN));
}
