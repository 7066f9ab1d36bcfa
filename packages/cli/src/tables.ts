/** What a default may be. */
export type Value = number | string | boolean | null;

/** One declared default, as packages carry it. */
export interface Entry {
  readonly code: string;
  readonly since: Readonly<Record<string, Value>>;
  readonly next?: { readonly value: Value; readonly in: string };
}

/** A package's table of defaults, read: the command serves packages of several releases, so it has no types of one. */
export interface Table {
  readonly package: string;
  readonly release: string;
  readonly entries: Readonly<Record<string, Entry>>;
}

/** A default that is not what it was at the recorded level, or will not stay what it is. */
export interface Change {
  readonly package: string;
  /** `'function.option'` */
  readonly id: string;
  readonly code: string;
  /** At the recorded level. */
  readonly old: Value;
  /** In the installed release. */
  readonly now: Value;
  /** Since when it is that, if it differs. */
  readonly changedIn?: string;
  readonly next?: { readonly value: Value; readonly in: string };
}

/** Order of releases `major.minor.patch`; what is left out is 0. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [a, b].map((one) => one.split('.').map(Number));
  for (let i = 0; i < 3; i += 1) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `0.4.2` → `0.4`: the line that a level names. */
export function lineOf(release: string): string {
  return release.split('.').slice(0, 2).join('.');
}

/** `0.4` stands for its last patch. */
export function lastOf(level: string): string {
  return level.split('.').length < 3 ? `${level}.${Number.MAX_SAFE_INTEGER}` : level;
}

/** The release since which the value in force at a release is that. */
export function sinceAt(entry: Entry, release: string): string {
  const releases = Object.keys(entry.since).sort(compareReleases);
  // What was added later has no older value: the first is the only one that programs have met.
  return releases.filter((one) => compareReleases(one, release) <= 0).pop() ?? releases[0] ?? release;
}

export function valueAt(entry: Entry, release: string): Value {
  return entry.since[sinceAt(entry, release)] ?? null;
}

/** '@pastina/objectives' → 'objectives' */
export function shortName(name: string): string {
  return name.startsWith('@pastina/') ? name.slice('@pastina/'.length) : name;
}

/** 'GlorotUniform.gain' → ['GlorotUniform', 'gain'] */
export function splitId(id: string): readonly [string, string] {
  const dot = id.lastIndexOf('.');
  return [id.slice(0, dot), id.slice(dot + 1)];
}

/** What differs between a level of a package and what is installed, or announced there. */
export function changesSince(table: Table, level: string): readonly Change[] {
  return Object.entries(table.entries).flatMap(([id, entry]) => {
    const [old, now] = [valueAt(entry, lastOf(level)), valueAt(entry, table.release)];
    if (old === now && (entry.next === undefined || entry.next.value === old)) return [];
    return [{
      package: table.package, id, code: entry.code, old, now,
      ...(old === now ? {} : { changedIn: sinceAt(entry, table.release) }),
      ...(entry.next === undefined ? {} : { next: entry.next }),
    }];
  });
}

/** A value as it stands in a program. */
export function literal(value: Value, quote: '"' | "'"): string {
  if (typeof value === 'string') return `${quote}${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll(quote, `\\${quote}`)}${quote}`;
  return Object.is(value, -0) ? '-0' : String(value);
}

/** `0 → 1e-7 in 1.0.0` */
export function changeText({ old, now, changedIn, next }: Change): string {
  const text = (value: Value): string => literal(value, "'");
  const past = changedIn === undefined ? '' : ` → ${text(now)} in ${changedIn}`;
  return `${text(old)}${past}${next === undefined ? '' : ` → ${text(next.value)} in ${next.in}`}`;
}
