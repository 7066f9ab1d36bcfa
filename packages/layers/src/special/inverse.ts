import { InputError, pullback, type Expression } from '@pastina/core';
import { checkLayerOptions } from '../checks.js';
import { Layer, type LayerOptions } from '../layer.js';
import { MergeLayer } from '../mergeLayer.js';
import { type LayerShape } from '../shape.js';

/** Options of {@link InverseLayer}. */
export interface InverseLayerOptions extends LayerOptions {
  /** The layer that is inverted. */
  readonly layer: Layer;
}

/**
 * The transpose of a layer's Jacobian, times the input (Lasagne's `InverseLayer`): a transposed dense layer or
 * convolution with the same weights, an unpooling. The derivative of the layer's nonlinearity belongs to it.
 *
 * @param incoming - of the shape of `layer`'s output
 * @throws InputError where `layer` has no layer below it, or several
 *
 * @example
 * ```ts
 * import { InputLayer, InverseLayer, MaxPool2DLayer } from '@pastina/layers';
 * const pooled = new MaxPool2DLayer(new InputLayer({ shape: [null, 1, 4, 4] }), { poolSize: 2 });
 * console.log(new InverseLayer(pooled, { layer: pooled }).outputShape); // [null, 1, 4, 4]
 * ```
 */
export class InverseLayer extends MergeLayer {
  readonly layer: Layer;

  constructor(incoming: Layer, options: InverseLayerOptions) {
    const where = checkLayerOptions('InverseLayer', options, ['layer'], 'layer');
    const { layer } = options;
    const below = layer instanceof Layer && layer.inputLayers.length === 1 ? layer.inputLayer : null;
    if (below === null) throw new InputError('INVERSE', `${where}: layer is ${layer instanceof Layer ? layer.label : typeof layer}; expected a layer that is built on one other layer`, { option: 'layer' });
    super([incoming, layer, below], options);
    this.layer = layer;
  }

  override getOutputShapeFor(inputShapes: readonly LayerShape[]): LayerShape {
    return inputShapes[2] ?? [];
  }

  override getOutputFor(inputs: readonly Expression[]): Expression {
    const [cotangent, output, below] = inputs as readonly [Expression, Expression, Expression];
    return pullback([output], [below], [cotangent])[0] as Expression;
  }
}
