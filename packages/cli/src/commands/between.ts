import { CommandError } from '../errors.js';
import type { Project } from '../project/project.js';
import { compareReleases, lastOf, literal, sinceAt, valueAt, type Value } from '../tables.js';
import { count, pageOf, type Outcome } from './outcome.js';

/** A paragraph of a changelog that programs may notice. */
export interface Told {
  readonly release: string;
  readonly section: 'Numerics' | 'Removed' | 'Deprecated';
  readonly text: string;
}

/** What changed from one release to another: defaults by the tables, numerics and removals by the changelogs. Without `to`: up to the installed releases. */
export function between({ tables, installation }: Pick<Project, 'tables' | 'installation'>, from: string, to: string | undefined, readChangelog: (folder: string) => string | undefined): Outcome {
  for (const release of [from, to]) if (release !== undefined && !/^\d+(\.\d+){0,2}$/.test(release)) throw new CommandError('RELEASE', `list: '${release}' is no release; expected numbers such as 0.2 or 1.0.0`);
  if (to !== undefined && compareReleases(from, to) >= 0) throw new CommandError('RELEASE', `list: from ${from} to ${to}; expected the older release first`);
  const packages = installation.packages.filter(({ name }, i, all) => all.findIndex((one) => one.name === name) === i).map(({ name, version, folder }) => {
    const until = to ?? version;
    const table = tables.find((one) => one.package === name);
    const changes = Object.entries(table?.entries ?? {}).flatMap(([id, entry]) => {
      const { next } = entry;
      const old = valueAt(entry, lastOf(from)), decided = valueAt(entry, lastOf(until));
      const ahead = next !== undefined && compareReleases(next.in, lastOf(until)) <= 0;
      const [now, changedIn]: readonly [Value, string] = ahead ? [next.value, next.in] : [decided, sinceAt(entry, lastOf(until))];
      return old === now ? [] : [{ package: name, id, code: entry.code, old, now, changedIn, page: pageOf(entry.code) }];
    });
    const told = toldIn(readChangelog(folder) ?? '').filter(({ release }) => compareReleases(release, lastOf(from)) > 0 && compareReleases(release, lastOf(until)) <= 0);
    return { name, until, changes, told, unknown: compareReleases(version, until) < 0 && to !== undefined };
  });
  const changes = packages.flatMap((one) => one.changes), told = packages.flatMap((one) => one.told.map((paragraph) => ({ package: one.name, ...paragraph })));
  const lines = packages.flatMap(({ name, until, changes: own, told: paragraphs, unknown }) => (own.length + paragraphs.length === 0 ? [] : [
    `${name} ${from} → ${until}${unknown ? ', as far as the installed release knows' : ''}`,
    ...own.map(({ id, code, old, now, changedIn, page }) => `  ${code}  ${id}  ${literal(old, "'")} → ${literal(now, "'")} in ${changedIn}: ${page}`),
    ...paragraphs.map(({ release, section, text }) => `  ${release} ${section}: ${text.replaceAll(/\s*\n\s*/g, ' ')}`),
  ]));
  return { code: 0, lines: [...lines, `${count(changes.length, 'default')} ${changes.length === 1 ? 'has' : 'have'} changed; ${count(told.length, 'note')} on numerics, deprecations and removals`], json: { from, ...(to === undefined ? {} : { to }), changes, told } };
}

/** The paragraphs of a changelog's sections that may move a program. */
export function toldIn(changelog: string): readonly Told[] {
  return changelog.split(/^## /m).slice(1).flatMap((entry) => {
    const release = entry.slice(0, entry.indexOf('\n')).trim();
    return entry.split(/^### /m).slice(1).flatMap((part) => {
      const title = part.slice(0, part.indexOf('\n')).trim();
      if (title !== 'Numerics' && title !== 'Removed' && title !== 'Deprecated') return [];
      return part.slice(part.indexOf('\n')).trim().split(/\n{2,}/).map((text): Told => ({ release, section: title, text: text.trim() }));
    });
  });
}
