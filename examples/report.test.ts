import { spawnSync } from 'node:child_process';
import { afterEach, expect, it, vi } from 'vitest';
import { check } from './report.ts';

const before = process.exitCode;
afterEach(() => {
  process.exitCode = before;
  vi.restoreAllMocks();
});

it.each([
  [1, 'at least', 1, true], [0.9, 'at least', 1, false], [NaN, 'at least', 1, false], [-Infinity, 'at least', 0, false],
  [1, 'at most', 1, true], [1.1, 'at most', 1, false], [NaN, 'at most', 1, false], [Infinity, 'at most', 1e9, false],
] as const)('%s %s %s holds: %s; what does not makes the program fail', (found, relation, bound, holds) => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  process.exitCode = 0;
  check('loss', found, relation, bound);
  expect(process.exitCode).toBe(holds ? 0 : 1);
  expect(String(log.mock.calls[0]?.[0])).toMatch(holds ? /^ok: loss is/ : /^FAILED: loss is .*, expected/);
});

it('an example that does not exist is refused', () => {
  const { status, stderr } = spawnSync(process.execPath, [new URL('run.ts', import.meta.url).pathname, 'imagenet'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([1, 'there is no example imagenet; there are digits, mnist, addingProblem, charLstm, vae, spatialTransformer, tfjs\n']);
});
