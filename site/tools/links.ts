import { posix } from 'node:path';

/** What a repository holds at a path. */
export type Kind = 'file' | 'folder' | 'nothing';

/** Files that are taken as they are; any other that is no Markdown is shown as text, on a page. */
export const isImage = (file: string): boolean => /\.(png|jpe?g|gif|webp|svg)$/i.test(file);

/** The page that a file of the repository becomes, as a path among the pages. */
export function pageOf(file: string): string {
  if (file === 'docs/README.md') return 'contents.md';
  const page = file.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md');
  if (/^[A-Z]+\.md$/.test(page)) return page.toLowerCase();
  // The repository's own README would be the start page, which the site has already.
  if (file === 'README.md') return 'readme.md';
  return page.endsWith('.md') || isImage(page) ? page : `files/${page}.md`;
}

/**
 * Points a page's links at pages of the site.
 *
 * @param text - Markdown
 * @param file - its path in the repository
 * @param look - tells what stands at a path of the repository
 * @returns the text, and the files it links to
 * @throws Error that names file and line of a link to what is not there
 */
export function relink(text: string, file: string, look: (path: string) => Kind): { readonly text: string; readonly linked: readonly string[] } {
  const linked: string[] = [];
  const here = posix.dirname(pageOf(file));
  let fence = '';
  const lines = text.split('\n').map((line, i) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
    if (mark !== '' && (fence === '' || mark.startsWith(fence))) {
      fence = fence === '' ? mark : '';
      return line;
    }
    if (fence !== '') return line;
    return line.replace(/\]\(([^)\s#]+)(#[^)\s]*)?\)/g, (all, path: string, anchor = '') => {
      if (/^([a-z][a-z+.-]*:|\/)/i.test(path)) return all;
      const target = posix.normalize(posix.join(posix.dirname(file), path)).replace(/\/$/, '');
      const found = look(target) === 'folder' ? posix.join(target, 'README.md') : target;
      if (look(found) !== 'file') throw new Error(`${file}:${i + 1} links to '${path}', which is not there; correct the link`);
      linked.push(found);
      const page = posix.relative(here, pageOf(found));
      return `](${page.startsWith('.') ? page : `./${page}`}${anchor})`;
    });
  });
  return { text: lines.join('\n'), linked };
}

/** The text of the first heading, without Markdown's marks. */
export function titleOf(text: string, file: string): string {
  const title = /^# (.+)$/m.exec(text)?.[1] ?? /^title: (.+)$/m.exec(text)?.[1];
  if (title === undefined) throw new Error(`${file} has no title; begin it with '# '`);
  return title.replaceAll('`', '');
}
