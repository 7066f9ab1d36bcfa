import { add, defaultOf, matmul, reshape, ShapeError, transpose, type Defaulted, type Expression } from '@pastina/core';
import { checkFlag, checkLayerOptions, checkNonlinearity, checkWhole, knownSize, knownSizes, specOr } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { type Nonlinearity } from '../nonlinearities.js';
import { type ParamSpec } from '../param.js';
import { formatLayerShape, type LayerShape } from '../shape.js';

/** Options of {@link NINLayer}. */
export interface NINLayerOptions extends LayerOptions {
  readonly numUnits: number;
  /** `true`: a bias of its own for every place. */
  readonly untieBiases?: Defaulted<boolean, false>;
  /** Weights, (channels, units). Default: `new GlorotUniform()`. */
  readonly W?: ParamSpec;
  /** Biases, (units), or (units, …places) when untied; null for none. Never regularized. */
  readonly b?: Defaulted<ParamSpec, 0> | null;
  /** Default `rectify`; null is the identity. */
  readonly nonlinearity?: Nonlinearity | null;
}

/**
 * The same dense layer at every place, a convolution with filters of size 1 (Lin et al., ICLR 2014; Lasagne's
 * `NINLayer`): (batch, channels, …space) → (batch, units, …space), any number of spatial axes.
 *
 * @throws InputError, ShapeError naming the layer, as {@link DenseLayer}
 *
 * @example
 * ```ts
 * import { InputLayer, NINLayer } from '@pastina/layers';
 * console.log(new NINLayer(new InputLayer({ shape: [null, 3, 8, 8] }), { numUnits: 5 }).outputShape); // [null, 5, 8, 8]
 * ```
 */
export class NINLayer extends Layer {
  readonly numUnits: number;
  readonly untieBiases: boolean;
  readonly nonlinearity: Nonlinearity;
  readonly W: Expression;
  readonly b: Expression | null;

  constructor(incoming: Incoming, options: NINLayerOptions) {
    const where = checkLayerOptions('NINLayer', options, ['numUnits', 'untieBiases', 'W', 'b', 'nonlinearity'], 'numUnits');
    super(incoming, options);
    const shape = this.inputShape;
    if (shape.length < 2) throw new ShapeError('INPUT_RANK', `${where}: the input ${formatLayerShape(shape)} has ${shape.length} axes; expected [items, channels, …space]`, { shape });
    this.numUnits = checkWhole(options.numUnits, 1, 'numUnits', where);
    this.untieBiases = checkFlag(options.untieBiases ?? defaultOf(defaults, 'NINLayer.untieBiases'), 'untieBiases', where);
    this.nonlinearity = checkNonlinearity(options.nonlinearity, () => defaultOf(defaults, 'NINLayer.nonlinearity'), where);
    this.W = this.addParam(specOr(options.W, () => defaultOf(defaults, 'NINLayer.W')), [knownSize(shape, 1, 'W', where), this.numUnits], { name: 'W' });
    const places = this.untieBiases ? knownSizes(shape, shape.map((_, axis) => axis).slice(2), 'an untied bias for each place', where) : [];
    this.b = options.b === null ? null : this.addParam(specOr(options.b, () => defaultOf(defaults, 'NINLayer.b')), [this.numUnits, ...places], { name: 'b', regularizable: false });
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    return [inputShape[0] ?? null, this.numUnits, ...inputShape.slice(2)];
  }

  override getOutputFor(x: Expression): Expression {
    const space = x.shape.map((_, axis) => axis).slice(2);
    // Channels go last for the product, and back to their place.
    const product = transpose(matmul(transpose(x, [0, ...space, 1]), this.W), [0, x.rank - 1, ...space.map((axis) => axis - 1)]);
    if (this.b === null) return this.nonlinearity(product);
    return this.nonlinearity(add(product, this.untieBiases ? this.b : reshape(this.b, [this.numUnits, ...space.map(() => 1)])));
  }
}
