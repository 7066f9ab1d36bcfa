import { InputError } from '../errors.js';
import { levelFor } from './levels.js';
import { noticeOf } from './notices.js';
import { compareReleases } from './releases.js';

/** What a default may be: plain data, so that reports can print it. */
export type DefaultValue = number | string | boolean | null;

/** One declared default. */
export interface DefaultEntry {
  /** Permanent code of the default, unique among all packages. */
  readonly code: string;
  /** Release → the value from that release on. */
  readonly since: Readonly<Record<string, DefaultValue>>;
  /** An announced change: it shows in the reports before it happens. */
  readonly next?: { readonly value: DefaultValue; readonly in: string };
}

/** What a default is called: function and option. */
export type DefaultId = `${string}.${string}`;

/** A package's declared defaults: `'function.option'` → its entry. Every default of a package stands in its one table. */
export interface DefaultsTable {
  /** The package's name, as it is installed. */
  readonly package: string;
  /** The release that the table belongs to; it may still be to come. */
  readonly release: string;
  readonly [id: DefaultId]: DefaultEntry;
}

/** Marks an option in a type: its values, and the literal that stands for leaving it out. */
export type Defaulted<T, Value extends DefaultValue> = T | (Value & T);

/** The values that an entry has had, and will have. */
export type ValueOf<Entry> = Entry extends { readonly since: infer Since; readonly next: { readonly value: infer Next } } ? Since[keyof Since] | Next : Entry extends { readonly since: infer Since } ? Since[keyof Since] : never;

/**
 * The value in force of a declared default: that of the release that the table belongs to, or of the level that
 * `configure` and `withBehaviors` have picked. To be called only where the option was left out: it gives notice of an
 * announced change.
 *
 * @throws InputError where the table does not declare it
 * @throws CompatibilityError for a level that this release does not offer
 *
 * @example
 * ```ts
 * import { defaultOf } from '@pastina/core';
 * const table = { package: 'mine', release: '0.1.0', 'huber.delta': { code: 'X0001', since: { '0.1.0': 1 } } } as const;
 * console.log(defaultOf(table, 'huber.delta')); // 1
 * ```
 */
export function defaultOf<Table extends DefaultsTable, Id extends keyof Table & DefaultId>(table: Table, id: Id): ValueOf<Table[Id]> {
  const entry = Object.hasOwn(table, id) ? table[id] : undefined;
  if (entry === undefined) throw new InputError('DEFAULT_UNDECLARED', `the default '${id}' is not declared; add it to the package's defaults.ts`, { id });
  const level = levelFor(table, id, entry);
  if (entry.next !== undefined && level === 'release') noticeOf(table, id, entry);
  return (level === 'next' ? (entry.next ?? { value: valueAt(table, id, table.release) }).value : valueAt(table, id, level === 'release' ? table.release : level)) as ValueOf<Table[Id]>;
}

/** What a default was in a release: that of the youngest value not after it. */
export function valueAt(table: DefaultsTable, id: DefaultId, release: string): DefaultValue {
  const { since } = table[id] as DefaultEntry;
  const releases = Object.keys(since).sort(compareReleases);
  // What was added later has no older value: the first is the only one that programs have met.
  const youngest = releases.filter((one) => compareReleases(one, release) <= 0).pop() ?? releases[0];
  if (youngest === undefined) throw new InputError('DEFAULT_UNDECLARED', `the default '${id}' of ${table.package} has no value; add one to 'since'`, { id });
  return since[youngest] as DefaultValue;
}
