// What has changed in a package since its last release, told from its reports alone, and what that asks of the release.
import { changedRows } from '../text/diff.ts';

/** Sections of a changelog, in the order in which they are printed. */
export const sections = ['Defaults changed', 'Announced', 'Numerics', 'Removed', 'Deprecated', 'Added', 'Fixed'] as const;
export type Section = (typeof sections)[number];

export type Bump = 'patch' | 'minor' | 'major';
const order: readonly Bump[] = ['patch', 'minor', 'major'];

/** Is a bump at least another? */
export function covers(bump: Bump, demanded: Bump): boolean {
  return order.indexOf(bump) >= order.indexOf(demanded);
}

/** One change: what section it belongs into, which code it has, and the rows that show it. */
export interface Change {
  readonly section: Section;
  /** Of a default. */
  readonly code?: string;
  /** What a changelog says of it: `categoricalCrossentropy.epsilon: 0 → 1e-7` */
  readonly text: string;
  readonly rows: readonly string[];
}

/** The smallest bump that a section asks for, from a version on: before 1.0.0 a minor release may break. */
export function bumpFor(section: Section, version: string): Bump {
  if (section === 'Fixed') return 'patch';
  if (section === 'Added' || section === 'Announced' || section === 'Deprecated') return 'minor';
  return version.startsWith('0.') ? 'minor' : 'major';
}

interface DefaultRow {
  readonly id: string;
  readonly value: string;
  readonly announced: string;
  readonly line: string;
}

/** The table of defaults of a behavior report, by code. */
function defaultRows(report: string): ReadonlyMap<string, DefaultRow> {
  return new Map([...report.matchAll(/^\| ([A-Z]\d{4}) \| `(.+?)` \| (.*?) \| ?(.*?) ?\|$/gm)].map(([line, code, id, values, announced]) => [
    code as string,
    { id: id as string, value: /.*(?:^|, then )(.*) since [\d.]+$/.exec(values as string)?.[1] ?? (values as string), announced: announced as string, line },
  ]));
}

/** The probes of a behavior report, by name. */
function probes(report: string): ReadonlyMap<string, string> {
  return new Map(report.split(/^## /m).slice(1).map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n')).trim()]));
}

/** What a behavior report has gained, lost and moved. */
export function behaviorChanges(before: string, after: string): readonly Change[] {
  const changes: Change[] = [];
  const [old, young] = [defaultRows(before), defaultRows(after)];
  for (const [code, row] of young) {
    const was = old.get(code);
    if (was === undefined) changes.push({ section: 'Added', code, text: `${row.id}: ${row.value}`, rows: [`+ ${row.line}`] });
    else if (was.id !== row.id) changes.push({ section: 'Removed', code, text: `${was.id}, whose code now belongs to ${row.id}`, rows: [`- ${was.line}`, `+ ${row.line}`] });
    else if (was.value !== row.value) changes.push({ section: 'Defaults changed', code, text: `${row.id}: ${was.value} → ${row.value}`, rows: [`- ${was.line}`, `+ ${row.line}`] });
    else if (was.announced !== row.announced) changes.push({ section: 'Announced', code, text: row.announced === '' ? `${row.id}: no longer ${was.announced}` : `${row.id}: ${row.value} → ${row.announced}`, rows: [`- ${was.line}`, `+ ${row.line}`] });
  }
  for (const [code, row] of old) if (!young.has(code)) changes.push({ section: 'Removed', code, text: row.id, rows: [`- ${row.line}`] });
  const flipped = changes.some(({ section }) => section === 'Defaults changed');
  const [oldProbes, youngProbes] = [probes(before), probes(after)];
  for (const [name, text] of oldProbes) {
    const now = youngProbes.get(name);
    if (now === text) continue;
    // Numbers that move with a default belong to it; a changelog names it, and the rows show them.
    const section = now === undefined ? 'Removed' : flipped ? 'Defaults changed' : 'Numerics';
    changes.push({ section, text: `probe ‘${name}’`, rows: changedRows(text, now ?? '') });
  }
  return changes;
}

/** What an API report has gained and lost. Declared defaults have rows in the behavior report, and are left out here. */
export function apiChanges(before: string, after: string): readonly Change[] {
  const [gone, come] = [declarations(before), declarations(after)];
  const changes: Change[] = [];
  for (const [name, text] of gone) {
    const now = come.get(name);
    if (now === text) continue;
    const rows = changedRows(text, now ?? '');
    // What only gains lines has gained members; anything else, a wider type too, may break a program.
    const section = now !== undefined && rows.every((row) => row.startsWith('+')) && addsOptionally(rows) ? 'Added' : 'Removed';
    changes.push({ section, text: now === undefined ? name : `${name} has another signature`, rows });
  }
  for (const [name, text] of come) if (!gone.has(name)) changes.push({ section: 'Added', text: name, rows: text.split('\n').map((row) => `+ ${row}`) });
  return changes;
}

/** Optional members, and members of classes, may be added to what others pass in or get. */
function addsOptionally(rows: readonly string[]): boolean {
  return rows.every((row) => /^\+ *(\/\/.*|readonly \w+\?:.*|(static |readonly )*\w+(\?)?\(.*|\})?$/.test(row));
}

function declarations(report: string): ReadonlyMap<string, string> {
  // The literal that stands for leaving an option out has its row in the behavior report.
  const body = report.replace(/```ts|```/g, '').replace(/(Defaulted<.*), [^,<>]+>/g, '$1, …>');
  return new Map(body.split(/^\/\/ @(?:public|beta|alpha|internal).*$/m).slice(1).map((part) => part.trim()).flatMap((text) => {
    const name = /(?:function|class|interface|type|const|enum) (\w+)/.exec(text)?.[1];
    return name === undefined || name === 'defaults' ? [] : [[name, text] as const];
  }));
}
