import { add, checkOptions, concat, defaultOf, flatten, matmul, slice, type Defaulted, type Expression } from '@pastina/core';
import { checkNonlinearity, specOr } from '../checks.js';
import { defaults } from '../defaults.js';
import { type Nonlinearity } from '../nonlinearities.js';
import { type ParamSpec } from '../param.js';

/** Options of {@link Gate}. */
export interface GateOptions {
  /** From the input, (features, units). Default: `new Normal({ std: 0.1 })`. */
  readonly WIn?: ParamSpec;
  /** From the hidden state, (units, units). Default: `new Normal({ std: 0.1 })`. */
  readonly WHid?: ParamSpec;
  /** From the cell, (units): a peephole. Default: `new Normal({ std: 0.1 })`; null for gates that have none. */
  readonly WCell?: ParamSpec | null;
  /** Biases, (units). Never regularized. */
  readonly b?: Defaulted<ParamSpec, 0>;
  /** Default `sigmoid`; null is the identity. */
  readonly nonlinearity?: Nonlinearity | null;
}

/**
 * What a gate of {@link LSTMLayer} or {@link GRULayer} starts with (Lasagne's `Gate`): weights and a nonlinearity, no layer.
 *
 * @example
 * ```ts
 * import { Gate, InputLayer, LSTMLayer } from '@pastina/layers';
 * const net = new LSTMLayer(new InputLayer({ shape: [null, 10, 4] }), { numUnits: 8, forgetgate: new Gate({ b: 1 }) });
 * console.log(net.outputShape); // [null, 10, 8]
 * ```
 */
export class Gate {
  readonly WIn: ParamSpec;
  readonly WHid: ParamSpec;
  readonly WCell: ParamSpec | null;
  readonly b: ParamSpec;
  readonly nonlinearity: Nonlinearity;

  constructor(options: GateOptions = {}) {
    checkOptions('Gate', options, ['WIn', 'WHid', 'WCell', 'b', 'nonlinearity']);
    this.WIn = specOr(options.WIn, () => defaultOf(defaults, 'Gate.WIn'));
    this.WHid = specOr(options.WHid, () => defaultOf(defaults, 'Gate.WHid'));
    this.WCell = options.WCell === null ? null : specOr(options.WCell, () => defaultOf(defaults, 'Gate.WCell'));
    this.b = specOr(options.b, () => defaultOf(defaults, 'Gate.b'));
    this.nonlinearity = checkNonlinearity(options.nonlinearity, () => defaultOf(defaults, 'Gate.nonlinearity'), 'Gate');
  }
}

/** The parameters of a gate. */
export interface GateParams {
  readonly WIn: Expression;
  readonly WHid: Expression;
  readonly b: Expression;
}

/** Several gates as one product: weights side by side. */
export class StackedGates {
  readonly #WIn: Expression;
  readonly #WHid: Expression;
  readonly #b: Expression;

  constructor(gates: readonly GateParams[]) {
    this.#WIn = concat(gates.map(({ WIn }) => WIn), 1);
    this.#WHid = concat(gates.map(({ WHid }) => WHid), 1);
    this.#b = concat(gates.map(({ b }) => b), 0);
  }

  /** x W + b of the input, whose axes before the features stay. */
  fromInput(x: Expression): Expression {
    return add(matmul(x, this.#WIn), this.#b);
  }

  fromHidden(hidden: Expression): Expression {
    return matmul(hidden, this.#WHid);
  }
}

/** The part of the i-th gate. */
export function partOf(stacked: Expression, i: number, units: number): Expression {
  return slice(stacked, [0, i * units], [null, (i + 1) * units]);
}

/** (batch, time, features): all axes behind time as one. */
export function flatFeatures(x: Expression): Expression {
  return x.rank > 3 ? flatten(x, 3) : x;
}
