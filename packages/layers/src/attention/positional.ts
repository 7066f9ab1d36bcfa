import { add, arange, cos, defaultOf, exp, expandDims, mul, reshape, ShapeError, sin, slice, stack, type Defaulted, type Expression } from '@pastina/core';
import { checkLayerOptions, checkNumber, knownSize } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { formatLayerShape } from '../shape.js';

/** Options of {@link PositionalEncodingLayer}. */
export interface PositionalEncodingLayerOptions extends LayerOptions {
  /** The longest wave is 2π times this. */
  readonly base?: Defaulted<number, 10000>;
}

/**
 * Adds where a step stands, as waves of many lengths (Vaswani et al., 2017): sin(t / base^(2i/features)) to feature 2i,
 * the cosine to feature 2i + 1. (batch, time, features) stays.
 *
 * @throws ShapeError naming the layer, for an input that is no sequence, or whose features are not known
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { getOutput, InputLayer, PositionalEncodingLayer } from '@pastina/layers';
 * const net = new PositionalEncodingLayer(new InputLayer({ shape: [null, null, 2] }));
 * console.log(JSON.stringify(evaluate(getOutput(net, [[[5, 5]]])).toArray())); // [[[5,6]]]
 * ```
 */
export class PositionalEncodingLayer extends Layer {
  readonly base: number;
  readonly #features: number;

  constructor(incoming: Incoming, options: PositionalEncodingLayerOptions = {}) {
    const where = checkLayerOptions('PositionalEncodingLayer', options, ['base']);
    super(incoming, options);
    if (this.inputShape.length !== 3) throw new ShapeError('INPUT_RANK', `${where}: the input ${formatLayerShape(this.inputShape)} has ${this.inputShape.length} axes; expected [items, time, features]`, { shape: this.inputShape });
    this.#features = knownSize(this.inputShape, 2, 'the waves', where);
    this.base = checkNumber(options.base ?? defaultOf(defaults, 'PositionalEncodingLayer.base'), 'base', where, 1);
  }

  override getOutputFor(x: Expression): Expression {
    const time = x.shape[1] ?? null;
    const waves = Math.ceil(this.#features / 2);
    const rates = exp(mul(arange(waves, x.dtype), (-2 * Math.log(this.base)) / this.#features));
    const angles = mul(expandDims(arange(time, x.dtype), 1), expandDims(rates, 0));
    const both = reshape(stack([sin(angles), cos(angles)], 2), [time, 2 * waves]);
    // An odd number of features leaves out the last cosine.
    return add(x, expandDims(2 * waves === this.#features ? both : slice(both, [0, 0], [null, this.#features]), 0));
  }
}
