import { argMax, arange, defaultOf, equal, expandDims, max, mean, mul, cast, reshape, ShapeError, type Defaulted, type Expression } from '@pastina/core';
import { checkAxis, checkLayerOptions, checkWhole } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { formatLayerShape, type LayerShape } from '../shape.js';

/** Reduces along axes, as `max`, `mean` and `sum` of core do. */
export type PoolFunction = (x: Expression, options: { readonly axis: number | readonly number[] }) => Expression;

/** What the declared defaults stand for. */
const poolFunctions = { max, mean } as const;

/** Options of {@link FeatureWTALayer}. */
export interface FeatureWTALayerOptions extends LayerOptions {
  /** How many neighbours along the axis make a group. */
  readonly poolSize: number;
  readonly axis?: Defaulted<number, 1>;
}

/** Options of {@link FeaturePoolLayer}. */
export interface FeaturePoolLayerOptions extends FeatureWTALayerOptions {
  /** Default `max`. */
  readonly poolFunction?: PoolFunction;
}

/**
 * Groups of features become one (Lasagne's `FeaturePoolLayer`); with `max`, maxout (Goodfellow et al., ICML 2013). The
 * size of the axis is divided by `poolSize`.
 *
 * @throws ShapeError where the size is no multiple of `poolSize`
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { FeaturePoolLayer, getOutput, InputLayer } from '@pastina/layers';
 * const net = new FeaturePoolLayer(new InputLayer({ shape: [null, 4] }), { poolSize: 2 });
 * console.log(evaluate(getOutput(net, [[1, 5, 7, 2]])).toArray()); // [[5, 7]]
 * ```
 */
export class FeaturePoolLayer extends Layer {
  readonly poolSize: number;
  readonly axis: number;
  readonly poolFunction: PoolFunction;

  constructor(incoming: Incoming, options: FeaturePoolLayerOptions) {
    const where = checkLayerOptions('FeaturePoolLayer', options, ['poolSize', 'axis', 'poolFunction'], 'poolSize');
    super(incoming, options);
    this.poolSize = checkWhole(options.poolSize, 1, 'poolSize', where);
    this.axis = checkAxis(options.axis ?? defaultOf(defaults, 'FeaturePoolLayer.axis'), this.inputShape.length, 'axis', where);
    this.poolFunction = options.poolFunction ?? poolFunctions[defaultOf(defaults, 'FeaturePoolLayer.poolFunction')];
    checkMultiple(this.inputShape, this.axis, this.poolSize, where);
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    return inputShape.map((size, axis) => (axis === this.axis && size !== null ? size / this.poolSize : size));
  }

  override getOutputFor(x: Expression): Expression {
    return this.poolFunction(inGroups(x, this.axis, this.poolSize), { axis: this.axis + 1 });
  }
}

/**
 * Winner takes all: in each group of features all but the first largest become 0 (Lasagne's `FeatureWTALayer`).
 *
 * @throws ShapeError where the size is no multiple of `poolSize`
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { FeatureWTALayer, getOutput, InputLayer } from '@pastina/layers';
 * const net = new FeatureWTALayer(new InputLayer({ shape: [null, 4] }), { poolSize: 2 });
 * console.log(evaluate(getOutput(net, [[1, 5, 7, 2]])).toArray()); // [[0, 5, 7, 0]]
 * ```
 */
export class FeatureWTALayer extends Layer {
  readonly poolSize: number;
  readonly axis: number;

  constructor(incoming: Incoming, options: FeatureWTALayerOptions) {
    const where = checkLayerOptions('FeatureWTALayer', options, ['poolSize', 'axis'], 'poolSize');
    super(incoming, options);
    this.poolSize = checkWhole(options.poolSize, 1, 'poolSize', where);
    this.axis = checkAxis(options.axis ?? defaultOf(defaults, 'FeatureWTALayer.axis'), this.inputShape.length, 'axis', where);
    checkMultiple(this.inputShape, this.axis, this.poolSize, where);
  }

  override getOutputFor(x: Expression): Expression {
    const groups = inGroups(x, this.axis, this.poolSize);
    const within = this.axis + 1;
    const places = reshape(arange(this.poolSize), [this.poolSize, ...groups.shape.slice(within + 1).map(() => 1)]);
    const won = equal(cast(places, 'int32'), expandDims(argMax(groups, { axis: within }), within));
    return reshape(mul(groups, cast(won, x.dtype)), x.shape);
  }
}

function checkMultiple(shape: LayerShape, axis: number, poolSize: number, where: string): void {
  const size = shape[axis];
  if (typeof size !== 'number') throw new ShapeError('INPUT_SIZE_UNKNOWN', `${where}: the size of axis ${axis} of the input ${formatLayerShape(shape)} is not known, but groups of ${poolSize} need it; give the number in the InputLayer's shape`, { shape, axis });
  if (size % poolSize !== 0) throw new ShapeError('POOL_SIZE', `${where}: axis ${axis} of the input ${formatLayerShape(shape)} has size ${size}; expected a multiple of poolSize ${poolSize}`, { shape, axis, poolSize });
}

/** The axis as two: groups, and places in a group. */
function inGroups(x: Expression, axis: number, poolSize: number): Expression {
  return reshape(x, [...x.shape.slice(0, axis), (x.shape[axis] as number) / poolSize, poolSize, ...x.shape.slice(axis + 1)]);
}

/** Options of {@link GlobalPoolLayer}. */
export interface GlobalPoolLayerOptions extends LayerOptions {
  /** Default `mean`. */
  readonly poolFunction?: PoolFunction;
}

/**
 * One number a channel: all spatial axes reduced (Lasagne's `GlobalPoolLayer`), (batch, channels, …space) →
 * (batch, channels).
 *
 * @throws ShapeError for an input without spatial axes
 *
 * @example
 * ```ts
 * import { max } from '@pastina/core';
 * import { GlobalPoolLayer, InputLayer } from '@pastina/layers';
 * console.log(new GlobalPoolLayer(new InputLayer({ shape: [null, 8, 4, 4] }), { poolFunction: max }).outputShape); // [null, 8]
 * ```
 */
export class GlobalPoolLayer extends Layer {
  readonly poolFunction: PoolFunction;

  constructor(incoming: Incoming, options: GlobalPoolLayerOptions = {}) {
    const where = checkLayerOptions('GlobalPoolLayer', options, ['poolFunction']);
    super(incoming, options);
    if (this.inputShape.length < 3) throw new ShapeError('INPUT_RANK', `${where}: the input ${formatLayerShape(this.inputShape)} has no spatial axes; expected [items, channels, …space]`, { shape: this.inputShape });
    this.poolFunction = options.poolFunction ?? poolFunctions[defaultOf(defaults, 'GlobalPoolLayer.poolFunction')];
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    return inputShape.slice(0, 2);
  }

  override getOutputFor(x: Expression): Expression {
    return this.poolFunction(x, { axis: x.shape.map((_, axis) => axis).slice(2) });
  }
}
