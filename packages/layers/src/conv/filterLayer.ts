import { add, defaultOf, InputError, reshape, ShapeError, UnsupportedError, type Defaulted, type Expression, type PerAxis } from '@pastina/core';
import { checkFlag, checkNonlinearity, checkPerAxis, checkRank, checkWhole, knownSize, knownSizes, specOr } from '../checks.js';
import { defaults } from '../defaults.js';
import { describeLayer, Layer, type Incoming, type LayerOptions } from '../layer.js';
import { type Nonlinearity } from '../nonlinearities.js';
import { type ParamSpec } from '../param.js';
import { formatLayerShape, type LayerShape } from '../shape.js';

/** Options that all layers with filters take. */
export interface FilterLayerOptions extends LayerOptions {
  readonly numFilters: number;
  /** One number for all spatial axes, or one for each. */
  readonly filterSize: PerAxis;
  /** `true`: a bias of its own for every place of the output. */
  readonly untieBiases?: Defaulted<boolean, false>;
  /** Filters. Default: `new GlorotUniform()`. */
  readonly W?: ParamSpec;
  /** Biases, (filters), or (filters, …places) when untied; null for none. Never regularized. */
  readonly b?: Defaulted<ParamSpec, 0> | null;
  /** Default `rectify`; null is the identity. */
  readonly nonlinearity?: Nonlinearity | null;
}

/** The names of {@link FilterLayerOptions}. */
export const filterOptions = ['numFilters', 'filterSize', 'untieBiases', 'W', 'b', 'nonlinearity'] as const;

/** Zeros around the input: a number for all axes, one for each, or by name. */
export type Pad = PerAxis | 'valid' | 'same' | 'full';

/** What a kind of layer does with its filters. */
export interface FilterPlan {
  /** How many spatial axes. */
  readonly axes: number;
  readonly filterShape: (channels: number, space: LayerShape) => readonly number[];
  /** Sizes of the output's spatial axes. */
  readonly spaceOf: (space: LayerShape) => LayerShape;
  readonly apply: (x: Expression, W: Expression) => Expression;
}

/**
 * Filters over 1 to 3 spatial axes, then biases and a nonlinearity: (batch, channels, …space) →
 * (batch, filters, …places). What all convolutions share; a kind of layer gives the {@link FilterPlan}.
 */
export abstract class FilterLayer extends Layer {
  readonly numFilters: number;
  readonly untieBiases: boolean;
  readonly nonlinearity: Nonlinearity;
  readonly W: Expression;
  readonly b: Expression | null;
  readonly #plan: FilterPlan;

  constructor(incoming: Incoming, options: FilterLayerOptions, plan: FilterPlan) {
    super(incoming, options);
    const where = describeLayer(new.target.name, options.name);
    checkRank(this.inputShape, plan.axes + 2, `[items, channels${', size'.repeat(plan.axes)}]`, where);
    this.#plan = plan;
    this.numFilters = checkWhole(options.numFilters, 1, 'numFilters', where);
    this.untieBiases = checkFlag(options.untieBiases ?? defaultOf(defaults, 'ConvLayer.untieBiases'), 'untieBiases', where);
    this.nonlinearity = checkNonlinearity(options.nonlinearity, () => defaultOf(defaults, 'ConvLayer.nonlinearity'), where);
    const channels = knownSize(this.inputShape, 1, 'W', where);
    const shape = this.getOutputShapeFor(this.inputShape);
    this.W = this.addParam(specOr(options.W, () => defaultOf(defaults, 'ConvLayer.W')), plan.filterShape(channels, this.inputShape.slice(2)), { name: 'W' });
    this.b = options.b === null ? null : this.addParam(specOr(options.b, () => defaultOf(defaults, 'ConvLayer.b')), this.#biasShape(shape, where), { name: 'b', regularizable: false });
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    const space = this.#plan.spaceOf(inputShape.slice(2));
    const empty = space.findIndex((size) => size !== null && size < 1);
    if (empty >= 0) throw new ShapeError('FILTER_TOO_LARGE', `${this.label}: the filters do not fit into spatial axis ${empty} of the input ${formatLayerShape(inputShape)}, whose output would have size ${String(space[empty])}; use smaller filters, more padding or less cropping`, { shape: inputShape, axis: empty });
    return [inputShape[0] ?? null, this.numFilters, ...space];
  }

  override getOutputFor(x: Expression): Expression {
    const filtered = this.#plan.apply(x, this.W);
    if (this.b === null) return this.nonlinearity(filtered);
    const b = this.untieBiases ? this.b : reshape(this.b, [this.numFilters, ...new Array<number>(this.#plan.axes).fill(1)]);
    return this.nonlinearity(add(filtered, b));
  }

  #biasShape(shape: LayerShape, where: string): readonly number[] {
    if (!this.untieBiases) return [this.numFilters];
    return knownSizes(shape, shape.map((_, axis) => axis).slice(1), 'an untied bias for each place of the output', where);
  }
}

/** The padding by name or as one number an axis. `'same'` needs a middle, so odd filters. */
export function checkPad(pad: Pad, filterSize: readonly number[], option: string, where: string): 'full' | 'same' | readonly number[] {
  if (pad === 'full') return pad;
  if (pad === 'valid') return filterSize.map(() => 0);
  if (typeof pad === 'string' && pad !== 'same') throw new InputError('OPTION_VALUE', `${where}: ${option} is '${String(pad)}'; expected 'same', 'full', 'valid' or whole numbers`, { option, value: pad });
  if (pad !== 'same') return checkPerAxis(pad, filterSize.length, 0, option, where);
  const even = filterSize.find((size) => size % 2 === 0);
  if (even === undefined) return pad;
  throw new UnsupportedError('EVEN_FILTERS', `${where}: ${option} 'same' with filters of ${filterSize.join('×')}: an even size has no middle; use odd filters, or put a PadLayer below with the zeros where they shall be`, { option, filterSize });
}
