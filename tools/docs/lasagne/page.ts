// `node tools/docs/lasagne/page.ts [--write]`: the table of Lasagne's names in docs/lasagne.md, from names.txt and the built
// packages. Without --write it fails where the page differs; always where a name is missing or a default is another.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from '../../workspace.ts';
import { compare } from './table.ts';

const entries = {
  '@pastina/layers': 'layers/dist/index.js',
  '@pastina/layers/nonlinearities': 'layers/dist/nonlinearities.js',
  '@pastina/layers/init': 'layers/dist/init.js',
  '@pastina/layers/regularization': 'layers/dist/regularization.js',
  '@pastina/objectives': 'objectives/dist/index.js',
  '@pastina/updates': 'updates/dist/index.js',
  '@pastina/core': 'core/dist/index.js',
};
const { values: flags } = parseArgs({ options: { write: { type: 'boolean' } } });
const file = `${root}docs/lasagne.md`, marker = '<!-- The rest is written by `node tools/docs/lasagne/page.ts --write`. -->\n';
const modules = await Promise.all(Object.entries(entries).map(async ([entry, path]) => [entry, (await import(pathToFileURL(`${root}packages/${path}`).href)) as Readonly<Record<string, unknown>>] as const));
const { lines, problems, defaultsCompared } = compare(readFileSync(new URL('names.txt', import.meta.url), 'utf8'), {
  exports: Object.fromEntries(modules.map(([entry, module]) => [entry, new Set(Object.keys(module))])),
  defaults: Object.assign({}, ...modules.map(([, { defaults }]) => defaults ?? {})) as Readonly<Record<string, unknown>>,
});
const own = readFileSync(file, 'utf8').split(marker)[0] ?? '';
const page = `${own}${marker}
## Every name

All public names of Lasagne 0.2.dev1, with what stands for them here; the ${defaultsCompared} defaults of their arguments
were compared with the declared ones and are the same.
${lines.join('\n')}
`;
for (const problem of problems) console.error(problem);
if (flags.write === true) writeFileSync(file, page);
if (problems.length > 0 || readFileSync(file, 'utf8') !== page) {
  console.error('docs/lasagne.md differs from what the packages have: node tools/docs/lasagne/page.ts --write');
  process.exitCode = 1;
}
