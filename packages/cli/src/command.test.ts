import { afterEach, describe, expect, test } from 'vitest';
import { commands } from './help.js';
import { TestProject } from './testing.js';

let project: TestProject | undefined;
afterEach(() => project?.remove());

const dependencies = '{ "dependencies": { "@pastina/core": "*", "@pastina/objectives": "*" } }';
function make(files: Readonly<Record<string, string>> = {}, install: readonly string[] = ['core-0.2.0', 'objectives-0.2.0']): TestProject {
  project?.remove();
  project = new TestProject(install, { 'package.json': dependencies, ...files });
  return project;
}

describe('the command', () => {
  test.each([[], ...Object.keys(commands).map((name) => [name])])('helps: %s', async (...name) => {
    const { exitCode, stdout, stderr } = await make().run([...name, '--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatchSnapshot();
  });

  test('without a sub-command is of no use, and says what there is', async () => {
    const { exitCode, stdout, stderr } = await make().run([]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('pastina <command> [options]');
  });

  test('tells its version', async () => {
    expect((await make().run(['--version'])).stdout).toMatch(/^@pastina\/cli \d+\.\d+\.\d+ \(.+\)\n$/);
  });

  test('takes options before and behind the name, and another folder', async () => {
    const { folder } = make();
    const other = make({ 'sub/package.json': '{}' });
    const there = await other.run(['--cwd', folder, 'list', '--json']);
    // The first project is gone; its folder is named.
    expect([there.exitCode, JSON.parse(there.stdout).error.code]).toEqual([2, 'NO_PROJECT']);
    expect((await other.run(['--json', 'list', '--cwd=.'])).exitCode).toBe(0);
    expect((await other.run(['list', '--cwd', 'sub'])).stderr).toBe('pastina: <project>/sub/package.json depends on no package of pastina; nothing is to be done\n');
  });
});

describe('wrong use', () => {
  test.each<[string, readonly string[]]>([
    ['a command that is none', ['audti']],
    ['a command far from any', ['frobnicate']],
    ['an option that is none', ['pin', '--dry-ruin']],
    ['an option of another command', ['audit', '--to', '0.1']],
    ['a short option', ['list', '-j']],
    ['an option without its value', ['pin', '--to']],
    ['a value that is not asked for', ['list', '--json=yes']],
    ['what is no release', ['list', 'src', 'test']],
    ['more than two releases', ['list', '0.1', '0.2', '1.0']],
    ['the newer release first', ['list', '1.0', '0.2']],
    ['an argument that is not asked for', ['doctor', 'src']],
    ['a level that is no release', ['pin', '--to', 'next']],
    ['a level to come', ['pin', '--to', '0.9']],
    ['a level to come, of a package', ['pin', '--package', 'core=0.9']],
    ['a package without a level', ['pin', '--package', 'core']],
    ['a package that is not there', ['pin', '--package', 'objektives=0.1']],
    ['a file that is not there', ['pin', 'src/a.ts']],
    ['a code that is none', ['adopt', 'D9999']],
    ['a code that has not changed', ['adopt', 'D0002']],
  ])('%s', async (_, args) => {
    const { exitCode, stdout, stderr, writes } = await make().run(args);
    expect([exitCode, stdout, writes]).toEqual([2, '', {}]);
    expect(stderr).toMatchSnapshot();
  });

  test('is JSON where that is asked for', async () => {
    const { exitCode, stdout, stderr } = await make().run(['pin', '--too', '0.1', '--json']);
    expect([exitCode, stderr]).toEqual([2, '']);
    expect(JSON.parse(stdout)).toEqual({ exitCode: 2, error: { code: 'OPTION', message: 'pin: there is no option --too; did you mean --to? Known: --to, --package, --dry-run, --json, --cwd, --help' } });
  });
});

describe('a project that cannot be read', () => {
  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['has a manifest that is no JSON', { 'package.json': '{' }, []],
    ['depends on nothing of ours', { 'package.json': '{}' }, []],
    ['is not installed', {}, []],
    ['has a record that is no JSON', { 'pastina.json': 'levels' }, ['core-0.2.0', 'objectives-0.2.0']],
    ['has a record of something else', { 'pastina.json': '{ "level": "0.1" }' }, ['core-0.2.0', 'objectives-0.2.0']],
    ['has a level that is none', { 'pastina.json': '{ "levels": { "core": 0.1 } }' }, ['core-0.2.0', 'objectives-0.2.0']],
    ['has adopted what is no code', { 'pastina.json': '{ "levels": {}, "adopted": "D0001" }' }, ['core-0.2.0', 'objectives-0.2.0']],
    ['has a package that fails', { 'node_modules/@pastina/core/index.js': "import 'nowhere';\n" }, ['core-0.2.0', 'objectives-0.2.0']],
    ['has a package without its file', { 'node_modules/@pastina/core/package.json': '{ "name": "@pastina/core", "version": "0.2.0" }' }, ['core-0.2.0', 'objectives-0.2.0']],
    ['has declarations that are none', { 'node_modules/@pastina/core/index.d.ts': 'export declare function\n' }, ['core-0.2.0', 'objectives-0.2.0']],
    ['has a table of no release', { 'node_modules/@pastina/core/index.js': 'export const defaults = {};\n' }, ['core-0.2.0', 'objectives-0.2.0']],
  ])('%s', async (_, files, install) => {
    const { exitCode, stderr, writes } = await make(files, install).run(['pin']);
    expect([exitCode, writes]).toEqual([2, {}]);
    expect(stderr.replaceAll(project?.folder ?? '', '<project>').replace(/\((?:Unexpected|Expected|Cannot find|Failed to).*\)(?=;)/, '(…)')).toMatchSnapshot();
  });

  test('still goes to the doctor', async () => {
    const { exitCode, stdout } = await make({ 'node_modules/@pastina/core/package.json': '{ "name": "@pastina/core", "version": "0.2.0" }' }).run(['doctor']);
    expect([exitCode, stdout.split('\n')[0]]).toEqual([1, 'broken: @pastina/core 0.2.0 in <project>/node_modules/@pastina/core has no file to import; install it anew']);
  });
});

test('a dry run writes nothing', async () => {
  const text = "import { categoricalCrossentropy } from '@pastina/objectives';\ncategoricalCrossentropy(1, 2);\n";
  const dry = make({ 'a.js': text });
  expect((await dry.run(['pin', '--dry-run'])).writes).toEqual({});
  expect([dry.files(), dry.read('a.js')]).toEqual([['a.js', 'package.json'], text]);
});
