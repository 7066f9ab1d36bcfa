import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CommandError } from '../errors.js';
import { levelsOf } from '../project/levels.js';
import { entryFile } from '../project/packages.js';
import type { Project } from '../project/project.js';
import { lineOf, shortName } from '../tables.js';
import type { Recorded } from '../watch/record.js';
import type { Outcome } from './outcome.js';

/** Two runs of a program: by which levels, and what it computed. */
type Levels = Readonly<Record<string, string>>;

/** Runs a program twice, with the defaults of two levels, and finds the first value whose bits differ. */
export function auditRun(project: Project, script: string, asked: { readonly from?: string | undefined; readonly to?: string | undefined }): Outcome {
  const path = resolve(project.cwd, script);
  if (!existsSync(path)) throw new CommandError('FILE', `audit: there is no file ${script}`);
  const from = levelsOf(project, { to: asked.from });
  const to = asked.to === undefined || asked.to === 'next' ? upTo(project, asked.to) : levelsOf(project, { to: asked.to });
  const [before, after] = [from, to].map((levels) => watch(project, path, levels)) as [readonly Recorded[], readonly Recorded[]];
  const place = before.findIndex((value, i) => !same(value, after[i]));
  const first = place >= 0 ? place : after.length > before.length ? before.length : -1;
  if (first < 0) return { code: 0, lines: [`${script}: all ${before.length} values have the same bits`], json: { script, from, to, alike: before.length } };
  const [old, now] = [before[first], after[first]];
  return {
    code: 1,
    lines: [`${script}: ${first === 0 ? 'the first value differs' : `${first} values have the same bits, the next differs`}`, ...told('before', old), ...told('after', now)],
    json: { script, from, to, alike: first, before: old ?? null, after: now ?? null },
  };
}

/** The levels of what is installed, or of what is announced. */
function upTo({ tables }: Project, to: string | undefined): Levels {
  return Object.fromEntries(tables.map((table) => [shortName(table.package), to === 'next' ? 'next' : lineOf(table.release)]));
}

function same(a: Recorded, b: Recorded | undefined): boolean {
  return b !== undefined && a.hash === b.hash && a.op === b.op && a.dtype === b.dtype && a.size === b.size;
}

function told(when: string, value: Recorded | undefined): readonly string[] {
  if (value === undefined) return [`  ${when}: nothing more is computed`];
  const { op, site, dtype, size, start } = value;
  return [`  ${when}: ${op}${site === '' ? '' : ` at ${site}`}, ${dtype}, ${size} ${size === 1 ? 'element' : 'elements'}: ${start.join(', ')}${size > start.length ? ', …' : ''}`];
}

function watch({ cwd, installation }: Project, script: string, levels: Levels): readonly Recorded[] {
  const core = installation.packages.find(({ name }) => name === '@pastina/core');
  const file = core === undefined ? undefined : entryFile(core, '.', 'default');
  if (file === undefined) throw new CommandError('NOT_INSTALLED', `audit: @pastina/core is not installed in ${cwd}; run npm install`);
  const folder = mkdtempSync(join(tmpdir(), 'pastina-audit-'));
  const record = join(folder, 'values');
  const watcher = new URL(import.meta.url.endsWith('.ts') ? '../watch/record.ts' : '../watch/record.js', import.meta.url);
  const { status, stderr, error } = spawnSync(process.execPath, ['--import', watcher.href, script], { cwd, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, PASTINA_WATCH_CORE: file, PASTINA_WATCH_LEVELS: JSON.stringify(levels), PASTINA_WATCH_RECORD: record } });
  const lines = existsSync(record) ? readFileSync(record, 'utf8').split('\n').filter((line) => line !== '') : [];
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new CommandError('SCRIPT', `audit: with the defaults of ${Object.entries(levels).map((pair) => pair.join(' ')).join(', ')}, ${script} ends with ${status ?? error?.message}:\n${stderr.trim()}`);
  if (lines.length === 0) throw new CommandError('SCRIPT', `audit: ${script} computes nothing with the @pastina/core of this project`);
  return lines.map((line) => JSON.parse(line) as Recorded);
}
