import { add, defaultOf, InputError, mul, type Defaulted, type Expression } from '@pastina/core';
import { checkFlag, checkLayerOptions, checkNonlinearity, checkWhole, knownSizes } from '../checks.js';
import { defaults } from '../defaults.js';
import { type Incoming, type Layer } from '../layer.js';
import { tanh, type Nonlinearity } from '../nonlinearities.js';
import { type ParamSpec } from '../param.js';
import { BaseRecurrentLayer, batchFirst, recurrentOptions, type RecurrentOptions } from './base.js';
import { flatFeatures, Gate, partOf, StackedGates, type GateParams } from './gate.js';

/** Options of {@link LSTMLayer}. */
export interface LSTMLayerOptions extends RecurrentOptions {
  readonly numUnits: number;
  readonly ingate?: Gate;
  readonly forgetgate?: Gate;
  /** Default: `new Gate({ WCell: null, nonlinearity: tanh })`. */
  readonly cell?: Gate;
  readonly outgate?: Gate;
  /** Of the cell, on its way to the output. Default `tanh`; null is the identity. */
  readonly nonlinearity?: Nonlinearity | null;
  /** As `hidInit`, of the cell. */
  readonly cellInit?: Defaulted<ParamSpec, 0> | Layer;
  /** `true`: the gates see the cell, in and forget gate the one before, the out gate the new one. */
  readonly peepholes?: Defaulted<boolean, true>;
}

const known = [...recurrentOptions, 'numUnits', 'ingate', 'forgetgate', 'cell', 'outgate', 'nonlinearity', 'cellInit', 'peepholes'];
const names = ['ingate', 'forgetgate', 'cell', 'outgate'] as const;

/**
 * Long short-term memory (Hochreiter and Schmidhuber, 1997; Gers et al., 2000; Lasagne's `LSTMLayer`):
 *
 *     i = σ(x Wxi + h Whi + c ⊙ wci + bi)       c' = f ⊙ c + i ⊙ tanh(x Wxc + h Whc + bc)
 *     f = σ(x Wxf + h Whf + c ⊙ wcf + bf)       h' = o ⊙ tanh(c'),  o = σ(x Wxo + h Who + c' ⊙ wco + bo)
 *
 * (batch, time, …features) → (batch, time, units). Features of several axes are flattened.
 *
 * @throws InputError, ShapeError naming the layer: options that are none, peepholes with a gate that has no `WCell`,
 * features whose number is not known
 *
 * @example
 * ```ts
 * import { InputLayer, LSTMLayer } from '@pastina/layers';
 * const net = new LSTMLayer(new InputLayer({ shape: [null, null, 4] }), { numUnits: 8, onlyReturnFinal: true, gradClipping: 1 });
 * console.log(net.outputShape); // [null, 8]
 * ```
 */
export class LSTMLayer extends BaseRecurrentLayer {
  readonly numUnits: number;
  readonly peepholes: boolean;
  readonly nonlinearity: Nonlinearity;
  /** Weights from input and hidden state, and biases, of `ingate`, `forgetgate`, `cell`, `outgate`. */
  readonly gates: { readonly [name in 'ingate' | 'forgetgate' | 'cell' | 'outgate']: GateParams };
  readonly WCellToIngate: Expression | null;
  readonly WCellToForgetgate: Expression | null;
  readonly WCellToOutgate: Expression | null;
  readonly cellInit: Expression | null;
  readonly hidInit: Expression | null;
  readonly #nonlinearities: readonly Nonlinearity[];

