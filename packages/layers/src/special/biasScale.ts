import { add, checkOptions, defaultOf, mul, tensor, type Defaulted, type Expression, type TensorLike } from '@pastina/core';
import { checkLayerOptions, specOr } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { type ParamSpec } from '../param.js';
import { sharedAxesOf, spreadShared, unsharedShape, type SharedAxes } from './sharedAxes.js';

/** Options of {@link BiasLayer}. */
export interface BiasLayerOptions extends LayerOptions {
  /** Biases, of the sizes of the axes that are not shared; null for none. Never regularized. */
  readonly b?: Defaulted<ParamSpec, 0> | null;
  readonly sharedAxes?: Defaulted<SharedAxes, 'auto'>;
}

/**
 * x + b, b shared along all axes but the second unless told otherwise (Lasagne's `BiasLayer`).
 *
 * @throws ShapeError where a size that b needs is not known
 *
 * @example
 * ```ts
 * import { BiasLayer, InputLayer } from '@pastina/layers';
 * console.log(new BiasLayer(new InputLayer({ shape: [null, 3, 8, 8] })).b?.shape); // [3]
 * ```
 */
export class BiasLayer extends Layer {
  readonly sharedAxes: readonly number[];
  readonly b: Expression | null;

  constructor(incoming: Incoming, options: BiasLayerOptions = {}) {
    const where = checkLayerOptions('BiasLayer', options, ['b', 'sharedAxes']);
    super(incoming, options);
    this.sharedAxes = sharedAxesOf(options.sharedAxes ?? defaultOf(defaults, 'BiasLayer.sharedAxes'), this.inputShape, where);
    this.b = options.b === null ? null : this.addParam(specOr(options.b, () => defaultOf(defaults, 'BiasLayer.b')), unsharedShape(this.inputShape, this.sharedAxes, 'b', where), { name: 'b', regularizable: false });
  }

  override getOutputFor(x: Expression): Expression {
    return this.b === null ? x : add(x, spreadShared(this.b, this.sharedAxes, x.rank));
  }
}

/** Options of {@link ScaleLayer}. */
export interface ScaleLayerOptions extends LayerOptions {
  /** Factors, of the sizes of the axes that are not shared. Never regularized. */
  readonly scales?: Defaulted<ParamSpec, 1>;
  readonly sharedAxes?: Defaulted<SharedAxes, 'auto'>;
}

/** x · scales, shared along all axes but the second unless told otherwise (Lasagne's `ScaleLayer`). As {@link BiasLayer}. */
export class ScaleLayer extends Layer {
  readonly sharedAxes: readonly number[];
  readonly scales: Expression;

  constructor(incoming: Incoming, options: ScaleLayerOptions = {}) {
    const where = checkLayerOptions('ScaleLayer', options, ['scales', 'sharedAxes']);
    super(incoming, options);
    this.sharedAxes = sharedAxesOf(options.sharedAxes ?? defaultOf(defaults, 'ScaleLayer.sharedAxes'), this.inputShape, where);
    this.scales = this.addParam(specOr(options.scales, () => defaultOf(defaults, 'ScaleLayer.scales')), unsharedShape(this.inputShape, this.sharedAxes, 'scales', where), { name: 'scales', regularizable: false });
  }

  override getOutputFor(x: Expression): Expression {
    return mul(x, spreadShared(this.scales, this.sharedAxes, x.rank));
  }
}

/** Options of {@link standardize}. */
export interface StandardizeOptions {
  /** What is subtracted: a number, or data of the sizes of the axes that are not shared. */
  readonly offset: TensorLike;
  /** What is divided by, then. */
  readonly scale: TensorLike;
  readonly sharedAxes?: Defaulted<SharedAxes, 'auto'>;
}

/**
 * (x - offset) / scale with fixed numbers, those of a training set (Lasagne's `standardize`): a {@link BiasLayer} and a
 * {@link ScaleLayer} that are not trained.
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { getOutput, InputLayer, standardize } from '@pastina/layers';
 * const net = standardize(new InputLayer({ shape: [null, 2] }), { offset: [1, 2], scale: 2 });
 * console.log(evaluate(getOutput(net, [[3, 4]])).toArray()); // [[1, 1]]
 * ```
 */
export function standardize(layer: Layer, options: StandardizeOptions): ScaleLayer {
  checkOptions('standardize', options, ['offset', 'scale', 'sharedAxes']);
  const { offset, scale, ...shared } = options;
  const bias = new BiasLayer(layer, { b: each(offset, (value) => -value), ...shared });
  const scaled = new ScaleLayer(bias, { scales: each(scale, (value) => 1 / value), ...shared });
  for (const tags of [...bias.params.values(), ...scaled.params.values()]) tags.delete('trainable');
  return scaled;
}

/** In float64; a number stays one number for all. */
function each(value: TensorLike, f: (value: number) => number): TensorLike {
  if (typeof value === 'number') return f(value);
  const given = tensor(value, undefined, 'float64');
  return { data: Float64Array.from(given.dataSync(), f), shape: given.shape };
}
