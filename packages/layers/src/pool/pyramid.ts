import { concat, defaultOf, flatten, InputError, max, mean, pool, slice, stack, type Defaulted, type Expression } from '@pastina/core';
import { checkLayerOptions, checkRank, checkWord, knownSizes } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { type LayerShape } from '../shape.js';
import { poolOutputLength } from './lengths.js';

/** Options of {@link SpatialPyramidPoolingLayer}. */
export interface SpatialPyramidPoolingLayerOptions extends LayerOptions {
  /** The grids: 4 is 4 × 4 windows. Default [4, 2, 1]. */
  readonly poolDims?: readonly number[];
  readonly mode?: Defaulted<'max' | 'average-include-pad' | 'average-exclude-pad', 'max'>;
  /** `'fast'` pools with equal windows where they fill the grid, `'kaiming'` with those of the paper, for all sizes. */
  readonly implementation?: Defaulted<'fast' | 'kaiming', 'fast'>;
}

/**
 * Images of all sizes to features of one size: maxima over grids of windows (He et al., ECCV 2014; Lasagne's
 * `SpatialPyramidPoolingLayer`), (batch, channels, height, width) → (batch, channels, Σ poolDims²). Height and width
 * must be known.
 *
 * @throws InputError where `'fast'` windows do not fill a grid, or are none: use `'kaiming'` there
 *
 * @example
 * ```ts
 * import { InputLayer, SpatialPyramidPoolingLayer } from '@pastina/layers';
 * console.log(new SpatialPyramidPoolingLayer(new InputLayer({ shape: [null, 3, 12, 8] })).outputShape); // [null, 3, 21]
 * ```
 */
export class SpatialPyramidPoolingLayer extends Layer {
  readonly poolDims: readonly number[];
  readonly mode: 'max' | 'average-include-pad' | 'average-exclude-pad';
  readonly implementation: 'fast' | 'kaiming';

  constructor(incoming: Incoming, options: SpatialPyramidPoolingLayerOptions = {}) {
    const where = checkLayerOptions('SpatialPyramidPoolingLayer', options, ['poolDims', 'mode', 'implementation']);
    super(incoming, options);
    checkRank(this.inputShape, 4, '[items, channels, height, width]', where);
    this.poolDims = options.poolDims ?? defaultOf(defaults, 'SpatialPyramidPoolingLayer.poolDims').split(',').map(Number);
    if (!Array.isArray(this.poolDims) || this.poolDims.length === 0 || !this.poolDims.every((dim) => Number.isInteger(dim) && dim > 0)) throw new InputError('OPTION_VALUE', `${where}: poolDims is ${JSON.stringify(options.poolDims)}; expected a list of whole numbers from 1 up, such as [4, 2, 1]`, { poolDims: options.poolDims });
    this.mode = checkWord(options.mode ?? defaultOf(defaults, 'SpatialPyramidPoolingLayer.mode'), ['max', 'average-include-pad', 'average-exclude-pad'] as const, 'mode', where);
    this.implementation = checkWord(options.implementation ?? defaultOf(defaults, 'SpatialPyramidPoolingLayer.implementation'), ['fast', 'kaiming'] as const, 'implementation', where);
    const space = knownSizes(this.inputShape, [2, 3], 'the grid of windows', where);
    const wrong = this.implementation === 'fast' ? this.poolDims.find((dim) => space.some((size) => fills(size, dim) === false)) : this.poolDims.find((dim) => space.some((size) => size < dim));
    if (wrong !== undefined) throw new InputError('POOL_DIMS', `${where}: ${wrong} × ${wrong} windows do not fit ${space.join(' × ')} ${this.implementation === 'fast' ? "with equal windows; expected other poolDims, or implementation: 'kaiming'" : '; expected poolDims not above the sizes'}`, { poolDims: this.poolDims, space });
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    return [...inputShape.slice(0, 2), this.poolDims.reduce((total, dim) => total + dim * dim, 0)];
  }

  override getOutputFor(x: Expression): Expression {
    const [, , height, width] = x.shape as readonly number[];
    const space = [height as number, width as number];
    return concat(this.poolDims.map((dim) => (this.implementation === 'fast' ? this.#fast(x, dim, space) : this.#kaiming(x, dim, space))), 2);
  }

  #fast(x: Expression, dim: number, space: readonly number[]): Expression {
    const windows = space.map((size) => equalWindows(size, dim));
    return flatten(pool(x, { size: windows.map(({ size }) => size), stride: windows.map(({ stride }) => stride), mode: this.mode }), 3);
  }

  #kaiming(x: Expression, dim: number, space: readonly number[]): Expression {
    const reduce = this.mode === 'max' ? max : mean;
    const cells = Array.from({ length: dim * dim }, (_, i) => {
      const [rows, columns] = [bounds(Math.floor(i / dim), dim, space[0] as number), bounds(i % dim, dim, space[1] as number)];
      return reduce(slice(x, [0, 0, rows.from, columns.from], [null, null, rows.to, columns.to]), { axis: [2, 3] });
    });
    return stack(cells, 2);
  }
}

/** ⌈size / dim⌉ wide, ⌊size / dim⌋ apart. */
function equalWindows(size: number, dim: number): { readonly size: number; readonly stride: number } {
  return { size: Math.floor((size + dim - 1) / dim), stride: Math.floor(size / dim) };
}

function fills(size: number, dim: number): boolean {
  const windows = equalWindows(size, dim);
  return windows.stride > 0 && poolOutputLength(size, windows.size, windows.stride, 0, true) === dim;
}

/** From ⌊i · size / dim⌋ to ⌈(i + 1) · size / dim⌉. */
function bounds(i: number, dim: number, size: number): { readonly from: number; readonly to: number } {
  return { from: Math.floor((i * size) / dim), to: Math.ceil(((i + 1) * size) / dim) };
}
