import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type DefaultTheme } from 'vitepress';

const generated = new URL('../generated/', import.meta.url);

function sidebar(name: string): DefaultTheme.SidebarItem[] {
  const file = new URL(name, generated);
  if (!existsSync(file)) throw new Error(`site/generated/${name} is missing; run npm run site, which writes it`);
  return JSON.parse(readFileSync(file, 'utf8')) as DefaultTheme.SidebarItem[];
}

const docs = sidebar('sidebar.json');

export default defineConfig({
  title: 'pastina',
  description: 'Neural networks on a symbolic graph, for TypeScript',
  srcDir: './generated/pages',
  outDir: './dist',
  cacheDir: './generated/cache',
  head: [['link', { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' }]],
  metaChunk: true,
  markdown: { theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' } },
  vite: {
    publicDir: fileURLToPath(new URL('public', generated)),
    build: { chunkSizeWarningLimit: 4000 },
  },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Docs', link: '/graph', activeMatch: '^/(?!api|start|playground|$)' },
      { text: 'API', link: '/api/', activeMatch: '^/api/' },
      { text: 'Playground', link: '/playground' },
    ],
    sidebar: { '/api/': [{ text: 'API', items: sidebar('api.json') }], '/': docs },
    outline: [2, 3],
    docFooter: { prev: 'Before', next: 'Next' },
  },
});
