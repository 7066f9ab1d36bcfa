import { checkOptions, defaultOf, ShapeError, type Defaulted, type RandomSource } from '@pastina/core';
import { defaults } from '../defaults.js';
import { gainOf, Initializer, streamOf, type SeedOption } from './initializer.js';

/** Options of the initialisers whose deviation follows from the shape. */
export interface GainOptions extends SeedOption {
  /** Factor on the deviation; `'relu'` is √2, for rectifiers. */
  readonly gain?: Defaulted<number | 'relu', 1>;
}

/** Scales random numbers of deviation 1 by what the shape asks for: the base of the initialisers by Glorot and He. */
export abstract class ScaledInitializer extends Initializer {
  readonly gain: number;
  readonly #stream: () => RandomSource;

  constructor(options: GainOptions, fallback: () => number) {
    super();
    checkOptions(new.target.name, options, ['gain', 'seed']);
    this.gain = gainOf(new.target.name, options.gain ?? fallback());
    this.#stream = streamOf(options.seed);
  }

  /** The standard deviation that this initialiser gives a parameter of this shape. */
  abstract std(shape: readonly number[]): number;

  /** `count` numbers of mean 0 and deviation 1. */
  protected abstract unit(stream: RandomSource, count: number): Float64Array;

  protected override draw(shape: readonly number[], count: number): Float64Array {
    if (shape.length < 2) throw new ShapeError('INIT_RANK', `${this.constructor.name}: shape [${shape.join(', ')}] has ${shape.length} axes; this initialiser needs at least 2 (for a bias or a vector use Constant, Normal or Uniform)`, { shape });
    const std = this.std(shape);
    return this.unit(this.#stream(), count).map((n) => std * n);
  }
}

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** gain · √(2 / ((n₀ + n₁) · Π other sizes)) */
export function glorotStd(shape: readonly number[], gain: number): number {
  const [n0, n1, ...rest] = shape;
  return gain * Math.sqrt(2 / (((n0 ?? 1) + (n1 ?? 1)) * product(rest)));
}

/** gain · √(1 / fan-in): n₀ for a matrix (inputs × units), all but the first axis for convolutions (filters first) */
export function heStd(shape: readonly number[], gain: number): number {
  return gain * Math.sqrt(1 / (shape.length === 2 ? (shape[0] ?? 1) : product(shape.slice(1))));
}

const uniformUnit = (stream: RandomSource, count: number): Float64Array => stream.uniform(count).map((u) => Math.sqrt(3) * (2 * u - 1));

/**
 * Uniform with deviation gain · √(2 / ((n₀ + n₁) · receptive field)) (Glorot and Bengio, AISTATS 2010;
 * Lasagne's `GlorotUniform(gain=1.0)`). The default of `DenseLayer`.
 *
 * @throws ShapeError for fewer than two axes
 *
 * @example
 * ```ts
 * import { GlorotUniform } from '@pastina/layers/init';
 * console.log(new GlorotUniform({ seed: 1 }).std([300, 100])); // 0.07071067811865475
 * ```
 */
export class GlorotUniform extends ScaledInitializer {
  constructor(options: GainOptions = {}) {
    super(options, () => defaultOf(defaults, 'GlorotUniform.gain'));
  }

  override std(shape: readonly number[]): number {
    return glorotStd(shape, this.gain);
  }

  protected override unit(stream: RandomSource, count: number): Float64Array {
    return uniformUnit(stream, count);
  }
}

/** Normal with the deviation of {@link GlorotUniform} (Lasagne's `GlorotNormal(gain=1.0)`). */
export class GlorotNormal extends ScaledInitializer {
  constructor(options: GainOptions = {}) {
    super(options, () => defaultOf(defaults, 'GlorotNormal.gain'));
  }

  override std(shape: readonly number[]): number {
    return glorotStd(shape, this.gain);
  }

  protected override unit(stream: RandomSource, count: number): Float64Array {
    return stream.normal(count);
  }
}

/**
 * Uniform with deviation gain · √(1 / fan-in) (He et al., ICCV 2015; Lasagne's `HeUniform(gain=1.0)`).
 * As in Lasagne the gain is 1: the paper's √(2 / fan-in) is `gain: 'relu'`.
 */
export class HeUniform extends ScaledInitializer {
  constructor(options: GainOptions = {}) {
    super(options, () => defaultOf(defaults, 'HeUniform.gain'));
  }

  override std(shape: readonly number[]): number {
    return heStd(shape, this.gain);
  }

  protected override unit(stream: RandomSource, count: number): Float64Array {
    return uniformUnit(stream, count);
  }
}

/** Normal with the deviation of {@link HeUniform} (Lasagne's `HeNormal(gain=1.0)`). */
export class HeNormal extends ScaledInitializer {
  constructor(options: GainOptions = {}) {
    super(options, () => defaultOf(defaults, 'HeNormal.gain'));
  }

  override std(shape: readonly number[]): number {
    return heStd(shape, this.gain);
  }

  protected override unit(stream: RandomSource, count: number): Float64Array {
    return stream.normal(count);
  }
}
