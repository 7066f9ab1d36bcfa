import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const idsOf = (html: string): ReadonlySet<string> => new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id as string));

/** Links of the built pages to pages, files or headings that are not there; VitePress itself looks at pages alone. */
export function deadLinks(folder: string): readonly string[] {
  const ids = new Map<string, ReadonlySet<string>>();
  const pages = globSync('**/*.html', { cwd: folder });
  const texts = new Map(pages.map((page) => [page, readFileSync(join(folder, page), 'utf8')]));
  for (const [page, html] of texts) ids.set(page, idsOf(html));
  const dead = new Set<string>();
  for (const [page, html] of texts) {
    if (page === '404.html') continue;
    for (const [, href = ''] of html.matchAll(/<a [^>]*?href="([^"]*)"/g)) {
      if (/^[a-z]+:/.test(href)) continue;
      const [path = '', anchor = ''] = decodeURIComponent(href).split('#');
      const file = path === '' ? page : path.startsWith('/') ? path.slice(1) : join(dirname(page), path);
      const target = file === '' || file.endsWith('/') ? `${file}index.html` : file;
      if (!existsSync(join(folder, target))) dead.add(`${page}: ${href} is not there`);
      else if (anchor !== '' && ids.get(target)?.has(anchor) === false) dead.add(`${page}: ${href} has no such heading`);
    }
  }
  return [...dead];
}
