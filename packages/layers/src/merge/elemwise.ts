import { add, defaultOf, InputError, mul, ShapeError, type Defaulted, type Expression } from '@pastina/core';
import { checkLayerOptions, checkNumber } from '../checks.js';
import { defaults } from '../defaults.js';
import { type Incoming, type LayerOptions } from '../layer.js';
import { MergeLayer } from '../mergeLayer.js';
import { formatLayerShape, type LayerShape } from '../shape.js';
import { autocrop, autocropArrayShapes, checkCropping, type Crop } from './crop.js';

/** Options of {@link ElemwiseMergeLayer}. */
export interface ElemwiseMergeLayerOptions extends LayerOptions {
  /** Of two expressions, such as `mul` or `maximum` of core. */
  readonly mergeFunction: (a: Expression, b: Expression) => Expression;
  /** What the axes keep where sizes differ; left out, they must agree, or be 1. */
  readonly cropping?: readonly Crop[] | null;
}

/**
 * Inputs merged element by element, from left to right (Lasagne's `ElemwiseMergeLayer`). Axes of size 1 are repeated,
 * which Lasagne's does not.
 *
 * @throws ShapeError, already when built, where ranks or sizes differ
 *
 * @example
 * ```ts
 * import { maximum } from '@pastina/core';
 * import { ElemwiseMergeLayer, InputLayer } from '@pastina/layers';
 * const both = new ElemwiseMergeLayer([new InputLayer({ shape: [null, 3] }), new InputLayer({ shape: [null, 3] })], { mergeFunction: maximum });
 * console.log(both.outputShape); // [null, 3]
 * ```
 */
export class ElemwiseMergeLayer extends MergeLayer {
  readonly mergeFunction: (a: Expression, b: Expression) => Expression;
  readonly cropping: readonly Crop[] | null;

  constructor(incomings: readonly Incoming[], options: ElemwiseMergeLayerOptions) {
    const where = checkLayerOptions(new.target.name, options, ['mergeFunction', 'cropping'], 'mergeFunction');
    super(incomings, options);
    if (typeof options.mergeFunction !== 'function') throw new InputError('OPTION_VALUE', `${where}: mergeFunction is ${typeof options.mergeFunction}; expected a function of two expressions, such as mul`, { option: 'mergeFunction' });
    checkCropping(options.cropping ?? [], this.inputShapes.map(({ length }) => length), where, this.inputShapes);
    this.mergeFunction = options.mergeFunction;
    this.cropping = options.cropping ?? null;
    this.getOutputShapeFor(this.inputShapes);
  }

  override getOutputShapeFor(inputShapes: readonly LayerShape[]): LayerShape {
    const shapes = autocropArrayShapes(inputShapes, this.cropping);
    return (shapes[0] ?? []).map((_, axis) => {
      const sizes = shapes.map((shape) => shape[axis] ?? null).filter((size) => size !== 1);
      const known = sizes.filter((size) => size !== null);
      if (known.some((size) => size !== known[0])) throw new ShapeError('MERGE_SIZE', `${this.label}: inputs ${inputShapes.map(formatLayerShape).join(', ')} differ in axis ${axis}; expected the same sizes, or 1 (or use cropping)`, { shapes: inputShapes, axis });
      return sizes.length === 0 ? 1 : (known[0] ?? null);
    });
  }

  override getOutputFor(inputs: readonly Expression[]): Expression {
    return autocrop(inputs, this.cropping).reduce((merged, next) => this.mergeFunction(merged, next));
  }
}

/** Options of {@link ElemwiseSumLayer}. */
export interface ElemwiseSumLayerOptions extends LayerOptions {
  /** One factor for all inputs, or one for each. */
  readonly coeffs?: Defaulted<number | readonly number[], 1>;
  readonly cropping?: readonly Crop[] | null;
}

/**
 * The sum of the inputs, each times a factor (Lasagne's `ElemwiseSumLayer`): residual connections.
 *
 * @throws InputError for another number of factors than inputs, ShapeError as {@link ElemwiseMergeLayer}
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { ElemwiseSumLayer, getOutput, InputLayer } from '@pastina/layers';
 * const below = new InputLayer({ shape: [null, 2] });
 * console.log(evaluate(getOutput(new ElemwiseSumLayer([below, below], { coeffs: [2, -1] }), [[3, 4]])).toArray()); // [[3, 4]]
 * ```
 */
export class ElemwiseSumLayer extends ElemwiseMergeLayer {
  readonly coeffs: readonly number[];

  constructor(incomings: readonly Incoming[], options: ElemwiseSumLayerOptions = {}) {
    const where = checkLayerOptions('ElemwiseSumLayer', options, ['coeffs', 'cropping']);
    const { coeffs: given, ...rest } = options;
    super(incomings, { ...rest, mergeFunction: add });
    const coeffs = given ?? defaultOf(defaults, 'ElemwiseSumLayer.coeffs');
    this.coeffs = typeof coeffs === 'number' ? incomings.map(() => coeffs) : coeffs;
    if (!Array.isArray(this.coeffs) || this.coeffs.length !== incomings.length) throw new InputError('OPTION_VALUE', `${where}: coeffs is ${JSON.stringify(given)}; expected a number, or one for each of the ${incomings.length} inputs`, { coeffs: given });
    this.coeffs.forEach((coeff) => checkNumber(coeff, 'coeffs', where));
  }

  override getOutputFor(inputs: readonly Expression[]): Expression {
    return super.getOutputFor(inputs.map((x, i) => (this.coeffs[i] === 1 ? x : mul(x, this.coeffs[i] as number))));
  }
}
