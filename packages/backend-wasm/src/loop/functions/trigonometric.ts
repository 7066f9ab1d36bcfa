import { type Doubles, type Lanes } from '../lanes.js';
import { odd, turned } from './trigonometricDoubles.js';

// sin, cos and tan of float32 numbers, computed in float64: right to a little more than half an ulp of float32.

/** π/2 in two parts: n times the first is exact below 2²⁸. Sun's fdlibm in float32 (e_rem_pio2f.c, as in FreeBSD). */
const [halfPiHigh, halfPiLow] = [1.5707963109016418, 1.5893254773528196e-8];
/** Up to here the two parts are enough. */
const medium = 100_000;
/** 2/π in parts of 29 bits: a float32 number times one of them is exact in float64. */
const twoOverPi = [0.636619770899415, 1.4681663246252086e-9, 2.2760100671971816e-18, 5.8812147387730434e-27, 1.0346868700836215e-35, 3.783256351091319e-45, 3.720474878517739e-53];
/** Over |r| ≤ π/4, for float32 results (k_sinf.c, k_cosf.c, k_tanf.c) */
const sine = [-0.166666666416265235595, 0.0083333293858894631756, -0.000198393348360966317347, 0.0000027183114939898219064];
const cosine = [-0.499999997251031003120, 0.0416666233237390631894, -0.00138867637746099294692, 0.0000243904487962774090654];
const tangent = [0.333331395030791399758, 0.133392002712976742718, 0.0533812378445670393523, 0.0245283181166547278873, 0.00297435743359967304927, 0.00946564784943673166728];

interface Reduced {
  /** A whole number: the quadrant, but for multiples of 4. */
  readonly n: Lanes;
  /** The rest of x - n π/2. */
  readonly r: Lanes;
}

/**
 * The quadrant, and where x stands in it. Where some |x| is large, 2/π is multiplied by in parts (M. Payne, R. Hanek,
 * "Radian reduction for trigonometric functions", 1983): every product is exact, and so is what is left of it when
 * multiples of 4 quadrants are dropped.
 */
function reduced(v: Doubles, x: Lanes): Reduced {
  const n = v.nearest(v.mul(x, v.float(2 / Math.PI)));
  const r = v.sub(v.sub(x, v.mul(n, v.float(halfPiHigh))), v.mul(n, v.float(halfPiLow)));
  const large = v.greaterEqual(v.abs(x), v.float(medium));
  v.whenAny(large, () => {
    let [sum, lost] = [v.float(0), v.float(0)];
    for (const part of twoOverPi) {
      const turns = v.mul(x, v.float(part));
      const quadrants = v.sub(turns, v.mul(v.nearest(v.mul(turns, v.float(0.25))), v.float(4)));
      const next = v.add(sum, quadrants);
      const added = v.sub(next, sum);
      lost = v.add(lost, v.add(v.sub(sum, v.sub(next, added)), v.sub(quadrants, added)));
      sum = next;
    }
    const whole = v.nearest(sum);
    const rest = v.mul(v.add(v.sub(sum, whole), lost), v.float(Math.PI / 2));
    v.assign(n, v.select(large, whole, n));
    v.assign(r, v.select(large, rest, r));
  });
  return { n, r };
}

/** The sine of what lies `ahead` quadrants further on. */
function wave(v: Doubles, x: Lanes, ahead: 0 | 1): Lanes {
  const { n, r } = reduced(v, x);
  const z = v.mul(r, r);
  const sin = v.add(r, v.mul(v.mul(r, z), v.polynomial(z, sine)));
  const cos = v.add(v.float(1), v.mul(z, v.polynomial(z, cosine)));
  return turned(v, n, ahead, sin, cos);
}

export const sin = (v: Doubles, x: Lanes): Lanes => v.select(v.equal(x, v.float(0)), x, wave(v, x, 0));
export const cos = (v: Doubles, x: Lanes): Lanes => wave(v, x, 1);

export function tan(v: Doubles, x: Lanes): Lanes {
  const { n, r } = reduced(v, x);
  const z = v.mul(r, r);
  const t = v.add(r, v.mul(v.mul(r, z), v.polynomial(z, tangent)));
  return v.select(v.equal(x, v.float(0)), x, v.select(odd(v, n), v.div(v.float(-1), t), t));
}
