import { add, defaultOf, randomNormal, type Defaulted, type Expression } from '@pastina/core';
import { checkLayerOptions, checkNumber } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions, type OutputOptions } from '../layer.js';

/** Options of {@link GaussianNoiseLayer}. */
export interface GaussianNoiseLayerOptions extends LayerOptions {
  /** The standard deviation of what is added. */
  readonly sigma?: Defaulted<number, 0.1>;
}

/**
 * Adds normal noise, drawn anew each time (Lasagne's `GaussianNoiseLayer`). With `deterministic` the identity.
 *
 * @throws InputError for a sigma below 0
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { GaussianNoiseLayer, getOutput, InputLayer } from '@pastina/layers';
 * const net = new GaussianNoiseLayer(new InputLayer({ shape: [null, 2] }));
 * console.log(evaluate(getOutput(net, [[1, 2]], { deterministic: true })).toArray()); // [[1, 2]]
 * ```
 */
export class GaussianNoiseLayer extends Layer {
  readonly sigma: number;

  constructor(incoming: Incoming, options: GaussianNoiseLayerOptions = {}) {
    const where = checkLayerOptions('GaussianNoiseLayer', options, ['sigma']);
    super(incoming, options);
    this.sigma = checkNumber(options.sigma ?? defaultOf(defaults, 'GaussianNoiseLayer.sigma'), 'sigma', where, 0);
  }

  override getOutputFor(x: Expression, { deterministic }: OutputOptions): Expression {
    if (deterministic === true || this.sigma === 0) return x;
    return add(x, randomNormal(x.shape, { std: this.sigma, dtype: x.dtype }));
  }
}
