import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { outerNode, run } from './command.ts';
import { countLast, countNodeTest, countVitest, failuresOf } from './counts.ts';

test('a file that cannot be loaded, and a skipped test, are failures', () => {
  const testResults = [{ name: 'a', status: 'failed', message: 'SyntaxError', assertionResults: [] }, { name: 'b', status: 'passed', message: '', assertionResults: [{ fullName: 'one', status: 'passed' }] }];
  expect(countVitest({ numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, testResults })).toEqual({ passed: 5, failed: 4 });
});

test('what has not passed is named in a line each', () => {
  const testResults = [
    { name: '/place/a.test.ts', status: 'failed', message: 'SyntaxError: no\n  at a.ts', assertionResults: [] },
    { name: '/place/b.test.ts', status: 'failed', message: '', assertionResults: [{ fullName: 'b works', status: 'failed', failureMessages: ['Error: 1 is not 2\n  at b.ts'] }, { fullName: 'b is left out', status: 'pending', failureMessages: [] }, { fullName: 'b is fine', status: 'passed' }] },
  ];
  expect(failuresOf({ numPassedTests: 1, numFailedTests: 1, numPendingTests: 1, testResults }, '/place/')).toEqual(['a.test.ts: SyntaxError: no', 'b.test.ts > b works: Error: 1 is not 2', 'b.test.ts > b is left out: pending']);
});

test('the closing lines of node --test', () => {
  expect(countNodeTest('# tests 4\n# pass 3\n# fail 1\n# cancelled 0\n# skipped 0\n# todo 0\n')).toEqual({ passed: 3, failed: 1 });
  expect(countNodeTest('ℹ tests 2\nℹ pass 1\nℹ fail 0\nℹ skipped 1\n')).toEqual({ passed: 1, failed: 1 });
});

test('a last line that counts, and one that does not', () => {
  expect(countLast('Chromium 1\n  a: 3 passed, 9 failed\n12 passed, 1 failed\n')).toEqual({ passed: 12, failed: 1 });
  for (const text of ['', 'chromium could not be run', '12 passed, 0 failed\nError']) expect(countLast(text)).toEqual({ passed: 0, failed: 0 });
});

test('a command that fails, or does not exist, is not ok', async () => {
  expect(await run('node', ['-e', 'console.log("out"); process.exit(3)'])).toMatchObject({ ok: false, output: 'out\n' });
  expect((await run('no-such-command-here', [])).ok).toBe(false);
});

test("the machine's Node is found behind the workspace's own", () => {
  const folder = mkdtempSync(join(tmpdir(), 'pastina-node-'));
  for (const place of ['node_modules/.bin', 'usr/bin']) {
    mkdirSync(join(folder, place), { recursive: true });
    writeFileSync(join(folder, place, 'node'), '');
  }
  expect(outerNode([join(folder, 'node_modules/.bin'), join(folder, 'usr/bin')].join(delimiter))).toBe(join(folder, 'usr/bin/node'));
  expect(outerNode(join(folder, 'node_modules/.bin'))).toBeUndefined();
  rmSync(folder, { recursive: true });
});
