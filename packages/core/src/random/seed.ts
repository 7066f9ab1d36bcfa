import { describeValue, InputError } from '../errors.js';
import { threefry2x32 } from './threefry.js';

/** @throws InputError for a seed that is no whole number */
export function checkSeed(seed: number, where: string): number {
  if (Number.isSafeInteger(seed)) return seed;
  throw new InputError('SEED', `${where}: seed ${typeof seed === 'number' ? seed : describeValue(seed)}; expected a whole number from -(2^53 - 1) to 2^53 - 1`, { seed });
}

/** The two words of a seed: lower and upper 32 bits. */
export function wordsOfSeed(seed: number): readonly [number, number] {
  return [seed >>> 0, Math.floor(seed / 4294967296) >>> 0];
}

/** A seed as one word: itself where it fits (0 to 4294967295), else its two words, mixed. */
export function wordOfSeed(seed: number): number {
  const [low, high] = wordsOfSeed(seed);
  return high === 0 ? low : threefry2x32(low, high, 0, 0)[0];
}
