import { expect, test } from 'vitest';
import { commitLabel, stamped } from './stamp.ts';
import { missingFiles, unwantedFiles } from './tarball.ts';
import { root } from '../workspace.ts';

test('only built files, their types and the papers are packed', () => {
  expect(unwantedFiles(['package/package.json', 'package/dist/index.js', 'package/dist/index.d.ts', 'package/LICENSE'])).toEqual([]);
  expect(unwantedFiles(['package/dist/a.test.js', 'package/dist/.tsbuildinfo', 'package/src/index.ts', 'package/dist/testing.js'])).toHaveLength(4);
  expect(missingFiles(['package/package.json', 'package/README.md', 'package/CHANGELOG.md', 'package/dist/index.js', 'package/dist/index.d.ts'])).toEqual(['LICENSE']);
});

test('the stamp writes name, version and commit, and refuses a file without them', () => {
  const source = "export const version = {\n    name: 'a',\n    version: '0.0.0',\n    commit: 'unstamped',\n};\n";
  expect(stamped(source, '@pastina/core', '0.2.0', 'g800f43b93')).toBe("export const version = {\n    name: '@pastina/core',\n    version: '0.2.0',\n    commit: 'g800f43b93',\n};\n");
  expect(() => stamped('export {};', 'a', '1.0.0', 'x')).toThrow(/has no/);
  expect(commitLabel(root)).toMatch(/^g[0-9a-f]{9}(\.dirty)?$/);
});
