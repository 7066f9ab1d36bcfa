import { InputError, randomSource, ShapeError, type RandomSource } from '@pastina/core';
import { sharedRandomStream } from '../random.js';

/** What an initialiser gives: elements in row-major order and their shape. They are rounded to the layer's dtype later. */
export interface Sample {
  readonly data: Float64Array;
  readonly shape: readonly number[];
}

/** Options that every random initialiser takes. */
export interface SeedOption {
  /** A stream of its own for this initialiser; left out: the stream of `setRandomSeed`. */
  readonly seed?: number;
}

/** Gives the initial values of a parameter. A subclass says which numbers: one method. */
export abstract class Initializer {
  /** `count` numbers for a parameter of this shape. */
  protected abstract draw(shape: readonly number[], count: number): Float64Array;

  /** Values for a parameter of this shape; a further call goes on in the same random stream. */
  sample(shape: readonly number[]): Sample {
    for (const size of shape) {
      if (!Number.isInteger(size) || size < 1) throw new ShapeError('INIT_SHAPE', `${this.constructor.name}: shape [${shape.join(', ')}]; expected whole numbers from 1 up`, { shape });
    }
    return { data: this.draw(shape, shape.reduce((a, b) => a * b, 1)), shape: [...shape] };
  }
}

/** The stream an initialiser draws from. */
export function streamOf(seed: number | undefined): () => RandomSource {
  if (seed === undefined) return sharedRandomStream;
  const own = randomSource(seed);
  return () => own;
}

/** Options that are numbers must be finite. */
export function checkFinite(where: string, options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Number.isFinite(value)) throw new InputError('OPTION_VALUE', `${where}: ${name} is ${String(value)}; expected a finite number`, { option: name, value });
  }
}

/** The factor that an option `gain` stands for. */
export function gainOf(where: string, gain: number | 'relu'): number {
  if (typeof gain === 'string' && gain !== 'relu') throw new InputError('OPTION_VALUE', `${where}: gain '${String(gain)}'; expected a number or 'relu'`, { option: 'gain', value: gain });
  const factor = gain === 'relu' ? Math.SQRT2 : gain;
  checkFinite(where, { gain: factor });
  return factor;
}
