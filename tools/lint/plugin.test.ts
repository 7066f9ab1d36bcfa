import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from '../workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'pastina-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config = JSON.parse(readFileSync(`${root}.oxlintrc.json`, 'utf8')) as { jsPlugins: string[] };
writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify({ ...config, jsPlugins: [`${root}tools/lint/plugin.mjs`] }));

/** The rules that complain about a file with this text, in its own package tree. */
function complaints(files: Readonly<Record<string, string>>): readonly string[] {
  rmSync(join(folder, 'packages'), { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { stdout } = spawnSync(`${root}node_modules/.bin/oxlint`, ['--format=json'], { cwd: folder, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly { code: string }[] };
  return diagnostics.map(({ code }) => code);
}

const inCore = (text: string): readonly string[] => complaints({ 'packages/core/src/a.ts': text });

describe('no-inline-defaults', () => {
  test.each([
    'export function f({ axis = 0 }: { axis?: number }): number { return axis; }',
    'export function f(axis = -1): number { return axis; }',
    "export function f(options: { mode?: string }): string { return options.mode ?? 'mean'; }",
    'export function f(options: { rate?: number }): number { return options.rate === undefined ? 0.1 : options.rate; }',
    'export function f(options: { rate?: number }): number { return options?.rate || 1e-3; }',
    'export function f(pad = [0, 0]): number[] { return pad; }',
  ])('%s', (text) => expect(inCore(text)).toEqual(['pastina(no-inline-defaults)']));

  test('defaults.ts may, empty containers and other variables may', () => {
    expect(complaints({ 'packages/core/src/defaults.ts': 'export const f = (a = 1): number => a;' })).toEqual([]);
    expect(inCore('export const f = (table: Map<string, number>, options: object = {}, xs: number[] = []): unknown => [options, xs, table.get("a") ?? 0];')).toEqual([]);
  });
});

describe('no-pow', () => {
  test.each(['export const f = (a: number): number => a ** 2;', 'export const f = (a: number): number => Math.pow(a, 2);'])('%s', (text) => expect(inCore(text)).toEqual(['pastina(no-pow)']));
});

describe('package-imports', () => {
  test.each([
    ['packages/core/src/a.ts', "import { x } from '@pastina/layers'; export const y: unknown = x;"],
    ['packages/core/src/a.ts', "import { readFileSync } from 'node:fs'; export const y: unknown = readFileSync;"],
    ['packages/layers/src/a.ts', "export { mean } from '@pastina/objectives';"],
    ['packages/layers/src/a.ts', "import { x } from '../../core/src/graph/node.js'; export const y: unknown = x;"],
    ['packages/training/src/fit.ts', "import bar from 'cli-progress'; export const y: unknown = bar;"],
  ])('%s: %s', (path, text) => expect(complaints({ [path]: text })).toEqual(['pastina(package-imports)']));

  test('the arrows of the design', () => {
    expect(complaints({ 'packages/training/src/a.ts': "import { x } from '@pastina/layers/init'; export const y: unknown = x;" })).toEqual([]);
    expect(complaints({ 'packages/training/src/terminal.ts': "import bar from 'cli-progress'; export const y: unknown = bar;" })).toEqual([]);
    expect(complaints({ 'packages/core/src/graph/a.ts': "import { x } from '../errors.js'; export const y: unknown = x;", 'packages/core/src/errors.ts': 'export const x = 1;' })).toEqual([]);
  });
});

describe('built-in rules that the house relies on', () => {
  test('any, non-null assertions, circular imports', () => {
    expect(inCore('export const f = (a: any): unknown => a;')).toEqual(['typescript(no-explicit-any)']);
    expect(inCore('export const f = (a: number | undefined): number => a!;')).toEqual(['typescript(no-non-null-assertion)']);
    const circle = complaints({ 'packages/core/src/a.ts': "import { b } from './b.js'; export const a = (): unknown => b;", 'packages/core/src/b.ts': "import { a } from './a.js'; export const b = (): unknown => a;" });
    expect(new Set(circle)).toEqual(new Set(['import(no-cycle)']));
  });
});

describe('lazy-defaults', () => {
  const uses = (text: string): readonly string[] => inCore(`declare const defaults: object; declare const defaultOf: (table: object, id: string) => number; declare const f: (...args: unknown[]) => number;\nexport const g = (options: { a?: number }): unknown => [options, f, ${text}];`);
  test.each(["f(options.a, defaultOf(defaults, 'g.a'))", "[[defaultOf(defaults, 'g.a')]]", "new Map([[1, defaultOf(defaults, 'g.a')]])"])('%s', (text) => expect(uses(text)).toEqual(['pastina(lazy-defaults)']));
  test.each(["options.a ?? defaultOf(defaults, 'g.a')", "f(options.a, () => defaultOf(defaults, 'g.a'))", "f(options.a ?? defaultOf(defaults, 'g.a'))"])('%s may', (text) => expect(uses(text)).toEqual([]));
});
