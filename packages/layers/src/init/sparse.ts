import { checkOptions, defaultOf, InputError, ShapeError, type Defaulted, type RandomSource } from '@pastina/core';
import { defaults } from '../defaults.js';
import { checkFinite, Initializer, streamOf, type SeedOption } from './initializer.js';

/** Options of {@link Sparse}. */
export interface SparseOptions extends SeedOption {
  /** The part of the inputs that each unit sees, from 0 to 1. */
  readonly sparsity?: Defaulted<number, 0.1>;
  readonly std?: Defaulted<number, 0.01>;
}

/**
 * Zeros, but for ⌊sparsity · inputs⌋ normal numbers in each column (Martens, ICML 2010; Lasagne's
 * `Sparse(sparsity=0.1, std=0.01)`): each unit is connected to so many inputs, chosen at random. For matrices
 * inputs × units.
 *
 * @throws ShapeError for a shape that is no matrix
 *
 * @example
 * ```ts
 * import { Sparse } from '@pastina/layers/init';
 * console.log(new Sparse({ seed: 1 }).sample([30, 4]).data.filter((x) => x !== 0).length); // 12
 * ```
 */
export class Sparse extends Initializer {
  readonly sparsity: number;
  readonly std: number;
  readonly #stream: () => RandomSource;

  constructor(options: SparseOptions = {}) {
    super();
    checkOptions('Sparse', options, ['sparsity', 'std', 'seed']);
    this.sparsity = options.sparsity ?? defaultOf(defaults, 'Sparse.sparsity');
    this.std = options.std ?? defaultOf(defaults, 'Sparse.std');
    checkFinite('Sparse', { sparsity: this.sparsity, std: this.std });
    if (this.sparsity < 0 || this.sparsity > 1) throw new InputError('OPTION_VALUE', `Sparse: sparsity is ${this.sparsity}; expected the part of the inputs that each unit sees, from 0 to 1`, { option: 'sparsity', value: this.sparsity });
    this.#stream = streamOf(options.seed);
  }

  protected override draw(shape: readonly number[], count: number): Float64Array {
    if (shape.length !== 2) throw new ShapeError('INIT_RANK', `Sparse: shape [${shape.join(', ')}] has ${shape.length} axes; this initialiser is for matrices, inputs × units`, { shape });
    const [inputs, units] = shape as readonly [number, number];
    const stream = this.#stream();
    const size = Math.floor(this.sparsity * inputs);
    const result = new Float64Array(count);
    for (let unit = 0; unit < units; unit += 1) {
      const places = stream.permutation(inputs).subarray(0, size);
      const values = stream.normal(size);
      places.forEach((place, i) => {
        result[place * units + unit] = this.std * (values[i] as number);
      });
    }
    return result;
  }
}
