import { defaultOf, gather, isExpression, type DType, type Expression } from '@pastina/core';
import { checkLayerOptions, checkWhole, specOr } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { type ParamSpec } from '../param.js';
import { type LayerShape } from '../shape.js';

/** Options of {@link EmbeddingLayer}. */
export interface EmbeddingLayerOptions extends LayerOptions {
  /** How many different integers there are. */
  readonly inputSize: number;
  /** How many numbers stand for each of them. */
  readonly outputSize: number;
  /** (inputSize, outputSize). Default: `new Normal()`. */
  readonly W?: ParamSpec;
}

/**
 * A row of W for each integer (Lasagne's `EmbeddingLayer`): an int32 input of any shape gets one more axis. An integer
 * outside of 0 to inputSize - 1 is an error when it arrives. The dtype is that of a W that is given, else float32.
 *
 * @throws InputError, ShapeError naming the layer
 *
 * @example
 * ```ts
 * import { evaluate, input } from '@pastina/core';
 * import { EmbeddingLayer, getOutput, InputLayer } from '@pastina/layers';
 * const words = input('words', ['batch'], 'int32');
 * const net = new EmbeddingLayer(new InputLayer({ shape: [null], inputVar: words }), { inputSize: 2, outputSize: 3, W: [[1, 2, 3], [4, 5, 6]] });
 * console.log(evaluate(getOutput(net), { words: [1] }).toArray()); // [[4, 5, 6]]
 * ```
 */
export class EmbeddingLayer extends Layer {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly W: Expression;
  readonly #given: DType | undefined;

  constructor(incoming: Incoming, options: EmbeddingLayerOptions) {
    const where = checkLayerOptions('EmbeddingLayer', options, ['inputSize', 'outputSize', 'W'], 'inputSize, outputSize');
    super(incoming, options);
    this.inputSize = checkWhole(options.inputSize, 1, 'inputSize', where);
    this.outputSize = checkWhole(options.outputSize, 1, 'outputSize', where);
    this.#given = isExpression(options.W) ? options.W.dtype : undefined;
    this.W = this.addParam(specOr(options.W, () => defaultOf(defaults, 'EmbeddingLayer.W')), [this.inputSize, this.outputSize], { name: 'W' });
  }

  override get dtype(): DType {
    return this.#given ?? super.dtype;
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    return [...inputShape, this.outputSize];
  }

  override getOutputFor(x: Expression): Expression {
    return gather(this.W, x);
  }
}
