import { defaultOf } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { describeValue, InputError } from '../errors.js';

// Draws are counted as they are constructed, so that two of them differ, and what one gives does not
// depend on what else is compiled with it.
let next: number | undefined;

/**
 * Restarts the count from which draws without a `stream` of their own take theirs.
 *
 * Every such draw takes the next number when it is constructed. Graphs built in the same order after the
 * same `setRandomStream` have the same streams, hence the same draws at the same seed. Without a call the
 * count starts at the declared default (`random.stream`, 0).
 *
 * @param stream - the number of the next draw, a whole number from 0 to 4294967295
 * @throws InputError for anything else
 *
 * @example
 * ```ts
 * import { randomNormal, setRandomStream } from '@pastina/core';
 * setRandomStream(0);
 * const first = randomNormal([3]);
 * setRandomStream(0);
 * console.log(randomNormal([3]) === first, randomNormal([3]) === first); // true false
 * ```
 */
export function setRandomStream(stream: number): void {
  next = checkStream(stream, 'setRandomStream');
}

/** The stream of a draw that is being constructed: its own, or the next of the count. */
export function takeStream(own: number | undefined, where: string): number {
  if (own !== undefined) return checkStream(own, where);
  const stream = next ?? defaultOf(defaults, 'random.stream');
  next = (stream + 1) >>> 0;
  return stream;
}

function checkStream(stream: number, where: string): number {
  if (stream >>> 0 === stream) return stream;
  throw new InputError('STREAM', `${where}: stream ${typeof stream === 'number' ? stream : describeValue(stream)}; expected a whole number from 0 to 4294967295`, { stream });
}
