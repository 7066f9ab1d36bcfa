import { defaults } from '../defaults.js';
import { valueAt, type DefaultEntry, type DefaultId, type DefaultsTable, type DefaultValue } from './defaults.js';
import { levelFor } from './levels.js';

/** A declared default, and what it is now. */
export interface Behavior {
  readonly package: string;
  /** `'function.option'` */
  readonly id: DefaultId;
  readonly code: string;
  /** What it is now, under the settings in force. */
  readonly value: DefaultValue;
  readonly since: Readonly<Record<string, DefaultValue>>;
  readonly next?: { readonly value: DefaultValue; readonly in: string };
}

/**
 * All declared defaults of packages, by their tables; without any, those of core. The umbrella `pastina` knows the tables
 * of all its packages. Nothing registers itself: what is not asked for is not listed.
 *
 * @throws CompatibilityError for a level that a package does not offer
 *
 * @example
 * ```ts
 * import { behaviors } from '@pastina/core';
 * console.log(behaviors().find(({ code }) => code === 'D0902')?.id); // softmax.axis
 * ```
 */
export function behaviors(tables?: readonly DefaultsTable[]): readonly Behavior[] {
  const asked: readonly DefaultsTable[] = tables ?? [defaults];
  return asked.flatMap((table) => (Object.keys(table) as (keyof DefaultsTable & string)[]).filter((id): id is DefaultId => id.includes('.')).map((id) => {
    const entry = table[id] as DefaultEntry;
    const level = levelFor(table, id, entry);
    const value = level === 'next' && entry.next !== undefined ? entry.next.value : valueAt(table, id, level === 'release' || level === 'next' ? table.release : level);
    return { package: table.package, id, code: entry.code, value, since: entry.since, ...(entry.next === undefined ? {} : { next: entry.next }) };
  }));
}
