// `npm run release:version`: versions the packages by their changesets, writes the changelogs, tells the tables of
// defaults which release they belong to, and records the reports. It refuses where `npm run release:check` does.
// `--root folder` works on another tree.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { environment, run } from '../check/command.ts';
import { manifestOf, packages, root } from '../workspace.ts';
import { behaviorChanges } from './changes.ts';
import { changelogEntry, withEntry } from './changelog.ts';
import { readChangesets } from './changesets.ts';

const { values: flags } = parseArgs({ options: { root: { type: 'string' } } });
const base = flags.root === undefined ? root : `${flags.root}/`;

async function must(what: string, command: string, args: readonly string[]): Promise<void> {
  const { ok, output } = await run(command, args, { cwd: base, env: { ...environment, PATH: `${base}node_modules/.bin:${environment['PATH']}` } });
  if (ok) return;
  console.error(`${what} failed:\n${output}`);
  process.exit(1);
}

const text = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
const behavior = (folder: string): string => text(`${base}packages/${folder}/etc/${folder}.behavior.md`);

await must('the check of changesets', 'node', [`${root}tools/release/check.ts`, '--quiet', '--root', base]);
const changesets = readChangesets(base);
const before = new Map(packages.map((folder) => [folder, { version: manifestOf(folder, base).version, changes: behaviorChanges(text(`${base}compat/released/${folder}/${folder}.behavior.md`), behavior(folder)) }]));
await must('changeset version', 'changeset', ['version']);

for (const folder of packages) {
  const { name, version } = manifestOf(folder, base);
  const was = before.get(folder);
  if (was === undefined || was.version === version) continue;
  const changelog = `${base}packages/${folder}/CHANGELOG.md`;
  // What a first release has is no change to anybody.
  const changes = existsSync(`${base}compat/released/${folder}`) ? was.changes : [];
  writeFileSync(changelog, withEntry(text(changelog), version, (rest) => changelogEntry(name, version, changesets, changes, rest)));
  const table = `${base}packages/${folder}/src/defaults.ts`;
  writeFileSync(table, text(table).replace(/^ {2}release: '.*',$/m, `  release: '${version}',`));
  console.log(`${name} ${was.version} → ${version}`);
}
await must('the build', 'turbo', ['run', 'build', '--output-logs=errors-only']);
await must('the API reports', 'node', ['tools/api/run.ts', '--write']);
await must('the behavior reports', 'node', ['tools/behavior/run.ts', '--write']);
await must('recording the reports', 'node', [`${root}tools/release/check.ts`, '--record', '--root', base]);
