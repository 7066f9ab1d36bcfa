/** ln 2, written out, as every constant here: an engine's own may differ in the last bit. */
const ln2 = 0.6931471805599453;
const sqrt2 = 1.4142135623730951;
const halfSqrt2 = 0.7071067811865476;

/**
 * ln x for a positive, finite x, by + - * / alone: engines' logarithms differ in the last bit, and what
 * is drawn must not. With x = 2ᵉ m and m within [√½, √2),
 *
 *     ln x = e ln 2 + 2 (s + s³/3 + s⁵/5 + …),  s = (m - 1) / (m + 1),  |s| < 0.172
 *
 * Eleven terms reach float64; the error is below 2 units in the last place.
 */
export function logarithm(x: number): number {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa < halfSqrt2; mantissa *= 2) exponent -= 1;
  for (; mantissa >= sqrt2; mantissa /= 2) exponent += 1;
  const s = (mantissa - 1) / (mantissa + 1);
  const z = s * s;
  let series = 0;
  for (let odd = 21; odd > 1; odd -= 2) series = z * (1 / odd + series);
  return exponent * ln2 + 2 * (s + s * series);
}
