/**
 * The nearest half-precision number to `x`, ties to even, as a double.
 *
 * Adding and subtracting a power of two makes the double's own rounding do the work: at the step of
 * half precision around `x` (2^(e-10), never below 2^-24) all lower bits fall off.
 */
export function toHalf(x: number): number {
  const size = Math.abs(x);
  if (!(size < 65520)) return Number.isNaN(x) ? NaN : x > 0 ? Infinity : -Infinity;
  if (size === 0) return x;
  const step = stepOf(size);
  // 2^52 steps: the spacing of doubles there is exactly one step.
  const magic = step * 4503599627370496;
  const rounded = size + magic - magic;
  return x < 0 ? -rounded : rounded;
}

/** 2^(floor(log2(size)) - 10) for normal halves, found by comparison so that it is exact. */
function stepOf(size: number): number {
  let step = 5.9604644775390625e-8;
  let top = 0.0001220703125;
  while (size >= top) {
    top *= 2;
    step *= 2;
  }
  return step;
}
