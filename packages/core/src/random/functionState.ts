import { describeValue, InputError } from '../errors.js';

/** What the draws of a compiled function's next call depend on, as plain data. */
export interface RandomState {
  /** The seed as one word: that of `compile`, mixed down where it has more than 32 bits. */
  readonly seed: number;
  /** How many calls succeeded before. */
  readonly call: number;
}

/** @throws InputError naming the word at fault */
export function checkRandomState(state: RandomState): RandomState {
  if (typeof state !== 'object' || state === null) throw new InputError('RANDOM_STATE', `setRandomState: expected { seed, call }, as randomState() gives it; got ${describeValue(state)}`, { state });
  for (const [word, limit] of [['seed', 4294967295], ['call', Number.MAX_SAFE_INTEGER]] as const) {
    const value: unknown = state[word];
    if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > limit) throw new InputError('RANDOM_STATE', `setRandomState: ${word} is ${typeof value === 'number' ? value : describeValue(value)}; expected a whole number from 0 to ${limit}, as randomState() gives it`, { [word]: value });
  }
  return { seed: state.seed, call: state.call };
}
