import { type Doubles, type Lanes } from '../loop/lanes.js';

// The logarithm and the quantiles that draws are made of, operation by operation as core has them, so that they have its
// bits (M. J. Wichura, "Algorithm AS 241", Applied Statistics 37 (1988), PPND16).

const centre = [
  [2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513, 133.14166789178438, 3.3871328727963665],
  [5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579, 42.31333070160091, 1],
] as const;
const middle = [
  [0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835],
  [1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038, 2.053191626637759, 1],
] as const;
const tail = [
  [2.0103343992922881e-7, 0.000027115555687434876, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103],
  [2.0442631033899397e-15, 1.421511758316446e-7, 0.000018463183175100548, 0.0007868691311456133, 0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1],
] as const;

/** ln x for a positive, finite, normal x. */
export function logarithm(v: Doubles, x: Lanes): Lanes {
  // The mantissa lies between √½ and √2.
  const root = v.bits(0x3fe6a09e667f3bcdn);
  const bits = v.subInt(x, root);
  const exponent = v.toFloat(v.shift(bits, 52, 'shr_s'));
  const mantissa = v.addInt(v.and(bits, v.bits(0xfffffffffffffn)), root);
  const s = v.div(v.sub(mantissa, v.float(1)), v.add(mantissa, v.float(1)));
  const z = v.mul(s, s);
  let series = v.float(0);
  for (let odd = 21; odd > 1; odd -= 2) series = v.mul(z, v.add(v.float(1 / odd), series));
  return v.add(v.mul(exponent, v.float(0.6931471805599453)), v.mul(v.float(2), v.add(s, v.mul(s, series))));
}

function ratio(v: Doubles, [numerator, denominator]: readonly [readonly number[], readonly number[]], x: Lanes): Lanes {
  return v.div(v.polynomial(x, [...numerator].reverse()), v.polynomial(x, [...denominator].reverse()));
}

/** The number below which a standard normal variable lies with probability p, 0 < p < 1. */
export function inverseNormal(v: Doubles, p: Lanes): Lanes {
  const q = v.sub(p, v.float(0.5));
  const result = v.copy(v.mul(q, ratio(v, centre, v.sub(v.float(0.180625), v.mul(q, q)))));
  const outside = v.less(v.float(0.425), v.abs(q));
  v.whenAny(outside, () => {
    const below = v.less(q, v.float(0));
    const depth = v.sqrt(v.neg(logarithm(v, v.select(below, p, v.sub(v.float(1), p)))));
    const size = v.copy(ratio(v, middle, v.sub(depth, v.float(1.6))));
    const deep = v.less(v.float(5), depth);
    v.whenAny(deep, () => v.assign(size, v.select(deep, ratio(v, tail, v.sub(depth, v.float(5))), size)));
    v.assign(result, v.select(outside, v.copySign(size, q), result));
  });
  return result;
}
