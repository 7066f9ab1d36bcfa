import { add, defaultOf, div, lessEqual, mul, sin, square, where, type Defaulted, type Expression } from '@pastina/core';
import { defaults } from './defaults.js';
import { checkRuleOptions, hyperparameter, type Hyperparameter } from './hyperparameter.js';
import { asExpression, checkFactor, checkSteps, power, progress, readSteps, stairs } from './scheduleMath.js';
import { type Clock } from './stepCounter.js';

/** Options of {@link stepDecay}. */
export interface StepDecayOptions {
  /** The rate of the first steps. */
  readonly initial: Hyperparameter;
  /** By how much the rate is multiplied at each stair. */
  readonly factor: number;
  /** How many steps a stair has. */
  readonly every: number;
}

/**
 * A rate that falls in stairs: initial · factor^⌊t / every⌋.
 *
 * @param clock - what counts the steps t: {@link stepCounter}, or a scalar expression
 * @returns a scalar, float32 (float64 of a float64 clock), usable as `learningRate` of any rule
 * @throws InputError for a missing option, an `every` that is no whole number from 1 up, or a `factor` that is not positive
 *
 * @example
 * ```ts
 * import { compile, input } from '@pastina/core';
 * import { stepDecay } from '@pastina/updates';
 * const t = input('t', [], 'int32');
 * const run = compile({ inputs: { t }, outputs: { rate: stepDecay(t, { initial: 8, factor: 0.5, every: 10 }) } });
 * console.log([0, 9, 10, 29, 30].map((step) => run({ t: step }).rate.item())); // [8, 8, 4, 2, 1]
 * ```
 */
export function stepDecay(clock: Clock, options: StepDecayOptions): Expression {
  checkRuleOptions('stepDecay', options, ['initial', 'factor', 'every']);
  const { t, dtype } = readSteps('stepDecay', clock);
  const initial = hyperparameter('stepDecay', 'initial', options.initial)(dtype);
  return mul(power(checkFactor('stepDecay', options.factor, dtype), stairs(t, checkSteps('stepDecay', 'every', options.every), dtype).index), initial);
}

/** Options of {@link exponentialDecay}. */
export interface ExponentialDecayOptions {
  /** The rate of the first step. */
  readonly initial: Hyperparameter;
  /** What is left of the rate after `every` steps. */
  readonly factor: number;
  readonly every?: Defaulted<number, 1>;
}

/**
 * A rate that falls a little with each step: initial · factor^(t / every).
 *
 * @param clock - what counts the steps t: {@link stepCounter}, or a scalar expression
 * @returns a scalar, float32 (float64 of a float64 clock), usable as `learningRate` of any rule
 * @throws InputError as {@link stepDecay}
 *
 * @example
 * ```ts
 * import { compile, input } from '@pastina/core';
 * import { exponentialDecay } from '@pastina/updates';
 * const t = input('t', [], 'int32');
 * const run = compile({ inputs: { t }, outputs: { rate: exponentialDecay(t, { initial: 8, factor: 0.25, every: 10 }) } });
 * console.log([0, 5, 10, 20].map((step) => run({ t: step }).rate.item())); // [8, 4, 2, 0.5]
 * ```
 */
export function exponentialDecay(clock: Clock, options: ExponentialDecayOptions): Expression {
  checkRuleOptions('exponentialDecay', options, ['initial', 'factor', 'every']);
  const { t, dtype } = readSteps('exponentialDecay', clock);
  const initial = hyperparameter('exponentialDecay', 'initial', options.initial)(dtype);
  const every = checkSteps('exponentialDecay', 'every', options.every ?? defaultOf(defaults, 'exponentialDecay.every'));
  const factor = checkFactor('exponentialDecay', options.factor, dtype);
  const { index, rest } = stairs(t, every, dtype);
  return mul(mul(power(factor, index), power(factor, div(rest, every))), initial);
}

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions {
  /** The rate of the first step. */
  readonly initial: Hyperparameter;
  /** The rate from step `steps` on. */
  readonly final?: Defaulted<Hyperparameter, 0>;
  /** How many steps the way down takes. */
  readonly steps: number;
}

