import { arange, broadcastTo, constant, defaultOf, div, expandDims, InputError, maximum, mul, reshape, ShapeError, slice, sub, tensor, type Defaulted, type Dim, type DType, type Expression } from '@pastina/core';
import { checkRank, checkWord } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { MergeLayer } from '../mergeLayer.js';
import { formatLayerShape, type LayerShape } from '../shape.js';
import { bilinear, borderModes, sizeOf, type BorderMode } from './bilinear.js';

/** Options that both spatial transformers take. */
export interface BaseTransformerLayerOptions extends LayerOptions {
  /** Gives, for each item, the numbers that say where to read. */
  readonly localizationNetwork: Layer;
  /** How many times smaller the output is: one number, or one each for height and width. */
  readonly downsampleFactor?: Defaulted<number | readonly [number, number], 1>;
  /** What lies behind the border. */
  readonly borderMode?: Defaulted<BorderMode, 'nearest'>;
}

export const baseOptions = ['localizationNetwork', 'downsampleFactor', 'borderMode'] as const;

/** What the spatial transformers share: the images, read where a network says. A subclass says how its numbers move the points. */
export abstract class BaseTransformerLayer extends MergeLayer {
  readonly downsampleFactor: readonly [number, number];
  readonly borderMode: BorderMode;

  constructor(incoming: Incoming, options: BaseTransformerLayerOptions, numbers: number, where: string) {
    const { localizationNetwork } = options;
    if (!(localizationNetwork instanceof Layer)) throw new InputError('OPTION_VALUE', `${where}: localizationNetwork is ${localizationNetwork === null ? 'null' : typeof localizationNetwork}; expected a layer that gives [items, ${numbers}]`, { option: 'localizationNetwork' });
    super([incoming, localizationNetwork], options);
    checkRank(this.inputShapes[0] as LayerShape, 4, '[items, channels, height, width]', where);
    const given = localizationNetwork.outputShape;
    if (given.length !== 2 || given[1] !== numbers) throw new ShapeError('LOCALIZATION', `${where}: localizationNetwork gives ${formatLayerShape(given)}; expected [items, ${numbers}]`, { shape: given });
    this.borderMode = checkWord(options.borderMode ?? defaultOf(defaults, 'TransformerLayer.borderMode'), borderModes, 'borderMode', where);
    this.downsampleFactor = checkFactor(options.downsampleFactor ?? defaultOf(defaults, 'TransformerLayer.downsampleFactor'), where);
    const [, , height, width] = this.outputShape;
    if (height === 0 || width === 0) throw new ShapeError('TRANSFORMER_SIZE', `${where}: downsampleFactor ${JSON.stringify(options.downsampleFactor)} leaves nothing of ${formatLayerShape(this.inputShapes[0] as LayerShape)}; expected at most its height and width`, { shape: this.inputShapes[0] });
  }

  override getOutputShapeFor([shape]: readonly LayerShape[]): LayerShape {
    return (shape ?? []).map((size, axis) => (axis < 2 || size === null ? size : Math.floor(size / (this.downsampleFactor[axis - 2] as number))));
  }

  override getOutputFor([images, numbers]: readonly [Expression, Expression]): Expression {
    const [items, channels] = images.shape as readonly [Dim, Dim];
    const [height, width] = [this.#outputSize(images, 2), this.#outputSize(images, 3)];
    const points = this.sourcePoints(images, numbers, [height, width]);
    const along = (axis: 0 | 1): Expression => reshape(slice(points, [0, axis, 0], [null, axis + 1, null]), [items, -1]);
    return reshape(bilinear(images, along(0), along(1), this.borderMode), [items, channels, height, width]);
  }

  /** Where each point of the output, whose sizes are given, is read: (items, 2, points), x before y, -1 to 1 from border to border. */
  protected abstract sourcePoints(images: Expression, numbers: Expression, sizes: readonly [Dim, Dim]): Expression;

  #outputSize(images: Expression, axis: 2 | 3): Dim {
    const [size, factor] = [images.shape[axis] as Dim, this.downsampleFactor[axis - 2] as number];
    if (typeof size === 'number') return Math.floor(size / factor);
    if (factor === 1) return size;
    throw new ShapeError('INPUT_SIZE_UNKNOWN', `the size of axis ${axis} of the input is not known, but downsampleFactor ${factor} needs it; give the number in the InputLayer's shape`, { axis });
  }
}

function checkFactor(given: number | readonly [number, number], where: string): readonly [number, number] {
  const pair: unknown = typeof given === 'number' ? [given, given] : given;
  if (Array.isArray(pair) && pair.length === 2 && pair.every((one) => Number.isFinite(one) && one > 0)) return pair as unknown as readonly [number, number];
  throw new InputError('OPTION_VALUE', `${where}: downsampleFactor is ${JSON.stringify(given)}; expected a number above 0, or a pair of them, for height and width`, { option: 'downsampleFactor', value: given });
}

/** Numbers that were computed in float64, rounded once: the graph holds no float64, which not all devices have. */
export function doubles(data: Float64Array, shape: readonly number[], dtype: DType): Expression {
  return constant(tensor(data, shape, dtype));
}

/** x and y of the points of a grid over -1 to 1, row by row, in float64: two lists of height · width. */
export function gridOf(height: number, width: number): readonly [Float64Array, Float64Array] {
  const at = (i: number, size: number): number => (size === 1 ? -1 : (2 * i) / (size - 1) - 1);
  const each = (f: (i: number) => number): Float64Array => Float64Array.from({ length: height * width }, (_, i) => f(i));
  return [each((i) => at(i % width, width)), each((i) => at(Math.floor(i / width), height))];
}

/** The same as expressions, (1, points) each, for sizes of images that need not be known. */
export function symbolicGrid(images: Expression, [height, width]: readonly [Dim, Dim]): readonly [Expression, Expression] {
  if (typeof height === 'number' && typeof width === 'number') {
    const [x, y] = gridOf(height, width);
    return [doubles(x, [1, x.length], images.dtype), doubles(y, [1, y.length], images.dtype)];
  }
  const line = (size: Dim, axis: 2 | 3): Expression => sub(div(mul(arange(size, images.dtype), 2), maximum(sub(sizeExpression(images, size, axis), 1), 1)), 1);
  const spread = (one: Expression): Expression => reshape(broadcastTo(one, [height, width]), [1, -1]);
  return [spread(expandDims(line(width, 3), 0)), spread(expandDims(line(height, 2), 1))];
}

function sizeExpression(images: Expression, size: Dim, axis: 2 | 3): Expression {
  const known = typeof size === 'number' ? size : sizeOf(images, axis);
  return typeof known === 'number' ? constant(known, images.dtype) : known;
}
