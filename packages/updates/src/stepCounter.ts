import { add, DTypeError, defaultOf, InputError, isExpression, maximum, minimum, parameter, ShapeError, sub, type Defaulted, type Expression, type Parameter } from '@pastina/core';
import { defaults } from './defaults.js';
import { checkRuleOptions } from './hyperparameter.js';
import { type Updates } from './state.js';

/** Counts steps; made by {@link stepCounter}. */
export interface StepCounter {
  /** How many steps were made before this one: 0 in the first. */
  readonly step: Parameter;
  /** What advances `step` by 1. Goes into the updates of the step, or the count stands still. */
  readonly updates: Updates;
}

/** What a schedule reads: a counter, or any scalar expression that counts steps (int32, float32 or float64). */
export type Clock = StepCounter | Expression;

/** Options of {@link stepCounter}. */
export interface StepCounterOptions {
  /** The first step's number, such as the count of an earlier run. */
  readonly start?: Defaulted<number, 0>;
  /** `'int32'` makes schedules of float32, `'float64'` of float64. */
  readonly dtype?: Defaulted<'int32' | 'float64', 'int32'>;
  readonly name?: Defaulted<string, 'step'>;
}

const lastInt32 = 2147483647;

/**
 * A parameter that counts steps, and the update that advances it. Schedules are expressions of it; its
 * update is merged into the rule's by hand, once, however many schedules read it. An int32 count is exact
 * and stops at 2³¹ - 1; in float32 it would stop at 2²⁴.
 *
 * @throws InputError for a `start` that is no whole number from 0 up, another dtype or an unknown option
 *
 * @example
 * ```ts
 * import { compile, parameter, square } from '@pastina/core';
 * import { sgd, stepCounter, stepDecay } from '@pastina/updates';
 * const p = parameter(1, { name: 'p' });
 * const clock = stepCounter();
 * const learningRate = stepDecay(clock, { initial: 0.5, factor: 0.5, every: 2 });
 * const updates = new Map([...sgd(square(p), [p], { learningRate }), ...clock.updates]);
 * const step = compile({ inputs: {}, outputs: { learningRate }, updates });
 * console.log([1, 2, 3, 4].map(() => step({}).learningRate.item())); // [0.5, 0.5, 0.25, 0.25]
 * console.log(clock.step.valueSync().item()); // 4
 * ```
 */
export function stepCounter(options: StepCounterOptions = {}): StepCounter {
  checkRuleOptions('stepCounter', options, ['start', 'dtype', 'name']);
  const start = options.start ?? defaultOf(defaults, 'stepCounter.start');
  const dtype = options.dtype ?? defaultOf(defaults, 'stepCounter.dtype');
  if (dtype !== 'int32' && dtype !== 'float64') throw new InputError('OPTION_VALUE', `stepCounter: dtype is ${String(dtype)}; expected 'int32' or 'float64' (float32 cannot count beyond 16777216)`, { option: 'dtype', value: dtype });
  if (!Number.isInteger(start) || start < 0 || start > lastInt32) throw new InputError('OPTION_VALUE', `stepCounter: start is ${String(start)}; expected a whole number from 0 to ${lastInt32}`, { option: 'start', value: start });
  const step = parameter(start, { name: options.name ?? defaultOf(defaults, 'stepCounter.name'), dtype });
  return { step, updates: new Map([[step, add(minimum(step, lastInt32 - 1), 1)]]) };
}

/**
 * A clock that stands at 0 for the first `steps` steps and then runs: max(0, t - steps). For a schedule
 * that begins after another.
 *
 * @throws InputError for `steps` that is no whole number from 0 up, or what is no clock
 *
 * @example
 * ```ts
 * import { compile, input } from '@pastina/core';
 * import { startAfter } from '@pastina/updates';
 * const t = input('t', [], 'int32');
 * const run = compile({ inputs: { t }, outputs: { late: startAfter(t, 10) } });
 * console.log([0, 10, 13].map((step) => run({ t: step }).late.item())); // [0, 0, 3]
 * ```
 */
export function startAfter(clock: Clock, steps: number): Expression {
  const t = readClock('startAfter', clock);
  if (!Number.isInteger(steps) || steps < 0 || steps > lastInt32) throw new InputError('OPTION_VALUE', `startAfter: steps is ${String(steps)}; expected a whole number from 0 to ${lastInt32}`, { option: 'steps', value: steps });
  return maximum(sub(t, steps), 0);
}

/** The count that a clock shows, checked; never below 0. */
export function readClock(where: string, clock: Clock): Expression {
  const step: unknown = isExpression(clock) ? clock : (clock as StepCounter | null | undefined)?.step;
  if (!isExpression(step)) throw new InputError('CLOCK', `${where}: the clock is ${clock === null || typeof clock !== 'object' ? String(clock) : 'an object without a step'}; expected stepCounter() or a scalar expression that counts steps`);
  if (step.rank !== 0) throw new ShapeError('CLOCK_SHAPE', `${where}: the clock has shape [${step.shape.map(String).join(', ')}]; expected a scalar`, { shape: step.shape });
  if (step.dtype !== 'int32' && step.dtype !== 'float32' && step.dtype !== 'float64') throw new DTypeError('CLOCK_DTYPE', `${where}: the clock is ${step.dtype}; expected int32, float32 or float64, such as stepCounter()`, { dtype: step.dtype });
  return maximum(step, 0);
}
