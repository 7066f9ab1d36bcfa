import { type Doubles, type Lanes } from '../lanes.js';
import { raised } from './doubles.js';

// Powers of float64 numbers that are not negative, by a logarithm to base 2 in two parts (Sun's fdlibm, e_pow.c).

/** 3/2 (log2 a - log2 a₀) = s + s³ P(s²), s = (a - a₀)/(a + a₀), a₀ one of 1 and 1.5 */
const odd = [5.99999999999994648725e-01, 4.28571428578550184252e-01, 3.33333329818377432918e-01, 2.72728123808534006489e-01, 2.30660745775561754067e-01, 2.06975017800338417784e-01];
/** 2/(3 ln 2), and in two parts */
const [scale, scaleHigh, scaleLow] = [9.61796693925975554329e-01, 9.61796700954437255859e-01, -7.02846165095275826516e-09];
/** log2 1.5 in two parts */
const [stepHigh, stepLow] = [5.84962487220764160156e-01, 1.35003920212974897128e-08];
/** ln 2 in two parts */
const [ln2, ln2High, ln2Low] = [6.93147180559945286227e-01, 6.93147182464599609375e-01, -1.90465429995776804525e-09];

const leading = (v: Doubles, x: Lanes): Lanes => v.and(x, v.bits(0xffffffff00000000n));

/** aᵇ for a ≥ 0; NaN where 1 is raised to infinity, as e^(b ln a) is. */
export function positivePower(v: Doubles, a: Lanes, b: Lanes): Lanes {
  const tiny = v.less(a, v.float(2.2250738585072014e-308));
  const normal = v.select(tiny, v.mul(a, v.float(18014398509481984)), a);
  // The mantissa lies between √3/2 and √3: beside 1 below √(3/2), beside 1.5 above.
  const bits = v.subInt(normal, v.bits(0x3febb67ae8584caan));
  const exponent = v.toFloat(v.subInt(v.shift(bits, 52, 'shr_s'), v.and(tiny, v.bits(54n))));
  const mantissa = v.addInt(v.and(bits, v.bits(0xfffffffffffffn)), v.bits(0x3febb67ae8584caan));
  const upper = v.greaterEqual(mantissa, v.float(1.224744871391589));
  const beside = v.select(upper, v.float(1.5), v.float(1));

  const u = v.sub(mantissa, beside);
  const inverse = v.div(v.float(1), v.add(mantissa, beside));
  const s = v.mul(u, inverse);
  const sHigh = leading(v, s);
  const sumHigh = leading(v, v.add(mantissa, beside));
  const sumLow = v.sub(mantissa, v.sub(sumHigh, beside));
  const sLow = v.mul(inverse, v.sub(v.sub(u, v.mul(sHigh, sumHigh)), v.mul(sHigh, sumLow)));
  const z = v.mul(s, s);
  const rest = v.add(v.mul(v.mul(z, z), v.polynomial(z, odd)), v.mul(sLow, v.add(sHigh, s)));
  const square = v.mul(sHigh, sHigh);
  const three = v.float(3);
  const factorHigh = leading(v, v.add(v.add(three, square), rest));
  const factorLow = v.sub(rest, v.sub(v.sub(factorHigh, three), square));
  const exact = v.mul(sHigh, factorHigh);
  const more = v.add(v.mul(sLow, factorHigh), v.mul(factorLow, s));
  const high = leading(v, v.add(exact, more));
  const low = v.sub(more, v.sub(high, exact));

  const zHigh = v.mul(high, v.float(scaleHigh));
  const zLow = v.add(v.add(v.mul(high, v.float(scaleLow)), v.mul(low, v.float(scale))), v.and(upper, v.float(stepLow)));
  const step = v.and(upper, v.float(stepHigh));
  const logHigh = leading(v, v.add(v.add(v.add(zHigh, zLow), step), exponent));
  const logLow = v.sub(zLow, v.sub(v.sub(v.sub(logHigh, exponent), step), zHigh));

  // Beyond these no result is finite, and none is not 0.
  const by = v.max(v.min(b, v.float(1e25)), v.float(-1e25));
  const byHigh = leading(v, by);
  const productLow = v.add(v.mul(v.sub(by, byHigh), logHigh), v.mul(by, logLow));
  const productHigh = v.mul(byHigh, logHigh);
  const total = v.add(productHigh, productLow);
  const most = v.float(1100);
  const inside = v.less(v.abs(total), most);
  const pHigh = v.select(inside, productHigh, v.max(v.min(total, most), v.neg(most)));
  const pLow = v.and(inside, productLow);
  const n = v.nearest(v.add(pHigh, pLow));
  const fraction = v.sub(pHigh, n);
  const t = leading(v, v.add(pLow, fraction));
  const lost = v.add(v.mul(v.sub(pLow, v.sub(t, fraction)), v.float(ln2)), v.mul(t, v.float(ln2Low)));
  const y = raised(v, { n: v.toInt(n), high: v.mul(t, v.float(ln2High)), low: v.neg(lost) });

  // 0 and infinity have no mantissa.
  const infinite = v.float(Infinity);
  const above = v.select(v.equal(a, v.float(0)), v.neg(b), b);
  const edge = v.select(v.less(v.float(0), above), infinite, v.float(0));
  const ended = v.select(v.or(v.equal(a, v.float(0)), v.equal(a, infinite)), edge, y);
  const unclear = v.or(v.or(v.notEqual(a, a), v.notEqual(b, b)), v.and(v.equal(a, v.float(1)), v.equal(v.abs(b), infinite)));
  return v.select(unclear, v.float(NaN), ended);
}
