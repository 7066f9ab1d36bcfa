import { type Doubles, type Lanes } from '../lanes.js';
import { twoOverPi } from './twoOverPi.js';

// Where an angle of float64 stands between multiples of π/2, in two parts, so that nothing is lost near 0.

/** A whole number, the quadrant, but for multiples of 4; and the rest of x - n π/2. */
export interface Angle {
  readonly n: Lanes;
  readonly r: Lanes;
  /** What r has lost. */
  readonly rest: Lanes;
}

/** π/2 in parts of 33 bits, and what is left; n times a part is exact (Sun's fdlibm, e_rem_pio2.c). */
const halfPi = [1.57079632673412561417e+00, 6.07710050630396597660e-11, 2.02226624871116645580e-21, 8.47842766036889956997e-32] as const;
/** Up to here they are enough. */
const medium = 100_000;

/** a + b, and what it loses (D. Knuth). */
export function twoSum(v: Doubles, a: Lanes, b: Lanes): readonly [Lanes, Lanes] {
  const sum = v.add(a, b);
  const added = v.sub(sum, a);
  return [sum, v.add(v.sub(a, v.sub(sum, added)), v.sub(b, added))];
}

const leading = (v: Doubles, x: Lanes): Lanes => v.and(x, v.bits(-134217728n));

/** a times b, and what it loses (T. Dekker). */
function twoProduct(v: Doubles, a: Lanes, b: Lanes): readonly [Lanes, Lanes] {
  const product = v.mul(a, b);
  const [aHigh, bHigh] = [leading(v, a), leading(v, b)];
  const [aLow, bLow] = [v.sub(a, aHigh), v.sub(b, bHigh)];
  return [product, v.add(v.add(v.add(v.sub(v.mul(aHigh, bHigh), product), v.mul(aHigh, bLow)), v.mul(aLow, bHigh)), v.mul(aLow, bLow))];
}

export function angleOf(v: Doubles, x: Lanes): Angle {
  const n = v.nearest(v.mul(x, v.float(2 / Math.PI)));
  const times = (part: number): Lanes => v.neg(v.mul(n, v.float(part)));
  const [first, lost] = twoSum(v, v.add(x, times(halfPi[0])), times(halfPi[1]));
  const [second, more] = twoSum(v, first, times(halfPi[2]));
  const tail = v.add(v.add(lost, more), times(halfPi[3]));
  const r = v.add(second, tail);
  const rest = v.add(v.sub(second, r), tail);
  const large = v.greaterEqual(v.abs(x), v.float(medium));
  v.whenAny(large, () => {
    const far = angleOfLarge(v, x);
    for (const [near, other] of [[n, far.n], [r, far.r], [rest, far.rest]] as const) v.assign(near, v.select(large, other, near));
  });
  return { n, r, rest };
}

/** 2²⁵⁶: x is made smaller by it and parts are made larger, which would be subnormal. */
const balance = 1.157920892373162e77;
/** How many parts of 2/π tell enough of an angle. */
const partCount = 9;

/**
 * x is multiplied by as many parts of 2/π as leave something below 4 quadrants (M. Payne, R. Hanek, "Radian reduction for
 * trigonometric functions", 1983). Every product is exact, and so is what is left of it without multiples of 4.
 */
function angleOfLarge(v: Doubles, x: Lanes): Angle {
  const { code } = v;
  const exponent = v.toFloat(v.subInt(v.and(v.shift(x, 52, 'shr_u'), v.bits(0x7ffn)), v.bits(1023n)));
  const start = v.of('i32x4.trunc_sat_f64x2_u_zero', v.of('f64x2.floor', v.mul(v.sub(exponent, v.float(80)), v.float(1 / 26))));
  const [k, stop, part] = [code.local('i32'), code.local('i32'), code.local('f64')];
  const parts = v.copy(v.float(0));
  const lookUp = (lane: 0 | 1): void => {
    code.choose(() => code.get(k).get(start).simd('i32x4.extract_lane', lane).op('i32.add'), twoOverPi.map((value, i) => () => void code.f64(scaled(value, i)).set(part)));
    code.get(parts).get(part).simd('f64x2.replace_lane', lane).set(parts);
  };
  const small = v.mul(x, v.float(1 / balance));
  const high = leading(v, small);
  const low = v.sub(small, high);
  const [sum, lost, last] = [v.copy(v.float(0)), v.copy(v.float(0)), v.copy(v.float(0))];
  code.i32(0).set(k).i32(partCount).set(stop);
  code.countUp(k, () => code.get(stop), 1, () => {
    lookUp(0);
    lookUp(1);
    for (const piece of [high, low]) {
      const turns = v.mul(piece, parts);
      const [next, error] = twoSum(v, sum, v.sub(turns, v.mul(v.nearest(v.mul(turns, v.float(0.25))), v.float(4))));
      const [errors, rest] = twoSum(v, lost, error);
      v.assign(sum, next);
      v.assign(lost, errors);
      v.assign(last, v.add(last, rest));
    }
  });
  const n = v.nearest(sum);
  const [fraction, behind] = twoSum(v, v.sub(sum, n), lost);
  const [product, error] = twoProduct(v, fraction, v.float(Math.PI / 2));
  const tail = v.add(error, v.add(v.mul(fraction, v.float(6.123233995736766e-17)), v.mul(v.add(behind, last), v.float(Math.PI / 2))));
  const r = v.add(product, tail);
  return { n, r, rest: v.add(v.sub(product, r), tail) };
}

/** part 2^(-26 (k + 1)), times the balance */
function scaled(part: number, k: number): number {
  let value = part * balance;
  for (let i = 0; i <= k; i += 1) value /= 67108864;
  return value;
}
