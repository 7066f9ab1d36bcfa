/**
 * How many windows a pooling makes along an axis, null where the length is (Lasagne's `pool_output_length`):
 * ⌊(length + 2 · pad - poolSize) / stride⌋ + 1, and with `ignoreBorder` false as many as it takes to see every element.
 *
 * @example
 * ```ts
 * import { poolOutputLength } from '@pastina/layers';
 * console.log(poolOutputLength(5, 2, 2, 0, true), poolOutputLength(5, 2, 2, 0, false)); // 2 3
 * ```
 */
export function poolOutputLength(inputLength: number | null, poolSize: number, stride: number, pad: number, ignoreBorder: boolean): number | null {
  if (inputLength === null) return null;
  if (ignoreBorder) return Math.floor((inputLength + 2 * pad - poolSize) / stride) + 1;
  if (stride >= poolSize) return Math.floor((inputLength + stride - 1) / stride);
  return Math.max(0, Math.floor((inputLength - poolSize + stride - 1) / stride)) + 1;
}
