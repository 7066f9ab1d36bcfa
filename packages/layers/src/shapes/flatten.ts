import { defaultOf, flatten, ShapeError, type Defaulted, type Expression } from '@pastina/core';
import { checkLayerOptions, checkWhole } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { formatLayerShape, type LayerShape } from '../shape.js';

/** Options of {@link FlattenLayer}. */
export interface FlattenLayerOptions extends LayerOptions {
  /** How many axes the output has: the last ones become one. */
  readonly outdim?: Defaulted<number, 2>;
}

/**
 * The last axes as one (Lasagne's `FlattenLayer`).
 *
 * @throws ShapeError where the input has fewer axes than `outdim`
 *
 * @example
 * ```ts
 * import { FlattenLayer, InputLayer } from '@pastina/layers';
 * console.log(new FlattenLayer(new InputLayer({ shape: [null, 3, 4] })).outputShape); // [null, 12]
 * ```
 */
export class FlattenLayer extends Layer {
  readonly outdim: number;

  constructor(incoming: Incoming, options: FlattenLayerOptions = {}) {
    const where = checkLayerOptions('FlattenLayer', options, ['outdim']);
    super(incoming, options);
    this.outdim = checkWhole(options.outdim ?? defaultOf(defaults, 'FlattenLayer.outdim'), 1, 'outdim', where);
    if (this.outdim > this.inputShape.length) throw new ShapeError('OUTDIM', `${where}: outdim is ${this.outdim}, but the input ${formatLayerShape(this.inputShape)} has ${this.inputShape.length} axes; expected at most as many`, { outdim: this.outdim, shape: this.inputShape });
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    const rest = inputShape.slice(this.outdim - 1);
    return [...inputShape.slice(0, this.outdim - 1), rest.reduce<number | null>((total, size) => (total === null || size === null ? null : total * size), 1)];
  }

  override getOutputFor(x: Expression): Expression {
    return flatten(x, this.outdim);
  }
}
