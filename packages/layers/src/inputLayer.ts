import { checkOptions, defaultOf, input, InputError, isExpression, ShapeError, type DType, type Expression, type ShapeSpec } from '@pastina/core';
import { defaults } from './defaults.js';
import { describeLayer, Layer, type LayerOptions } from './layer.js';
import { formatLayerShape, type LayerShape } from './shape.js';

/** Options of {@link InputLayer}. */
export interface InputLayerOptions extends LayerOptions {
  /** Sizes; null, or a name such as 'batch', where a size is not known yet. */
  readonly shape: ShapeSpec;
  /** The expression that enters the network. Left out: a new float32 input, called like the layer or 'input'. */
  readonly inputVar?: Expression;
}

/**
 * Where data enter a network (Lasagne's `InputLayer`).
 *
 * @throws ShapeError naming the layer where `inputVar` has another rank or known size than `shape`
 *
 * @example
 * ```ts
 * import { input } from '@pastina/core';
 * import { InputLayer } from '@pastina/layers';
 * const layer = new InputLayer({ shape: [null, 784], inputVar: input('x', ['batch', 784]), name: 'pixels' });
 * console.log(layer.outputShape); // [null, 784]
 * ```
 */
export class InputLayer extends Layer {
  readonly inputVar: Expression;

  constructor(options: InputLayerOptions) {
    const where = describeLayer('InputLayer', options?.name);
    checkOptions(where, options, ['shape', 'inputVar', 'name']);
    if (!Array.isArray(options.shape)) throw new InputError('INPUT_SHAPE', `${where}: shape is ${typeof options.shape}; expected an array such as [null, 784]`, { name: options.name });
    super(options.shape.map((size) => (typeof size === 'number' ? size : null)), options);
    const dtype = options.inputVar?.dtype ?? defaultOf(defaults, 'Layer.dtype');
    this.inputVar = options.inputVar ?? input(this.name ?? 'input', options.shape, dtype);
    checkInputVar(this.inputVar, this.inputShape, where);
  }

  override getOutputFor(x: Expression): Expression {
    return x;
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    return inputShape;
  }

  override get dtype(): DType {
    return this.inputVar.dtype.startsWith('float') ? this.inputVar.dtype : defaultOf(defaults, 'Layer.dtype');
  }
}

function checkInputVar(inputVar: Expression, shape: LayerShape, where: string): void {
  if (!isExpression(inputVar)) throw new InputError('INPUT_VAR', `${where}: inputVar is ${typeof inputVar}; expected an expression, such as input('x', ['batch', 784])`);
  checkFits(inputVar, shape, `${where}: inputVar ${inputVar.name === undefined ? '' : `'${inputVar.name}' `}`);
}

/** Has an expression the rank and the known sizes of a layer's shape? */
export function checkFits(given: Expression, shape: LayerShape, subject: string): void {
  const found = `[${given.shape.map(String).join(', ')}]`;
  if (given.rank !== shape.length) throw new ShapeError('INPUT_RANK', `${subject}has ${given.rank} axes, ${found}; expected ${shape.length}, as in the layer's shape ${formatLayerShape(shape)}`, { expected: shape, found: given.shape });
  shape.forEach((size, axis) => {
    const own = given.shape[axis];
    if (size !== null && typeof own === 'number' && own !== size) throw new ShapeError('INPUT_SIZE', `${subject}has size ${own} at axis ${axis}, ${found}; expected ${size}, as in the layer's shape ${formatLayerShape(shape)}`, { axis, expected: shape, found: given.shape });
  });
}