/**
 * Half a cosine from `initial` at step 0 to `final` at step `steps`, and `final` from there on:
 * final + (initial - final) (1 + cos(π t / steps)) / 2 (Loshchilov and Hutter, 2017, without restarts).
 *
 * @param clock - what counts the steps t: {@link stepCounter}, or a scalar expression
 * @returns a scalar, float32 (float64 of a float64 clock), usable as `learningRate` of any rule
 * @throws InputError for a missing option, or `steps` that is no whole number from 1 up
 *
 * @example
 * ```ts
 * import { compile, input } from '@pastina/core';
 * import { cosineDecay } from '@pastina/updates';
 * const t = input('t', [], 'int32');
 * const run = compile({ inputs: { t }, outputs: { rate: cosineDecay(t, { initial: 0.5, steps: 100 }) } });
 * console.log([0, 50, 100, 1000].map((step) => run({ t: step }).rate.item().toFixed(4))); // ['0.5000', '0.2500', '0.0000', '0.0000']
 * ```
 */
export function cosineDecay(clock: Clock, options: CosineDecayOptions): Expression {
  checkRuleOptions('cosineDecay', options, ['initial', 'final', 'steps']);
  const { t, dtype } = readSteps('cosineDecay', clock);
  const initial = hyperparameter('cosineDecay', 'initial', options.initial)(dtype);
  const final = hyperparameter('cosineDecay', 'final', options.final ?? defaultOf(defaults, 'cosineDecay.final'))(dtype);
  const { done, left, gone } = progress(t, checkSteps('cosineDecay', 'steps', options.steps), dtype);
  // (1 + cos a) / 2 cancels near the end of the way; cos²(a / 2), with each half counted from its own border, does not
  const share = (part: Expression): Expression => square(sin(mul(part, Math.PI / 2)));
  const between = add(mul(share(left), initial), mul(share(gone), final));
  return where(done, asExpression(final, dtype), where(lessEqual(t, 0), asExpression(initial, dtype), between));
}

/** Options of {@link linearWarmup}. */
export interface LinearWarmupOptions {
  /** The rate of the first step. */
  readonly from?: Defaulted<Hyperparameter, 0>;
  /** The rate from step `steps` on: a number, or a schedule. */
  readonly to: Hyperparameter;
  /** How many steps the way up takes. */
  readonly steps: number;
}

/**
 * A straight way from `from` at step 0 to `to` at step `steps`, and `to` from there on:
 * from + (to - from) t / steps. Where `to` is a schedule of the same clock, its value of the moment is
 * what the way leads to; a schedule of `startAfter(clock, steps)` begins when the way is made. With `from` 0
 * the first step changes nothing.
 *
 * @param clock - what counts the steps t: {@link stepCounter}, or a scalar expression
 * @returns a scalar, float32 (float64 of a float64 clock), usable as `learningRate` of any rule
 * @throws InputError for a missing option, or `steps` that is no whole number from 1 up
 *
 * @example
 * ```ts
 * import { compile, input } from '@pastina/core';
 * import { linearWarmup, startAfter, stepDecay } from '@pastina/updates';
 * const t = input('t', [], 'int32');
 * const rate = linearWarmup(t, { to: stepDecay(startAfter(t, 4), { initial: 1, factor: 0.5, every: 2 }), steps: 4 });
 * const run = compile({ inputs: { t }, outputs: { rate } });
 * console.log([0, 1, 2, 3, 4, 5, 6].map((step) => run({ t: step }).rate.item())); // [0, 0.25, 0.5, 0.75, 1, 1, 0.5]
 * ```
 */
export function linearWarmup(clock: Clock, options: LinearWarmupOptions): Expression {
  checkRuleOptions('linearWarmup', options, ['from', 'to', 'steps']);
  const { t, dtype } = readSteps('linearWarmup', clock);
  const to = hyperparameter('linearWarmup', 'to', options.to)(dtype);
  const from = hyperparameter('linearWarmup', 'from', options.from ?? defaultOf(defaults, 'linearWarmup.from'))(dtype);
  const { done, left, gone } = progress(t, checkSteps('linearWarmup', 'steps', options.steps), dtype);
  return where(done, asExpression(to, dtype), add(mul(left, from), mul(gone, to)));
}
