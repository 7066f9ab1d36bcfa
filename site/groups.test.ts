import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../tools/workspace.ts';
import { apart, groups, sidebarOf } from './groups.ts';
import { pageOf } from './tools/links.ts';

const titles = (...pages: readonly string[]): ReadonlyMap<string, string> => new Map(pages.map((page) => [page, `Title of ${page}`]));

describe('the sidebar', () => {
  it('follows the table, and leaves out what is not written yet', () => {
    expect(sidebarOf(titles('b', 'a', 'notes/index'), { One: ['a', 'missing', 'b'], Two: ['notes/index'], Three: ['missing'] })).toEqual([
      { text: 'One', items: [{ text: 'Title of a', link: '/a' }, { text: 'Title of b', link: '/b' }] },
      { text: 'Two', items: [{ text: 'Title of notes/index', link: '/notes/' }] },
    ]);
  });

  it('puts a page that stands in no group under More, and none of those that have places of their own', () => {
    expect(sidebarOf(titles('new', 'a', ...apart), { One: ['a'] })).toEqual([
      { text: 'One', items: [{ text: 'Title of a', link: '/a' }] },
      { text: 'More', items: [{ text: 'Title of new', link: '/new' }] },
    ]);
  });

  it('holds every page of docs/ once', () => {
    const pages = globSync('docs/**/*.md', { cwd: root }).map((file) => pageOf(file).replace('.md', '')).filter((page) => !apart.includes(page));
    const links = sidebarOf(titles(...pages)).flatMap(({ items = [] }) => items.map(({ link }) => link));
    expect(pages.length).toBeGreaterThan(20);
    expect([...links].sort()).toEqual(pages.map((page) => `/${page.replace(/(^|\/)index$/, '$1')}`).sort());
  });

  it('names no page twice', () => {
    const all = Object.values(groups).flat();
    expect(new Set(all).size).toBe(all.length);
  });
});
