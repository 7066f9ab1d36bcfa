// `npm run site`: the site, as files in site/dist. `npm run site:dev` (with --dev): served, and written anew as docs change.
import { copyFileSync, mkdirSync, watch } from 'node:fs';
import { build, createServer } from 'vitepress';
import { root } from '../../tools/workspace.ts';
import { bundlePlay } from './bundle.ts';
import { writeDocs, writePages } from './pages.ts';

/** Pages, modules and icon: all that VitePress reads. */
async function prepare(): Promise<void> {
  await writePages();
  await bundlePlay();
  mkdirSync(`${root}site/generated/public`, { recursive: true });
  copyFileSync(`${root}site/icon.svg`, `${root}site/generated/public/icon.svg`);
}

export async function buildSite(): Promise<void> {
  await prepare();
  await build(`${root}site`);
}

async function serveWhileWriting(): Promise<void> {
  await prepare();
  for (const folder of ['docs', 'site/content']) {
    watch(root + folder, { recursive: true }, () => {
      try {
        writeDocs();
      } catch (error) {
        // Half-written pages are met here; the next change tries again.
        console.error((error as Error).message);
      }
    });
  }
  const server = await createServer(`${root}site`);
  await server.listen();
  server.printUrls();
}

if (import.meta.main) await (process.argv.includes('--dev') ? serveWhileWriting() : buildSite());
