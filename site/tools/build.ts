// `npm run site`: the site, as files in site/dist. `npm run site:dev` (with --dev): served, and written anew as docs change.
import { createHash } from 'node:crypto';
import { copyFileSync, globSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
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
  // A service worker that differs in a byte takes the place of the one before, and drops what that kept.
  writeFileSync(`${root}site/generated/public/sw.js`, readFileSync(`${root}site/sw.js`, 'utf8').replace('VERSION', version()));
}

/** A hash of all that the site is made of. */
function version(): string {
  const hash = createHash('sha256');
  const made = [...globSync('site/generated/{pages,public/play}/**/*.{md,js}', { cwd: root }), ...globSync('site/{theme,.vitepress/theme}/*.{ts,vue,css}', { cwd: root }), 'pnpm-lock.yaml'];
  for (const file of made.sort()) hash.update(readFileSync(root + file));
  return hash.digest('hex').slice(0, 12);
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
