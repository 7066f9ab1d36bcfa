import { type Doubles, type Lanes } from '../lanes.js';

// Inverse trigonometric functions of float64 (Sun's fdlibm: e_asin.c, e_acos.c, s_atan.c, e_atan2.c). What is chosen
// by branches there is computed in every lane here, and chosen from.

const [halfPi, halfPiLow] = [1.5707963267948966, 6.12323399573676603587e-17];
const [pi, piLow] = [3.141592653589793, 1.2246467991473532e-16];

/** arcsin x = x + x z P(z)/Q(z), z = x², for |x| ≤ ½ */
const numerator = [1.66666666666666657415e-01, -3.25565818622400915405e-01, 2.01212532134862925881e-01, -4.00555345006794114027e-02, 7.91534994289814532176e-04, 3.47933107596021167570e-05];
const denominator = [1, -2.40339491173441421878e+00, 2.02094576023350569471e+00, -6.88283971605453293030e-01, 7.70381505559019352791e-02];

const ratio = (v: Doubles, z: Lanes): Lanes => v.div(v.mul(z, v.polynomial(z, numerator)), v.polynomial(z, denominator));

interface Parts {
  readonly near: Lanes;
  /** x z P/Q of x itself, where it is near 0. */
  readonly small: Lanes;
  /** √((1 - |x|)/2), the leading half of its bits, and the rest */
  readonly root: Lanes;
  readonly high: Lanes;
  readonly low: Lanes;
  /** P/Q of its square, times it */
  readonly rest: Lanes;
}

function parts(v: Doubles, x: Lanes): Parts {
  const size = v.abs(x);
  const z = v.mul(v.sub(v.float(1), size), v.float(0.5));
  const root = v.sqrt(z);
  const high = v.and(root, v.bits(0xffffffff00000000n));
  const low = v.select(v.equal(root, v.float(0)), root, v.div(v.sub(z, v.mul(high, high)), v.add(root, high)));
  const square = v.mul(x, x);
  return { near: v.less(size, v.float(0.5)), small: v.mul(x, ratio(v, square)), root, high, low, rest: v.mul(root, ratio(v, z)) };
}

export function asin(v: Doubles, x: Lanes): Lanes {
  const { near, small, high, low, rest } = parts(v, x);
  const p = v.sub(v.add(rest, rest), v.sub(v.float(halfPiLow), v.add(low, low)));
  const q = v.sub(v.float(halfPi / 2), v.add(high, high));
  return v.select(near, v.add(x, small), v.copySign(v.sub(v.float(halfPi / 2), v.sub(p, q)), x));
}

export function acos(v: Doubles, x: Lanes): Lanes {
  const { near, small, root, high, low, rest } = parts(v, x);
  const middle = v.sub(v.float(halfPi), v.sub(x, v.sub(v.float(halfPiLow), small)));
  const right = v.mul(v.add(high, v.add(rest, low)), v.float(2));
  const left = v.sub(v.float(pi), v.mul(v.add(root, v.sub(rest, v.float(halfPiLow))), v.float(2)));
  return v.select(near, middle, v.select(v.less(x, v.float(0)), left, right));
}

/** arctan t = t - t (z P(z²) + …), in one polynomial of z = t² */
const series = [3.33333333333329318027e-01, -1.99999999998764832476e-01, 1.42857142725034663711e-01, -1.11111104054623557880e-01, 9.09088713343650656196e-02, -7.69187620504482999495e-02, 6.66107313738753120669e-02, -5.83357013379057348645e-02, 4.97687799461593236017e-02, -3.65315727442169155270e-02, 1.62858201153657823623e-02];

/** arctan ½, 1, 3/2, ∞: from which size on, in two parts, and t = (a x - b)/(c + d x) */
const steps = [
  { from: 7 / 16, high: 4.63647609000806093515e-01, low: 2.26987774529616870924e-17, t: [2, 1, 2, 1] },
  { from: 11 / 16, high: 7.85398163397448278999e-01, low: 3.06161699786838301793e-17, t: [1, 1, 1, 1] },
  { from: 19 / 16, high: 9.82793723247329054082e-01, low: 1.39033110312309984516e-17, t: [1, 1.5, 1, 1.5] },
] as const;

/** arctan of what is not negative */
function angle(v: Doubles, size: Lanes): Lanes {
  let [over, under, high, low] = [size, v.float(1), v.float(0), v.float(0)];
  for (const { from, high: h, low: l, t: [a, b, c, d] } of steps) {
    const mask = v.greaterEqual(size, v.float(from));
    over = v.select(mask, v.sub(v.mul(size, v.float(a)), v.float(b)), over);
    under = v.select(mask, v.add(v.mul(size, v.float(d)), v.float(c)), under);
    [high, low] = [v.select(mask, v.float(h), high), v.select(mask, v.float(l), low)];
  }
  const large = v.greaterEqual(size, v.float(39 / 16));
  const t = v.div(v.select(large, v.float(-1), over), v.select(large, size, under));
  [high, low] = [v.select(large, v.float(halfPi), high), v.select(large, v.float(halfPiLow), low)];
  const z = v.mul(t, t);
  return v.sub(high, v.sub(v.sub(v.mul(t, v.mul(z, v.polynomial(z, series))), low), t));
}

export const atan = (v: Doubles, x: Lanes): Lanes => v.copySign(angle(v, v.abs(x)), x);

/** The angle of the point (x, y). */
export function atan2(v: Doubles, y: Lanes, x: Lanes): Lanes {
  const [up, along] = [v.abs(y), v.abs(x)];
  const both = v.and(v.equal(up, v.float(Infinity)), v.equal(along, v.float(Infinity)));
  const none = v.and(v.equal(up, v.float(0)), v.equal(x, x));
  const slope = v.select(none, v.float(0), v.select(both, v.float(1), v.div(up, along)));
  const first = angle(v, slope);
  const behind = v.shift(x, 63, 'shr_s');
  return v.copySign(v.select(behind, v.sub(v.float(pi), v.sub(first, v.float(piLow))), first), y);
}