  constructor(incoming: Incoming, options: LSTMLayerOptions) {
    const where = checkLayerOptions('LSTMLayer', options, known, 'numUnits');
    super(incoming, options, [options.hidInit, options.cellInit]);
    const units = checkWhole(options.numUnits, 1, 'numUnits', where);
    this.numUnits = units;
    this.peepholes = checkFlag(options.peepholes ?? defaultOf(defaults, 'LSTMLayer.peepholes'), 'peepholes', where);
    this.nonlinearity = checkNonlinearity(options.nonlinearity, () => defaultOf(defaults, 'LSTMLayer.nonlinearity'), where);
    const given = { ingate: options.ingate ?? new Gate(), forgetgate: options.forgetgate ?? new Gate(), cell: options.cell ?? new Gate({ WCell: null, nonlinearity: tanh }), outgate: options.outgate ?? new Gate() };
    const features = knownSizes(this.inputShape, this.inputShape.map((_, axis) => axis).slice(2), 'the weights from the input', where).reduce((a, b) => a * b, 1);
    const [ingate, forgetgate, cell, outgate] = names.map((name) => addGate(this, given[name], name, features, units, where)) as [GateParams, GateParams, GateParams, GateParams];
    this.gates = { ingate, forgetgate, cell, outgate };
    const peephole = (name: 'ingate' | 'forgetgate' | 'outgate'): Expression | null => {
      if (!this.peepholes) return null;
      const spec = given[name].WCell;
      if (spec === null) throw new InputError('PEEPHOLE', `${where}: ${name} has no WCell, which its peephole needs; give one, or peepholes: false`, { option: name });
      return this.addParam(spec, [units], { name: `WCellTo${capital(name)}` });
    };
    this.WCellToIngate = peephole('ingate');
    this.WCellToForgetgate = peephole('forgetgate');
    this.WCellToOutgate = peephole('outgate');
    this.cellInit = this.addInit(options.cellInit, [units], 'cellInit');
    this.hidInit = this.addInit(options.hidInit, [units], 'hidInit');
    this.#nonlinearities = names.map((name) => given[name].nonlinearity);
  }

  protected override stateShape(): readonly number[] {
    return [this.numUnits];
  }

  override getOutputFor(inputs: readonly Expression[]): Expression {
    const { x, mask, states: [hidden, cell] } = this.unpack(inputs);
    const stacked = new StackedGates(names.map((name) => this.gates[name]));
    const features = flatFeatures(x);
    const sequence = batchFirst(this.precomputeInput ? stacked.fromInput(features) : features);
    const starts = [hidden ?? this.hidInit, cell ?? this.cellInit] as readonly Expression[];
    return this.loop(sequence, mask, starts, (slice, [h, c]) => this.#step(add(this.precomputeInput ? slice : stacked.fromInput(slice), stacked.fromHidden(h as Expression)), c as Expression));
  }

  #step(sums: Expression, before: Expression): readonly Expression[] {
    const stacked = this.clipped(sums);
    const gate = (i: number, cell: Expression | null, peephole: Expression | null): Expression => {
      const part = partOf(stacked, i, this.numUnits);
      return (this.#nonlinearities[i] as Nonlinearity)(cell === null || peephole === null ? part : add(part, mul(cell, peephole)));
    };
    const kept = mul(gate(1, before, this.WCellToForgetgate), before);
    const cell = add(kept, mul(gate(0, before, this.WCellToIngate), gate(2, null, null)));
    return [mul(gate(3, cell, this.WCellToOutgate), this.nonlinearity(cell)), cell];
  }
}

/** Registers the parameters of a gate, called like it. */
export function addGate(layer: Layer, gate: Gate, name: string, features: number, units: number, where: string): GateParams {
  if (!(gate instanceof Gate)) throw new InputError('OPTION_VALUE', `${where}: ${name} is ${typeof gate}; expected a Gate, such as new Gate({ b: 1 })`, { option: name });
  return {
    WIn: layer.addParam(gate.WIn, [features, units], { name: `WInTo${capital(name)}` }),
    WHid: layer.addParam(gate.WHid, [units, units], { name: `WHidTo${capital(name)}` }),
    b: layer.addParam(gate.b, [units], { name: `b${capital(name)}`, regularizable: false }),
  };
}

function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
