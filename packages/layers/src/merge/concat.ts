import { concat, defaultOf, ShapeError, type Defaulted, type Expression } from '@pastina/core';
import { checkAxis, checkLayerOptions } from '../checks.js';
import { defaults } from '../defaults.js';
import { type Incoming, type LayerOptions } from '../layer.js';
import { MergeLayer } from '../mergeLayer.js';
import { formatLayerShape, type LayerShape } from '../shape.js';
import { autocrop, autocropArrayShapes, checkCropping, type Crop } from './crop.js';

/** Options of {@link ConcatLayer}. */
export interface ConcatLayerOptions extends LayerOptions {
  readonly axis?: Defaulted<number, 1>;
  /** What the other axes keep where sizes differ; left out, they must agree. */
  readonly cropping?: readonly Crop[] | null;
}

/**
 * Inputs one after another along an axis (Lasagne's `ConcatLayer`).
 *
 * @throws ShapeError, already when built, where ranks or other sizes differ
 *
 * @example
 * ```ts
 * import { ConcatLayer, InputLayer } from '@pastina/layers';
 * const both = new ConcatLayer([new InputLayer({ shape: [null, 3] }), new InputLayer({ shape: [null, 5] })]);
 * console.log(both.outputShape); // [null, 8]
 * ```
 */
export class ConcatLayer extends MergeLayer {
  readonly axis: number;
  readonly cropping: readonly Crop[] | null;

  constructor(incomings: readonly Incoming[], options: ConcatLayerOptions = {}) {
    const where = checkLayerOptions('ConcatLayer', options, ['axis', 'cropping']);
    super(incomings, options);
    checkCropping(options.cropping ?? [], this.inputShapes.map(({ length }) => length), where, this.inputShapes);
    this.axis = checkAxis(options.axis ?? defaultOf(defaults, 'ConcatLayer.axis'), this.inputShape.length, 'axis', where);
    this.cropping = options.cropping === undefined || options.cropping === null ? null : options.cropping.map((crop, axis) => (axis === this.axis ? null : crop));
    this.getOutputShapeFor(this.inputShapes);
  }

  override getOutputShapeFor(inputShapes: readonly LayerShape[]): LayerShape {
    const shapes = autocropArrayShapes(inputShapes, this.cropping);
    return (shapes[0] ?? []).map((_, axis) => {
      const sizes = shapes.map((shape) => shape[axis] ?? null);
      if (axis === this.axis) return sizes.reduce((total, size) => (total === null || size === null ? null : total + size));
      const known = sizes.filter((size) => size !== null);
      if (known.every((size) => size === known[0])) return known[0] ?? null;
      throw new ShapeError('MERGE_SIZE', `${this.label}: inputs ${inputShapes.map(formatLayerShape).join(', ')} differ in axis ${axis}; expected the same sizes beside axis ${this.axis}, along which they are joined (or use cropping)`, { shapes: inputShapes, axis });
    });
  }

  override getOutputFor(inputs: readonly Expression[]): Expression {
    return concat(autocrop(inputs, this.cropping), this.axis);
  }
}
