import { defaultOf, randomSource, type RandomSource } from '@pastina/core';
import { defaults } from './defaults.js';

// Initial weights are drawn from one stream in the order in which layers are built, as in Lasagne. The
// stream starts at a declared seed, so that a program that says nothing about seeds repeats bit for bit.
let stream: RandomSource | undefined;

/**
 * Restarts the stream from which initialisers without a `seed` of their own draw.
 *
 * Two networks built in the same order after the same `setRandomSeed` have the same initial weights, on
 * every machine. Without a call the stream starts at the declared default (`random.seed`, 0).
 *
 * @param seed - a whole number
 * @throws InputError for anything else
 *
 * @example
 * ```ts
 * import { setRandomSeed } from '@pastina/layers';
 * import { Uniform } from '@pastina/layers/init';
 * setRandomSeed(7);
 * const first = new Uniform().sample([2]).data;
 * setRandomSeed(7);
 * console.log(new Uniform().sample([2]).data[0] === first[0]); // true
 * ```
 */
export function setRandomSeed(seed: number): void {
  stream = randomSource(seed);
}

/** The stream in force; asked anew at each draw, since {@link setRandomSeed} replaces it. */
export function sharedRandomStream(): RandomSource {
  if (stream === undefined) {
    const seed = defaultOf(defaults, 'random.seed');
    stream = randomSource(seed);
  }
  return stream;
}
