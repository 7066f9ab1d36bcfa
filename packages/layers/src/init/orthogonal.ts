import { checkOptions, defaultOf, ShapeError, type RandomSource } from '@pastina/core';
import { defaults } from '../defaults.js';
import { gainOf, Initializer, streamOf } from './initializer.js';
import { type GainOptions } from './scaled.js';

/**
 * Orthonormal rows, or columns where there are more rows than columns, times `gain` (Saxe et al., ICLR 2014;
 * Lasagne's `Orthogonal(gain=1.0)`). More than two axes are taken as a matrix of shape[0] rows. Each such
 * matrix is equally likely. Takes rows · columns · the smaller of them operations: a second for 1024 × 1024.
 *
 * @throws ShapeError for fewer than two axes
 *
 * @example
 * ```ts
 * import { Orthogonal } from '@pastina/layers/init';
 * const [a = 0, b = 0, c = 0, d = 0] = new Orthogonal({ seed: 1 }).sample([2, 2]).data;
 * console.log(Math.abs(a * c + b * d) < 1e-12, Math.abs(a * a + b * b - 1) < 1e-12); // true true
 * ```
 */
export class Orthogonal extends Initializer {
  readonly gain: number;
  readonly #stream: () => RandomSource;

  constructor(options: GainOptions = {}) {
    super();
    checkOptions('Orthogonal', options, ['gain', 'seed']);
    this.gain = gainOf('Orthogonal', options.gain ?? defaultOf(defaults, 'Orthogonal.gain'));
    this.#stream = streamOf(options.seed);
  }

  protected override draw(shape: readonly number[], count: number): Float64Array {
    if (shape.length < 2) throw new ShapeError('INIT_RANK', `Orthogonal: shape [${shape.join(', ')}] has ${shape.length} axes; this initialiser needs at least 2 (for a bias or a vector use Constant, Normal or Uniform)`, { shape });
    const rows = shape[0] as number, columns = count / rows;
    const wide = rows <= columns;
    const vectors = orthonormal(this.#stream(), Math.min(rows, columns), Math.max(rows, columns));
    const result = new Float64Array(count);
    vectors.forEach((vector, i) => vector.forEach((x, j) => {
      result[wide ? i * columns + j : j * columns + i] = this.gain * x;
    }));
    return result;
  }
}

/** `count` orthonormal vectors of a length at least as large: normal draws, made orthogonal one after the other. */
function orthonormal(stream: RandomSource, count: number, length: number): Float64Array[] {
  const done: Float64Array[] = [];
  while (done.length < count) {
    const vector = stream.normal(length);
    const before = norm(vector);
    for (const other of done) removePart(vector, other);
    const after = norm(vector);
    // What is left of a vector that nearly lay among the others is mostly rounding: another draw takes its place.
    if (after < 1e-6 * before) continue;
    // Little is left: a second pass restores the digits that the first has lost.
    if (after < 0.1 * before) for (const other of done) removePart(vector, other);
    const length2 = norm(vector);
    done.push(vector.map((x) => x / length2));
  }
  return done;
}

function norm(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** vector -= (vector · unit) unit */
function removePart(vector: Float64Array, unit: Float64Array): void {
  const part = dot(vector, unit);
  for (let i = 0; i < vector.length; i += 1) vector[i] = (vector[i] as number) - part * (unit[i] as number);
}
