import { InputError, reshape, ShapeError, type Expression } from '@pastina/core';
import { checkLayerOptions } from '../checks.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { formatLayerShape, type LayerShape } from '../shape.js';

/** A size: a number, -1 for what is left over, or `[i]` for the size of axis i of the input. */
export type ReshapeSize = number | readonly [number];

/** Options of {@link ReshapeLayer}. */
export interface ReshapeLayerOptions extends LayerOptions {
  readonly shape: readonly ReshapeSize[];
}

/**
 * The same elements in another shape (Lasagne's `ReshapeLayer`). `[0]` takes over the size of the input's first axis,
 * which may be unknown; one size may be -1.
 *
 * @throws ShapeError where the elements do not fill the shape, or `[i]` names no axis
 *
 * @example
 * ```ts
 * import { InputLayer, ReshapeLayer } from '@pastina/layers';
 * console.log(new ReshapeLayer(new InputLayer({ shape: [null, 12] }), { shape: [[0], 3, -1] }).outputShape); // [null, 3, 4]
 * ```
 */
export class ReshapeLayer extends Layer {
  readonly shape: readonly ReshapeSize[];

  constructor(incoming: Incoming, options: ReshapeLayerOptions) {
    const where = checkLayerOptions('ReshapeLayer', options, ['shape'], 'shape');
    super(incoming, options);
    if (!Array.isArray(options.shape) || options.shape.filter((size) => size === -1).length > 1 || !options.shape.every((size: unknown) => isSize(size))) throw new InputError('OPTION_VALUE', `${where}: shape is ${JSON.stringify(options.shape)}; expected sizes: whole numbers from 1 up, [i] for the size of the input's axis i, and -1 at most once`, { shape: options.shape });
    this.shape = options.shape;
    const rank = this.inputShape.length;
    const beyond = this.shape.find((size) => typeof size !== 'number' && size[0] >= rank);
    if (beyond !== undefined) throw new ShapeError('RESHAPE_AXIS', `${where}: shape refers to axis ${JSON.stringify(beyond)} of the input ${formatLayerShape(this.inputShape)}; expected [0] to [${rank - 1}]`, { shape: this.shape });
    this.getOutputShapeFor(this.inputShape);
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    const sizes = this.shape.map((size) => (typeof size === 'number' ? size : (inputShape[size[0]] ?? null)));
    // Each unknown size that is taken over once cancels out.
    const unknown = inputShape.flatMap((size, axis) => (size === null ? [axis] : []));
    const taken = this.shape.flatMap((size) => (typeof size !== 'number' && inputShape[size[0]] === null ? [size[0]] : []));
    if (unknown.join() !== taken.sort((a, b) => a - b).join()) return sizes.map((size) => (size === -1 ? null : size));
    const [given, wanted] = [product(inputShape), product(sizes.filter((size) => size !== -1))];
    if (sizes.includes(-1) ? given % wanted !== 0 : given !== wanted) throw new ShapeError('RESHAPE', `${this.label}: the input ${formatLayerShape(inputShape)} does not fill the shape ${JSON.stringify(this.shape)}: ${given} elements${unknown.length === 0 ? '' : ' beside the unknown sizes'}, where ${sizes.includes(-1) ? 'a multiple of ' : ''}${wanted} ${wanted === 1 ? 'is' : 'are'} expected`, { shape: inputShape, wanted: this.shape });
    return sizes.map((size) => (size === -1 ? given / wanted : size));
  }

  override getOutputFor(x: Expression): Expression {
    return reshape(x, this.shape.map((size) => (typeof size === 'number' ? size : (x.shape[size[0]] ?? null))));
  }
}

function isSize(size: unknown): boolean {
  if (Array.isArray(size)) return size.length === 1 && Number.isInteger(size[0]) && size[0] >= 0;
  return Number.isInteger(size) && ((size as number) > 0 || size === -1);
}

function product(shape: LayerShape): number {
  return shape.reduce<number>((total, size) => total * (size ?? 1), 1);
}
