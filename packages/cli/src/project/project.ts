import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DeclarationGraph } from '../declarations/graph.js';
import type { Surface } from '../declarations/slots.js';
import { CommandError } from '../errors.js';
import type { Table } from '../tables.js';
import { entryFile, installation, packageFolder, readManifest, tableOf, type Installation } from './packages.js';
import { readRecord, recordName, type Recorded } from './recorded.js';

/** A project as the commands see it; they do not look at the disk themselves. */
export interface Project {
  readonly cwd: string;
  readonly installation: Installation;
  /** One for each package that has defaults. */
  readonly tables: readonly Table[];
  readonly surfaces: readonly Surface[];
  readonly graph: DeclarationGraph;
  readonly recorded: Recorded;
  /** What could not be read; doctor tells of it, other commands stop. */
  readonly problems: readonly CommandError[];
}

/** Reads what a project has installed and recorded. */
export async function readProject(cwd: string): Promise<Project> {
  const installed = installation(cwd);
  const [first] = installed.missing;
  if (installed.packages.length === 0) throw new CommandError('NOT_INSTALLED', first === undefined ? `${join(cwd, 'package.json')} depends on no package of pastina; nothing is to be done` : `${first.name} is not installed in ${cwd}; run npm install`);
  const tables: Table[] = [];
  const surfaces: Surface[] = [];
  const problems: CommandError[] = [];
  for (const one of installed.packages) {
    // Of several copies the first counts; doctor tells of the others.
    if (tables.some((table) => table.package === one.name)) continue;
    const table = await tableOf(one).catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      problems.push(error);
      return undefined;
    });
    if (table === undefined) continue;
    tables.push(table);
    surfaces.push({ table, entries: Object.keys(one.manifest.exports ?? {}).flatMap((subpath) => {
      const path = entryFile(one, subpath, 'types');
      return path === undefined || !existsSync(path) ? [] : [{ module: subpath.replace('.', one.name), path }];
    }) });
  }
  return { cwd, installation: installed, tables, surfaces, graph: new DeclarationGraph({ resolve: resolveDeclaration, read: (path) => readFileSync(path, 'utf8') }), recorded: readRecorded(cwd), problems };
}

function readRecorded(cwd: string): Recorded {
  const path = join(cwd, recordName);
  return readRecord(existsSync(path) ? readFileSync(path, 'utf8') : undefined);
}

/** `./x.js` → its `.d.ts`; a package's name → the types that its `exports` give. */
export function resolveDeclaration(specifier: string, from: string): string | undefined {
  if (specifier.startsWith('.')) {
    const path = resolve(dirname(from), specifier.replace(/\.([cm]?)js$/, '.d.$1ts'));
    return existsSync(path) ? path : undefined;
  }
  const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier) ?? [];
  const folder = name === undefined ? undefined : packageFolder(name, dirname(from));
  if (folder === undefined) return undefined;
  const file = entryFile({ folder, manifest: readManifest(folder) ?? {} }, `.${rest ?? ''}`, 'types');
  return file !== undefined && existsSync(file) ? file : undefined;
}
