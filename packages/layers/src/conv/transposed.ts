import { convTranspose, defaultOf, ShapeError, type Defaulted, type PerAxis } from '@pastina/core';
import { checkFlag, checkLayerOptions, checkPerAxis } from '../checks.js';
import { defaults } from '../defaults.js';
import { type Incoming } from '../layer.js';
import { type LayerShape } from '../shape.js';
import { checkPad, FilterLayer, filterOptions, type FilterLayerOptions, type Pad } from './filterLayer.js';
import { convInputLength } from './lengths.js';

/** Options of {@link TransposedConv2DLayer} and {@link TransposedConv3DLayer}. */
export interface TransposedConvLayerOptions extends FilterLayerOptions {
  readonly stride?: Defaulted<PerAxis, 1>;
  /** How much is cut off at both ends: what the convolution that is transposed has as `pad`. */
  readonly crop?: Defaulted<Pad, 0>;
  /** In the sense of the convolution that is transposed, reversed: pass `!layer.flipFilters` to transpose `layer`. */
  readonly flipFilters?: Defaulted<boolean, false>;
  /** Which of the sizes that the strided convolution takes to the input's. Left out: the smallest. */
  readonly outputSize?: PerAxis;
}

const known = [...filterOptions, 'stride', 'crop', 'flipFilters', 'outputSize'];

/** What {@link TransposedConv2DLayer} and {@link TransposedConv3DLayer} share. */
export abstract class BaseTransposedConvLayer extends FilterLayer {
  readonly filterSize: readonly number[];
  readonly stride: readonly number[];
  readonly crop: 'full' | 'same' | readonly number[];
  readonly flipFilters: boolean;
  readonly outputSize: readonly number[] | undefined;

  constructor(incoming: Incoming, options: TransposedConvLayerOptions, axes: number) {
    const where = checkLayerOptions(new.target.name, options, known, 'numFilters, filterSize');
    const filterSize = checkPerAxis(options.filterSize, axes, 1, 'filterSize', where);
    const stride = checkPerAxis(options.stride ?? defaultOf(defaults, 'TransposedConvLayer.stride'), axes, 1, 'stride', where);
    const crop = checkPad(options.crop ?? defaultOf(defaults, 'TransposedConvLayer.crop'), filterSize, 'crop', where);
    const flipFilters = checkFlag(options.flipFilters ?? defaultOf(defaults, 'TransposedConvLayer.flipFilters'), 'flipFilters', where);
    const outputSize = options.outputSize === undefined ? undefined : checkPerAxis(options.outputSize, axes, 1, 'outputSize', where);
    super(incoming, options, {
      axes,
      filterShape: (channels) => [channels, options.numFilters, ...filterSize],
      spaceOf: (space) => chosen(space.map((size, axis) => convInputLength(size, filterSize[axis] as number, stride[axis] as number, typeof crop === 'string' ? crop : (crop[axis] as number))), outputSize, stride, where),
      apply: (x, W) => convTranspose(x, W, { stride, padding: crop, flipFilters: !flipFilters, ...(outputSize === undefined ? {} : { outputSize }) }),
    });
    this.filterSize = filterSize;
    this.stride = stride;
    this.crop = crop;
    this.flipFilters = flipFilters;
    this.outputSize = outputSize;
  }
}

function chosen(least: LayerShape, outputSize: readonly number[] | undefined, stride: readonly number[], where: string): LayerShape {
  if (outputSize === undefined) return least;
  const most = least.map((size, axis) => (size === null ? null : size + (stride[axis] as number) - 1));
  const wrong = outputSize.findIndex((size, axis) => size < (least[axis] ?? size) || size > (most[axis] ?? size));
  if (wrong >= 0) throw new ShapeError('OUTPUT_SIZE', `${where}: outputSize ${String(outputSize[wrong])} for spatial axis ${wrong}; with a stride of ${String(stride[wrong])} expected ${least[wrong] === most[wrong] ? '' : `${String(least[wrong])} to `}${String(most[wrong])}`, { outputSize, axis: wrong });
  return outputSize;
}

/**
 * Transposed convolution over two axes (Lasagne's `TransposedConv2DLayer`): each element spreads over a window. W is
 * (channels, filters, height, width); (batch, channels, h, w) → (batch, filters, …), where a size s becomes
 * (s - 1) · stride - 2 · crop + filterSize, or `outputSize`.
 *
 * @throws InputError, ShapeError as {@link Conv2DLayer}; ShapeError for an `outputSize` that no convolution takes there
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { getOutput, InputLayer, TransposedConv2DLayer } from '@pastina/layers';
 * const net = new TransposedConv2DLayer(new InputLayer({ shape: [null, 1, 1, 2] }), { numFilters: 1, filterSize: [1, 2], stride: 2, W: 1 });
 * console.log(JSON.stringify(evaluate(getOutput(net, [[[[3, 4]]]])).toArray())); // [[[[3,3,4,4]]]]
 * ```
 */
export class TransposedConv2DLayer extends BaseTransposedConvLayer {
  constructor(incoming: Incoming, options: TransposedConvLayerOptions) {
    super(incoming, options, 2);
  }
}

/** Transposed convolution over three axes (Lasagne's `TransposedConv3DLayer`). See {@link TransposedConv2DLayer}. */
export class TransposedConv3DLayer extends BaseTransposedConvLayer {
  constructor(incoming: Incoming, options: TransposedConvLayerOptions) {
    super(incoming, options, 3);
  }
}

/** Another name of {@link TransposedConv2DLayer}. */
export { TransposedConv2DLayer as Deconv2DLayer };
/** Another name of {@link TransposedConv3DLayer}. */
export { TransposedConv3DLayer as Deconv3DLayer };
