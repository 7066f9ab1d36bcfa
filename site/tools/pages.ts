// Lays out the folder that VitePress reads: the pages of docs/, whatever they link to, the site's own pages and the API.
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { root } from '../../tools/workspace.ts';
import { sidebarOf, type SidebarItem } from '../groups.ts';
import { writeApiPages } from './api.ts';
import { isImage, type Kind, pageOf, relink, titleOf } from './links.ts';

const generated = `${root}site/generated/`;
const pages = `${generated}pages/`;

const look = (path: string): Kind => (!existsSync(root + path) ? 'nothing' : statSync(root + path).isDirectory() ? 'folder' : 'file');

function write(page: string, text: string): void {
  mkdirSync(dirname(pages + page), { recursive: true });
  writeFileSync(pages + page, text);
}

/** The pages made of files of the repository; what they link to is taken up too. Returns the titles of those in docs/. */
export function writeDocs(): ReadonlyMap<string, string> {
  const titles = new Map<string, string>();
  const known = new Set<string>([...globSync('docs/**/*.md', { cwd: root }).sort(), 'CONTRIBUTING.md']);
  // A set is walked in the order in which it grows, and while it grows.
  for (const file of known) {
    if (isImage(file)) {
      mkdirSync(dirname(pages + pageOf(file)), { recursive: true });
      copyFileSync(root + file, pages + pageOf(file));
      continue;
    }
    const source = readFileSync(root + file, 'utf8');
    if (!file.endsWith('.md')) {
      write(pageOf(file), `---\nsearch: false\neditLink: false\n---\n\n# ${file}\n\n\`\`\`\`${/\.(\w+)$/.exec(file)?.[1] ?? 'text'}\n${source}\n\`\`\`\`\n`);
      continue;
    }
    const { text, linked } = relink(source, file, look);
    for (const one of linked) known.add(one);
    write(pageOf(file), text);
    if (file.startsWith('docs/') || file === 'CONTRIBUTING.md') titles.set(pageOf(file).replace(/\.md$/, ''), titleOf(text, file));
  }
  for (const file of globSync('*.md', { cwd: `${root}site/content` })) write(file, readFileSync(`${root}site/content/${file}`, 'utf8'));
  writeFileSync(`${generated}sidebar.json`, JSON.stringify(sidebarOf(titles)));
  return titles;
}

/** Everything under site/generated/pages, and the two sidebars. */
export async function writePages(): Promise<void> {
  rmSync(pages, { recursive: true, force: true });
  mkdirSync(pages, { recursive: true });
  writeDocs();
  await writeApiPages(`${pages}api`);
  writeFileSync(`${generated}api.json`, JSON.stringify(apiSidebar()));
}

/** The packages and their entries; their pages list the names. All names beside every page would be a hundred megabytes. */
function apiSidebar(): readonly SidebarItem[] {
  const entries = globSync(['api/pastina/index.md', 'api/@pastina/**/index.md'], { cwd: pages }).map((file) => dirname(file).replace('api/', '')).sort((a, b) => (a === 'pastina' ? -1 : b === 'pastina' ? 1 : a < b ? -1 : 1));
  return entries.map((name) => ({ text: name, link: `/api/${name}/` }));
}
