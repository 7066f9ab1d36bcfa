import { defaultOf, InputError, pad, ShapeError, type Defaulted, type Expression } from '@pastina/core';
import { checkLayerOptions, checkNumber, checkWhole } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { formatLayerShape, type LayerShape } from '../shape.js';

/** Options of {@link PadLayer}. */
export interface PadLayerOptions extends LayerOptions {
  /** One number for both ends of all axes behind the batch axes, or an entry for each of them: a number, or `[before, after]`. */
  readonly width: number | readonly (number | readonly [number, number])[];
  readonly val?: Defaulted<number, 0>;
  /** How many leading axes stay as they are. */
  readonly batchNdim?: Defaulted<number, 2>;
}

/**
 * A border of one value around the axes behind `batchNdim` (Lasagne's `PadLayer`).
 *
 * @throws InputError for widths that are none, ShapeError for another number of them than axes
 *
 * @example
 * ```ts
 * import { InputLayer, PadLayer } from '@pastina/layers';
 * console.log(new PadLayer(new InputLayer({ shape: [null, 3, 8, 8] }), { width: [1, [0, 2]] }).outputShape); // [null, 3, 10, 10]
 * ```
 */
export class PadLayer extends Layer {
  readonly width: readonly (readonly [number, number])[];
  readonly val: number;
  readonly batchNdim: number;

  constructor(incoming: Incoming, options: PadLayerOptions) {
    const where = checkLayerOptions('PadLayer', options, ['width', 'val', 'batchNdim'], 'width');
    super(incoming, options);
    this.val = checkNumber(options.val ?? defaultOf(defaults, 'PadLayer.val'), 'val', where);
    this.batchNdim = checkWhole(options.batchNdim ?? defaultOf(defaults, 'PadLayer.batchNdim'), 0, 'batchNdim', where);
    this.width = widthsOf(options.width, this.inputShape.slice(this.batchNdim).length, where);
    if (this.width.length !== this.inputShape.length - this.batchNdim) throw new ShapeError('PAD_WIDTH', `${where}: ${this.width.length} widths for the input ${formatLayerShape(this.inputShape)} with batchNdim ${this.batchNdim}; expected ${Math.max(0, this.inputShape.length - this.batchNdim)}`, { width: options.width, shape: this.inputShape });
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    return inputShape.map((size, axis) => {
      const [before, after] = this.width[axis - this.batchNdim] ?? [0, 0];
      return size === null ? null : size + before + after;
    });
  }

  override getOutputFor(x: Expression): Expression {
    return pad(x, [...new Array<readonly [number, number]>(this.batchNdim).fill([0, 0]), ...this.width], this.val);
  }
}

function widthsOf(width: PadLayerOptions['width'], axes: number, where: string): readonly (readonly [number, number])[] {
  const list: readonly unknown[] = Array.isArray(width) ? width : new Array<unknown>(axes).fill(width);
  return list.map((entry) => {
    const pair: readonly unknown[] = Array.isArray(entry) ? entry : [entry, entry];
    if (pair.length === 2 && pair.every((one) => Number.isInteger(one) && (one as number) >= 0)) return pair as unknown as readonly [number, number];
    throw new InputError('OPTION_VALUE', `${where}: width is ${JSON.stringify(width)}; expected a whole number from 0 up, or a list of such numbers and pairs [before, after]`, { width });
  });
}
