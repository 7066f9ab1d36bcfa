import { InputError } from '../errors.js';

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

/** A package's declared defaults: `'function.option'` → its entry. Every default of a package stands in its one table. */
export type DefaultsTable = Readonly<Record<string, DefaultEntry>>;

/** Marks an option in a type: its values, and the literal that stands for leaving it out. */
export type Defaulted<T, Value extends DefaultValue> = T | (Value & T);

/** The values that an entry has had. */
export type ValueOf<Entry extends DefaultEntry> = Entry['since'][keyof Entry['since']];

/**
 * The value in force of a declared default: that of the youngest release in `since`.
 *
 * @throws InputError where the table does not declare it
 *
 * @example
 * ```ts
 * import { defaultOf } from '@pastina/core';
 * const table = { 'huber.delta': { code: 'X0001', since: { '0.1.0': 1 } } } as const;
 * console.log(defaultOf(table, 'huber.delta')); // 1
 * ```
 */
export function defaultOf<Table extends DefaultsTable, Id extends keyof Table & string>(table: Table, id: Id): ValueOf<Table[Id]> {
  const entry = Object.hasOwn(table, id) ? table[id] : undefined;
  const releases = Object.keys(entry?.since ?? {}).sort(compareReleases);
  const youngest = releases[releases.length - 1];
  if (entry === undefined || youngest === undefined) throw new InputError('DEFAULT_UNDECLARED', `the default '${id}' is not declared; add it to the package's defaults.ts`, { id });
  return entry.since[youngest] as ValueOf<Table[Id]>;
}

/** Order of releases `major.minor.patch`. */
export function compareReleases(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < 3; i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
