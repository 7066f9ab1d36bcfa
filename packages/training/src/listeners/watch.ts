import { defaultOf, InputError, type Defaulted } from '@pastina/core';
import { defaults } from '../defaults.js';
import { describe } from '../describe.js';
import { type FitEvent } from '../events.js';

/** Which number is watched, and what counts as better. */
export interface WatchOptions {
  /** The name of a metric: an output of the step, or of what validates. */
  readonly metric?: Defaulted<string, 'loss'>;
  /** After which events: `'validation'`, the data held out, or `'epoch'`, those trained on. */
  readonly on?: Defaulted<'validation' | 'epoch', 'validation'>;
  /** Is less better, or more? */
  readonly mode?: Defaulted<'min' | 'max', 'min'>;
  /** Better by no more than this does not count. */
  readonly minDelta?: Defaulted<number, 0>;
}

/** The options with their defaults, checked. */
export interface Watch {
  readonly where: string;
  readonly metric: string;
  readonly on: 'validation' | 'epoch';
  readonly mode: 'min' | 'max';
  readonly minDelta: number;
}

export const watchOptions: readonly string[] = ['metric', 'on', 'mode', 'minDelta'];

/** @throws InputError for a value that is none of those possible */
export function readWatch(where: 'earlyStopping' | 'keepBest', options: WatchOptions): Watch {
  const watch = {
    where,
    metric: options.metric ?? defaultOf(defaults, `${where}.metric`),
    on: options.on ?? defaultOf(defaults, `${where}.on`),
    mode: options.mode ?? defaultOf(defaults, `${where}.mode`),
    minDelta: options.minDelta ?? defaultOf(defaults, `${where}.minDelta`),
  };
  const fail = (option: 'metric' | 'on' | 'mode' | 'minDelta', expected: string): never => {
    throw new InputError('OPTION_VALUE', `${where}: ${option} is ${describe(watch[option])}; expected ${expected}`, { option, value: watch[option] });
  };
  if (typeof watch.metric !== 'string' || watch.metric === '') fail('metric', 'the name of a metric');
  if (watch.on !== 'validation' && watch.on !== 'epoch') fail('on', "'validation' or 'epoch'");
  if (watch.mode !== 'min' && watch.mode !== 'max') fail('mode', "'min' or 'max'");
  if (!(watch.minDelta >= 0 && watch.minDelta < Infinity)) fail('minDelta', 'a number from 0 up');
  return watch;
}

/** The number that is watched, from events one after the other. */
export function watching({ where, metric, on }: Watch): (event: FitEvent) => number | undefined {
  let validates = true;
  return (event) => {
    if (on === 'validation') {
      if (!validates && (event.type === 'step' || (event.type === 'end' && event.reason === 'finished'))) throw new InputError('NO_VALIDATION', `${where}: there was no validation after the epoch; give fit({ validation }), or watch the data trained on with { on: 'epoch' }`);
      validates = event.type !== 'epoch';
    }
    if (event.type !== on) return undefined;
    const { metrics }: { readonly metrics: Readonly<Record<string, number>> } = event;
    if (Object.hasOwn(metrics, metric)) return metrics[metric];
    throw new InputError('METRIC', `${where}: '${on}' has no metric '${metric}', only ${Object.keys(metrics).map((name) => `'${name}'`).join(', ') || 'none'}`, { metric, known: Object.keys(metrics) });
  };
}

/** A NaN is never better, and anything is better than none. */
export function isBetter({ mode, minDelta }: Watch, value: number, best: number): boolean {
  if (Number.isNaN(value)) return false;
  return Number.isNaN(best) || (mode === 'min' ? value < best - minDelta : value > best + minDelta);
}

/** What a listener kept in the run that this one goes on with. */
export function numbersBefore(event: FitEvent, key: string): Readonly<Record<string, number>> | undefined {
  const { listeners } = event.progress;
  return Object.hasOwn(listeners, key) ? listeners[key] : undefined;
}
