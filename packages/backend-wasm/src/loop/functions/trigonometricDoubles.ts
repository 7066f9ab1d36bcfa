import { type Doubles, type Lanes } from '../lanes.js';
import { angleOf, type Angle } from './angles.js';

// sin, cos and tan of float64 by the kernels of Sun's fdlibm (k_sin.c, k_cos.c, k_tan.c), which take an angle of at most
// π/4 in two parts.

const sine = [8.33333333332248946124e-03, -1.98412698298579493134e-04, 2.75573137070700676789e-06, -2.50507602534068634195e-08, 1.58969099521155010221e-10];
const sineFirst = -1.66666666666666324348e-01;
const cosine = [4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05, -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11];
const tangentFirst = 3.33333333333334091986e-01;
const tangentOdd = [1.33333333333201242699e-01, 2.18694882948595424599e-02, 3.59207910759131235356e-03, 5.88041240820264096874e-04, 7.81794442939557092300e-05, -1.85586374855275456654e-05];
const tangentEven = [5.39682539762260521377e-02, 8.86323982359930005737e-03, 1.45620945432529025516e-03, 2.46463134818469906812e-04, 7.14072491382608190305e-05, 2.59073051863633712884e-05];
const [quarterPi, quarterPiLow] = [7.85398163397448278999e-01, 3.06161699786838301793e-17];

/** All bits where n is odd. */
export const odd = (v: Doubles, n: Lanes): Lanes => v.shift(v.shift(v.toInt(n), 63, 'shl'), 63, 'shr_s');

/** The sine of what lies `ahead` quadrants further on, from sines and cosines of angles of at most π/4. */
export function turned(v: Doubles, n: Lanes, ahead: 0 | 1, sin: Lanes, cos: Lanes): Lanes {
  const quadrant = ahead === 0 ? n : v.add(n, v.float(ahead));
  // The second bit of the quadrant turns the sign.
  return v.xor(v.select(odd(v, quadrant), cos, sin), v.signOf(v.shift(v.toInt(quadrant), 62, 'shl')));
}

function wave(v: Doubles, x: Lanes, ahead: 0 | 1): Lanes {
  const { n, r, rest } = angleOf(v, x);
  const z = v.mul(r, r);
  const cube = v.mul(z, r);
  const inner = v.sub(v.mul(z, v.sub(v.mul(rest, v.float(0.5)), v.mul(cube, v.polynomial(z, sine)))), rest);
  const sin = v.sub(r, v.sub(inner, v.mul(cube, v.float(sineFirst))));
  const half = v.mul(z, v.float(0.5));
  const most = v.sub(v.float(1), half);
  const cos = v.add(most, v.add(v.sub(v.sub(v.float(1), most), half), v.sub(v.mul(z, v.mul(z, v.polynomial(z, cosine))), v.mul(r, rest))));
  return turned(v, n, ahead, sin, cos);
}

export const sin = (v: Doubles, x: Lanes): Lanes => v.select(v.equal(x, v.float(0)), x, wave(v, x, 0));
export const cos = (v: Doubles, x: Lanes): Lanes => wave(v, x, 1);

/** tan of r + rest, or -1 over it where n is odd. */
function kernel(v: Doubles, { n, r, rest }: Angle): Lanes {
  const size = v.abs(r);
  // From 0.67434 on by tan(π/4 - x).
  const large = v.greaterEqual(size, v.float(0.67434));
  const restOfSize = v.xor(rest, v.signOf(r));
  const x = v.select(large, v.add(v.sub(v.float(quarterPi), size), v.sub(v.float(quarterPiLow), restOfSize)), size);
  const y = v.select(large, v.float(0), restOfSize);
  const z = v.mul(x, x);
  const w = v.mul(z, z);
  const cube = v.mul(z, x);
  const tail = v.add(v.polynomial(w, tangentOdd), v.mul(z, v.polynomial(w, tangentEven)));
  const more = v.add(v.add(y, v.mul(z, v.add(v.mul(cube, tail), y))), v.mul(cube, v.float(tangentFirst)));
  const t = v.add(x, more);
  const isOdd = odd(v, n);
  const one = v.select(isOdd, v.float(-1), v.float(1));
  const far = v.sub(one, v.mul(v.float(2), v.sub(x, v.sub(v.div(v.mul(t, t), v.add(t, one)), more))));
  // -1/t with the bits that t has lost
  const high = v.and(t, v.bits(0xffffffff00000000n));
  const a = v.div(v.float(-1), t);
  const aHigh = v.and(a, v.bits(0xffffffff00000000n));
  const over = v.add(aHigh, v.mul(a, v.add(v.add(v.float(1), v.mul(aHigh, high)), v.mul(aHigh, v.sub(more, v.sub(high, x))))));
  return v.xor(v.select(large, far, v.select(isOdd, over, t)), v.signOf(r));
}

export const tan = (v: Doubles, x: Lanes): Lanes => v.select(v.equal(x, v.float(0)), x, kernel(v, angleOf(v, x)));
