// Changelogs: the paragraphs of changesets by section, and every default with what it was and what it is.
import { type Change, type Section, sections } from './changes.ts';
import { type Changeset } from './changesets.ts';

/** The entry of one version. `changes` are those of the package's reports; `rest` is what else stood in the entry. */
export function changelogEntry(name: string, version: string, changesets: readonly Changeset[], changes: readonly Change[], rest: string): string {
  const own = changesets.filter(({ bumps }) => bumps[name] !== undefined);
  const parts = sections.flatMap((section) => {
    const told = own.flatMap(({ text }) => paragraphs(text, section));
    const moved = changes.filter((change) => change.section === section && change.code !== undefined && section !== 'Added').map(({ code, text }) => `- \`${code as string}\` ${text}`);
    return told.length + moved.length === 0 ? [] : [`### ${section}`, ...told, ...(moved.length === 0 ? [] : [moved.join('\n')])];
  });
  return [`## ${version}`, ...parts, ...(rest === '' ? [] : ['### Dependencies', rest])].join('\n\n');
}

/** The paragraphs of a section: from its name to the next section's. */
function paragraphs(text: string, section: Section): readonly string[] {
  const starts = new RegExp(`^(?:\\*\\*)?(${sections.join('|')})[.:](?:\\*\\*)?\\s*`, 'gm');
  const found = [...text.matchAll(starts)];
  return found.flatMap((match, i) => (match[1] === section ? [text.slice(match.index + match[0].length, found[i + 1]?.index).trim()] : []));
}

/** A changelog with its newest entry, that of `version`, written anew; what changesets wrote of dependencies stays. */
export function withEntry(changelog: string, version: string, write: (rest: string) => string): string {
  const start = changelog.indexOf(`## ${version}\n`);
  if (start < 0) throw new Error(`the changelog has no entry '## ${version}'`);
  const next = changelog.indexOf('\n## ', start + 1);
  const entry = changelog.slice(start, next < 0 ? undefined : next);
  const dependencies = /^- Updated dependencies.*(\n {2}- .*)*/m.exec(entry)?.[0] ?? '';
  return `${changelog.slice(0, start)}${write(dependencies)}\n${next < 0 ? '' : changelog.slice(next)}`;
}
