import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the workspace, with a slash at its end. */
export const root: string = fileURLToPath(new URL('../', import.meta.url));

/** The packages, each after those it imports. */
export const packages = ['core', 'objectives', 'layers', 'updates', 'training', 'backend-wasm', 'backend-webgpu', 'pastina', 'cli'] as const;

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}

export function manifestOf(folder: string, base: string = root): Manifest {
  return JSON.parse(readFileSync(`${base}packages/${folder}/package.json`, 'utf8')) as Manifest;
}

/** The entry points of a package: `index`, and its subpaths. */
export function entriesOf(folder: string, base: string = root): readonly string[] {
  return Object.values(manifestOf(folder, base).exports).flatMap((entry) => (typeof entry === 'string' ? [] : [entry.default.replace('./dist/', '').replace('.js', '')]));
}
