// `node tools/docs/defaultsPage.ts [--write]`: docs/defaults.md, all declared defaults of all packages, from the built
// packages; without --write it fails where the page differs. Every announced change must have its page in docs/notices.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { packages, root } from '../workspace.ts';
import type { DefaultEntry, DefaultsTable } from '@pastina/core';

const { values: flags } = parseArgs({ options: { write: { type: 'boolean' } } });
const file = `${root}docs/defaults.md`;
const tables = await Promise.all(packages.map(async (folder) => ((await import(pathToFileURL(`${root}packages/${folder}/dist/index.js`).href)) as { readonly defaults?: DefaultsTable }).defaults));
const present = tables.filter((table) => table !== undefined);
const entriesOf = (table: DefaultsTable): readonly (readonly [string, DefaultEntry])[] => Object.entries(table).filter((pair): pair is [string, DefaultEntry] => typeof pair[1] !== 'string');

const row = ([id, { code, since, next }]: readonly [string, DefaultEntry]): string =>
  `| \`${id}\` | ${Object.entries(since).map(([release, value]) => `\`${JSON.stringify(value)}\` since ${release}`).join(', then ')} | ${next === undefined ? '' : `[\`${JSON.stringify(next.value)}\` in ${next.in}](notices/${code}.md)`} | ${code} |`;
const page = [
  '# Defaults',
  '',
  'What an option is where you leave it out, in all packages. Written from their tables by `node tools/docs/defaultsPage.ts',
  '--write`. [Compatibility](compatibility.md) says how one may change, and how to pin it.',
  ...present.flatMap((table) => ['', `## ${table.package}`, '', '| option | value | announced | code |', '|---|---|---|---|', ...entriesOf(table).map(row)]),
  '',
].join('\n');

const unwritten = present.flatMap(entriesOf).filter(([, { code, next }]) => next !== undefined && !existsSync(`${root}docs/notices/${code}.md`));
for (const [id, { code }] of unwritten) console.error(`${id}: an announced change needs a page docs/notices/${code}.md: what changes and why, the line that keeps it, the line that adopts it`);
if (flags.write === true) writeFileSync(file, page);
else if (!existsSync(file) || readFileSync(file, 'utf8') !== page) {
  console.error('docs/defaults.md differs from the declared defaults: node tools/docs/defaultsPage.ts --write');
  process.exitCode = 1;
}
if (unwritten.length > 0) process.exitCode = 1;
