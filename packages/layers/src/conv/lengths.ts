import { defaultOf, InputError, type Defaulted } from '@pastina/core';
import { defaults } from '../defaults.js';

/** Zeros around along one axis: a number at both ends, or by name. */
export type LengthPad = number | 'valid' | 'same' | 'full';

/**
 * How many windows a convolution makes along an axis: ⌈(length + 2 · pad - filterSize + 1) / stride⌉, null where
 * the length is (Lasagne's `conv_output_length`). With `'same'` ⌈length / stride⌉.
 *
 * @throws InputError for a pad that is none
 *
 * @example
 * ```ts
 * import { convOutputLength } from '@pastina/layers';
 * console.log(convOutputLength(28, 5, 1), convOutputLength(28, 5, 2, 'same')); // 24 14
 * ```
 */
export function convOutputLength(inputLength: number | null, filterSize: number, stride: number, pad: Defaulted<LengthPad, 0> = defaultOf(defaults, 'convOutputLength.pad')): number | null {
  const around = padOf(pad, filterSize, 'convOutputLength');
  if (inputLength === null) return null;
  const places = pad === 'same' ? inputLength : inputLength + 2 * around - filterSize + 1;
  return Math.floor((places + stride - 1) / stride);
}

/**
 * The smallest length that a convolution takes to `outputLength`: (outputLength - 1) · stride - 2 · pad + filterSize
 * (Lasagne's `conv_input_length`); what a transposed convolution gives.
 *
 * @throws InputError for a pad that is none
 */
export function convInputLength(outputLength: number | null, filterSize: number, stride: number, pad: Defaulted<LengthPad, 0> = defaultOf(defaults, 'convInputLength.pad')): number | null {
  const around = padOf(pad, filterSize, 'convInputLength');
  return outputLength === null ? null : (outputLength - 1) * stride - 2 * around + filterSize;
}

function padOf(pad: LengthPad, filterSize: number, where: string): number {
  if (pad === 'valid') return 0;
  if (pad === 'full') return filterSize - 1;
  if (pad === 'same') return Math.floor(filterSize / 2);
  if (Number.isInteger(pad) && pad >= 0) return pad;
  throw new InputError('OPTION_VALUE', `${where}: pad is ${JSON.stringify(pad)}; expected a whole number from 0 up, 'valid', 'same' or 'full'`, { pad });
}
