import { defaultOf, input, InputError, ShapeError, type Expression } from '@pastina/core';
import { checkLayerOptions, checkNonlinearity } from '../checks.js';
import { defaults } from '../defaults.js';
import { checkFits } from '../inputLayer.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { type Nonlinearity } from '../nonlinearities.js';
import { checkLayerShape, type LayerShape } from '../shape.js';

/** Options of {@link NonlinearityLayer}. */
export interface NonlinearityLayerOptions extends LayerOptions {
  /** Default `rectify`; null is the identity. */
  readonly nonlinearity?: Nonlinearity | null;
}

/** nonlinearity(x) (Lasagne's `NonlinearityLayer`). */
export class NonlinearityLayer extends Layer {
  readonly nonlinearity: Nonlinearity;

  constructor(incoming: Incoming, options: NonlinearityLayerOptions = {}) {
    const where = checkLayerOptions('NonlinearityLayer', options, ['nonlinearity']);
    super(incoming, options);
    this.nonlinearity = checkNonlinearity(options.nonlinearity, () => defaultOf(defaults, 'NonlinearityLayer.nonlinearity'), where);
  }

  override getOutputFor(x: Expression): Expression {
    return this.nonlinearity(x);
  }
}

/** Options of {@link ExpressionLayer}. */
export interface ExpressionLayerOptions extends LayerOptions {
  readonly function: (x: Expression) => Expression;
  /** Left out: that of the input. `'auto'`: found out by building the function's graph once; or a shape, or a function of the input's. */
  readonly outputShape?: LayerShape | 'auto' | ((inputShape: LayerShape) => LayerShape) | null;
}

/**
 * Any function of an expression as a layer (Lasagne's `ExpressionLayer`).
 *
 * @throws ShapeError from `getOutput` where the function gives another shape than was said
 *
 * @example
 * ```ts
 * import { mean } from '@pastina/core';
 * import { ExpressionLayer, InputLayer } from '@pastina/layers';
 * const net = new ExpressionLayer(new InputLayer({ shape: [null, 3, 4] }), { function: (x) => mean(x, { axis: 2 }), outputShape: 'auto' });
 * console.log(net.outputShape); // [null, 3]
 * ```
 */
export class ExpressionLayer extends Layer {
  readonly function: (x: Expression) => Expression;
  readonly #shape: ExpressionLayerOptions['outputShape'];

  constructor(incoming: Incoming, options: ExpressionLayerOptions) {
    const where = checkLayerOptions('ExpressionLayer', options, ['function', 'outputShape'], 'function');
    super(incoming, options);
    if (typeof options.function !== 'function') throw new InputError('OPTION_VALUE', `${where}: function is ${typeof options.function}; expected a function of an expression`, { option: 'function' });
    const { outputShape } = options;
    if (typeof outputShape === 'string' && outputShape !== 'auto') throw new InputError('OPTION_VALUE', `${where}: outputShape is '${String(outputShape)}'; expected a shape, a function of the input's shape, 'auto', or null for the same`, { option: 'outputShape' });
    this.function = options.function;
    this.#shape = Array.isArray(outputShape) ? checkLayerShape(outputShape as LayerShape, where) : outputShape;
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    if (this.#shape === undefined || this.#shape === null) return inputShape;
    if (typeof this.#shape === 'function') return checkLayerShape(this.#shape(inputShape), this.label);
    if (this.#shape !== 'auto') return this.#shape;
    const built = this.function(input('shape', inputShape, this.dtype));
    return built.shape.map((size) => (typeof size === 'number' ? size : null));
  }

  override getOutputFor(x: Expression): Expression {
    const output = this.function(x);
    const expected = this.getOutputShapeFor(x.shape.map((size) => (typeof size === 'number' ? size : null)));
    try {
      checkFits(output, expected, `what the function gives `);
    } catch (error) {
      if (error instanceof ShapeError) throw new ShapeError('EXPRESSION_SHAPE', `what the function gives has shape [${output.shape.map(String).join(', ')}], but outputShape says [${expected.map(String).join(', ')}]; give outputShape, or outputShape: 'auto'`, { expected, found: output.shape });
      throw error;
    }
    return output;
  }
}
