import { add, defaultOf, InputError, isParameter, mean, mul, rsqrt, sub, variance, type Defaulted, type Expression } from '@pastina/core';
import { checkFlag, checkLayerOptions, checkNumber, specOr } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions, type OutputOptions } from '../layer.js';
import { type ParamSpec } from '../param.js';
import { NonlinearityLayer } from '../special/expression.js';
import { spreadShared, unsharedShape } from '../special/sharedAxes.js';
import { dropBias, takeNonlinearity } from '../special/take.js';
import { axesFrom, axesOf } from './axes.js';

/** Options of {@link BatchNormLayer}. */
export interface BatchNormLayerOptions extends LayerOptions {
  /** The axes that are averaged over; `'auto'` are all but the second. */
  readonly axes?: Defaulted<'auto' | number | readonly number[], 'auto'>;
  readonly epsilon?: Defaulted<number, 1e-4>;
  /** How much of each batch goes into the running averages. */
  readonly alpha?: Defaulted<number, 0.1>;
  /** Null for none. Not regularized. */
  readonly beta?: Defaulted<ParamSpec, 0> | null;
  /** Null for none. Regularized, as in Lasagne. */
  readonly gamma?: Defaulted<ParamSpec, 1> | null;
  readonly mean?: Defaulted<ParamSpec, 0>;
  /** 1 / √(variance + epsilon), which is averaged, not the variance. */
  readonly invStd?: Defaulted<ParamSpec, 1>;
}

/**
 * Batch normalisation (Ioffe and Szegedy, ICML 2015; Lasagne's `BatchNormLayer`):
 * (x - mean) · gamma · invStd + beta, with mean and invStd = 1 / √(variance + epsilon) of the batch in training, and the
 * running averages with `deterministic`.
 *
 * New running averages are not hidden: `getOutput(net, inputs, { updates })` puts them, old · (1 - alpha) + batch · alpha,
 * into the `Map` that is given. Hand it to `compile` together with the update rule's. Options of `getOutput`:
 * `batchNormUseAverages` (default: `deterministic`) and `batchNormUpdateAverages` (default: not `deterministic`).
 *
 * @throws ShapeError where a size that the parameters need is not known, InputError for `batchNormUpdateAverages: true`
 * without `updates`
 *
 * @example
 * ```ts
 * import { input, type Expression, type Parameter } from '@pastina/core';
 * import { BatchNormLayer, getOutput, InputLayer } from '@pastina/layers';
 * const net = new BatchNormLayer(new InputLayer({ shape: [null, 3], inputVar: input('x', ['batch', 3]) }), { name: 'bn' });
 * const updates = new Map<Parameter, Expression>();
 * const output = getOutput(net, undefined, { updates });
 * console.log(output.rank, [...updates.keys()].map(({ name }) => name)); // 2 ['bn.mean', 'bn.invStd']
 * ```
 */
export class BatchNormLayer extends Layer {
  override readonly outputOptions: readonly string[] = ['batchNormUseAverages', 'batchNormUpdateAverages'];
  readonly axes: readonly number[];
  readonly epsilon: number;
  readonly alpha: number;
  readonly beta: Expression | null;
  readonly gamma: Expression | null;
  readonly mean: Expression;
  readonly invStd: Expression;

  constructor(incoming: Incoming, options: BatchNormLayerOptions = {}) {
    const where = checkLayerOptions('BatchNormLayer', options, ['axes', 'epsilon', 'alpha', 'beta', 'gamma', 'mean', 'invStd']);
    super(incoming, options);
    const named = { auto: (rank: number): readonly number[] => [0, ...axesFrom(2, rank)] };
    this.axes = axesOf(options.axes ?? defaultOf(defaults, 'BatchNormLayer.axes'), named, this.inputShape, where);
    this.epsilon = checkNumber(options.epsilon ?? defaultOf(defaults, 'BatchNormLayer.epsilon'), 'epsilon', where, 0);
    this.alpha = checkNumber(options.alpha ?? defaultOf(defaults, 'BatchNormLayer.alpha'), 'alpha', where, 0, 1);
    const shape = unsharedShape(this.inputShape, this.axes, 'a parameter of the layer', where);
    const kept = { trainable: false, regularizable: false, batchNormStat: true };
    this.beta = options.beta === null ? null : this.addParam(specOr(options.beta, () => defaultOf(defaults, 'BatchNormLayer.beta')), shape, { name: 'beta', regularizable: false });
    this.gamma = options.gamma === null ? null : this.addParam(specOr(options.gamma, () => defaultOf(defaults, 'BatchNormLayer.gamma')), shape, { name: 'gamma' });
    this.mean = this.addParam(specOr(options.mean, () => defaultOf(defaults, 'BatchNormLayer.mean')), shape, { name: 'mean', ...kept });
    this.invStd = this.addParam(specOr(options.invStd, () => defaultOf(defaults, 'BatchNormLayer.invStd')), shape, { name: 'invStd', ...kept });
  }

