// Changesets as they lie in .changeset: which packages they bump, and which sections and codes they tell of.
import { readdirSync, readFileSync } from 'node:fs';
import { type Bump, type Change, covers, bumpFor, type Section, sections } from './changes.ts';

export interface Changeset {
  readonly file: string;
  readonly bumps: Readonly<Record<string, Bump>>;
  readonly sections: readonly Section[];
  readonly text: string;
}

/** Reads one; its text begins paragraphs with a section's name: `Added: …`, or `**Added.** …`. */
export function parseChangeset(file: string, source: string): Changeset {
  const parts = /^---\n((?:.*\n)*?)---\n([\s\S]*)$/.exec(source);
  if (parts === null) throw new Error(`.changeset/${file}: expected a head between two lines of ---, with a line '"@pastina/core": minor' for each package`);
  const [, head, text] = parts as unknown as readonly [string, string, string];
  const bumps = Object.fromEntries([...head.matchAll(/^["'](.+?)["']: (patch|minor|major)$/gm)].map(([, name, bump]) => [name, bump as Bump]));
  return { file, bumps, text, sections: sections.filter((section) => new RegExp(`^(\\*\\*)?${section}[.:]`, 'm').test(text)) };
}

export function readChangesets(base: string): readonly Changeset[] {
  return readdirSync(`${base}.changeset`).filter((file) => file.endsWith('.md') && file !== 'README.md').map((file) => parseChangeset(file, readFileSync(`${base}.changeset/${file}`, 'utf8')));
}

/** What changesets lack for a change of a package; nothing, if one covers it. */
export function lacking(name: string, version: string, change: Change, changesets: readonly Changeset[]): string | undefined {
  const demanded = bumpFor(change.section, version);
  const bump = changesets.map(({ bumps }) => bumps[name]).find((one) => one !== undefined && covers(one, demanded));
  const what = `${change.section}: ${change.text}${change.code === undefined ? '' : ` (${change.code})`}`;
  if (bump === undefined) return `${name} needs a changeset that bumps it by ${demanded} or more. ${what}`;
  const telling = changesets.filter((changeset) => changeset.bumps[name] !== undefined && changeset.sections.includes(change.section));
  if (telling.length === 0) return `${name} needs a changeset with a paragraph that begins with '${change.section}:'. ${what}`;
  // Users look for the code that a warning told them.
  const needsCode = change.code !== undefined && (change.section === 'Defaults changed' || change.section === 'Announced');
  if (needsCode && !telling.some(({ text }) => text.includes(change.code as string))) return `${name} needs the code ${change.code} in the changeset's paragraph '${change.section}:'. ${what}`;
  return undefined;
}
