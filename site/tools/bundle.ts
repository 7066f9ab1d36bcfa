// Bundles the playground's worker and the modules that code in it may import: ES modules that share their chunks, so that
// there is one core.
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'vite';
import { root } from '../../tools/workspace.ts';
import { fileOf, modules } from '../play/imports.ts';

const target = `${root}site/generated/public/play`;

/** Fills site/generated/public/play. Errors of pastina name the user's line: its own they know by `/pastina/dist/`. */
export async function bundlePlay(): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  const entries = `${root}site/generated/entries`;
  mkdirSync(entries, { recursive: true });
  const input: Record<string, string> = { worker: `${root}site/play/worker.ts` };
  for (const name of modules) {
    const file = fileOf(name);
    writeFileSync(`${entries}/${file}`, `export * from '${name}';\n`);
    input[file.replace('.js', '')] = `${entries}/${file}`;
  }
  const before = process.env['NODE_ENV'];
  await build({
    root: `${root}site`, configFile: false, logLevel: 'warn', base: './', publicDir: false,
    build: {
      outDir: target, emptyOutDir: true, modulePreload: false, target: 'es2022', minify: true, assetsInlineLimit: 0,
      rolldownOptions: {
        input, preserveEntrySignatures: 'exports-only',
        // Errors are called by the names of their classes.
        output: { keepNames: true, entryFileNames: ({ name }: { readonly name: string }) => (name === 'worker' ? 'worker.js' : 'pastina/dist/[name].js'), chunkFileNames: 'pastina/dist/chunk-[hash].js' },
      },
    },
  });
  // The build leaves 'production' there, and VitePress's server would take itself for a built site.
  if (before === undefined) delete process.env['NODE_ENV'];
  else process.env['NODE_ENV'] = before;
  // For the service worker, which keeps them all.
  writeFileSync(`${target}/files.json`, JSON.stringify(globSync('**/*.js', { cwd: target }).sort()));
}
