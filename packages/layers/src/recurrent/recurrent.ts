import { add, defaultOf, input, InputError, reshape, ShapeError, type Defaulted, type DType, type Expression } from '@pastina/core';
import { checkLayerOptions, checkNonlinearity, checkWhole, knownSizes, specOr } from '../checks.js';
import { defaults } from '../defaults.js';
import { DenseLayer } from '../denseLayer.js';
import { getAllLayers } from '../helpers/allLayers.js';
import { getOutput } from '../helpers/output.js';
import { InputLayer } from '../inputLayer.js';
import { Layer, shapeOfIncoming, type Incoming, type OutputOptions } from '../layer.js';
import { type Nonlinearity } from '../nonlinearities.js';
import { type ParamSpec } from '../param.js';
import { formatLayerShape, type LayerShape } from '../shape.js';
import { type Tags } from '../tags.js';
import { BaseRecurrentLayer, batchFirst, recurrentOptions, type RecurrentOptions } from './base.js';

/** Options of {@link CustomRecurrentLayer}. */
export interface CustomRecurrentLayerOptions extends RecurrentOptions {
  /** From the input of a step to what enters the nonlinearity: a network with one `InputLayer`. */
  readonly inputToHidden: Layer;
  /** From the state to what enters the nonlinearity: a network with one `InputLayer`. */
  readonly hiddenToHidden: Layer;
  /** Default `rectify`; null is the identity. */
  readonly nonlinearity?: Nonlinearity | null;
}

/**
 * Recurrence by any two networks (Lasagne's `CustomRecurrentLayer`): h' = σ(inputToHidden(x) + hiddenToHidden(h)), on
 * (batch, time, …features). With `precomputeInput` the first network sees (time · batch, …features), so the batch size
 * of its `InputLayer` must be open.
 *
 * @throws ShapeError where the networks do not fit the input, each other, or the state; InputError where one has not
 * exactly one `InputLayer`
 *
 * @example
 * ```ts
 * import { Conv2DLayer, CustomRecurrentLayer, InputLayer } from '@pastina/layers';
 * const conv = (channels: number) => new Conv2DLayer(new InputLayer({ shape: [null, channels, 8, 8] }), { numFilters: 2, filterSize: 3, pad: 1, nonlinearity: null });
 * const net = new CustomRecurrentLayer(new InputLayer({ shape: [null, 5, 1, 8, 8] }), { inputToHidden: conv(1), hiddenToHidden: conv(2) });
 * console.log(net.outputShape); // [null, 5, 2, 8, 8]
 * ```
 */
export class CustomRecurrentLayer extends BaseRecurrentLayer {
  override readonly outputOptions: readonly string[];
  readonly inputToHidden: Layer;
  readonly hiddenToHidden: Layer;
  readonly nonlinearity: Nonlinearity;
  readonly hidInit: Expression | null;

  constructor(incoming: Incoming, options: CustomRecurrentLayerOptions) {
    const where = checkLayerOptions(new.target.name, options, [...recurrentOptions, 'inputToHidden', 'hiddenToHidden', 'nonlinearity'], 'inputToHidden, hiddenToHidden');
    super(incoming, options, [options.hidInit]);
    this.inputToHidden = checkNetwork(options.inputToHidden, 'inputToHidden', where);
    this.hiddenToHidden = checkNetwork(options.hiddenToHidden, 'hiddenToHidden', where);
    this.nonlinearity = checkNonlinearity(options.nonlinearity, () => defaultOf(defaults, 'RecurrentLayer.nonlinearity'), where);
    this.outputOptions = getAllLayers([this.inputToHidden, this.hiddenToHidden]).flatMap((layer) => layer.outputOptions);
    const state = this.stateShape();
    checkFit(inputOf(this.inputToHidden).outputShape.slice(1), this.inputShape.slice(2), 'inputToHidden takes', 'the input gives', where);
    checkFit(this.inputToHidden.outputShape.slice(1), state, 'inputToHidden gives', 'hiddenToHidden gives', where);
    checkFit(inputOf(this.hiddenToHidden).outputShape.slice(1), state, 'hiddenToHidden takes', 'it gives', where);
    this.hidInit = options.hidInit instanceof Layer ? null : this.addInit(options.hidInit, knownSizes([null, ...state], state.map((_, i) => i + 1), 'hidInit', where), 'hidInit');
  }

  protected override stateShape(): LayerShape {
    return this.hiddenToHidden.outputShape.slice(1);
  }

  /** Those of the two networks too. */
  override getParamExpressions(tags: Tags = {}): Expression[] {
    return [...new Set([...super.getParamExpressions(tags), ...getAllLayers([this.inputToHidden, this.hiddenToHidden]).flatMap((layer) => layer.getParamExpressions(tags))])];
  }

