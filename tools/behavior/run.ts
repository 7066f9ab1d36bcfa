// `node tools/behavior/run.ts [--write] [--root folder] [package …]`: writes the behavior reports, or
// compares them with what the built packages do.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { changedRows } from '../text/diff.ts';
import { manifestOf, packages, root } from '../workspace.ts';
import type { Probe } from './probe.ts';
import { behaviorReport, type Defaults } from './report.ts';

const { values: flags, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean' }, root: { type: 'string' } } });
const base = flags.root === undefined ? root : `${flags.root}/`;
let changed = 0;

for (const folder of positionals.length > 0 ? positionals : packages) {
  const { name } = manifestOf(folder, base);
  const load = (path: string): Promise<unknown> => import(pathToFileURL(`${base}packages/${folder}/${path}`).href);
  const { defaults } = (await load('dist/index.js')) as { defaults?: Defaults };
  const { probes } = (await load('behavior/probes.ts')) as { probes: readonly Probe[] };
  const text = behaviorReport(name, defaults ?? {}, probes);
  const file = `${base}packages/${folder}/etc/${folder}.behavior.md`;
  if (flags.write === true) {
    mkdirSync(`${base}packages/${folder}/etc`, { recursive: true });
    writeFileSync(file, text);
    continue;
  }
  const rows = changedRows(existsSync(file) ? readFileSync(file, 'utf8') : '', text);
  if (rows.length === 0) continue;
  changed += 1;
  console.error(`${name}: the behavior report differs from what the code does:\n${rows.map((row) => `  ${row}`).join('\n')}\nIf the change is meant: npm run behavior, and a changeset (docs/compatibility.md says which).`);
}
process.exitCode = changed === 0 ? 0 : 1;
