import { InputError } from '../errors.js';
import { checkSeed, wordsOfSeed } from './seed.js';
import { threefry2x32 } from './threefry.js';

/** Random numbers outside of graphs: initial weights, shuffles. The same seed gives the same numbers on every machine. */
export interface RandomSource {
  /** `count` numbers in [0, 1), each k / 2⁵³. */
  uniform(count: number): Float64Array;
  /** `count` numbers of the normal distribution with mean 0 and deviation 1 (Box-Muller). */
  normal(count: number): Float64Array;
  /** The numbers 0 … count - 1 in random order (Fisher-Yates). */
  permutation(count: number): Int32Array;
}

/**
 * A stream of random numbers that starts at `seed`; each call goes on where the last one stopped.
 *
 * @example
 * ```ts
 * import { randomSource } from '@pastina/core';
 * console.log(randomSource(1).permutation(4).length); // 4
 * ```
 */
export function randomSource(seed: number): RandomSource {
  const key = wordsOfSeed(checkSeed(seed, 'randomSource'));
  let counter = 0;
  const next = (): number => {
    const [high, low] = threefry2x32(key[0], key[1], counter >>> 0, Math.floor(counter / 4294967296));
    counter += 1;
    // 21 + 32 bits
    return ((high >>> 11) * 4294967296 + low) / 9007199254740992;
  };
  const uniform = (count: number): Float64Array => Float64Array.from({ length: checkCount(count) }, next);
  return {
    uniform,
    normal: (count) => {
      const numbers = uniform(2 * checkCount(count));
      return Float64Array.from({ length: count }, (_, i) => Math.sqrt(-2 * Math.log1p(-(numbers[2 * i] as number))) * Math.cos(2 * Math.PI * (numbers[2 * i + 1] as number)));
    },
    permutation: (count) => {
      const order = Int32Array.from({ length: checkCount(count) }, (_, i) => i);
      for (let i = count - 1; i > 0; i -= 1) {
        const j = Math.floor(next() * (i + 1));
        const kept = order[i] as number;
        order[i] = order[j] as number;
        order[j] = kept;
      }
      return order;
    },
  };
}

function checkCount(count: number): number {
  if (!Number.isInteger(count) || count < 0) throw new InputError('COUNT', `randomSource: count ${count}; expected a whole number from 0 up`, { count });
  return count;
}
