import { checkOptions, defaultOf, InputError, type Defaulted, type RandomSource } from '@pastina/core';
import { defaults } from '../defaults.js';
import { checkFinite, Initializer, streamOf, type SeedOption } from './initializer.js';

/** All elements the same (Lasagne's `Constant(val=0.0)`). */
export class Constant extends Initializer {
  readonly value: number;

  constructor(value: Defaulted<number, 0> = defaultOf(defaults, 'Constant.value')) {
    super();
    checkFinite('Constant', { value });
    this.value = value;
  }

  protected override draw(_shape: readonly number[], count: number): Float64Array {
    return new Float64Array(count).fill(this.value);
  }
}

/** Options of {@link Normal}. */
export interface NormalOptions extends SeedOption {
  readonly std?: Defaulted<number, 0.01>;
  readonly mean?: Defaulted<number, 0>;
}

/**
 * Normally distributed: mean + std · n (Lasagne's `Normal(std=0.01, mean=0.0)`).
 *
 * @example
 * ```ts
 * import { Normal } from '@pastina/layers/init';
 * console.log(new Normal({ std: 0.1, seed: 1 }).sample([2, 3]).shape); // [2, 3]
 * ```
 */
export class Normal extends Initializer {
  readonly std: number;
  readonly mean: number;
  readonly #stream: () => RandomSource;

  constructor(options: NormalOptions = {}) {
    super();
    checkOptions('Normal', options, ['std', 'mean', 'seed']);
    this.std = options.std ?? defaultOf(defaults, 'Normal.std');
    this.mean = options.mean ?? defaultOf(defaults, 'Normal.mean');
    checkFinite('Normal', { std: this.std, mean: this.mean });
    this.#stream = streamOf(options.seed);
  }

  protected override draw(_shape: readonly number[], count: number): Float64Array {
    return this.#stream().normal(count).map((n) => this.mean + this.std * n);
  }
}

/** Options of {@link Uniform}. */
export interface UniformOptions extends SeedOption {
  /** A number r means [-r, r), a pair [low, high). */
  readonly range?: Defaulted<number | readonly [number, number], 0.01>;
  /** Given instead of `range`: [mean - √3·std, mean + √3·std). */
  readonly std?: number;
  /** Only with `std`. */
  readonly mean?: Defaulted<number, 0>;
}

/** Uniformly distributed over an interval (Lasagne's `Uniform(range=0.01, std=None, mean=0.0)`). */
export class Uniform extends Initializer {
  readonly low: number;
  readonly high: number;
  readonly #stream: () => RandomSource;

  constructor(options: UniformOptions = {}) {
    super();
    checkOptions('Uniform', options, ['range', 'std', 'mean', 'seed']);
    if (options.std !== undefined && options.range !== undefined) throw new InputError('OPTION_CONFLICT', 'Uniform: both range and std are given; expected one of them', { options: ['range', 'std'] });
    if (options.std === undefined && options.mean !== undefined) throw new InputError('OPTION_CONFLICT', 'Uniform: mean without std has no effect; give std too, or range as a pair [low, high]', { options: ['mean'] });
    [this.low, this.high] = intervalOf(options);
    checkFinite('Uniform', { low: this.low, high: this.high });
    if (this.low > this.high) throw new InputError('OPTION_VALUE', `Uniform: the range [${this.low}, ${this.high}] is empty; expected low ≤ high`, { option: 'range' });
    this.#stream = streamOf(options.seed);
  }

  protected override draw(_shape: readonly number[], count: number): Float64Array {
    return this.#stream().uniform(count).map((u) => this.low + (this.high - this.low) * u);
  }
}

function intervalOf({ range, std, mean }: UniformOptions): readonly [number, number] {
  if (std !== undefined) {
    const centre = mean ?? defaultOf(defaults, 'Uniform.mean');
    return [centre - Math.sqrt(3) * std, centre + Math.sqrt(3) * std];
  }
  const limits: number | readonly [number, number] = range ?? defaultOf(defaults, 'Uniform.range');
  return typeof limits === 'number' ? [-limits, limits] : limits;
}
