import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureChromium } from './chromium.ts';
import { judgeFlushing } from './flushed.ts';
import { decode, encode } from './page/encoding.ts';
import { dedent, equal, show } from './page/equal.ts';
import * as onPage from './page/vitest.ts';
import { testFiles } from './pages.ts';
import { readResult } from './result.ts';
import { serve } from './server.ts';

describe('a machine without Chromium', () => {
  let folder = '';
  const command = (name: string, script: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({ PATH: folder, FOLDER: folder, ...more });
  const calls = (): readonly string[] => (existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : []);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pastina-apt-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('gets it from Debian, at the second try where the first one fails', async () => {
    command('browser', 'echo Chromium 1.2');
    command('apt-get', 'echo "$*" >> "$FOLDER/calls"\n[ "$(/usr/bin/wc -l < "$FOLDER/calls")" -lt 3 ] && exit 100\ncase "$*" in *install*) /bin/cp "$FOLDER/browser" "$FOLDER/chromium";; esac');
    expect(await ensureChromium(env(), true, 1)).toBe('Chromium 1.2');
    expect(calls().map((line) => line.replace(/^(-o \S+ )+/, ''))).toEqual(['update', 'install --yes --no-install-recommends chromium', 'update', 'install --yes --no-install-recommends chromium']);
  });

  test('fails when it stays away, with what apt said last', async () => {
    command('apt-get', 'echo "$*" >> "$FOLDER/calls"\necho "E: Unable to locate package" >&2\nexit 100');
    await expect(ensureChromium(env(), true, 1)).rejects.toThrow('chromium could not be installed in 3 tries; install it (Debian: apt-get install chromium) or set CHROMIUM to its path\nE: Unable to locate package');
    expect(calls()).toHaveLength(6);
  });

  test('fails for those who may not install, and where CHROMIUM names none', async () => {
    await expect(ensureChromium(env(), false, 1)).rejects.toThrow("'chromium' could not be run, and only root can install it; install it (Debian: apt-get install chromium) or set CHROMIUM to its path");
    await expect(ensureChromium(env({ CHROMIUM: `${folder}/none` }), true, 1)).rejects.toThrow(`'${folder}/none' could not be run; install it`);
  });

  test('takes one that is there', async () => {
    command('chromium', 'echo Chromium 9');
    expect(await ensureChromium(env(), false, 1)).toBe('Chromium 9');
  });
});

describe('what pages have instead of Vitest', () => {
  const failing: readonly (readonly [string, () => void])[] = [
    ['-0', () => onPage.expect([0]).toEqual?.([-0])], ['length', () => onPage.expect([1]).toEqual?.([1, 2])], ['entries', () => onPage.expect({ a: 1 }).toEqual?.({ a: 1, b: 2 })],
    ['kinds', () => onPage.expect(new Float32Array(1)).toEqual?.([0])], ['sets', () => onPage.expect(new Set([1, 2])).toEqual?.(new Set([1, 3]))], ['maps', () => onPage.expect(new Map([[1, 2]])).toEqual?.(new Map([[1, 3]]))],
    ['NaN', () => onPage.expect(NaN).toBeLessThan?.(1)], ['near', () => onPage.expect(1).toBeCloseTo?.(1.01, 3)], ['closeTo', () => onPage.expect([1]).toEqual?.([onPage.expect.closeTo(1.1, 3)])],
    ['nothing thrown', () => onPage.expect(() => 1).toThrow?.()], ['another error', () => onPage.expect(() => { throw new Error('a'); }).toThrow?.('b')], ['snapshot', () => onPage.expect('a').toMatchInlineSnapshot?.('"b"')],
    ['snapshot of an error', () => onPage.expect(() => { throw new TypeError('a'); }).toThrowErrorMatchingInlineSnapshot?.('[Error: a]')], ['not', () => onPage.expect(1).not.toBe?.(1)], ['soft', () => onPage.expect.soft(1).toBe?.(2)],
  ];
  test.each(failing)('fails: %s', (_, check) => expect(check).toThrow());

  test('passes what Vitest passes', () => {
    const both: readonly (readonly [unknown, unknown])[] = [[NaN, NaN], [{ a: undefined }, {}], [[1, [2]], [1, [2]]], [new Set([2, 1]), new Set([1, 2])], [Float32Array.of(1), Float32Array.of(1)], [new Error('a'), new Error('a')]];
    for (const [a, b] of both) {
      expect(equal(a, b)).toBe(true);
      expect(a).toEqual(b);
    }
    expect(show({ b: [1, 'x'], a: {} })).toBe('{\n  "a": {},\n  "b": [\n    1,\n    "x",\n  ],\n}');
    expect(dedent('\n      {\n        "a": 1,\n      }\n    ')).toBe('{\n  "a": 1,\n}');
    onPage.expect(() => { throw new TypeError('a'); }).toThrowErrorMatchingInlineSnapshot?.('[TypeError: a]');
  });

  test('counts failures, and names them', async () => {
    await onPage.inFile('file', async () => {
      onPage.describe('group', () => onPage.test.each([[1, 1], [1, 2]])('pair', (a: unknown, b: unknown) => onPage.expect(a).toBe?.(b)));
      onPage.test('waits', () => Promise.reject(new Error('later')));
    });
    expect(await onPage.runAll()).toEqual({ passed: 1, failures: ['file > group > pair #1: 1 toBe(2)', 'file > waits: later'] });
  });
});

test('what a page tells of its tests is judged', () => {
  const told = (isolated: boolean, passed: number, failures: readonly string[] = []): string => JSON.stringify({ isolated, passed, failures });
  expect(readResult(told(true, 600, ['a: wrong']), true)).toEqual({ passed: 600, failures: ['a: wrong'] });
  expect(readResult(told(false, 600), true)).toEqual({ passed: 0, failures: ['the page was not isolated'] });
  expect(readResult(told(false, 9), false)).toEqual({ passed: 9, failures: ['only 9 tests passed; expected 500 at least'] });
  expect(readResult('error TypeError: x', false)).toEqual({ passed: 0, failures: ['error TypeError: x'] });
});

test('what a driver that flushes must fail is no failure; all else is', () => {
  expect(judgeFlushing(['a: 1', 'b: 2', 'ab: 3'], ['a', 'c'])).toEqual({ expected: 1, failures: ['b: 2', 'ab: 3', 'c: passes, or is gone; take it out of tools/browser/flushed.ts'] });
});

test('values with arrays go through bytes as they are', () => {
  const value = { value: [Float32Array.of(NaN, -0, 1e-45, Infinity), Int32Array.of(-1), Uint8Array.of(1, 0, 1), new Float32Array(0)], code: 'a → b' };
  expect(decode(encode(value))).toEqual(value);
  expect(Object.is((decode(encode(value)) as typeof value).value[0]?.[1], -0)).toBe(true);
  expect(decode(encode({ value: undefined }))).toEqual({});
});

test('files that compute are found, and served without types; nothing outside is', async () => {
  expect(testFiles()).toEqual(expect.arrayContaining(['packages/core/src/ops/values.test.ts', 'packages/core/src/ops/conv/lasagne.test.ts', 'packages/layers/src/recurrent/recurrent.test.ts', 'packages/objectives/src/lasagne.test.ts', 'packages/updates/src/reference.test.ts']));
  const { address, close } = await serve('<p>', { 'cross-origin-opener-policy': 'same-origin' });
  const [page, source, hidden, up] = await Promise.all(['', 'packages/core/src/index.js', 'package.json', 'packages/../package.json'].map((path) => fetch(address + path)));
  expect([page?.headers.get('cross-origin-opener-policy'), await page?.text()]).toEqual(['same-origin', '<p>']);
  expect([source?.status, source?.headers.get('content-type')]).toEqual([200, 'text/javascript']);
  expect([hidden?.status, up?.status]).toEqual([404, 404]);
  close();
});

test('names are written out where there is no import map', async () => {
  const { address, close } = await serve('<p>', {}, { 'fast-check': '/there/fc.js' });
  const text = await (await fetch(`${address}tools/check/beforeTests.ts`)).text();
  expect(text).toContain("from '/there/fc.js'");
  close();
});
