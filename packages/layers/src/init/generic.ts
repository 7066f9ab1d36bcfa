import { checkOptions, defaultOf, InputError, ShapeError } from '@pastina/core';
import { defaults } from '../defaults.js';
import { gainOf, Initializer, type SeedOption } from './initializer.js';
import { glorotStd, heStd, type GainOptions } from './scaled.js';

/** An initialiser that can be asked for a deviation: `Normal`, `Uniform`, or a class of your own. */
export type DeviationInitializer = new (options: { readonly std: number } & SeedOption) => Initializer;

/** Multiplies samples of deviation 1, of any distribution, by what the shape asks for. */
abstract class GenericInitializer extends Initializer {
  readonly gain: number;
  readonly #unit: Initializer;

  constructor(kind: DeviationInitializer, options: GainOptions, fallback: () => number) {
    super();
    const where = new.target.name;
    if (typeof kind !== 'function') throw new InputError('INITIALIZER', `${where}: the first argument is ${typeof kind}; expected an initialiser class that takes { std }, such as Normal`, { found: typeof kind });
    checkOptions(where, options, ['gain', 'seed']);
    this.gain = gainOf(where, options.gain ?? fallback());
    this.#unit = new kind({ std: 1, ...(options.seed === undefined ? {} : { seed: options.seed }) });
  }

  /** The standard deviation that this initialiser gives a parameter of this shape. */
  abstract std(shape: readonly number[]): number;

  protected override draw(shape: readonly number[]): Float64Array {
    if (shape.length < 2) throw new ShapeError('INIT_RANK', `${this.constructor.name}: shape [${shape.join(', ')}] has ${shape.length} axes; this initialiser needs at least 2 (for a bias or a vector use Constant, Normal or Uniform)`, { shape });
    const std = this.std(shape);
    return this.#unit.sample(shape).data.map((n) => std * n);
  }
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
export class Glorot extends GenericInitializer {
  constructor(kind: DeviationInitializer, options: GainOptions = {}) {
    super(kind, options, () => defaultOf(defaults, 'Glorot.gain'));
  }

  override std(shape: readonly number[]): number {
    return glorotStd(shape, this.gain);
  }
}

/** The deviation of `HeUniform` for any distribution (Lasagne's `He(initializer, gain=1.0)`). */
export class He extends GenericInitializer {
  constructor(kind: DeviationInitializer, options: GainOptions = {}) {
    super(kind, options, () => defaultOf(defaults, 'He.gain'));
  }

  override std(shape: readonly number[]): number {
    return heStd(shape, this.gain);
  }
}
