import { type DType } from '../graph/dtype.js';

/** Two random words as one number: what a draw makes of the words of its element. */
export type FromWords = (first: number, second: number) => number;

const steps24 = 16777216;
const steps53 = 9007199254740992;

/** The leading bits of both words as k / 2⁵³ in [0, 1). */
const unit53: FromWords = (first, second) => (first * 2097152 + (second >>> 11)) / steps53;

/**
 * A number in [0, 1) with as many leading bits of the words as the dtype has, so that every one is exact
 * and 1 is never reached: k / 2¹¹, k / 2²⁴ or k / 2⁵³. A narrower draw is the wider one, cut off.
 */
export function unitOf(dtype: DType): FromWords {
  if (dtype === 'float64') return unit53;
  return dtype === 'float16' ? (first) => (first >>> 21) / 2048 : (first) => (first >>> 8) / steps24;
}

/**
 * (k + ½) / 2⁵² in (0, 1): never 0 or 1, and symmetric, since the words with all bits turned around give
 * exactly 1 less it. For inversion, in float64 whatever the dtype of the draw.
 */
export const openUnit: FromWords = (first, second) => (first * 2097152 + (second >>> 12) * 2 + 1) / steps53;
