import { add, defaultOf, div, mean, reshape, ShapeError, sqrt, sub, variance, type Defaulted, type Expression } from '@pastina/core';
import { checkFlag, checkLayerOptions, checkNumber, checkWhole, knownSize } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { BiasLayer, ScaleLayer } from '../special/biasScale.js';
import { NonlinearityLayer } from '../special/expression.js';
import { dropBias, takeNonlinearity } from '../special/take.js';
import { axesFrom, axesOf } from './axes.js';

/** Options of {@link StandardizationLayer}. */
export interface StandardizationLayerOptions extends LayerOptions {
  /** The axes that are averaged over: `'spatial'` from the third on, `'features'` from the second on, `'auto'` those of space, or the second where there are none. */
  readonly axes?: Defaulted<'auto' | 'spatial' | 'features' | number | readonly number[], 'auto'>;
  readonly epsilon?: Defaulted<number, 1e-4>;
}

/**
 * (x - mean) / √(variance + epsilon), each item by its own (Lasagne's `StandardizationLayer`). Nothing is kept between
 * batches, and training and prediction are the same.
 *
 * @throws InputError for axes that are none or not there
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { getOutput, InputLayer, StandardizationLayer } from '@pastina/layers';
 * const net = new StandardizationLayer(new InputLayer({ shape: [null, 2] }), { epsilon: 0 });
 * console.log(evaluate(getOutput(net, [[1, 5]])).toArray()); // [[-1, 1]]
 * ```
 */
export class StandardizationLayer extends Layer {
  readonly axes: readonly number[];
  readonly epsilon: number;

  constructor(incoming: Incoming, options: StandardizationLayerOptions = {}) {
    const where = checkLayerOptions('StandardizationLayer', options, ['axes', 'epsilon']);
    super(incoming, options);
    const named = { auto: (rank: number): readonly number[] => axesFrom(rank === 2 ? 1 : 2, rank), spatial: (rank: number): readonly number[] => axesFrom(2, rank), features: (rank: number): readonly number[] => axesFrom(1, rank) };
    this.axes = axesOf(options.axes ?? defaultOf(defaults, 'StandardizationLayer.axes'), named, this.inputShape, where);
    this.epsilon = checkNumber(options.epsilon ?? defaultOf(defaults, 'StandardizationLayer.epsilon'), 'epsilon', where, 0);
  }

  override getOutputFor(x: Expression): Expression {
    return standardized(x, this.axes, this.epsilon);
  }
}

function standardized(x: Expression, axes: readonly number[], epsilon: number): Expression {
  const over = { axis: axes, keepDims: true };
  return div(sub(x, mean(x, over)), sqrt(add(variance(x, over), epsilon)));
}

/** Options of {@link GroupStandardizationLayer}. */
export interface GroupStandardizationLayerOptions extends LayerOptions {
  readonly numGroups: number;
  readonly epsilon?: Defaulted<number, 1e-4>;
}

/** (x - mean) / √(variance + epsilon) over groups of channels and all of space, each item by its own. @throws ShapeError where the channels do not fill the groups */
export class GroupStandardizationLayer extends Layer {
  readonly numGroups: number;
  readonly epsilon: number;

  constructor(incoming: Incoming, options: GroupStandardizationLayerOptions) {
    const where = checkLayerOptions('GroupStandardizationLayer', options, ['numGroups', 'epsilon'], 'numGroups');
    super(incoming, options);
    this.numGroups = checkWhole(options.numGroups, 1, 'numGroups', where);
    this.epsilon = checkNumber(options.epsilon ?? defaultOf(defaults, 'StandardizationLayer.epsilon'), 'epsilon', where, 0);
    const channels = knownSize(this.inputShape, 1, 'the groups', where);
    if (channels % this.numGroups !== 0) throw new ShapeError('GROUPS', `${where}: ${channels} channels in ${this.numGroups} groups; expected a multiple of numGroups`, { channels, numGroups: this.numGroups });
  }

