import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allOps } from '../ops/all.js';
import { anchorOf, anchorOfGradient, guide } from '../reference/guide.js';
import { kindOfOp, kinds } from './kinds.js';

const page = readFileSync(new URL('../../../../docs/nan-guide.md', import.meta.url), 'utf8');

/** How a heading is linked to. */
const slug = (title: string): string => title.toLowerCase().replaceAll(/[^\w\s-]/g, '').replaceAll(' ', '-');
const headings = (level: string): readonly string[] => [...page.matchAll(new RegExp(`^${level} (.*)$`, 'gm'))].map(([, title = '']) => slug(title));
const causes = headings('###');

/** What \`check: 'finite'\` leads to. */
const linked = [...allOps.map(({ name }) => anchorOf(name)), anchorOfGradient('div', 'sqrt', Infinity, false), anchorOfGradient('div', 'log', NaN, true), 'nan-comes-in'];

test('every message leads to a section that is there, and every section is led to', () => {
  expect([...new Set([...Object.values(kinds).map(({ anchor }) => anchor), ...linked])].sort()).toEqual([...causes].sort());
  expect(guide('log-of-zero')).toBe('docs/nan-guide.md#log-of-zero');
});

test('every hazard has its code in its section, and no other has', () => {
  const sections = page.split(/^### /m).slice(1);
  for (const { code, anchor } of Object.values(kinds)) {
    expect(sections.filter((section) => section.includes(`\`${code}\``)).map((section) => slug(section.split('\n')[0] ?? ''))).toEqual([anchor]);
    // A failure and a cure, both run.
    expect(sections.find((section) => section.includes(`\`${code}\``))).toMatch(/```ts[^]*\n```\n[^]*^Cure: /m);
  }
});

test('every op leads to a hazard that is named after what it does', () => {
  for (const { name } of allOps) expect(Object.keys(kinds)).toContain(kindOfOp(name));
});

test('links within the page lead somewhere', () => {
  const all = [...headings('##'), ...causes];
  const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, to = '']) => to);
  expect(links.length).toBeGreaterThan(20);
  for (const to of links) expect(all).toContain(to);
});

test('nothing that compiles reaches lint', () => {
  const folder = new URL('../', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.startsWith('lint') && file !== 'index.ts');
  expect(files.length).toBeGreaterThan(100);
  for (const file of files) expect(readFileSync(new URL(file, folder), 'utf8'), file).not.toMatch(/from '[^']*\/lint\//);
});
