import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../workspace.ts';
import { run } from './command.ts';

// The promise that no default moves unseen, tried out: in a scratch copy of the repository a default is
// flipped, as by somebody who forgot everything else, and both reports must fail and show the rows.
const scratch = mkdtempSync(join(tmpdir(), 'pastina-flip-'));
const defaultsFile = `${scratch}/packages/objectives/src/defaults.ts`;

beforeAll(() => {
  for (const path of ['packages/core', 'packages/objectives', 'tools', 'tsconfig.base.json']) {
    cpSync(root + path, join(scratch, path), { recursive: true, filter: (source) => !/[\\/](?:node_modules|temp)(?:[\\/]|$)/.test(source) });
  }
  symlinkSync(`${root}node_modules`, `${scratch}/node_modules`);
  mkdirSync(`${scratch}/packages/objectives/node_modules/@pastina`, { recursive: true });
  symlinkSync(`${scratch}/packages/core`, `${scratch}/packages/objectives/node_modules/@pastina/core`);
});
afterAll(() => rmSync(scratch, { recursive: true }));

async function reports(): Promise<{ readonly api: string | undefined; readonly behavior: string | undefined }> {
  const built = await run('tsc', ['-b', 'packages/objectives'], { cwd: scratch });
  expect(built.output).toBe('');
  const check = async (tool: string): Promise<string | undefined> => {
    const { ok, output } = await run('node', [`tools/${tool}/run.ts`, '--root', scratch, 'objectives'], { cwd: scratch });
    return ok ? undefined : output;
  };
  return { api: await check('api'), behavior: await check('behavior') };
}

test('an untouched copy passes both reports', async () => {
  expect(await reports()).toEqual({ api: undefined, behavior: undefined });
}, 60_000);

test('a flipped default fails both, and both name the row', async () => {
  const before = readFileSync(defaultsFile, 'utf8');
  const after = before.replace("'categoricalCrossentropy.epsilon': { code: 'D0001', since: { '0.1.0': 0 } }", "'categoricalCrossentropy.epsilon': { code: 'D0001', since: { '0.1.0': 1e-7 } }");
  expect(after).not.toBe(before);
  writeFileSync(defaultsFile, after);
  const { api, behavior } = await reports();
  expect(api).toMatch(/-\s+readonly '0\.1\.0': 0;\n\+\s+readonly '0\.1\.0': 1e-7;/);
  expect(behavior).toMatch(/- \| D0001 \| `categoricalCrossentropy\.epsilon` \| 0 since 0\.1\.0/);
  expect(behavior).toMatch(/\+ \| D0001 \| `categoricalCrossentropy\.epsilon` \| 1e-7 since 0\.1\.0/);
  // What it does to users is in the report too: a loss that was 2000 is now stuck at 16.1.
  expect(behavior).toMatch(/- {5}loss: float32 \[1\.0986123085021973/);
}, 60_000);
