import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { testFiles } from '../browser/pages.ts';
import { seed } from '../check/seed.ts';
import { entriesOf, manifestOf, packages, root } from '../workspace.ts';

/**
 * Writes the sources of all packages, tests among them, as plain JavaScript, so that a Node which knows nothing of
 * TypeScript can run them: each package in `folder`/node_modules under its own name, and under `vitest` what stands for it
 * on pages too. Whatever else they import is found above, in the workspace.
 */
export function mirror(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  for (const name of packages) {
    const [from, to] = [`${root}packages/${name}`, join(folder, 'node_modules', manifestOf(name).name)];
    strip(`${from}/src`, `${to}/src`);
    const exports = Object.fromEntries(entriesOf(name).map((entry) => [entry === 'index' ? '.' : `./${entry}`, `./src/${entry}.js`]));
    writeFileSync(`${to}/package.json`, JSON.stringify({ name: manifestOf(name).name, version: manifestOf(name).version, type: 'module', exports }));
    if (readdirSync(from).includes('test-data')) symlinkSync(`${from}/test-data`, `${to}/test-data`);
  }
  strip(`${root}tools/browser/page`, join(folder, 'node_modules/vitest'));
  writeFileSync(join(folder, 'node_modules/vitest/package.json'), JSON.stringify({ name: 'vitest', type: 'module', exports: './vitest.js' }));
  cpSync(`${root}tools/outer/suite.mjs`, join(folder, 'suite.mjs'));
  const files = testFiles().map((file) => {
    const [, name = '', rest = ''] = /^packages\/([^/]+)\/(.*)\.ts$/.exec(file) ?? [];
    return `./node_modules/${manifestOf(name).name}/${rest}.js`;
  });
  writeFileSync(join(folder, 'suite.json'), JSON.stringify({ seed, files }));
}

/** The TypeScript files of a folder as JavaScript, lines where they were. */
function strip(from: string, to: string): void {
  for (const file of readdirSync(from, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))) {
    const target = join(to, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    // On pages and here files import each other by the names that they have then.
    const text = stripTypeScriptTypes(readFileSync(join(from, file), 'utf8'), { sourceUrl: join(from, file) });
    writeFileSync(target, text.replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"));
  }
}
