// Runs in a package's folder after its build: writes name, version and commit into dist/version.js.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** `g800f43b93`, with `.dirty` behind it when files differ from the commit; 'unstamped' outside of git. */
export function commitLabel(folder: string): string {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const dirty = git('status', '--porcelain', '--', 'packages', 'tools').length > 0;
    return `g${git('rev-parse', '--short=9', 'HEAD')}${dirty ? '.dirty' : ''}`;
  } catch {
    return 'unstamped';
  }
}

/** The text of dist/version.js with the package's name, version and commit in it. */
export function stamped(source: string, name: string, version: string, commit: string): string {
  const entry = (key: string, value: string): [RegExp, string] => [new RegExp(`${key}: '[^']*'`), `${key}: '${value}'`];
  let text = source;
  for (const [pattern, value] of [entry('name', name), entry('version', version), entry('commit', commit)]) {
    if (!pattern.test(text)) throw new Error(`dist/version.js has no ${pattern}`);
    text = text.replace(pattern, value);
  }
  return text;
}

if (import.meta.main) {
  const file = 'dist/version.js';
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string; version: string };
  // Only a release is stamped with its commit: the cached builds of a working tree would name an old one.
  const commit = process.env['PASTINA_STAMP'] === '1' ? commitLabel('../..') : 'unstamped';
  if (existsSync(file)) writeFileSync(file, stamped(readFileSync(file, 'utf8'), name, version, commit));
}
