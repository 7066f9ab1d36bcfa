// Runs in the program that is audited, before it (`node --import`): every function is computed by the reference
// interpreter with the defaults of given levels, and each value that it computes is written down.
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** What stands for a value: a line of the record. */
export interface Recorded {
  readonly op: string;
  readonly site: string;
  readonly dtype: string;
  readonly size: number;
  readonly hash: string;
  /** The first of them. */
  readonly start: readonly string[];
}

/** What of core this needs; the program may have any release of it. */
interface Core {
  readonly configure: (options: object) => void;
  readonly referenceBackend: (options: { readonly observe: (value: { readonly op: string; readonly site: string; readonly dtype: string; readonly data: ArrayLike<number> & ArrayBufferView }) => void }) => unknown;
}

/** Later values are not told: the first that differs is looked for. */
const most = 200_000;

const { PASTINA_WATCH_CORE: file, PASTINA_WATCH_LEVELS: levels, PASTINA_WATCH_RECORD: path } = process.env;
if (file !== undefined && levels !== undefined && path !== undefined) {
  const core = (await import(pathToFileURL(file).href)) as Core;
  core.configure({ behaviors: JSON.parse(levels) as object, notices: 'silent' });
  const record = openSync(path, 'w');
  process.on('exit', () => closeSync(record));
  let told = 0;
  const state = (globalThis as { readonly [key: symbol]: unknown })[Symbol.for('pastina.behavior')] as { backend?: unknown };
  state.backend = core.referenceBackend({
    observe: ({ op, site, dtype, data }) => {
      told += 1;
      if (told > most) return;
      const line: Recorded = { op, site, dtype, size: data.length, hash: createHash('sha1').update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest('base64'), start: Array.from({ length: Math.min(4, data.length) }, (_, i) => String(data[i])) };
      writeSync(record, `${JSON.stringify(line)}\n`);
    },
  });
}
