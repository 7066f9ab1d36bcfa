import { checkOptions, defaultOf, InputError, type Defaulted } from '@pastina/core';
import { checkWhole } from '../batches.js';
import { defaults } from '../defaults.js';
import { type FitEvent } from '../events.js';
import { withListener } from '../progress.js';
import { isBetter, numbersBefore, readWatch, watching, watchOptions, type Watch, type WatchOptions } from './watch.js';

/** Options of {@link earlyStopping}. */
export interface EarlyStoppingOptions extends WatchOptions {
  /** How many epochs in a row may be no better. */
  readonly patience?: Defaulted<number, 10>;
}

/**
 * Hands the events of `fit` on, and ends the run when a metric was no better for `patience` epochs: the last event is then
 * `end` with the reason `'stopped'`. A NaN is no better. What it has seen is part of `progress`, so a run that is resumed
 * stops where the other would have.
 *
 * @throws InputError for an unknown option; METRIC, NO_VALIDATION where there is nothing to watch
 *
 * @example
 * ```ts
 * import { tensor } from '@pastina/core';
 * import { earlyStopping, fit } from '@pastina/training';
 * const losses = [3, 2, 2.5, 2.1, 1];
 * const events = fit({ step: () => ({ loss: tensor(losses.shift() ?? 0) }), data: { x: [1] }, epochs: 5, batchSize: 1 });
 * for await (const event of earlyStopping(events, { on: 'epoch', patience: 2 })) {
 *   if (event.type !== 'end') continue;
 *   console.log(event.reason, event.epoch); // stopped 4
 * }
 * ```
 */
export function earlyStopping<Names extends string, Held extends string>(events: AsyncIterable<FitEvent<Names, Held>>, options: EarlyStoppingOptions = {}): AsyncGenerator<FitEvent<Names, Held>, void, undefined> {
  checkOptions('earlyStopping', options, [...watchOptions, 'patience']);
  const patience = options.patience ?? defaultOf(defaults, 'earlyStopping.patience');
  checkWhole('earlyStopping: patience', patience, 1, Number.MAX_SAFE_INTEGER);
  return run(events, readWatch('earlyStopping', options), patience);
}

async function* run<Names extends string, Held extends string>(events: AsyncIterable<FitEvent<Names, Held>>, watch: Watch, patience: number): AsyncGenerator<FitEvent<Names, Held>, void, undefined> {
  const key = `earlyStopping(${watch.on} ${watch.metric})`;
  const valueOf = watching(watch);
  let [best, waited] = [NaN, 0];
  for await (const event of events) {
    if (event.type === 'start') {
      if (event.step === 0 && Object.keys(event.progress.listeners).some((name) => name.startsWith('keepBest('))) throw new InputError('LISTENER_ORDER', 'earlyStopping: the events come from keepBest, which would not see the end; write keepBest(earlyStopping(fit(…)))');
      const before = numbersBefore(event as FitEvent, key);
      [best, waited] = [before?.best ?? NaN, before?.waited ?? 0];
    }
    const value = valueOf(event as FitEvent);
    if (value !== undefined) [best, waited] = isBetter(watch, value, best) ? [value, 0] : [best, waited + 1];
    const progress = withListener(event.progress, key, { best, waited });
    yield { ...event, progress };
    if (event.type === 'end' || waited < patience) continue;
    // a run that goes on where another was stopped is at an epoch's end
    yield { type: 'end', reason: 'stopped', epoch: progress.phase === 'training' && progress.batch === 0 ? progress.epoch - 1 : progress.epoch, step: event.step, progress };
    return;
  }
}
