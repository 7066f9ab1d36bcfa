// `npm run release:rehearse`: a release of the working tree in a scratch copy, up to the point of publishing:
// version, build, pack, publint, install the tarballs into consumers outside the workspace, type-check and run
// them there, and in a browser as Vite bundles them. The working tree stays as it is.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { environment, outerNode, run, type Outcome } from '../check/command.ts';
import { packages, root } from '../workspace.ts';
import { readChangesets } from './changesets.ts';
import { bundle, open } from './inBrowser.ts';
import { missingFiles, unwantedFiles } from './tarball.ts';

const scratch = mkdtempSync(join(tmpdir(), 'pastina-release-'));
const repository = join(scratch, 'repository');
const identity = ['-c', 'user.name=rehearsal', '-c', 'user.email=rehearsal@localhost'];
let passed = 0;

/** Runs one step; a release that fails at any step is no release. */
async function step(name: string, command: string, args: readonly string[], cwd: string, extra: NodeJS.ProcessEnv = {}): Promise<string> {
  return report(name, await run(command, args, { cwd, env: { ...environment, PATH: `${cwd}/node_modules/.bin:${environment['PATH']}`, ...extra } }));
}

function report(name: string, { ok, output, seconds }: Outcome): string {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`);
  if (!ok) fail(output);
  passed += 1;
  return output;
}

function fail(output: string): never {
  console.log(`${output.trimEnd()}\n${passed} passed, 1 failed`);
  rmSync(scratch, { recursive: true });
  process.exit(1);
}

/** The files of the working tree, committed ones and new ones, in a repository of their own. */
async function copyTree(): Promise<void> {
  const { output } = await run('git', ['ls-files', '-co', '--exclude-standard', '-z']);
  for (const file of output.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(repository, file)), { recursive: true });
    cpSync(root + file, join(repository, file));
  }
  await step('copy', 'git', ['init', '-q', '-b', 'main'], repository);
  await step('stage', 'git', ['add', '-A'], repository);
  await step('commit', 'git', [...identity, 'commit', '-q', '-m', 'rehearsal'], repository);
}

await copyTree();
await step('install', 'npx', ['--yes', 'pnpm@12.21.0', 'install', '--frozen-lockfile', '--prefer-offline'], repository);
await step('versions, changelogs, reports', 'node', ['tools/release/version.ts'], repository);
await step('stage the versions', 'git', ['add', '-A'], repository);
await step('commit the versions', 'git', [...identity, 'commit', '-q', '-m', 'release'], repository);
await step('build', 'turbo', ['run', 'build', '--output-logs=errors-only'], repository);
await step('changeset pack', 'changeset', ['pack', '--out-dir', 'out'], repository, { PASTINA_STAMP: '1' });
await step('changeset pack, once more', 'changeset', ['pack', '--out-dir', 'again'], repository, { PASTINA_STAMP: '1' });

const tarballs = readdirSync(join(repository, 'out/packages')).filter((file) => file.endsWith('.tgz')).map((file) => join(repository, 'out/packages', file));
console.log(readFileSync(join(repository, 'packages/objectives/CHANGELOG.md'), 'utf8').split('\n').map((line) => `       ${line}`).slice(0, 12).join('\n'));
if (tarballs.length !== packages.length) fail(`expected ${packages.length} tarballs, found ${tarballs.length}`);
const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
const moved = tarballs.filter((tarball) => hashOf(tarball) !== hashOf(tarball.replace('/out/', '/again/')));
if (moved.length > 0) fail(`packed twice, these are not the same: ${moved.join(', ')}`);
for (const tarball of tarballs) {
  const name = tarball.slice(tarball.lastIndexOf('/') + 1);
  await step(`publint ${name}`, 'publint', [tarball, '--strict'], repository);
  await step(`are the types wrong in ${name}`, 'attw', [tarball, '--profile', 'esm-only', '--no-emoji'], repository);
  const files = (await run('tar', ['-tzf', tarball])).output.trim().split('\n');
  const unwanted = unwantedFiles(files);
  const missing = missingFiles(files);
  if (missing.length > 0) fail(`${name} lacks ${missing.join(', ')}`);
  if (unwanted.length > 0) fail(`${name} holds what nobody needs: ${unwanted.join(', ')}`);
}

const dependencies = Object.fromEntries(await Promise.all(tarballs.map(async (tarball) => {
  const manifest = JSON.parse((await run('tar', ['-xzOf', tarball, 'package/package.json'])).output) as { name: string; version: string };
  return [manifest.name, `file:${tarball}`] as const;
})));
/** The oldest and the youngest of each line that we promise. */
const compilers = ['5.6.3', '5.9.3', '6.0.3', '7.0.2'];
const { vite } = (JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { readonly devDependencies: { readonly vite: string } }).devDependencies;
const bits: Record<string, string> = {};
const nodes = [['the machine’s Node', outerNode() ?? 'node'], ['the pinned Node', process.execPath]] as const;
for (const consumer of readdirSync(`${root}compat/consumers`)) {
  const folder = join(scratch, consumer);
  cpSync(`${root}compat/consumers/${consumer}`, folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies, devDependencies: { vite, ...Object.fromEntries(compilers.map((version) => [`typescript-${version}`, `npm:typescript@${version}`])) } }));
  const begun = performance.now();
  await step(`${consumer}: install`, 'npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], folder);
  const copies = (await run('find', ['node_modules', '-path', '*@pastina/core/package.json'], { cwd: folder })).output.trim().split('\n');
  if (copies.length !== 1) fail(`${consumer}: ${copies.length} copies of @pastina/core were installed: ${copies.join(', ')}`);
  const listed = await step(`${consumer}: pastina list`, 'pastina', ['list'], folder);
  const silent = packages.filter((name) => existsSync(`${root}packages/${name}/src/defaults.ts`) && !new RegExp(`^${name === 'pastina' ? name : `@pastina/${name}`} `, 'm').test(listed));
  if (silent.length > 0) fail(`${consumer}: pastina list has no defaults of ${silent.join(', ')}:\n${listed}`);
  await step(`${consumer}: pastina doctor`, 'pastina', ['doctor'], folder);
  for (const version of compilers) await step(`${consumer}: types with TypeScript ${version}`, 'node', [`node_modules/typescript-${version}/lib/tsc.js`, '-p', '.'], folder);
  const said = new Set<string>();
  for (const [label, node] of nodes) {
    const output = (await step(`${consumer}: run on ${label}`, node, ['out/main.js'], folder)).trim();
    console.log(`       ${output.replaceAll('\n', '\n       ')}`);
    said.add(/^bits (.*)$/m.exec(output)?.[1] ?? fail(`${consumer} prints no line 'bits …'`));
  }
  console.log(`       from an empty folder to what it prints, on both Nodes and past ${compilers.length} compilers: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  report(`${consumer}: bundle with Vite`, await bundle(folder));
  const shown = report(`${consumer}: the bundle in headless Chromium`, await open(folder));
  console.log(`       ${shown.replaceAll('\n', '\n       ')}`);
  said.add(/^bits (.*)$/m.exec(shown)?.[1] ?? fail(`${consumer} prints no line 'bits …' in Chromium`));
  if (said.size !== 1) fail(`${consumer} has other bits on another Node, or in Chromium: ${[...said].join(', ')}`);
  bits[consumer] = [...said][0] as string;
}
// Compared with the last release: a program's bits move only where a changeset says so.
const record = `${root}compat/released/consumers.json`;
const before = (existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : {}) as Readonly<Record<string, string>>;
const told = readChangesets(root).some(({ sections }) => sections.includes('Numerics') || sections.includes('Defaults changed'));
for (const [consumer, now] of Object.entries(bits)) {
  if (before[consumer] === undefined || before[consumer] === now) continue;
  console.log(`       ${consumer} had the bits ${before[consumer]}, and has ${now}`);
  if (!told) fail(`${consumer} has other bits than with the last release, and no changeset has a paragraph 'Numerics:' or 'Defaults changed:'`);
}
if (process.argv.includes('--record')) writeFileSync(record, `${JSON.stringify(bits, null, 2)}\n`);
const status = JSON.parse(readFileSync(join(repository, 'packages/core/package.json'), 'utf8')) as { version: string };
console.log(`${tarballs.length} packages packed, core at ${status.version}`);
rmSync(scratch, { recursive: true });
console.log(`${passed} passed, 0 failed`);
