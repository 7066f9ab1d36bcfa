import { add, arange, defaultOf, div, expandDims, finfo, greaterEqual, InputError, logicalAnd, matmul, mul, notEqual, randomBernoulli, reshape, ShapeError, softmax, transpose, where as choose, type Defaulted, type Dim, type Expression } from '@pastina/core';
import { checkFlag, checkLayerOptions, checkNumber, checkWhole, knownSize, specOr } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions, type OutputOptions } from '../layer.js';
import { MergeLayer } from '../mergeLayer.js';
import { type ParamSpec } from '../param.js';
import { formatLayerShape, type LayerShape } from '../shape.js';

/** Options of {@link MultiHeadAttentionLayer}. */
export interface MultiHeadAttentionLayerOptions extends LayerOptions {
  /** How many attentions run side by side; it divides `numUnits`. */
  readonly numHeads: number;
  /** Features of all heads together, and of the output. Left out: those of the incoming layer. */
  readonly numUnits?: number;
  /** Where keys and values come from, (batch, keys, features); left out, the incoming layer: self-attention. */
  readonly keyValue?: Layer;
  /** Gives (batch, keys), or (batch, time, keys): what is 0 there is not attended to. */
  readonly maskInput?: Layer | null;
  /** `true`: what comes later is not attended to. */
  readonly causal?: Defaulted<boolean, false>;
  /** The probability that a weight of the attention is dropped; none with `deterministic`. */
  readonly dropout?: Defaulted<number, 0>;
  /** (features, units) each, and (units, units). Default: `new GlorotUniform()`. */
  readonly WQuery?: ParamSpec;
  readonly WKey?: ParamSpec;
  readonly WValue?: ParamSpec;
  readonly WOut?: ParamSpec;
  /** Biases of all four, (units); null for none. Never regularized. */
  readonly b?: Defaulted<ParamSpec, 0> | null;
}

const known = ['numHeads', 'numUnits', 'keyValue', 'maskInput', 'causal', 'dropout', 'WQuery', 'WKey', 'WValue', 'WOut', 'b'];
/** What a product of the layer makes. */
export type AttentionPart = 'Query' | 'Key' | 'Value' | 'Out';

/**
 * Attention by several heads (Vaswani et al., 2017): in each, softmax(Q Kᵀ / √d) V of d = numUnits / numHeads features,
 * and their results side by side through one more product. (batch, time, features) → (batch, time, units). Where nothing
 * may be attended to, the heads give 0.
 *
 * @throws InputError, ShapeError naming the layer: heads that do not divide the units, inputs that are no sequences, or
 * do not fit together
 *
 * @example
 * ```ts
 * import { InputLayer, MultiHeadAttentionLayer } from '@pastina/layers';
 * const net = new MultiHeadAttentionLayer(new InputLayer({ shape: [null, null, 16] }), { numHeads: 4, causal: true });
 * console.log(net.outputShape); // [null, null, 16]
 * ```
 */
export class MultiHeadAttentionLayer extends MergeLayer {
  readonly numHeads: number;
  readonly numUnits: number;
  readonly causal: boolean;
  readonly dropout: number;
  /** Weights, by what they make. */
  readonly weights: { readonly [part in AttentionPart]: Expression };
  readonly biases: { readonly [part in AttentionPart]: Expression } | null;
  readonly #sources: { readonly keyValue: boolean; readonly mask: boolean };

