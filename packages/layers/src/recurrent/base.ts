import { broadcastTo, clip, customGradient, defaultOf, expandDims, InputError, notEqual, scan, ShapeError, transpose, where, type Defaulted, type Expression } from '@pastina/core';
import { checkFlag, checkNumber, specOr } from '../checks.js';
import { defaults } from '../defaults.js';
import { describeLayer, Layer, type Incoming, type LayerOptions } from '../layer.js';
import { MergeLayer } from '../mergeLayer.js';
import { type ParamSpec } from '../param.js';
import { formatLayerShape, type LayerShape } from '../shape.js';

/** Options that all recurrent layers take. */
export interface RecurrentOptions extends LayerOptions {
  /** The state before the first step: a parameter (1, …state) for the whole batch, or a layer that gives (batch, …state). */
  readonly hidInit?: Defaulted<ParamSpec, 0> | Layer;
  /** From the last step to the first; the output keeps the order of the input. */
  readonly backwards?: Defaulted<boolean, false>;
  /** `true`: what the state starts with is trained. */
  readonly learnInit?: Defaulted<boolean, false>;
  /** Gradients flow through so many of the last steps only; -1 through all. Not together with `unrollScan`. */
  readonly gradientSteps?: Defaulted<number, -1>;
  /** Gradients that flow through what enters the nonlinearities are clipped to ± this, at every step; 0 leaves them. */
  readonly gradClipping?: Defaulted<number, 0>;
  /** `true` writes the steps out one after another; needs a known length. */
  readonly unrollScan?: Defaulted<boolean, false>;
  /** `true` computes what only depends on the input for all steps at once, before the loop. */
  readonly precomputeInput?: Defaulted<boolean, true>;
  /** A layer that gives (batch, time): where it is 0, the state stays as it is. */
  readonly maskInput?: Layer | null;
  /** `true` gives the last state only, (batch, …state). */
  readonly onlyReturnFinal?: Defaulted<boolean, false>;
}

/** The names of {@link RecurrentOptions}. */
export const recurrentOptions = ['hidInit', 'backwards', 'learnInit', 'gradientSteps', 'gradClipping', 'unrollScan', 'precomputeInput', 'maskInput', 'onlyReturnFinal'] as const;

/** What a layer with a state gets, by what it is. */
export interface RecurrentInputs {
  readonly x: Expression;
  readonly mask: Expression | undefined;
  readonly states: readonly (Expression | undefined)[];
}

/** One step: the input's slice and the states before to the states after, the hidden state first. */
export type RecurrentStep = (slice: Expression, states: readonly Expression[]) => readonly Expression[];

/**
 * What the recurrent layers share: (batch, time, …features) → (batch, time, …state), or (batch, …state) with
 * `onlyReturnFinal`. Initial states, masks, direction, clipping and the loop.
 */
export abstract class BaseRecurrentLayer extends MergeLayer {
  readonly backwards: boolean;
  readonly learnInit: boolean;
  readonly gradientSteps: number;
  readonly gradClipping: number;
  readonly unrollScan: boolean;
  readonly precomputeInput: boolean;
  readonly onlyReturnFinal: boolean;
  readonly #masked: boolean;
  readonly #given: readonly boolean[];