  override getOutputFor(x: Expression): Expression {
    const [items, channels, ...space] = x.shape;
    const groups = reshape(x, [items ?? null, this.numGroups, (channels as number) / this.numGroups, ...space]);
    return reshape(standardized(groups, axesFrom(2, groups.rank), this.epsilon), x.shape);
  }
}

/** Options of {@link instanceNorm} and {@link layerNorm}. */
export interface NormLayerOptions extends StandardizationLayerOptions {
  /** `true`: a learned factor a channel. */
  readonly learnScale?: Defaulted<boolean, true>;
  /** `true`: a learned bias a channel. */
  readonly learnBias?: Defaulted<boolean, true>;
}

/** Options of {@link groupNorm}. */
export interface GroupNormOptions extends GroupStandardizationLayerOptions, Pick<NormLayerOptions, 'learnScale' | 'learnBias'> {}

/**
 * Instance normalisation (Ulyanov et al., 2016; Lasagne's `instance_norm`): each channel of each item by its own, a
 * factor and a bias a channel, then the layer's nonlinearity. The layer loses its bias and nonlinearity for good.
 *
 * @example
 * ```ts
 * import { Conv2DLayer, getAllParams, InputLayer, instanceNorm } from '@pastina/layers';
 * const net = instanceNorm(new Conv2DLayer(new InputLayer({ shape: [null, 1, 8, 8] }), { numFilters: 2, filterSize: 3, name: 'c' }));
 * console.log(getAllParams(net).map(({ name }) => name)); // ['c.W', 'c_in_scale.scales', 'c_in_bias.b']
 * ```
 */
export function instanceNorm(layer: Layer, options: NormLayerOptions = {}): Layer {
  return behind(layer, 'in', options, (own) => new StandardizationLayer(layer, { axes: defaultOf(defaults, 'instanceNorm.axes'), ...own }));
}

/** Layer normalisation (Ba et al., 2016; Lasagne's `layer_norm`): each item over all its features; the rest as {@link instanceNorm}. */
export function layerNorm(layer: Layer, options: NormLayerOptions = {}): Layer {
  return behind(layer, 'ln', options, (own) => new StandardizationLayer(layer, { axes: defaultOf(defaults, 'layerNorm.axes'), ...own }));
}

/** Group normalisation (Wu and He, ECCV 2018): each item over groups of channels; the rest as {@link instanceNorm}. */
export function groupNorm(layer: Layer, options: GroupNormOptions): Layer {
  return behind(layer, 'gn', options, (own) => new GroupStandardizationLayer(layer, { ...own, numGroups: options?.numGroups }));
}

/** Bias and nonlinearity leave the layer; behind it come the normalisation, a scale, a bias and the nonlinearity. */
function behind(layer: Layer, suffix: string, options: NormLayerOptions, normalise: (own: StandardizationLayerOptions) => Layer): Layer {
  const { learnScale, learnBias, name: given, ...own } = options;
  const scales = checkFlag(learnScale ?? defaultOf(defaults, 'instanceNorm.learnScale'), 'learnScale', `${suffix} norm`);
  const biases = checkFlag(learnBias ?? defaultOf(defaults, 'instanceNorm.learnBias'), 'learnBias', `${suffix} norm`);
  const nonlinearity = takeNonlinearity(layer);
  dropBias(layer);
  const name = given ?? (layer.name === undefined ? undefined : `${layer.name}_${suffix}`);
  const called = (part: string): LayerOptions => (name === undefined ? {} : { name: `${name}${part}` });
  let net = normalise({ ...own, ...called('') });
  if (scales) net = new ScaleLayer(net, called('_scale'));
  if (biases) net = new BiasLayer(net, called('_bias'));
  return nonlinearity === null ? net : new NonlinearityLayer(net, { nonlinearity, ...called('_nonlin') });
}
