import { broadcastTo, concat, constant, matmul, reshape, type Dim, type Expression } from '@pastina/core';
import { checkLayerOptions } from '../checks.js';
import { type Incoming } from '../layer.js';
import { baseOptions, BaseTransformerLayer, symbolicGrid, type BaseTransformerLayerOptions } from './base.js';

/** Options of {@link TransformerLayer}. */
export type TransformerLayerOptions = BaseTransformerLayerOptions;

/**
 * A spatial transformer (Jaderberg et al., 2015; Lasagne's `TransformerLayer`): a network gives six numbers θ for each
 * item, and the output at (x, y) is the image at θ · (x, y, 1), where both go from -1 to 1 from border to border.
 * (items, channels, height, width) → (items, channels, ⌊height / downsampleFactor⌋, ⌊width / downsampleFactor⌋). Let the
 * network begin with the identity: weights 0, bias [1, 0, 0, 0, 1, 0].
 *
 * @throws InputError, ShapeError naming the layer: a network that gives something else, an input that is no images
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { DenseLayer, getOutput, InputLayer, TransformerLayer } from '@pastina/layers';
 * const images = new InputLayer({ shape: [null, 1, 2, 2] });
 * const mirrored = new DenseLayer(images, { numUnits: 6, W: 0, b: [-1, 0, 0, 0, 1, 0], nonlinearity: null });
 * const net = new TransformerLayer(images, { localizationNetwork: mirrored });
 * console.log(JSON.stringify(evaluate(getOutput(net, [[[[1, 2], [3, 4]]]])).toArray())); // [[[[2,1],[4,3]]]]
 * ```
 */
export class TransformerLayer extends BaseTransformerLayer {
  constructor(incoming: Incoming, options: TransformerLayerOptions) {
    const where = checkLayerOptions('TransformerLayer', options, baseOptions, 'localizationNetwork');
    super(incoming, options, 6, where);
  }

  protected override sourcePoints(images: Expression, numbers: Expression, sizes: readonly [Dim, Dim]): Expression {
    const [x, y] = symbolicGrid(images, sizes);
    const ones = broadcastTo(constant(1, images.dtype), x.shape);
    return matmul(reshape(numbers, [images.shape[0] as Dim, 2, 3]), concat([x, y, ones], 0));
  }
}
