import { defaultOf, InputError, type RandomSource } from '@pastina/core';
import { defaults } from '../defaults.js';
import { type Initializer, type SeedOption } from './initializer.js';
import { glorotStd, heStd, ScaledInitializer, type GainOptions } from './scaled.js';

/** An initialiser that can be asked for a deviation: `Normal`, `Uniform`, or a class of your own. */
export type DeviationInitializer = new (options: { readonly std: number } & SeedOption) => Initializer;

/** An initialiser of deviation 1, for its distribution. */
function unitOf(where: string, kind: DeviationInitializer, { seed }: GainOptions): Initializer {
  if (typeof kind !== 'function') throw new InputError('INITIALIZER', `${where}: the first argument is ${typeof kind}; expected an initialiser class that takes { std }, such as Normal`, { found: typeof kind });
  return new kind({ std: 1, ...(seed === undefined ? {} : { seed }) });
}

/**
 * The deviation of `GlorotUniform` for any distribution (Lasagne's `Glorot(initializer, gain=1.0)`).
 *
 * @throws ShapeError for fewer than two axes
 *
 * @example
 * ```ts
 * import { Glorot, Normal } from '@pastina/layers/init';
 * console.log(new Glorot(Normal, { seed: 1 }).std([300, 100])); // 0.07071067811865475
 * ```
 */
export class Glorot extends ScaledInitializer {
  readonly #unit: Initializer;

  constructor(kind: DeviationInitializer, options: GainOptions = {}) {
    super(options, () => defaultOf(defaults, 'Glorot.gain'));
    this.#unit = unitOf('Glorot', kind, options);
  }

  override std(shape: readonly number[]): number {
    return glorotStd(shape, this.gain);
  }

  protected override unit(_stream: RandomSource, count: number): Float64Array {
    return this.#unit.sample([count]).data;
  }
}

/** The deviation of `HeUniform` for any distribution (Lasagne's `He(initializer, gain=1.0)`). */
export class He extends ScaledInitializer {
  readonly #unit: Initializer;

  constructor(kind: DeviationInitializer, options: GainOptions = {}) {
    super(options, () => defaultOf(defaults, 'He.gain'));
    this.#unit = unitOf('He', kind, options);
  }

  override std(shape: readonly number[]): number {
    return heStd(shape, this.gain);
  }

  protected override unit(_stream: RandomSource, count: number): Float64Array {
    return this.#unit.sample([count]).data;
  }
}
