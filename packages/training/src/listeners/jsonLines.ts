import { checkOptions, InputError } from '@pastina/core';
import { describe } from '../describe.js';
import { type FitEvent } from '../events.js';

/** Options of {@link jsonLines}. */
export interface JsonLinesOptions {
  /** Gets each line, its end included; the next event waits for what it returns. */
  readonly write: (line: string) => unknown;
}

/**
 * Writes each event of `fit` as a line of JSON, without its `progress`, then hands it on. Numbers that JSON has not are the
 * texts "NaN", "Infinity" and "-Infinity". `jsonLines` of `@pastina/training/node` writes to a file.
 *
 * @throws InputError where `write` is no function
 *
 * @example
 * ```ts
 * import { tensor } from '@pastina/core';
 * import { fit, jsonLines } from '@pastina/training';
 * const lines: string[] = [];
 * const events = fit({ step: () => ({ loss: tensor(0.5) }), data: { x: [1] }, epochs: 1, batchSize: 1 });
 * for await (const event of jsonLines(events, { write: (line) => lines.push(line) })) if (event.type === 'end') break;
 * console.log(lines[1]); // {"type":"step","epoch":1,"batch":1,"step":1,"items":1,"metrics":{"loss":0.5}}
 * ```
 */
export function jsonLines<Names extends string, Held extends string>(events: AsyncIterable<FitEvent<Names, Held>>, options: JsonLinesOptions): AsyncGenerator<FitEvent<Names, Held>, void, undefined> {
  checkOptions('jsonLines', options, ['write']);
  return writing(events, checkWrite('jsonLines', options.write), lineOf);
}

/** @throws InputError for what is no function */
export function checkWrite<Piece>(where: string, write: (piece: Piece) => unknown): (piece: Piece) => unknown {
  if (typeof write === 'function') return write;
  throw new InputError('OPTION_VALUE', `${where}: write is ${describe(write)}; expected a function that gets what is to be written`, { option: 'write', value: write });
}

/** Writes what `pieceOf` makes of an event, if it makes anything, before the event is handed on. */
export async function* writing<Piece, Event extends FitEvent>(events: AsyncIterable<Event>, write: (piece: Piece) => unknown, pieceOf: (event: FitEvent) => Piece | undefined): AsyncGenerator<Event, void, undefined> {
  for await (const event of events) {
    const piece = pieceOf(event);
    if (piece !== undefined) await write(piece);
    yield event;
  }
}

/** An event as a line. */
export function lineOf(event: FitEvent): string {
  const { progress: _, ...told } = event;
  return `${JSON.stringify(told, (_key, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))}\n`;
}
