import { CompatibilityError } from '../errors.js';
import { type DefaultEntry, type DefaultId, type DefaultsTable } from './defaults.js';
import { compareReleases, lastOf, lineOf } from './releases.js';
import { behaviorState } from './state.js';

/** A level in force: a release, the announced value, or the release of the table. */
type Level = string | 'next' | 'release';

/** '@pastina/objectives' → 'objectives' */
export function shortName(name: string): string {
  return name.startsWith('@pastina/') ? name.slice('@pastina/'.length) : name;
}

/** The level that settings pick for a default. */
export function levelFor(table: DefaultsTable, id: DefaultId, entry: DefaultEntry): Level {
  const { behaviors, future, legacy } = behaviorState();
  // Single codes count more than levels.
  if (legacy.includes(entry.code)) return legacyLevel(table, id, entry);
  if (future.includes(entry.code)) return entry.next === undefined ? 'release' : 'next';
  const level = behaviors[shortName(table.package)];
  if (level === undefined) return 'release';
  return level === 'next' ? 'next' : checkedLevel(table, level);
}

function checkedLevel(table: DefaultsTable, level: string): string {
  const full = lastOf(level);
  const [[major, minor], [levelMajor, levelMinor]] = [lineOf(table.release), lineOf(level)];
  if (levelMajor > major || (levelMajor === major && levelMinor > minor)) throw new CompatibilityError('LEVEL_UNKNOWN', `behaviors: level ${level} of ${table.package}, which is at ${table.release}; install a later release, or use 'next' for what is announced`, { package: table.package, level, release: table.release });
  if (levelMajor < major - 1) throw new CompatibilityError('LEVEL_TOO_OLD', `behaviors: level ${level} of ${table.package}, which is at ${table.release} and offers levels from ${major - 1}.0 on; run 'pastina pin --to ${level}' to write the old values down, or stay with ${major - 1}.x`, { package: table.package, level, release: table.release });
  return compareReleases(full, table.release) > 0 ? table.release : full;
}

/** The release before a default changed last, while that is offered; what is only announced stays as it is. */
function legacyLevel(table: DefaultsTable, id: DefaultId, entry: DefaultEntry): Level {
  const releases = Object.keys(entry.since).sort(compareReleases).filter((one) => compareReleases(one, table.release) <= 0);
  const [before, changed] = releases.slice(-2);
  // The table's own value, without a notice: the change is known, and held back.
  if (before === undefined || changed === undefined) return table.release;
  const [major] = lineOf(table.release);
  if (lineOf(changed)[0] < major) throw new CompatibilityError('LEGACY_TOO_OLD', `legacy: ${entry.code} ('${id}' of ${table.package}) changed in ${changed} and cannot be held back in ${table.release}; write ${id.split('.').pop() ?? id}: ${JSON.stringify(entry.since[before])} where it is meant`, { code: entry.code, package: table.package, release: table.release });
  return before;
}
