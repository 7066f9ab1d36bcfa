import { InputError, type Expression } from '@pastina/core';
import { IncomingList, Layer, describeLayer, type Incoming, type LayerOptions, type OutputOptions } from './layer.js';
import { type LayerShape } from './shape.js';

/**
 * A layer with several inputs (Lasagne's `MergeLayer`). A subclass gives `getOutputFor(inputs, options)`
 * and `getOutputShapeFor(inputShapes)`, both over lists in the order of `incomings`.
 *
 * @example
 * ```ts
 * import { add, type Expression } from '@pastina/core';
 * import { InputLayer, MergeLayer, type LayerShape } from '@pastina/layers';
 * class Sum extends MergeLayer {
 *   override getOutputFor(inputs: readonly Expression[]): Expression { return inputs.reduce(add); }
 *   override getOutputShapeFor(shapes: readonly LayerShape[]): LayerShape { return shapes[0] ?? []; }
 * }
 * const both = new Sum([new InputLayer({ shape: [null, 3] }), new InputLayer({ shape: [null, 3] })]);
 * console.log(both.outputShape); // [null, 3]
 * ```
 */
export abstract class MergeLayer extends Layer {
  constructor(incomings: readonly Incoming[], options: LayerOptions = {}) {
    if (!Array.isArray(incomings) || incomings.length === 0 || incomings.some((one) => one === null || typeof one === 'number')) {
      throw new InputError('INCOMING', `${describeLayer(new.target.name, options.name)}: expected a list of layers or shapes as the first argument, such as [left, right]`, { name: options.name });
    }
    super(new IncomingList(incomings as readonly Incoming[]), options);
  }

  abstract override getOutputFor(inputs: readonly Expression[], options: OutputOptions): Expression;

  abstract override getOutputShapeFor(inputShapes: readonly LayerShape[]): LayerShape;

  override outputFrom(inputs: readonly Expression[], options: OutputOptions): Expression {
    return this.getOutputFor(inputs, options);
  }

  override outputShapeFrom(inputShapes: readonly LayerShape[]): LayerShape {
    return this.getOutputShapeFor(inputShapes);
  }
}
