import { add, checkOptions, defaultOf, flatten, InputError, matmul, ShapeError, type Defaulted, type Expression } from '@pastina/core';
import { checkNonlinearity, specOr } from './checks.js';
import { defaults } from './defaults.js';
import { describeLayer, Layer, type Incoming, type LayerOptions } from './layer.js';
import { type Nonlinearity } from './nonlinearities.js';
import { type ParamSpec } from './param.js';
import { formatLayerShape, type LayerShape } from './shape.js';

/** Options of {@link DenseLayer}. */
export interface DenseLayerOptions extends LayerOptions {
  readonly numUnits: number;
  /** Weights, (inputs, units). Default: `new GlorotUniform()`. */
  readonly W?: ParamSpec;
  /** Biases, (units); null for none. Never regularized. */
  readonly b?: Defaulted<ParamSpec, 0> | null;
  /** Default `rectify`; null is the identity. */
  readonly nonlinearity?: Nonlinearity | null;
  /** How many leading axes stay; those behind are flattened. Negative: how many trailing axes are consumed, -1 is the last one only. */
  readonly numLeadingAxes?: Defaulted<number, 1>;
}

const known = ['numUnits', 'W', 'b', 'nonlinearity', 'numLeadingAxes', 'name'];

/**
 * Fully connected: nonlinearity(x W + b) (Lasagne's `DenseLayer`), with x (batch, inputs) → (batch, units).
 *
 * @throws InputError, ShapeError naming the layer: no whole `numUnits`, an unknown option, no axis left
 * to consume, an input size that is not known, weights of another shape
 *
 * @example
 * ```ts
 * import { evaluate, input } from '@pastina/core';
 * import { DenseLayer, getOutput, InputLayer } from '@pastina/layers';
 * const x = input('x', ['batch', 2]);
 * const net = new DenseLayer(new InputLayer({ shape: [null, 2], inputVar: x }), { numUnits: 1, W: [[1], [2]], b: [3] });
 * console.log(evaluate(getOutput(net), { x: [[1, 1]] }).toArray()); // [[6]]
 * ```
 */
export class DenseLayer extends Layer {
  readonly numUnits: number;
  readonly numLeadingAxes: number;
  readonly nonlinearity: Nonlinearity;
  readonly W: Expression;
  readonly b: Expression | null;

  constructor(incoming: Incoming, options: DenseLayerOptions) {
    const where = describeLayer('DenseLayer', options?.name);
    if (typeof options !== 'object' || options === null) throw new InputError('OPTIONS', 'DenseLayer: options are missing; expected at least { numUnits }');
    checkOptions(where, options, known);
    super(incoming, options);
    this.numUnits = checkUnits(options.numUnits, where);
    this.numLeadingAxes = leadingAxes(options.numLeadingAxes ?? defaultOf(defaults, 'DenseLayer.numLeadingAxes'), this.inputShape, where);
    this.nonlinearity = checkNonlinearity(options.nonlinearity, () => defaultOf(defaults, 'DenseLayer.nonlinearity'), where);
    const inputs = countInputs(this.inputShape.slice(this.numLeadingAxes), this.inputShape, where);
    this.W = this.addParam(specOr(options.W, () => defaultOf(defaults, 'DenseLayer.W')), [inputs, this.numUnits], { name: 'W' });
    const b = options.b === undefined ? defaultOf(defaults, 'DenseLayer.b') : options.b;
    this.b = b === null ? null : this.addParam(b, [this.numUnits], { name: 'b', regularizable: false });
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    return [...inputShape.slice(0, this.numLeadingAxes), this.numUnits];
  }

  override getOutputFor(x: Expression): Expression {
    const rows = x.rank > this.numLeadingAxes + 1 ? flatten(x, this.numLeadingAxes + 1) : x;
    const product = matmul(rows, this.W);
    return this.nonlinearity(this.b === null ? product : add(product, this.b));
  }
}

function checkUnits(numUnits: number, where: string): number {
  if (Number.isInteger(numUnits) && numUnits > 0) return numUnits;
  throw new InputError('NUM_UNITS', `${where}: numUnits is ${String(numUnits)}; expected a whole number from 1 up`, { option: 'numUnits', value: numUnits });
}

function leadingAxes(numLeadingAxes: number, shape: LayerShape, where: string): number {
  const rank = shape.length;
  if (!Number.isInteger(numLeadingAxes) || numLeadingAxes >= rank || numLeadingAxes < -rank) {
    throw new ShapeError('LEADING_AXES', `${where}: numLeadingAxes ${String(numLeadingAxes)} with an input of ${rank} axes, ${formatLayerShape(shape)}; expected ${-rank} to ${rank - 1}, so that at least one axis is left to consume`, { option: 'numLeadingAxes', value: numLeadingAxes, shape });
  }
  return numLeadingAxes < 0 ? rank + numLeadingAxes : numLeadingAxes;
}

function countInputs(consumed: LayerShape, shape: LayerShape, where: string): number {
  return consumed.reduce<number>((count, size, i) => {
    if (size === null) throw new ShapeError('INPUT_SIZE_UNKNOWN', `${where}: the size of axis ${shape.length - consumed.length + i} of the input ${formatLayerShape(shape)} is not known, but W needs it; give the number in the InputLayer's shape, or keep the axis with numLeadingAxes`, { shape });
    return count * size;
  }, 1);
}
