import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommandError } from '../errors.js';
import type { Entry, Table } from '../tables.js';

export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly engines?: { readonly node?: string };
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A package of pastina, as it is installed. */
export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

/** What is installed in a project, and what it asks for in vain. */
export interface Installation {
  readonly packages: readonly Installed[];
  readonly missing: readonly { readonly name: string; readonly by: string }[];
}

export function isOurs(name: string): boolean {
  return name === 'pastina' || name.startsWith('@pastina/');
}

export function readManifest(folder: string): Manifest | undefined {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  } catch (error) {
    throw new CommandError('MANIFEST', `${path} is no JSON (${(error as Error).message}); mend it`);
  }
}

/** The changelog that a package carries. */
export function readChangelog(folder: string): string | undefined {
  const path = join(folder, 'CHANGELOG.md');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** The folder of a package, as a file in `from` finds it: in the nearest node_modules upwards. */
export function packageFolder(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (dirname(folder) === folder) return undefined;
  }
}

/** All packages of pastina that a project reaches, each copy once, in the order of their names. */
export function installation(cwd: string): Installation {
  const manifest = readManifest(cwd);
  if (manifest === undefined) throw new CommandError('NO_PROJECT', `${join(cwd, 'package.json')} is not there; run pastina in a project's folder, or name it with --cwd`);
  const found = new Map<string, Installed>();
  const missing: { name: string; by: string }[] = [];
  const visit = (from: string, one: Manifest, own: boolean): void => {
    for (const name of Object.keys({ ...one.dependencies, ...one.optionalDependencies, ...one.peerDependencies, ...(own ? one.devDependencies : {}) }).filter(isOurs)) {
      const folder = packageFolder(name, from);
      if (folder === undefined) {
        if (one.optionalDependencies?.[name] === undefined) missing.push({ name, by: own ? 'package.json' : `${one.name ?? from} ${one.version ?? ''}`.trim() });
        continue;
      }
      if (found.has(folder)) continue;
      const its = readManifest(folder) ?? {};
      found.set(folder, { name, version: its.version ?? '0.0.0', folder, manifest: its });
      visit(folder, its, false);
    }
  };
  visit(cwd, manifest, true);
  const packages = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.folder < b.folder ? -1 : 1));
  return { packages, missing };
}

/** The file that an entry of `exports` names under a condition. */
export function entryFile({ folder, manifest }: Pick<Installed, 'folder' | 'manifest'>, subpath: string, condition: 'types' | 'default'): string | undefined {
  const entry = manifest.exports?.[subpath];
  if (typeof entry !== 'object' || entry === null) return undefined;
  const target = (entry as Readonly<Record<string, unknown>>)[condition];
  return typeof target === 'string' ? join(folder, target) : undefined;
}

/** The table of defaults that a package carries: its export `defaults`. Packages without one have no defaults. */
export async function tableOf(installed: Installed): Promise<Table | undefined> {
  const file = entryFile(installed, '.', 'default');
  if (file === undefined || !existsSync(file)) throw new CommandError('PACKAGE_BROKEN', `${installed.name} ${installed.version} in ${installed.folder} has no file to import; install it anew`);
  let module: { readonly defaults?: unknown };
  try {
    module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { readonly defaults?: unknown };
  } catch (error) {
    throw new CommandError('PACKAGE_BROKEN', `${installed.name} ${installed.version} cannot be loaded (${(error as Error).message.split('\n')[0]}); install what is missing: pastina doctor tells it`);
  }
  const { defaults } = module;
  return typeof defaults === 'object' && defaults !== null ? readTable(installed.name, defaults as Readonly<Record<string, unknown>>) : undefined;
}

/** A table as packages write it: package and release beside `'function.option'`. */
export function readTable(name: string, table: Readonly<Record<string, unknown>>): Table {
  const { release } = table;
  if (typeof release !== 'string') throw new CommandError('TABLE', `${name}: its table of defaults has no release; install a released version`);
  return { package: name, release, entries: Object.fromEntries(Object.entries(table).filter((pair): pair is [string, Entry] => pair[0].includes('.') && typeof pair[1] === 'object')) };
}
