import { defaultOf, div, InputError, mul, randomBernoulli, type Defaulted, type Dim, type Expression } from '@pastina/core';
import { checkAxis, checkFlag, checkLayerOptions, checkNumber } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions, type OutputOptions } from '../layer.js';

/** Options of {@link dropoutChannels} and {@link dropoutLocations}. */
export interface SharedDropoutOptions extends LayerOptions {
  /** The probability that an element becomes 0. */
  readonly p?: Defaulted<number, 0.5>;
  /** `true` divides by 1 - p, so that the expected value stays. */
  readonly rescale?: Defaulted<boolean, true>;
}

/** Options of {@link DropoutLayer}. */
export interface DropoutLayerOptions extends SharedDropoutOptions {
  /** Axes along which all elements are dropped or kept together; negative ones count from the end. */
  readonly sharedAxes?: readonly number[];
}

/**
 * Sets elements to 0 at random, each with probability p, and divides the others by 1 - p (Srivastava et al., JMLR 2014;
 * Lasagne's `DropoutLayer`). With `deterministic` the identity. Each call of `getOutput` draws anew, and each run of a
 * compiled function; outputs that are asked for in one call share what is drawn.
 *
 * @throws InputError for a p outside of 0 to 1, or 1 with `rescale`, which would divide by 0
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { DropoutLayer, getOutput, InputLayer } from '@pastina/layers';
 * const net = new DropoutLayer(new InputLayer({ shape: [null, 2] }));
 * console.log(evaluate(getOutput(net, [[1, 2]], { deterministic: true })).toArray()); // [[1, 2]]
 * ```
 */
export class DropoutLayer extends Layer {
  readonly p: number;
  readonly rescale: boolean;
  readonly sharedAxes: readonly number[];

  constructor(incoming: Incoming, options: DropoutLayerOptions = {}) {
    const where = checkLayerOptions('DropoutLayer', options, ['p', 'rescale', 'sharedAxes']);
    super(incoming, options);
    this.p = checkNumber(options.p ?? defaultOf(defaults, 'DropoutLayer.p'), 'p', where, 0, 1);
    this.rescale = checkFlag(options.rescale ?? defaultOf(defaults, 'DropoutLayer.rescale'), 'rescale', where);
    if (this.p === 1 && this.rescale) throw new InputError('OPTION_VALUE', `${where}: p is 1: nothing would be left to rescale; expected less than 1, or rescale: false`, { option: 'p', value: 1 });
    this.sharedAxes = (options.sharedAxes ?? []).map((axis) => checkAxis(axis, this.inputShape.length, 'sharedAxes', where));
  }

  override getOutputFor(x: Expression, { deterministic }: OutputOptions): Expression {
    if (deterministic === true || this.p === 0) return x;
    const shape = x.shape.map((size, axis): Dim => (this.sharedAxes.includes(axis) ? 1 : size));
    const mask = randomBernoulli(shape, { p: 1 - this.p, dtype: x.dtype });
    return mul(this.rescale ? div(x, 1 - this.p) : x, mask);
  }
}

/** Short for `new DropoutLayer`. */
export function dropout(incoming: Incoming, options: DropoutLayerOptions = {}): DropoutLayer {
  return new DropoutLayer(incoming, options);
}

/** Drops whole channels: (batch, channels, …space) shares what is drawn along space (Lasagne's `dropout_channels`). */
export function dropoutChannels(incoming: Incoming, options: SharedDropoutOptions = {}): DropoutLayer {
  const rank = incoming instanceof Layer ? incoming.outputShape.length : incoming.length;
  return new DropoutLayer(incoming, { ...options, sharedAxes: Array.from({ length: Math.max(0, rank - 2) }, (_, i) => i + 2) });
}

/** Another name of {@link dropoutChannels}. */
export const spatialDropout: typeof dropoutChannels = dropoutChannels;

/** Drops all channels at a place together (Lasagne's `dropout_locations`). */
export function dropoutLocations(incoming: Incoming, options: SharedDropoutOptions = {}): DropoutLayer {
  return new DropoutLayer(incoming, { ...options, sharedAxes: [1] });
}
