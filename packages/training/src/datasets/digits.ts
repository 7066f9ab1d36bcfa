import { checkOptions, defaultOf, InputError, randomSource, type Defaulted } from '@pastina/core';
import { defaults } from '../defaults.js';
import { AdaptiveModel, pixelContext, pixelContexts } from './adaptiveModel.js';
import { digitCount, digitData } from './digits.data.js';
import { RangeDecoder } from './rangeDecoder.js';

/** Images and what they show; both go into `batches` as they are. */
export interface Digits {
  /** Shape [n, 64]: 8×8 pixels in row-major order, ink from 0 to 1 in sixteenths. */
  readonly images: { readonly data: Float32Array; readonly shape: readonly [number, number] };
  /** The digit, 0 to 9. */
  readonly labels: Int32Array;
}

/** What {@link digits} gives. */
export interface DigitsDataset {
  readonly train: Digits;
  readonly test: Digits;
  readonly classNames: readonly string[];
}

/** Options of {@link digits}. */
export interface DigitsOptions {
  /** How much is held out: from 0 to less than 1. */
  readonly testFraction?: Defaulted<number, 0.2>;
  /** Which images are held out. */
  readonly seed?: Defaulted<number, 0>;
}

let unpacked: { readonly pixels: Uint8Array; readonly labels: Uint8Array } | undefined;

/** All 1,797 images as they were published: 64 bytes each from 0 to 16, and the labels. */
export function rawDigits(): { readonly pixels: Uint8Array; readonly labels: Uint8Array } {
  unpacked ??= unpack();
  return unpacked;
}

function unpack(): { pixels: Uint8Array; labels: Uint8Array } {
  const decoder = new RangeDecoder(Uint8Array.from(atob(digitData), (letter) => letter.charCodeAt(0)));
  const [labelModel, pixelModel] = [new AdaptiveModel(1, 10), new AdaptiveModel(pixelContexts, 17)];
  const [pixels, labels] = [new Uint8Array(digitCount * 64), new Uint8Array(digitCount)];
  for (let i = 0; i < digitCount; i += 1) {
    labels[i] = decoder.decode(labelModel, 0);
    const image = pixels.subarray(i * 64, i * 64 + 64);
    for (let place = 0; place < 64; place += 1) image[place] = decoder.decode(pixelModel, pixelContext(image, place));
  }
  return { pixels, labels };
}

/**
 * The optical digits of UCI: 1,797 real 8×8 images of hand-written digits, in random order and split in
 * two. Bundled, so nothing is fetched; source and licence stand in DATASETS.md.
 *
 * @throws InputError for a fraction that leaves nothing to train on, or an unknown option
 *
 * @example
 * ```ts
 * import { digits } from '@pastina/training/datasets';
 * const { train, test } = digits({ testFraction: 0.2, seed: 1 });
 * console.log(train.images.shape, test.labels.length); // [1438, 64] 359
 * ```
 */
export function digits(options: DigitsOptions = {}): DigitsDataset {
  checkOptions('digits', options, ['testFraction', 'seed']);
  const fraction = options.testFraction ?? defaultOf(defaults, 'digits.testFraction');
  if (!(fraction >= 0 && fraction < 1)) throw new InputError('OPTION_VALUE', `digits: testFraction is ${String(fraction)}; expected a number from 0 to less than 1`, { option: 'testFraction', value: fraction });
  const order = randomSource(options.seed ?? defaultOf(defaults, 'digits.seed')).permutation(digitCount);
  const held = Math.round(fraction * digitCount);
  if (held === digitCount) throw new InputError('OPTION_VALUE', `digits: testFraction ${fraction} holds out all ${digitCount} images; expected something left to train on`, { option: 'testFraction', value: fraction });
  return {
    train: pick(order.subarray(held)),
    test: pick(order.subarray(0, held)),
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  };
}

function pick(places: Int32Array): Digits {
  const { pixels, labels } = rawDigits();
  const data = new Float32Array(places.length * 64);
  places.forEach((place, i) => {
    for (let k = 0; k < 64; k += 1) data[i * 64 + k] = (pixels[place * 64 + k] as number) / 16;
  });
  return { images: { data, shape: [places.length, 64] }, labels: Int32Array.from(places, (place) => labels[place] as number) };
}