  constructor(incoming: Incoming, options: MultiHeadAttentionLayerOptions) {
    const where = checkLayerOptions('MultiHeadAttentionLayer', options, known, 'numHeads');
    const { keyValue, maskInput = null } = options;
    for (const [option, layer] of [['keyValue', keyValue ?? null], ['maskInput', maskInput]] as const) {
      if (layer !== null && !(layer instanceof Layer)) throw new InputError('OPTION_VALUE', `${where}: ${option} is ${typeof layer}; expected a layer`, { option });
    }
    super([incoming, ...(keyValue === undefined ? [] : [keyValue]), ...(maskInput === null ? [] : [maskInput])], options);
    this.#sources = { keyValue: keyValue !== undefined, mask: maskInput !== null };
    const [query, source] = [this.inputShapes[0] as LayerShape, this.inputShapes[keyValue === undefined ? 0 : 1] as LayerShape];
    for (const shape of [query, source]) if (shape.length !== 3) throw new ShapeError('INPUT_RANK', `${where}: the input ${formatLayerShape(shape)} has ${shape.length} axes; expected [items, time, features]`, { shape });
    const mask = maskInput?.outputShape;
    if (mask !== undefined && mask.length !== 2 && mask.length !== 3) throw new ShapeError('MASK', `${where}: maskInput gives ${formatLayerShape(mask)}; expected [items, keys] or [items, time, keys]`, { shape: mask });
    this.numHeads = checkWhole(options.numHeads, 1, 'numHeads', where);
    this.numUnits = checkWhole(options.numUnits ?? knownSize(query, 2, 'numUnits', where), 1, 'numUnits', where);
    if (this.numUnits % this.numHeads !== 0) throw new InputError('OPTION_VALUE', `${where}: ${this.numHeads} heads do not divide ${this.numUnits} units; expected numHeads to be a divisor of numUnits`, { numHeads: this.numHeads, numUnits: this.numUnits });
    this.causal = checkFlag(options.causal ?? defaultOf(defaults, 'MultiHeadAttentionLayer.causal'), 'causal', where);
    this.dropout = checkNumber(options.dropout ?? defaultOf(defaults, 'MultiHeadAttentionLayer.dropout'), 'dropout', where, 0, 1);
    if (this.dropout === 1) throw new InputError('OPTION_VALUE', `${where}: dropout is 1: nothing would be left; expected less than 1`, { option: 'dropout', value: 1 });
    const features: Readonly<Record<AttentionPart, number>> = { Query: knownSize(query, 2, 'WQuery', where), Key: knownSize(source, 2, 'WKey', where), Value: knownSize(source, 2, 'WValue', where), Out: this.numUnits };
    const each = <T>(make: (part: AttentionPart) => T): { readonly [part in AttentionPart]: T } => ({ Query: make('Query'), Key: make('Key'), Value: make('Value'), Out: make('Out') });
    this.weights = each((part) => this.addParam(specOr(options[`W${part}`], () => defaultOf(defaults, `MultiHeadAttentionLayer.W${part}`)), [features[part], this.numUnits], { name: `W${part}` }));
    this.biases = options.b === null ? null : each((part) => this.addParam(specOr(options.b ?? undefined, () => defaultOf(defaults, 'MultiHeadAttentionLayer.b')), [this.numUnits], { name: `b${part}`, regularizable: false }));
  }

  override getOutputShapeFor([query]: readonly LayerShape[]): LayerShape {
    return [query?.[0] ?? null, query?.[1] ?? null, this.numUnits];
  }

  override getOutputFor(inputs: readonly Expression[], { deterministic }: OutputOptions): Expression {
    const query = inputs[0] as Expression;
    const source = this.#sources.keyValue ? (inputs[1] as Expression) : query;
    const [items, time] = query.shape as readonly [Dim, Dim];
    const keys = source.shape[1] as Dim;
    // (batch, heads, time, features of a head)
    const heads = (x: Expression, part: AttentionPart, length: Dim): Expression => transpose(reshape(this.#linear(x, part), [items, length, this.numHeads, this.numUnits / this.numHeads]), [0, 2, 1, 3]);
    const scores = div(matmul(heads(query, 'Query', time), transpose(heads(source, 'Key', keys), [0, 1, 3, 2])), Math.sqrt(this.numUnits / this.numHeads));
    let weights = this.#attend(scores, this.#allowed(inputs, time, keys));
    if (deterministic !== true && this.dropout > 0) weights = mul(div(weights, 1 - this.dropout), randomBernoulli(weights.shape, { p: 1 - this.dropout, dtype: weights.dtype }));
    const mixed = transpose(matmul(weights, heads(source, 'Value', keys)), [0, 2, 1, 3]);
    return this.#linear(reshape(mixed, [items, time, this.numUnits]), 'Out');
  }

  #linear(x: Expression, part: AttentionPart): Expression {
    const product = matmul(x, this.weights[part]);
    return this.biases === null ? product : add(product, this.biases[part]);
  }

  /** A softmax over the keys that may be attended to; 0 for the others, and where there are none. */
  #attend(scores: Expression, allowed: Expression | undefined): Expression {
    if (allowed === undefined) return softmax(scores);
    return choose(allowed, softmax(choose(allowed, scores, -finfo(scores.dtype).max)), 0);
  }

  /** (batch or 1, 1, time or 1, keys): which keys a step may attend to. */
  #allowed(inputs: readonly Expression[], time: Dim, keys: Dim): Expression | undefined {
    const mask = this.#sources.mask ? (inputs[inputs.length - 1] as Expression) : undefined;
    const on = mask === undefined || mask.dtype === 'bool' ? mask : notEqual(mask, 0);
    const given = on === undefined ? undefined : expandDims(on.rank === 2 ? expandDims(on, 1) : on, 1);
    if (!this.causal) return given;
    const before = reshape(greaterEqual(expandDims(arange(time, 'int32'), 1), expandDims(arange(keys, 'int32'), 0)), [1, 1, time, keys]);
    return given === undefined ? before : logicalAnd(given, before);
  }
}
