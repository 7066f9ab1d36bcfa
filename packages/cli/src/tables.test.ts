import { behaviors, type DefaultsTable } from '@pastina/core';
import { defaults } from '@pastina/objectives';
import { expect, test } from 'vitest';
import { list } from './commands/list.js';
import { DeclarationGraph } from './declarations/graph.js';
import { readTable } from './project/packages.js';
import { changesSince, changeText, compareReleases, literal, valueAt } from './tables.js';

const graph = new DeclarationGraph({ resolve: () => undefined, read: () => '' });

test('the list has the values that behaviors() has', () => {
  const table = { package: '@pastina/objectives', release: '1.2.0', 'f.a': { code: 'D7001', since: { '0.1.0': 0, '0.9.1': 1, '2.0.0': 2 } }, 'f.b': { code: 'D7002', since: { '1.3.0': 'later' } }, 'f.c': { code: 'D7003', since: { '0.1.0': null }, next: { value: true, in: '2.0.0' } } } as const;
  for (const one of [table, defaults] as readonly DefaultsTable[]) {
    const { json } = list({ tables: [readTable('@pastina/objectives', { ...one })], graph, surfaces: [] });
    const mine = (json as { readonly defaults: readonly { readonly id: string; readonly code: string; readonly value: unknown }[] }).defaults;
    expect(mine.map(({ id, code, value }) => [id, code, value])).toEqual(behaviors([one]).map(({ id, code, value }) => [id, code, value]));
  }
});

test('a change is what differs between a level and the installed release, or is announced', () => {
  const table = readTable('x', { release: '2.0.0', 'f.a': { code: 'D1', since: { '0.1.0': 0, '1.0.0': 1 } }, 'f.b': { code: 'D2', since: { '0.1.0': 0 }, next: { value: 1, in: '3.0.0' } }, 'f.c': { code: 'D3', since: { '0.1.0': 0, '1.0.0': 1, '1.1.0': 0 } }, 'f.d': { code: 'D4', since: { '0.1.0': 0, '1.0.0': 1 }, next: { value: 0, in: '3.0.0' } } });
  const codes = (level: string): readonly string[] => changesSince(table, level).map((change) => `${change.code} ${changeText(change)}`);
  expect(codes('0.1')).toEqual(['D1 0 → 1 in 1.0.0', 'D2 0 → 1 in 3.0.0', 'D4 0 → 1 in 1.0.0 → 0 in 3.0.0']);
  expect(codes('1.0')).toEqual(['D2 0 → 1 in 3.0.0', 'D3 1 → 0 in 1.1.0', 'D4 1 → 0 in 3.0.0']);
  expect(codes('2.0')).toEqual(['D2 0 → 1 in 3.0.0', 'D4 1 → 0 in 3.0.0']);
});

test('a level of two numbers is the last patch of its line', () => {
  const entry = { code: 'D1', since: { '0.1.0': 'a', '0.1.7': 'b', '0.10.0': 'c' } };
  expect(['0.1', '0.1.0', '0.1.6', '0.1.7', '0.9.99', '0.10.0'].map((level) => valueAt(entry, level))).toEqual(['a', 'a', 'a', 'b', 'b', 'c']);
  expect(changesSince({ package: 'x', release: '0.10.0', entries: { 'f.a': entry } }, '0.1').map(({ old }) => old)).toEqual(['b']);
  expect(['0.10.0', '0.9.0', '0.9', '1.0.0'].sort(compareReleases)).toEqual(['0.9.0', '0.9', '0.10.0', '1.0.0']);
});

test('a value is written as a program has it', () => {
  expect([0, -0, 1e-7, 1e21, -1, NaN, true, null, 'mean', "it's", 'a "b"\n\\'].map((value) => literal(value, "'"))).toEqual(['0', '-0', '1e-7', '1e+21', '-1', 'NaN', 'true', 'null', "'mean'", "'it\\'s'", '\'a "b"\\n\\\\\'']);
  expect(literal('a "b"', '"')).toBe('"a \\"b\\""');
});