  /** @param inits - what each state starts with, the hidden state first */
  constructor(incoming: Incoming, options: RecurrentOptions, inits: readonly (ParamSpec | Layer | undefined)[]) {
    const where = describeLayer(new.target.name, options.name);
    const mask = options.maskInput ?? null;
    if (mask !== null && !(mask instanceof Layer)) throw new InputError('OPTION_VALUE', `${where}: maskInput is ${typeof mask}; expected a layer that gives (batch, time)`, { option: 'maskInput' });
    super([incoming, ...(mask === null ? [] : [mask]), ...inits.filter((init) => init instanceof Layer)], options);
    this.#masked = mask !== null;
    this.#given = inits.map((init) => init instanceof Layer);
    if (this.inputShape.length < 3) throw new ShapeError('INPUT_RANK', `${where}: the input ${formatLayerShape(this.inputShape)} has ${this.inputShape.length} axes; expected [items, time, …features]`, { shape: this.inputShape });
    if (mask !== null && mask.outputShape.length !== 2) throw new ShapeError('MASK', `${where}: maskInput gives ${formatLayerShape(mask.outputShape)}; expected [items, time]`, { shape: mask.outputShape });
    const flag = (name: 'backwards' | 'learnInit' | 'unrollScan' | 'precomputeInput' | 'onlyReturnFinal'): boolean => checkFlag(options[name] ?? defaultOf(defaults, `RecurrentLayer.${name}`), name, where);
    this.backwards = flag('backwards');
    this.learnInit = flag('learnInit');
    this.unrollScan = flag('unrollScan');
    this.precomputeInput = flag('precomputeInput');
    this.onlyReturnFinal = flag('onlyReturnFinal');
    this.gradClipping = checkNumber(options.gradClipping ?? defaultOf(defaults, 'RecurrentLayer.gradClipping'), 'gradClipping', where, 0);
    this.gradientSteps = options.gradientSteps ?? defaultOf(defaults, 'RecurrentLayer.gradientSteps');
    if (!Number.isInteger(this.gradientSteps) || this.gradientSteps < -1 || this.gradientSteps === 0) throw new InputError('OPTION_VALUE', `${where}: gradientSteps is ${String(this.gradientSteps)}; expected a whole number from 1 up, or -1 for all steps`, { option: 'gradientSteps', value: this.gradientSteps });
    if (this.unrollScan && this.gradientSteps !== -1) throw new InputError('OPTION_CONFLICT', `${where}: both unrollScan and gradientSteps are given; expected one of them`, { options: ['unrollScan', 'gradientSteps'] });
    if (this.unrollScan && this.inputShape[1] === null) throw new ShapeError('INPUT_SIZE_UNKNOWN', `${where}: unrollScan needs the number of steps, but axis 1 of the input ${formatLayerShape(this.inputShape)} is not known; give the number in the InputLayer's shape`, { shape: this.inputShape });
  }

  /** The sizes of the hidden state of an item. */
  protected abstract stateShape(): readonly (number | null)[];

  override getOutputShapeFor([input]: readonly LayerShape[]): LayerShape {
    const [items, time] = input as LayerShape;
    return [items ?? null, ...(this.onlyReturnFinal ? [] : [time ?? null]), ...this.stateShape()];
  }

  /** The parameter that a state starts with, or null where a layer gives it. */
  protected addInit(init: ParamSpec | Layer | undefined, shape: readonly number[], name: string): Expression | null {
    if (init instanceof Layer) return null;
    return this.addParam(specOr(init, () => defaultOf(defaults, 'RecurrentLayer.hidInit')), [1, ...shape], { name, trainable: this.learnInit, regularizable: false });
  }

  /** The inputs, by what they are. */
  protected unpack(inputs: readonly Expression[]): RecurrentInputs {
    const rest = inputs.slice(1);
    const mask = this.#masked ? rest.shift() : undefined;
    return { x: inputs[0] as Expression, mask, states: this.#given.map((given) => (given ? rest.shift() : undefined)) };
  }

  /** x, with its gradient clipped where the layer does that. */
  protected clipped(x: Expression): Expression {
    const most = this.gradClipping;
    return most === 0 ? x : customGradient([x], x, (cotangent) => [clip(cotangent, -most, most)]);
  }

  /** The loop over a sequence (time, batch, …). `starts` are (batch, …) or (1, …), the hidden state first. */
  protected loop(sequence: Expression, mask: Expression | undefined, starts: readonly Expression[], step: RecurrentStep): Expression {
    const items = sequence.shape[1] ?? null;
    const carry = starts.map((start) => broadcastTo(start, [items, ...start.shape.slice(1)]));
    const on = mask === undefined ? {} : { on: transpose(mask.dtype === 'bool' ? mask : notEqual(mask, 0)) };
    const final = this.onlyReturnFinal;
    const result = scan((states: readonly Expression[], slices: { readonly [name: string]: Expression }) => {
      const { slice, on: alive } = slices as { readonly slice: Expression; readonly on?: Expression };
      const after = step(slice, states).map((state, i) => (alive === undefined ? state : where(spread(alive, state.rank), state, states[i] as Expression)));
      return { carry: after, outputs: final ? [] : [after[0] as Expression] };
    }, {
      carry, sequences: { slice: sequence, ...on } as { readonly [name: string]: Expression },
      reverse: this.backwards, unroll: this.unrollScan, ...(this.gradientSteps === -1 ? {} : { truncate: this.gradientSteps }),
    });
    return final ? (result.carry[0] as Expression) : batchFirst(result.outputs[0] as Expression);
  }
}

/** One mask an item, with axes of size 1 behind. */
function spread(mask: Expression, rank: number): Expression {
  return mask.rank === rank ? mask : spread(expandDims(mask, mask.rank), rank);
}

/** (time, batch, …) from (batch, time, …), and the other way round. */
export function batchFirst(x: Expression): Expression {
  return transpose(x, [1, 0, ...x.shape.map((_, axis) => axis).slice(2)]);
}
