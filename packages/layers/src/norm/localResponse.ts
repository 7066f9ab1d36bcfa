import { add, defaultOf, div, mul, pad, pow, slice, square, UnsupportedError, type Defaulted, type Expression } from '@pastina/core';
import { checkLayerOptions, checkNumber, checkRank, checkWhole } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';

/** Options of {@link LocalResponseNormalization2DLayer}. */
export interface LocalResponseNormalization2DLayerOptions extends LayerOptions {
  /** Not divided by n. */
  readonly alpha?: Defaulted<number, 1e-4>;
  readonly k?: Defaulted<number, 2>;
  readonly beta?: Defaulted<number, 0.75>;
  /** How many neighbouring channels count; odd. */
  readonly n?: Defaulted<number, 5>;
}

/**
 * x / (k + alpha · Σ x²)^beta, the sum over n neighbouring channels (Krizhevsky et al., 2012; Lasagne's
 * `LocalResponseNormalization2DLayer`), of (batch, channels, height, width).
 *
 * @throws UnsupportedError for an even n
 *
 * @example
 * ```ts
 * import { InputLayer, LocalResponseNormalization2DLayer } from '@pastina/layers';
 * console.log(new LocalResponseNormalization2DLayer(new InputLayer({ shape: [null, 8, 4, 4] })).n); // 5
 * ```
 */
export class LocalResponseNormalization2DLayer extends Layer {
  readonly alpha: number;
  readonly k: number;
  readonly beta: number;
  readonly n: number;

  constructor(incoming: Incoming, options: LocalResponseNormalization2DLayerOptions = {}) {
    const where = checkLayerOptions('LocalResponseNormalization2DLayer', options, ['alpha', 'k', 'beta', 'n']);
    super(incoming, options);
    checkRank(this.inputShape, 4, '[items, channels, height, width]', where);
    this.alpha = checkNumber(options.alpha ?? defaultOf(defaults, 'LocalResponseNormalization2DLayer.alpha'), 'alpha', where);
    this.k = checkNumber(options.k ?? defaultOf(defaults, 'LocalResponseNormalization2DLayer.k'), 'k', where);
    this.beta = checkNumber(options.beta ?? defaultOf(defaults, 'LocalResponseNormalization2DLayer.beta'), 'beta', where);
    this.n = checkWhole(options.n ?? defaultOf(defaults, 'LocalResponseNormalization2DLayer.n'), 1, 'n', where);
    if (this.n % 2 === 0) throw new UnsupportedError('EVEN_NEIGHBOURS', `${where}: n is ${this.n}; expected an odd number, so that there is a channel in the middle`, { option: 'n', value: this.n });
  }

  override getOutputFor(x: Expression): Expression {
    const half = (this.n - 1) / 2;
    const squares = pad(square(x), [[0, 0], [half, half], [0, 0], [0, 0]]);
    const neighbours = Array.from({ length: this.n }, (_, i) => slice(squares, [0, i], [null, i === this.n - 1 ? null : i + 1 - this.n]));
    const total = neighbours.reduce((sum, next) => add(sum, next));
    return div(x, pow(add(mul(total, this.alpha), this.k), this.beta));
  }
}
