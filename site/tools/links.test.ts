import { describe, expect, it } from 'vitest';
import { type Kind, pageOf, relink, titleOf } from './links.ts';

const repository: Readonly<Record<string, Kind>> = { 'docs/a.md': 'file', 'docs/notices': 'folder', 'docs/notices/README.md': 'file', 'docs/README.md': 'file', 'packages/core': 'folder', 'packages/core/README.md': 'file', 'packages/core/src/x.ts': 'file', 'docs/images/a.png': 'file', 'CONTRIBUTING.md': 'file', 'empty': 'folder' };
const look = (path: string): Kind => repository[path] ?? 'nothing';
const linked = (text: string, file = 'docs/b.md'): string => relink(text, file, look).text;

describe('the page of a file', () => {
  it('is docs/ without docs/, and README.md as index', () => {
    expect(['docs/a.md', 'docs/notices/README.md', 'docs/README.md', 'packages/core/README.md', 'CONTRIBUTING.md', 'README.md', 'packages/core/src/x.ts'].map(pageOf)).toEqual([
      'a.md', 'notices/index.md', 'contents.md', 'packages/core/index.md', 'contributing.md', 'readme.md', 'files/packages/core/src/x.ts.md',
    ]);
  });
});

describe('links', () => {
  it('lead to pages, wherever the file lay', () => {
    expect(linked('[a](a.md#part), [n](notices/), [r](notices/README.md)')).toBe('[a](./a.md#part), [n](./notices/index.md), [r](./notices/index.md)');
    expect(linked('[c](../packages/core), [s](../packages/core/src/x.ts), [d](../CONTRIBUTING.md)')).toBe('[c](./packages/core/index.md), [s](./files/packages/core/src/x.ts.md), [d](./contributing.md)');
    expect(linked('[a](../a.md)', 'docs/notices/README.md')).toBe('[a](../a.md)');
    expect(linked('[docs](../../docs/a.md)', 'packages/core/README.md')).toBe('[docs](../../a.md)');
  });

  it('to elsewhere, to headings of the page, and in code are left alone', () => {
    for (const text of ['[x](https://example.org/a.md)', '[x](#part)', '[x](/start)', '```ts\n[x](nowhere.md)\n```', '````md\n```\n[x](nowhere.md)\n````']) {
      expect(linked(text)).toBe(text);
    }
  });

  it('to images lead to the images', () => {
    expect(linked('![what it shows](images/a.png) [![x](../docs/images/a.png)](a.md)')).toBe('![what it shows](./images/a.png) [![x](./images/a.png)](./a.md)');
    expect(pageOf('packages/core/x.svg')).toBe('packages/core/x.svg');
  });

  it('tell what they lead to', () => {
    expect(relink('[a](a.md) [n](notices)', 'docs/b.md', look).linked).toEqual(['docs/a.md', 'docs/notices/README.md']);
  });

  it('to what is not there are errors with file and line', () => {
    expect(() => linked('fine\n[x](gone.md)')).toThrow("docs/b.md:2 links to 'gone.md', which is not there; correct the link");
    expect(() => linked('[x](../empty)')).toThrow("docs/b.md:1 links to '../empty', which is not there; correct the link");
  });
});

describe('the title', () => {
  it('is the first heading without marks', () => {
    expect(titleOf('# The `x` of y\n\n# z', 'a.md')).toBe('The x of y');
    expect(() => titleOf('## Part', 'docs/a.md')).toThrow("docs/a.md has no title; begin it with '# '");
  });
});
