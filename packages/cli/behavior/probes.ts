import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Probe } from '../../../tools/behavior/probe.ts';

const own = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What the command makes of a line of a program, in a project with packages of the fixtures. */
function after(command: readonly string[], objectives: string, line: string, files: Readonly<Record<string, string>> = {}): Record<string, string | number> {
  const folder = mkdtempSync(join(tmpdir(), 'pastina-probe-'));
  const packages = { core: 'core-0.2.0', objectives };
  for (const [name, from] of Object.entries(packages)) cpSync(own(`test-data/packages/${from}`), join(folder, 'node_modules/@pastina', name), { recursive: true });
  const header = "import { flatten } from '@pastina/core';\nimport { categoricalCrossentropy } from '@pastina/objectives';\n";
  const all = { 'package.json': '{ "dependencies": { "@pastina/core": "*", "@pastina/objectives": "*" } }', 'a.mjs': header + line, ...files };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  const { status } = spawnSync(process.execPath, [own('dist/bin.js'), ...command, '--cwd', folder]);
  const text = readFileSync(join(folder, 'a.mjs'), 'utf8').slice(header.length);
  rmSync(folder, { recursive: true });
  return { text, exitCode: status ?? -1 };
}

const recorded = { 'pastina.json': '{ "levels": { "objectives": "0.2" } }' };

export const probes: readonly Probe[] = [
  { name: 'pin of an announced change', code: 'pastina pin', values: () => after(['pin'], 'objectives-0.2.0', 'categoricalCrossentropy(flatten(p), t)') },
  { name: 'pin of a change that has come', code: 'pastina pin', values: () => after(['pin'], 'objectives-1.0.0', 'categoricalCrossentropy(p, t, {})', recorded) },
  { name: 'pin of what cannot be told', code: 'pastina pin', values: () => after(['pin'], 'objectives-0.2.0', 'categoricalCrossentropy(p, t, options)') },
  { name: 'adopt of what is in force', code: 'pastina adopt', values: () => after(['adopt'], 'objectives-1.0.0', '[categoricalCrossentropy(p, t, { epsilon: 0 }), categoricalCrossentropy(p, t, { epsilon: 1e-7 })]', recorded) },
  { name: 'adopt of a change', code: 'pastina adopt D0001', values: () => after(['adopt', 'D0001'], 'objectives-1.0.0', 'categoricalCrossentropy(p, t, { epsilon: 0 })', recorded) },
  { name: 'audit', code: 'pastina audit', values: () => after(['audit'], 'objectives-0.2.0', 'categoricalCrossentropy(p, t)') },
];
