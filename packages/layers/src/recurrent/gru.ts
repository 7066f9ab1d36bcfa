import { add, mul, sub, type Expression } from '@pastina/core';
import { checkLayerOptions, checkWhole, knownSizes } from '../checks.js';
import { type Incoming } from '../layer.js';
import { tanh, type Nonlinearity } from '../nonlinearities.js';
import { BaseRecurrentLayer, batchFirst, recurrentOptions, type RecurrentOptions } from './base.js';
import { flatFeatures, Gate, partOf, StackedGates, type GateParams } from './gate.js';
import { addGate } from './lstm.js';

/** Options of {@link GRULayer}. */
export interface GRULayerOptions extends RecurrentOptions {
  readonly numUnits: number;
  /** Default: `new Gate({ WCell: null })`. */
  readonly resetgate?: Gate;
  /** Default: `new Gate({ WCell: null })`. */
  readonly updategate?: Gate;
  /** Default: `new Gate({ WCell: null, nonlinearity: tanh })`. */
  readonly hiddenUpdate?: Gate;
}

/**
 * Gated recurrent units (Cho et al., EMNLP 2014; Lasagne's `GRULayer`):
 *
 *     r = σ(x Wxr + h Whr + br)       c = tanh(x Wxc + r ⊙ (h Whc) + bc)
 *     u = σ(x Wxu + h Whu + bu)       h' = (1 - u) ⊙ h + u ⊙ c
 *
 * The reset gate works behind the product with the hidden weights; u is 1 - z of PyTorch and Keras.
 * (batch, time, …features) → (batch, time, units). Features of several axes are flattened.
 *
 * @throws InputError, ShapeError naming the layer, as {@link LSTMLayer}
 *
 * @example
 * ```ts
 * import { GRULayer, InputLayer } from '@pastina/layers';
 * console.log(new GRULayer(new InputLayer({ shape: [null, 10, 4] }), { numUnits: 8 }).outputShape); // [null, 10, 8]
 * ```
 */
export class GRULayer extends BaseRecurrentLayer {
  readonly numUnits: number;
  /** Weights from input and hidden state, and biases. */
  readonly gates: { readonly [name in 'updategate' | 'resetgate' | 'hiddenUpdate']: GateParams };
  readonly hidInit: Expression | null;
  readonly #nonlinearities: readonly [Nonlinearity, Nonlinearity, Nonlinearity];

  constructor(incoming: Incoming, options: GRULayerOptions) {
    const where = checkLayerOptions('GRULayer', options, [...recurrentOptions, 'numUnits', 'resetgate', 'updategate', 'hiddenUpdate'], 'numUnits');
    super(incoming, options, [options.hidInit]);
    this.numUnits = checkWhole(options.numUnits, 1, 'numUnits', where);
    const features = knownSizes(this.inputShape, this.inputShape.map((_, axis) => axis).slice(2), 'the weights from the input', where).reduce((a, b) => a * b, 1);
    const reset = options.resetgate ?? new Gate({ WCell: null });
    const update = options.updategate ?? new Gate({ WCell: null });
    const hidden = options.hiddenUpdate ?? new Gate({ WCell: null, nonlinearity: tanh });
    const add = (gate: Gate, name: string): GateParams => addGate(this, gate, name, features, this.numUnits, where);
    this.gates = { updategate: add(update, 'updategate'), resetgate: add(reset, 'resetgate'), hiddenUpdate: add(hidden, 'hiddenUpdate') };
    this.hidInit = this.addInit(options.hidInit, [this.numUnits], 'hidInit');
    this.#nonlinearities = [reset.nonlinearity, update.nonlinearity, hidden.nonlinearity];
  }

  protected override stateShape(): readonly number[] {
    return [this.numUnits];
  }

  override getOutputFor(inputs: readonly Expression[]): Expression {
    const { x, mask, states: [start] } = this.unpack(inputs);
    const stacked = new StackedGates([this.gates.resetgate, this.gates.updategate, this.gates.hiddenUpdate]);
    const features = flatFeatures(x);
    const sequence = batchFirst(this.precomputeInput ? stacked.fromInput(features) : features);
    return this.loop(sequence, mask, [(start ?? this.hidInit) as Expression], (slice, [hidden]) => {
      const fromInput = this.clipped(this.precomputeInput ? slice : stacked.fromInput(slice));
      return [this.#step(fromInput, this.clipped(stacked.fromHidden(hidden as Expression)), hidden as Expression)];
    });
  }

  #step(fromInput: Expression, fromHidden: Expression, before: Expression): Expression {
    const [resetting, updating, hiddenly] = this.#nonlinearities;
    const part = (stacked: Expression, i: number): Expression => partOf(stacked, i, this.numUnits);
    const reset = resetting(add(part(fromHidden, 0), part(fromInput, 0)));
    const update = updating(add(part(fromHidden, 1), part(fromInput, 1)));
    const candidate = hiddenly(this.clipped(add(part(fromInput, 2), mul(reset, part(fromHidden, 2)))));
    return add(mul(sub(1, update), before), mul(update, candidate));
  }
}
