import { CommandError } from '../errors.js';
import { nearest } from '../nearest.js';
import { changesSince, compareReleases, lineOf, shortName, type Change, type Table } from '../tables.js';
import type { Project } from './project.js';
import type { Recorded } from './recorded.js';

/** What was asked for on the command line. */
export interface AskedLevels {
  readonly to?: string | undefined;
  /** `objectives=0.2` */
  readonly packages?: readonly string[] | undefined;
}

/** Package (short name) → the release whose defaults the sources mean: as asked, or recorded, or installed. */
export function levelsOf(project: Pick<Project, 'tables' | 'recorded'>, asked: AskedLevels): Readonly<Record<string, string>> {
  const { tables, recorded } = project;
  const levels = new Map(tables.map((table) => [shortName(table.package), recorded.levels[shortName(table.package)] ?? lineOf(table.release)]));
  if (asked.to !== undefined) {
    const to = checked('--to', asked.to);
    if (tables.every(({ release }) => isLater(to, release))) throw new CommandError('LEVEL', `--to ${to} is later than all that is installed (${tables.map((table) => `${shortName(table.package)} ${table.release}`).join(', ')}); name a release that was there`);
    // Packages have versions of their own: what is older than the level stays where it is.
    for (const table of tables) levels.set(shortName(table.package), isLater(to, table.release) ? lineOf(table.release) : to);
  }
  for (const pair of asked.packages ?? []) {
    const [name, level] = pair.split('=');
    const table = tables.find((one) => one.package === name || shortName(one.package) === name);
    if (name === undefined || level === undefined) throw new CommandError('LEVEL', `--package ${pair}: expected a package and a release, such as --package objectives=0.2`);
    if (table === undefined) {
      const meant = nearest(shortName(name), tables.map((one) => shortName(one.package)));
      throw new CommandError('PACKAGE', `--package ${pair}: '${name}' is not installed${meant === undefined ? ';' : `; did you mean '${meant}'?`} Installed: ${tables.map((one) => shortName(one.package)).join(', ')}`);
    }
    const release = checked(`--package ${name}`, level);
    if (isLater(release, table.release)) throw new CommandError('LEVEL', `--package ${pair}: ${table.package} is at ${table.release}; name a release that was there`);
    levels.set(shortName(table.package), release);
  }
  return Object.fromEntries(levels);
}

/** Changes between the levels and what is installed or announced, but for those that were adopted. */
export function changesOf(tables: readonly Table[], levels: Readonly<Record<string, string>>, { adopted }: Pick<Recorded, 'adopted'>): readonly Change[] {
  return tables.flatMap((table) => changesSince(table, levels[shortName(table.package)] ?? lineOf(table.release))).filter(({ code }) => !adopted.includes(code));
}

/** Whether a level names a line of releases after that of a release. */
export function isLater(level: string, release: string): boolean {
  return compareReleases(lineOf(level), lineOf(release)) > 0;
}

function checked(option: string, level: string): string {
  if (!/^\d+\.\d+(\.\d+)?$/.test(level)) throw new CommandError('LEVEL', `${option}: ${JSON.stringify(level)} is no release; expected one such as 0.2`);
  return level;
}
