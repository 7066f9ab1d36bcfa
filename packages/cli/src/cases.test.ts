import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { testData, TestProject } from './testing.js';

interface Case {
  readonly args: readonly string[];
  readonly install: readonly string[];
  /** Copies inside of installed packages. */
  readonly nested?: Readonly<Record<string, readonly string[]>>;
  readonly node?: string;
  readonly simd?: boolean;
}

const cases = readdirSync(testData).filter((name) => existsSync(`${testData}${name}/case.json`));

describe('a project', () => {
  test('is there', () => expect(cases.length).toBeGreaterThanOrEqual(20));

  test.each(cases)('%s comes out as expected', async (name) => {
    const { args, install, nested, node, simd } = JSON.parse(readFileSync(`${testData}${name}/case.json`, 'utf8')) as Case;
    const project = new TestProject(install);
    cpSync(`${testData}${name}/input`, project.folder, { recursive: true });
    for (const [holder, copies] of Object.entries(nested ?? {})) for (const copy of copies) project.install(copy, `${project.folder}/node_modules/${holder}`);
    const before = new Map(project.files().map((path) => [path, project.read(path)]));
    const { exitCode, stdout, stderr } = await project.run(args, { ...(node === undefined ? {} : { node }), ...(simd === undefined ? {} : { simd }) });
    const expected = `${testData}${name}/expected/`;
    await expect(`${stdout}${stderr}exit ${exitCode}\n`).toMatchFileSnapshot(`${expected}output.txt`);
    // What is expected holds the files that differ, and no others.
    const changed = project.files().filter((path) => project.read(path) !== before.get(path));
    for (const path of changed) await expect(project.read(path)).toMatchFileSnapshot(`${expected}${path}`);
    const listed = readdirSync(expected, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => `${one.parentPath}/${one.name}`.replace(/\/+/g, '/').slice(expected.replace(/\/+/g, '/').length));
    expect(listed.sort()).toEqual(['output.txt', ...changed].sort());
    project.remove();
  });
});
