import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { checkOptions, InputError } from '@pastina/core';
import { type FitEvent } from '../events.js';
import { checkWrite, lineOf, writing } from '../listeners/jsonLines.js';
import { recordOf } from '../listeners/tensorBoard.js';

/** Options of {@link jsonLines}: one of the two. */
export interface JsonLinesFileOptions {
  /** A file that the lines are appended to. */
  readonly path?: string;
  /** Or a function that gets each line. */
  readonly write?: (line: string) => unknown;
}

/** Options of {@link tensorBoard}. */
export interface TensorBoardFolderOptions {
  /** Gets a file of its own for each run; made where it is not there. What `tensorboard --logdir` is given, or a folder within. */
  readonly directory: string;
}

/**
 * Writes each event of `fit` as a line of JSON to the end of a file, then hands it on; see `jsonLines` of
 * `@pastina/training`. The file is opened with the first event and closed however the loop ends.
 *
 * @throws InputError for neither path nor write; errors of the file system as they are
 *
 * @example
 * ```ts
 * import { readFileSync, rmSync } from 'node:fs';
 * import { tensor } from '@pastina/core';
 * import { fit } from '@pastina/training';
 * import { jsonLines } from '@pastina/training/node';
 * const events = fit({ step: () => ({ loss: tensor(0.5) }), data: { x: [1] }, epochs: 1, batchSize: 1 });
 * for await (const event of jsonLines(events, { path: 'run.jsonl' })) if (event.type === 'end') break;
 * console.log(readFileSync('run.jsonl', 'utf8').split('\n').length); // 5
 * rmSync('run.jsonl');
 * ```
 */
export function jsonLines<Names extends string, Held extends string>(events: AsyncIterable<FitEvent<Names, Held>>, options: JsonLinesFileOptions): AsyncGenerator<FitEvent<Names, Held>, void, undefined> {
  checkOptions('jsonLines', options, ['path', 'write']);
  const { path, write } = options;
  if ((path === undefined) === (write === undefined)) throw new InputError('OPTION_VALUE', `jsonLines: ${path === undefined ? 'neither path nor write' : 'path and write'}; expected one of them`, { option: 'path' });
  if (path === undefined) return writing(events, checkWrite('jsonLines', write as (line: string) => unknown), lineOf);
  const checked = checkText('jsonLines', 'path', path);
  return appending(events, () => open(checked, 'a'), lineOf);
}

/**
 * Writes the metrics of `fit` as scalars for TensorBoard into a new file of a folder, and hands the events on; see
 * `tensorBoard` of `@pastina/training`.
 *
 * @throws InputError for no directory; errors of the file system as they are
 */
export function tensorBoard<Names extends string, Held extends string>(events: AsyncIterable<FitEvent<Names, Held>>, options: TensorBoardFolderOptions): AsyncGenerator<FitEvent<Names, Held>, void, undefined> {
  checkOptions('tensorBoard', options, ['directory']);
  const directory = checkText('tensorBoard', 'directory', options.directory);
  return appending(events, async () => {
    await mkdir(directory, { recursive: true });
    return open(join(directory, `events.out.tfevents.${String(Math.floor(Date.now() / 1000)).padStart(10, '0')}.${hostname()}.${process.pid}.${(files += 1)}`), 'wx');
  }, (event) => recordOf(event, Date.now() / 1000));
}

let files = 0;

function checkText(where: string, option: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new InputError('PATH', `${where}: ${option} is ${value === '' ? 'empty' : typeof value}; expected the name of a ${option === 'path' ? 'file' : 'folder'}`, { option });
}

async function* appending<Event extends FitEvent>(events: AsyncIterable<Event>, opened: () => Promise<FileHandle>, pieceOf: (event: FitEvent) => string | Uint8Array | undefined): AsyncGenerator<Event, void, undefined> {
  const file = await opened();
  try {
    yield* writing(events, (piece: string | Uint8Array) => file.appendFile(piece), pieceOf);
  } finally {
    await file.close();
  }
}