  override getOutputFor(x: Expression, options: OutputOptions): Expression {
    const deterministic = options.deterministic === true;
    const useAverages = flagOr(options.batchNormUseAverages, deterministic, 'batchNormUseAverages');
    const updateAverages = flagOr(options.batchNormUpdateAverages, !deterministic, 'batchNormUpdateAverages');
    const [own, ownInvStd] = [mean(x, { axis: this.axes }), rsqrt(add(variance(x, { axis: this.axes }), this.epsilon))];
    if (updateAverages) this.#update(options, own, ownInvStd);
    const spread = (one: Expression): Expression => spreadShared(one, this.axes, x.rank);
    const scale = spread(useAverages ? this.invStd : ownInvStd);
    const normalised = mul(sub(x, spread(useAverages ? this.mean : own)), this.gamma === null ? scale : mul(spread(this.gamma), scale));
    return this.beta === null ? normalised : add(normalised, spread(this.beta));
  }

  /** Into the map that the caller gave; a second call with the same map goes on from the first. */
  #update({ updates, batchNormUpdateAverages }: OutputOptions, batchMean: Expression, batchInvStd: Expression): void {
    if (updates === undefined) {
      if (batchNormUpdateAverages === true) throw new InputError('NO_UPDATES', 'batchNormUpdateAverages is true, but there is no place for the new averages; give getOutput a Map too: { updates }, and hand it to compile', { option: 'updates' });
      return;
    }
    for (const [average, batch] of [[this.mean, batchMean], [this.invStd, batchInvStd]] as const) {
      if (!isParameter(average)) throw new InputError('NO_PARAMETER', 'the running averages are an expression, which cannot be updated; give a parameter, or batchNormUpdateAverages: false', { option: 'mean' });
      updates.set(average, add(mul(updates.get(average) ?? average, 1 - this.alpha), mul(batch, this.alpha)));
    }
  }
}

function flagOr(given: unknown, fallback: boolean, option: string): boolean {
  return given === undefined ? fallback : checkFlag(given as boolean, option, 'getOutput');
}

/**
 * Batch normalisation between a layer and its nonlinearity (Lasagne's `batch_norm`): the layer loses its bias, in the
 * place of which beta stands, and its nonlinearity moves behind. The layer is changed for good.
 *
 * @returns the nonlinearity as a layer, or the {@link BatchNormLayer} where there is none
 *
 * @example
 * ```ts
 * import { batchNorm, DenseLayer, getAllParams, InputLayer } from '@pastina/layers';
 * const net = batchNorm(new DenseLayer(new InputLayer({ shape: [null, 4] }), { numUnits: 2, name: 'h' }));
 * console.log(getAllParams(net).map(({ name }) => name)); // ['h.W', 'h_bn.beta', 'h_bn.gamma', 'h_bn.mean', 'h_bn.invStd']
 * ```
 */
export function batchNorm(layer: Layer, options: BatchNormLayerOptions = {}): Layer {
  const nonlinearity = takeNonlinearity(layer);
  dropBias(layer);
  const own = layer.name === undefined ? undefined : `${layer.name}_bn`;
  const name = options.name ?? own;
  const normalised = new BatchNormLayer(layer, { ...options, ...(name === undefined ? {} : { name }) });
  return nonlinearity === null ? normalised : new NonlinearityLayer(normalised, { nonlinearity, ...(name === undefined ? {} : { name: `${name}_nonlin` }) });
}
