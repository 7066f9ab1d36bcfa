import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { CommandError } from '../errors.js';

/** A file of a project's own: its path from the project's folder, with slashes, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

const extension = /\.[cm]?[jt]sx?$/;
const declaration = /\.d\.[cm]?ts$/;
/** What others made: changes there would be lost. They can still be named. */
const skipped = ['node_modules', 'dist', 'build', 'out', 'coverage'];

/** The sources of a project: those that are named, files or folders, or all. */
export function sources(cwd: string, named: readonly string[]): readonly Source[] {
  const paths = named.length === 0 ? walk(cwd) : named.flatMap((name) => {
    const path = resolve(cwd, name);
    if (!existsSync(path)) throw new CommandError('FILE', `${name} is not there; name files or folders from ${cwd}`);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });
  return [...new Set(paths)].sort().map((path) => ({ path: relative(cwd, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }));
}

function walk(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name.startsWith('.') || skipped.includes(entry.name) ? [] : walk(path);
    return entry.isFile() && extension.test(entry.name) && !declaration.test(entry.name) ? [path] : [];
  });
}