  override getOutputFor(inputs: readonly Expression[], options: OutputOptions): Expression {
    const { x, mask, states: [start] } = this.unpack(inputs);
    // What is computed in the loop cannot be handed out of it.
    const inside = Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'updates'));
    const run = (network: Layer, value: Expression, given: OutputOptions): Expression => getOutput(network, value, optionsFor(network, given));
    const sequence = batchFirst(x);
    const before = this.precomputeInput ? this.#forAll(sequence, (all) => run(this.inputToHidden, all, options)) : sequence;
    return this.loop(before, mask, [(start ?? this.hidInit) as Expression], (slice, [hidden]) => {
      const fromInput = this.precomputeInput ? slice : run(this.inputToHidden, slice, inside);
      return [this.nonlinearity(this.clipped(add(run(this.hiddenToHidden, hidden as Expression, inside), fromInput)))];
    });
  }

  /** All steps as one batch. */
  #forAll(sequence: Expression, compute: (all: Expression) => Expression): Expression {
    const [time, items] = sequence.shape;
    const result = compute(reshape(sequence, [-1, ...sequence.shape.slice(2)]));
    return reshape(result, [time ?? null, items ?? null, ...result.shape.slice(1)]);
  }
}

function checkNetwork(network: Layer, option: string, where: string): Layer {
  const inputs = network instanceof Layer ? getAllLayers(network).filter((layer) => layer instanceof InputLayer).length : 0;
  if (inputs === 1) return network;
  throw new InputError('NETWORK', `${where}: ${option} is ${network instanceof Layer ? `a network with ${inputs} input layers` : typeof network}; expected a network with exactly one InputLayer`, { option });
}

function inputOf(network: Layer): Layer {
  return getAllLayers(network).find((layer) => layer instanceof InputLayer) as Layer;
}

function checkFit(one: LayerShape, other: LayerShape, what: string, whatElse: string, where: string): void {
  if (one.length === other.length && one.every((size, axis) => size === null || (other[axis] ?? null) === null || size === other[axis])) return;
  throw new ShapeError('RECURRENT_SHAPE', `${where}: ${what} ${formatLayerShape(one)} an item, but ${whatElse} ${formatLayerShape(other)}; expected the same`, { expected: other, found: one });
}

/** The options that the layers of a network read. */
function optionsFor(network: Layer, options: OutputOptions): OutputOptions {
  const known = ['deterministic', 'updates', ...getAllLayers(network).flatMap((layer) => layer.outputOptions)];
  return Object.fromEntries(Object.entries(options).filter(([name]) => known.includes(name)));
}

/** Options of {@link RecurrentLayer}. */
export interface RecurrentLayerOptions extends RecurrentOptions {
  readonly numUnits: number;
  /** (features, units). Default: `new Uniform()`. */
  readonly WInToHid?: ParamSpec;
  /** (units, units). Default: `new Uniform()`. */
  readonly WHidToHid?: ParamSpec;
  /** Biases, (units); null for none. Never regularized. */
  readonly b?: Defaulted<ParamSpec, 0> | null;
  /** Default `rectify`; null is the identity. */
  readonly nonlinearity?: Nonlinearity | null;
}

/**
 * The simple recurrent layer (Lasagne's `RecurrentLayer`): h' = σ(x Wx + h Wh + b), (batch, time, …features) →
 * (batch, time, units). Features of several axes are flattened.
 *
 * @throws InputError, ShapeError naming the layer, as {@link LSTMLayer}
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { getOutput, InputLayer, RecurrentLayer } from '@pastina/layers';
 * const net = new RecurrentLayer(new InputLayer({ shape: [null, 3, 1] }), { numUnits: 1, WInToHid: 1, WHidToHid: 2 });
 * console.log(evaluate(getOutput(net, [[[1], [1], [1]]])).toArray()); // [[[1], [3], [7]]]
 * ```
 */
export class RecurrentLayer extends CustomRecurrentLayer {
  readonly numUnits: number;

  constructor(incoming: Incoming, options: RecurrentLayerOptions) {
    const where = checkLayerOptions('RecurrentLayer', options, [...recurrentOptions, 'numUnits', 'WInToHid', 'WHidToHid', 'b', 'nonlinearity'], 'numUnits');
    const { numUnits, WInToHid, WHidToHid, b, ...rest } = options;
    const units = checkWhole(numUnits, 1, 'numUnits', where);
    const shape = shapeOfIncoming(incoming, where), dtype = incoming instanceof Layer ? incoming.dtype : undefined;
    const called = (part: string): string => [rest.name, part].filter((word) => word !== undefined).join('.');
    super(incoming, {
      ...rest,
      inputToHidden: new DenseLayer(open(shape.slice(2), dtype), { numUnits: units, W: specOr(WInToHid, () => defaultOf(defaults, 'RecurrentLayer.WInToHid')), b: b === null ? null : specOr(b, () => defaultOf(defaults, 'RecurrentLayer.b')), nonlinearity: null, name: called('inputToHidden') }),
      hiddenToHidden: new DenseLayer(open([units], dtype), { numUnits: units, W: specOr(WHidToHid, () => defaultOf(defaults, 'RecurrentLayer.WHidToHid')), b: null, nonlinearity: null, name: called('hiddenToHidden') }),
    });
    this.numUnits = units;
  }
}

/** An InputLayer for items of a shape. */
function open(shape: LayerShape, given: DType | undefined): InputLayer {
  const dtype = given ?? defaultOf(defaults, 'Layer.dtype');
  return new InputLayer({ shape: [null, ...shape], inputVar: input('step', [null, ...shape], dtype) });
}
