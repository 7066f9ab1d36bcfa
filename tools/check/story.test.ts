import { mkdirSync, symlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../workspace.ts';
import { Scratch } from './scratch.ts';

// The promise of compatibility, replayed in a scratch copy of the repository: a default is announced, changed and
// dropped, over three releases, as users and developers meet it.
const scratch = new Scratch(['core', 'objectives']);
const table = 'packages/objectives/src/defaults.ts';
const line = (entry: string): string => `'categoricalCrossentropy.epsilon': { code: 'D0001', ${entry} },`;

/** A program of a user's: loss and gradient of a saturated item, twice, in bits. */
const user = (options: string, before = ''): string => `
import * as core from ${JSON.stringify(`${scratch.folder}/packages/core/dist/index.js`)};
import { categoricalCrossentropy } from ${JSON.stringify(`${scratch.folder}/packages/objectives/dist/index.js`)};
${before}
const z = core.input('z', [1, 2]);
const build = () => core.mean(categoricalCrossentropy(core.softmax(z), core.constant([0], 'int32')${options}));
const loss = build();
build();
const f = core.compile({ inputs: { z }, outputs: { loss, slope: core.grad(loss, z) } });
const { loss: value, slope } = f({ z: [[0, 100]] });
console.log(JSON.stringify([value.item(), slope.toArray()[0]]));
`;
const play = async (program: string, ...flags: readonly string[]): Promise<{ readonly ok: boolean; readonly output: string }> => {
  scratch.write('user.mjs', program);
  return scratch.run('node', ...flags, 'user.mjs');
};
/** A project of somebody's, with the packages of the scratch copy installed; the command is that of the tree. */
const pastina = (...args: readonly string[]): ReturnType<Scratch['run']> => scratch.run('node', `${root}packages/cli/dist/bin.js`, ...args, '--cwd', `${scratch.folder}/downstream`);
const downstream = `import * as core from '@pastina/core';
import { categoricalCrossentropy } from '@pastina/objectives';

const z = core.input('z', [1, 2]);
const loss = core.mean(categoricalCrossentropy(
  core.softmax(z),
  core.constant([0], 'int32'), // the class
));
const f = core.compile({ inputs: { z }, outputs: { loss, slope: core.grad(loss, z) } });
const { loss: value, slope } = f({ z: [[0, 100]] });
console.log(JSON.stringify([value.item(), slope.toArray()[0]]));
`;
const pinned = downstream.replace("'int32'), // the class", "'int32'),\n  { epsilon: 0 }, // the class");
const playDownstream = async (text: string): Promise<string> => {
  scratch.write('downstream/main.mjs', text);
  return (await scratch.run('node', '--disable-warning=PASTINA_D0001', 'downstream/main.mjs')).output.trim();
};
const exact = '[100,[-1,1]]';
const stuck = '[16.1180';

async function release(version: string, entry: string): Promise<void> {
  scratch.edit(table, /release: '.*',(?:\n.*)*?'categoricalCrossentropy\.epsilon': .*/, `release: '${version}',\n  ${line(entry)}`);
  await scratch.build();
}

/** Ends a release: its reports are recorded, its version is the package's, its changesets are used up. */
async function publish(version: string): Promise<void> {
  scratch.edit('packages/objectives/package.json', /"version": ".*"/, `"version": "${version}"`);
  scratch.write('.changeset/story.md', '---\n---\n\nnothing yet\n');
  expect((await scratch.releaseCheck('--record')).ok).toBe(true);
}

const changeset = (bump: string, text: string): void => scratch.write('.changeset/story.md', `---\n"@pastina/objectives": ${bump}\n---\n\n${text}\n`);

beforeAll(async () => {
  await scratch.build();
  scratch.write('downstream/package.json', JSON.stringify({ type: 'module', dependencies: { '@pastina/core': '*', '@pastina/objectives': '*' } }));
  mkdirSync(`${scratch.folder}/downstream/node_modules/@pastina`, { recursive: true });
  for (const name of ['core', 'objectives']) symlinkSync(`${scratch.folder}/packages/${name}`, `${scratch.folder}/downstream/node_modules/@pastina/${name}`);
  await publish('0.1.0');
}, 120_000);
afterAll(() => scratch.remove());

describe('a default changes', () => {
  test('0.1: nothing has changed, and nothing complains', async () => {
    expect([await scratch.complaint('api', 'objectives'), await scratch.complaint('behavior', 'objectives')]).toEqual([undefined, undefined]);
    expect((await scratch.releaseCheck()).output).toContain('0 changes since the last release');
    expect((await play(user(''))).output.trim()).toBe(exact);
  }, 120_000);

  test('0.2 announces it: both reports show it, and no number moves', async () => {
    await release('0.2.0', "since: { '0.1.0': 0 }, next: { value: 1e-7, in: '1.0.0' }");
    expect(await scratch.complaint('api', 'objectives')).toMatch(/\+\s+readonly next: \{/);
    const behavior = await scratch.complaint('behavior', 'objectives');
    expect(behavior).toMatch(/\+ \| D0001 \| `categoricalCrossentropy\.epsilon` \| 0 since 0\.1\.0 \| 1e-7 in 1\.0\.0 \|/);
    expect(behavior?.match(/^ {2}[-+]/gm)).toHaveLength(2);
    await scratch.accept('objectives');
    changeset('patch', 'Fixed: nothing.');
    expect((await scratch.releaseCheck()).output).toMatch(/needs a changeset that bumps it by minor or more\. Announced: categoricalCrossentropy\.epsilon: 0 → 1e-7 in 1\.0\.0 \(D0001\)/);
    changeset('minor', 'Announced: D0001, the default of epsilon changes in 1.0.0.');
    expect((await scratch.releaseCheck()).ok).toBe(true);
  }, 120_000);

  test('0.2 tells those who leave the option out, once, and nobody else', async () => {
    const told = await play(user(''));
    expect(told.output.match(/\[PASTINA_D0001\] DeprecationWarning/g)).toHaveLength(1);
    expect(told.output).toContain("Write { epsilon: 0 } to keep it, { epsilon: 1e-7 } or configure({ future: ['D0001'] }) to adopt it now");
    expect(told.output).toContain(exact);
    expect((await play(user(', { epsilon: 0 }'))).output.trim()).toBe(exact);
    expect((await play(user(''), '--disable-warning=PASTINA_D0001')).output.trim()).toBe(exact);
    const thrown = await play(user(''), '--throw-deprecation');
    expect([thrown.ok, thrown.output.includes('PASTINA_D0001')]).toEqual([false, true]);
    expect((await play(user('', "core.configure({ notices: 'throw' });"))).output).toContain('CompatibilityError');
    expect((await play(user('', "core.configure({ future: ['D0001'] });"))).output).toContain(stuck);
    await publish('0.2.0');
  }, 120_000);

  test("0.2 lets a downstream project pin: the old value is written into its call, and nothing else moves", async () => {
    expect(await playDownstream(downstream)).toBe(exact);
    const audit = await pastina('audit');
    expect([audit.ok, audit.output]).toEqual([false, expect.stringContaining("main.mjs:5:24  categoricalCrossentropy relies on the default of 'epsilon': 0 → 1e-7 in 1.0.0 (D0001, docs/notices/D0001.md)")]);
    // What would move, before it does: the program runs with both defaults.
    const ahead = await pastina('audit', '--run', 'main.mjs', '--to', 'next');
    expect([ahead.ok, ahead.output]).toEqual([false, expect.stringMatching(/^main\.mjs: (?:\d+ values have the same bits, the next|the first value) differs\n {2}before: .* at main\.mjs:.*float32.*\n {2}after: .* at main\.mjs:/)]);
    expect((await pastina('audit', '--run', 'main.mjs')).output).toMatch(/^main\.mjs: all \d+ values have the same bits\n$/);
    expect((await pastina('pin')).output).toBe('main.mjs:5:24  categoricalCrossentropy: epsilon: 0 (D0001)\n1 option written in 1 file; levels core 0.1, objectives 0.2 in pastina.json\n');
    expect(scratch.read('downstream/main.mjs')).toBe(pinned);
    expect(await playDownstream(pinned)).toBe(exact);
    expect((await pastina('audit')).ok).toBe(true);
    // The reverse, at this release: back to what it was.
    expect((await pastina('adopt')).ok).toBe(true);
    expect(scratch.read('downstream/main.mjs')).toBe(downstream);
  }, 120_000);

  test('a model that was saved under 0.2 holds what its defaults were', async () => {
    const saved = `${user(', {}', "core.configure({ notices: 'silent' });")}\nimport { writeFileSync } from 'node:fs';\nwriteFileSync('saved.json', core.stringifyProgram(f.program()));`;
    expect((await play(saved)).output.trim()).toBe(exact);
  }, 120_000);

  test('1.0 flips it: the behavior report shows what moves, and less than a major is refused', async () => {
    await release('1.0.0', "since: { '0.1.0': 0, '1.0.0': 1e-7 }");
    const behavior = await scratch.complaint('behavior', 'objectives');
    expect(behavior).toMatch(/\+ \| D0001 \| `categoricalCrossentropy\.epsilon` \| 0 since 0\.1\.0, then 1e-7 since 1\.0\.0/);
    // A loss that was infinite stands at 16.1, and its gradient at 0.
    expect(behavior).toMatch(/- {5}loss: float32 \[.*Infinity = 7f800000/);
    expect(behavior).toMatch(/\+ {5}loss: float32 \[.*16\.118\d+ = 4180f1dc/);
    await scratch.accept('objectives');
    // From 1.0 on versions are majors; before, a minor may change a default.
    scratch.write('compat/released/objectives/version', '1.0.0\n');
    for (const bump of ['patch', 'minor']) {
      changeset(bump, 'Defaults changed: D0001, as announced in 0.2.');
      expect((await scratch.releaseCheck()).output).toContain('needs a changeset that bumps it by major or more. Defaults changed: categoricalCrossentropy.epsilon: 0 → 1e-7 (D0001)');
    }
    changeset('major', 'Defaults changed: D0001, as announced in 0.2.');
    expect((await scratch.releaseCheck()).ok).toBe(true);
  }, 120_000);

  test('1.0 keeps the bits of those who ask for them', async () => {
    expect((await play(user(''))).output).toContain(stuck);
    expect((await play(user(', { epsilon: 0 }'))).output.trim()).toBe(exact);
    expect((await play(user('', "core.configure({ behaviors: { objectives: '0.2' } });"))).output.trim()).toBe(exact);
    expect((await play(user('', "core.configure({ legacy: ['D0001'] });"))).output.trim()).toBe(exact);
    expect((await play(user('').replace('const loss = build();', "const loss = core.withBehaviors({ objectives: '0.2' }, build);"))).output.trim()).toBe(exact);
    const loaded = `import * as core from ${JSON.stringify(`${scratch.folder}/packages/core/dist/index.js`)};
import { readFileSync } from 'node:fs';
const program = core.parseProgram(readFileSync('saved.json', 'utf8'));
const [loss, slope] = core.referenceBackend().compile(program, { check: 'none' }).run([Float32Array.of(0, 100)], []);
console.log(JSON.stringify([loss[0], Array.from(slope)]));`;
    expect((await play(loaded)).output.trim()).toBe(exact);
    await publish('1.0.0');
  }, 120_000);

  test('1.0 keeps the bits of those who have pinned, also when they do so after the upgrade', async () => {
    expect(await playDownstream(pinned)).toBe(exact);
    expect(await playDownstream(downstream)).toContain(stuck);
    // 0.2 is recorded, from then.
    const audit = await pastina('audit');
    expect([audit.ok, audit.output]).toEqual([false, expect.stringContaining('0 → 1e-7 in 1.0.0')]);
    expect((await pastina('audit', '--run', 'main.mjs', '--from', '0.2')).output).toContain('differs');
    expect((await pastina('pin')).ok).toBe(true);
    expect(scratch.read('downstream/main.mjs')).toBe(pinned);
    expect((await pastina('audit', '--run', 'main.mjs', '--from', '0.2')).output).toMatch(/all \d+ values have the same bits/);
    // Who wants the new value says so: then bits move.
    expect((await pastina('adopt', 'D0001')).ok).toBe(true);
    expect(scratch.read('downstream/main.mjs')).toBe(downstream);
    expect((await pastina('audit')).ok).toBe(true);
    expect((await pastina('pin')).output).toContain('0 options written in 0 files');
  }, 120_000);

  test('2.0 refuses what it no longer offers', async () => {
    await release('2.0.0', "since: { '0.1.0': 0, '1.0.0': 1e-7 }");
    expect((await play(user('', "core.configure({ legacy: ['D0001'] });"))).output).toMatch(/CompatibilityError: legacy: D0001 .* changed in 1\.0\.0 and cannot be held back in 2\.0\.0; write epsilon: 0/);
    expect((await play(user('', "core.configure({ behaviors: { objectives: '0.2' } });"))).output).toMatch(/CompatibilityError: behaviors: level 0\.2 .* offers levels from 1\.0 on/);
    expect((await play(user('', "core.configure({ behaviors: { objectives: '1.0' } });"))).output).toContain(stuck);
    // What it cannot hold back any more can still be written down, as the error says.
    scratch.write('downstream/pastina.json', '{}\n');
    expect(await playDownstream(downstream)).toContain(stuck);
    expect((await pastina('pin', '--to', '0.2')).ok).toBe(true);
    expect(await playDownstream(scratch.read('downstream/main.mjs'))).toBe(exact);
  }, 120_000);
});
