import { checkOptions } from '@pastina/core';
import { type FitEvent } from '../events.js';
import { eventRecord } from '../formats/tensorBoardEvent.js';
import { checkWrite, writing } from './jsonLines.js';

/** Options of {@link tensorBoard}. */
export interface TensorBoardOptions {
  /** Gets the bytes of each record; the next event waits for what it returns. */
  readonly write: (bytes: Uint8Array) => unknown;
  /** The time, in milliseconds. Default: `Date.now`. */
  readonly now?: () => number;
}

/**
 * Writes the metrics of `fit` as scalars for TensorBoard, called 'step/loss', 'epoch/loss' and 'validation/loss', over the
 * count of steps, and hands the events on. `tensorBoard` of `@pastina/training/node` writes into a folder.
 *
 * @throws InputError where `write` is no function
 *
 * @example
 * ```ts
 * import { tensor } from '@pastina/core';
 * import { fit, tensorBoard } from '@pastina/training';
 * const records: Uint8Array[] = [];
 * const events = fit({ step: () => ({ loss: tensor(0.5) }), data: { x: [1] }, epochs: 1, batchSize: 1 });
 * for await (const event of tensorBoard(events, { write: (bytes) => records.push(bytes) })) if (event.type === 'end') break;
 * console.log(records.length); // 3
 * ```
 */
export function tensorBoard<Names extends string, Held extends string>(events: AsyncIterable<FitEvent<Names, Held>>, options: TensorBoardOptions): AsyncGenerator<FitEvent<Names, Held>, void, undefined> {
  checkOptions('tensorBoard', options, ['write', 'now']);
  const { now = Date.now } = options;
  return writing(events, checkWrite('tensorBoard', options.write), (event) => recordOf(event, now() / 1000));
}

/** The record of an event: the first says which version of the format it is, others hold scalars. */
export function recordOf(event: FitEvent, seconds: number): Uint8Array | undefined {
  if (event.type === 'start') return eventRecord(seconds, 0, 'brain.Event:2');
  if (event.type === 'end') return undefined;
  const scalars = Object.entries<number>(event.metrics).map(([name, value]) => [`${event.type}/${name}`, value] as const);
  return scalars.length === 0 ? undefined : eventRecord(seconds, event.step, scalars);
}
