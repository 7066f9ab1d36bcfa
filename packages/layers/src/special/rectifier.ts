import { add, defaultOf, InputError, mul, randomUniform, relu, sub, type Defaulted, type Dim, type Expression } from '@pastina/core';
import { checkLayerOptions, checkNumber, specOr } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions, type OutputOptions } from '../layer.js';
import { type ParamSpec } from '../param.js';
import { sharedAxesOf, spreadShared, unsharedShape, type SharedAxes } from './sharedAxes.js';
import { takeNonlinearity } from './take.js';

/** x for x > 0, else slope · x, with the mean of both slopes at 0, as Lasagne. */
function leaky(x: Expression, slope: Expression | number): Expression {
  return add(mul(relu(x), typeof slope === 'number' ? 1 - slope : sub(1, slope)), mul(x, slope));
}

/** Options of {@link ParametricRectifierLayer}. */
export interface ParametricRectifierLayerOptions extends LayerOptions {
  /** Slopes for x < 0, of the sizes of the axes that are not shared. */
  readonly alpha?: Defaulted<ParamSpec, 0.25>;
  /** `'auto'`: a slope a channel; `'all'`: one for all. */
  readonly sharedAxes?: Defaulted<SharedAxes, 'auto'>;
}

/**
 * max(x, 0) + alpha · min(x, 0) with learned slopes (He et al., ICCV 2015; Lasagne's `ParametricRectifierLayer`).
 *
 * @throws ShapeError where a size that alpha needs is not known
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { getOutput, InputLayer, ParametricRectifierLayer } from '@pastina/layers';
 * console.log(evaluate(getOutput(new ParametricRectifierLayer(new InputLayer({ shape: [null, 2] })), [[-4, 3]])).toArray()); // [[-1, 3]]
 * ```
 */
export class ParametricRectifierLayer extends Layer {
  readonly sharedAxes: readonly number[];
  readonly alpha: Expression;

  constructor(incoming: Incoming, options: ParametricRectifierLayerOptions = {}) {
    const where = checkLayerOptions('ParametricRectifierLayer', options, ['alpha', 'sharedAxes']);
    super(incoming, options);
    this.sharedAxes = sharedAxesOf(options.sharedAxes ?? defaultOf(defaults, 'ParametricRectifierLayer.sharedAxes'), this.inputShape, where);
    this.alpha = this.addParam(specOr(options.alpha, () => defaultOf(defaults, 'ParametricRectifierLayer.alpha')), unsharedShape(this.inputShape, this.sharedAxes, 'alpha', where), { name: 'alpha', regularizable: false });
  }

  override getOutputFor(x: Expression): Expression {
    return leaky(x, spreadShared(this.alpha, this.sharedAxes, x.rank));
  }
}

/** A {@link ParametricRectifierLayer} in the place of a layer's nonlinearity, which becomes the identity (Lasagne's `prelu`). */
export function prelu(layer: Layer, options: ParametricRectifierLayerOptions = {}): ParametricRectifierLayer {
  takeNonlinearity(layer);
  return new ParametricRectifierLayer(layer, { ...nameBehind(layer, 'prelu'), ...options });
}

/** Options of {@link RandomizedRectifierLayer}. */
export interface RandomizedRectifierLayerOptions extends LayerOptions {
  /** The smallest slope. */
  readonly lower?: Defaulted<number, 0.3>;
  /** The largest slope. */
  readonly upper?: Defaulted<number, 0.8>;
  /** `'auto'`: a slope a channel, the same for the whole batch. */
  readonly sharedAxes?: Defaulted<SharedAxes, 'auto'>;
}

/**
 * A leaky rectifier whose slopes are drawn anew each time, uniformly (Xu et al., 2015; Lasagne's
 * `RandomizedRectifierLayer`); with `deterministic` the slope is (lower + upper) / 2.
 *
 * @throws InputError for bounds that are none
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { getOutput, InputLayer, RandomizedRectifierLayer } from '@pastina/layers';
 * const net = new RandomizedRectifierLayer(new InputLayer({ shape: [null, 2] }), { lower: 0.25, upper: 0.75 });
 * console.log(evaluate(getOutput(net, [[-4, 3]], { deterministic: true })).toArray()); // [[-2, 3]]
 * ```
 */
export class RandomizedRectifierLayer extends Layer {
  readonly lower: number;
  readonly upper: number;
  readonly sharedAxes: readonly number[];

  constructor(incoming: Incoming, options: RandomizedRectifierLayerOptions = {}) {
    const where = checkLayerOptions('RandomizedRectifierLayer', options, ['lower', 'upper', 'sharedAxes']);
    super(incoming, options);
    this.upper = checkNumber(options.upper ?? defaultOf(defaults, 'RandomizedRectifierLayer.upper'), 'upper', where);
    this.lower = checkNumber(options.lower ?? defaultOf(defaults, 'RandomizedRectifierLayer.lower'), 'lower', where);
    if (this.lower > this.upper) throw new InputError('OPTION_VALUE', `${where}: lower is ${this.lower}; expected a number not above upper, ${this.upper}`, { option: 'lower', value: this.lower });
    this.sharedAxes = sharedAxesOf(options.sharedAxes ?? defaultOf(defaults, 'RandomizedRectifierLayer.sharedAxes'), this.inputShape, where);
  }

  override getOutputFor(x: Expression, { deterministic }: OutputOptions): Expression {
    if (deterministic === true || this.lower === this.upper) return leaky(x, (this.lower + this.upper) / 2);
    const shape = x.shape.map((size, axis): Dim => (this.sharedAxes.includes(axis) ? 1 : size));
    return leaky(x, randomUniform(shape, { low: this.lower, high: this.upper, dtype: x.dtype }));
  }
}

/** A {@link RandomizedRectifierLayer} in the place of a layer's nonlinearity, which becomes the identity (Lasagne's `rrelu`). */
export function rrelu(layer: Layer, options: RandomizedRectifierLayerOptions = {}): RandomizedRectifierLayer {
  takeNonlinearity(layer);
  return new RandomizedRectifierLayer(layer, { ...nameBehind(layer, 'rrelu'), ...options });
}

function nameBehind(layer: Layer, suffix: string): LayerOptions {
  return layer.name === undefined ? {} : { name: `${layer.name}_${suffix}` };
}
