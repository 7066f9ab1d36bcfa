import { expandDims, InputError, ShapeError, squeeze, transpose, type Expression } from '@pastina/core';
import { checkLayerOptions } from '../checks.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { formatLayerShape, type LayerShape } from '../shape.js';

/** Options of {@link DimshuffleLayer}. */
export interface DimshuffleLayerOptions extends LayerOptions {
  /** For each axis of the output: the number of an axis of the input, or `'x'` for a new one of size 1. */
  readonly pattern: readonly (number | 'x')[];
}

/**
 * Axes in another order, with new ones of size 1, without some of size 1 (Lasagne's `DimshuffleLayer`).
 *
 * @throws ShapeError where an axis is named that is not there, or one is left out that has more than one element
 *
 * @example
 * ```ts
 * import { DimshuffleLayer, InputLayer } from '@pastina/layers';
 * console.log(new DimshuffleLayer(new InputLayer({ shape: [null, 1, 4] }), { pattern: [2, 'x', 0] }).outputShape); // [4, 1, null]
 * ```
 */
export class DimshuffleLayer extends Layer {
  readonly pattern: readonly (number | 'x')[];

  constructor(incoming: Incoming, options: DimshuffleLayerOptions) {
    const where = checkLayerOptions('DimshuffleLayer', options, ['pattern'], 'pattern');
    super(incoming, options);
    const { pattern } = options;
    const axes = Array.isArray(pattern) ? pattern.filter((one) => one !== 'x') : [null];
    if (!axes.every((axis) => Number.isInteger(axis) && (axis as number) >= 0) || new Set(axes).size !== axes.length) throw new InputError('OPTION_VALUE', `${where}: pattern is ${JSON.stringify(pattern)}; expected a list of axes from 0 up, each at most once, and 'x' for new axes`, { pattern });
    this.pattern = pattern;
    this.getOutputShapeFor(this.inputShape);
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    const wrong = this.pattern.find((axis) => axis !== 'x' && axis >= inputShape.length);
    if (wrong !== undefined) throw new ShapeError('DIMSHUFFLE_AXIS', `${this.label}: pattern names axis ${wrong} of the input ${formatLayerShape(inputShape)}; expected axes from 0 to ${inputShape.length - 1}`, { pattern: this.pattern, shape: inputShape });
    const wide = inputShape.findIndex((size, axis) => !this.pattern.includes(axis) && size !== null && size !== 1);
    if (wide >= 0) throw new ShapeError('DIMSHUFFLE_DROP', `${this.label}: pattern leaves out axis ${wide} of the input ${formatLayerShape(inputShape)}; only an axis of size 1 can be dropped`, { pattern: this.pattern, shape: inputShape, axis: wide });
    return this.pattern.map((axis) => (axis === 'x' ? 1 : (inputShape[axis] ?? null)));
  }

  override getOutputFor(x: Expression): Expression {
    const kept = this.pattern.filter((axis) => axis !== 'x');
    const ordered = transpose(squeeze(x, x.shape.map((_, axis) => axis).filter((axis) => !kept.includes(axis))), kept.map((axis) => kept.filter((other) => other < axis).length));
    return this.pattern.reduce<Expression>((value, axis, at) => (axis === 'x' ? expandDims(value, at) : value), ordered);
  }
}
