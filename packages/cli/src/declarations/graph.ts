import type * as t from '@babel/types';
import { CommandError } from '../errors.js';
import { readDeclarations, type DeclarationFile } from './syntax.js';

/** How declaration files are found and read: the command's only look at the disk here. */
export interface DeclarationHost {
  /** The file of `specifier`, as the file `from` imports it; undefined, if there is none. */
  readonly resolve: (specifier: string, from: string) => string | undefined;
  readonly read: (path: string) => string;
}

/** Something declared: its place is its identity. */
export interface Declaration {
  readonly kind: 'declaration';
  readonly file: DeclarationFile;
  readonly name: string;
  readonly node: t.Node;
}

/** A module as a value: `import * as p`, `export * as initializers`. */
export interface Namespace {
  readonly kind: 'namespace';
  readonly path: string;
}

/**
 * The declarations of installed packages. Where a call takes its options is read from them, not from a list of our own:
 * they are what the compiler wrote from the very code that is installed, so that they cannot lag behind it.
 */
export class DeclarationGraph {
  readonly #host: DeclarationHost;
  readonly #files = new Map<string, DeclarationFile>();

  constructor(host: DeclarationHost) {
    this.#host = host;
  }

  file(path: string): DeclarationFile {
    let file = this.#files.get(path);
    if (file === undefined) {
      file = this.#read(path);
      this.#files.set(path, file);
    }
    return file;
  }

  #read(path: string): DeclarationFile {
    try {
      return readDeclarations(path, this.#host.read(path));
    } catch (error) {
      throw new CommandError('DECLARATIONS', `${path} cannot be read (${(error as Error).message}); install its package anew`);
    }
  }

  /** The declaration file of a module that a file imports. */
  module(specifier: string, from: string): string | undefined {
    return this.#host.resolve(specifier, from);
  }

  /** What a module exports under a name, followed to where it is declared. */
  exported(path: string, name: string, seen: ReadonlySet<string> = new Set()): Declaration | Namespace | undefined {
    const key = `${path}#${name}`;
    if (seen.has(key)) return undefined;
    const [file, deeper] = [this.file(path), new Set([...seen, key])];
    const entry = file.exports.get(name);
    if (entry !== undefined) return 'local' in entry ? this.local(file, entry.local, deeper) : this.#other(entry, path, deeper);
    for (const star of file.stars) {
      const found = this.#other({ from: star, imported: name }, path, deeper);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** All names that a module exports. */
  names(path: string, seen: ReadonlySet<string> = new Set()): readonly string[] {
    if (seen.has(path)) return [];
    const file = this.file(path);
    const deeper = new Set([...seen, path]);
    return [...new Set([...file.exports.keys(), ...file.stars.flatMap((star) => {
      const target = this.module(star, path);
      return target === undefined ? [] : this.names(target, deeper);
    })])];
  }

  /** What a name means inside a file. */
  local(file: DeclarationFile, name: string, seen: ReadonlySet<string> = new Set()): Declaration | Namespace | undefined {
    const node = file.declared.get(name);
    if (node !== undefined) return { kind: 'declaration', file, name, node };
    const imported = file.imports.get(name);
    return imported === undefined ? undefined : this.#other(imported, file.path, seen);
  }

  #other({ from, imported }: { readonly from: string; readonly imported: string }, path: string, seen: ReadonlySet<string>): Declaration | Namespace | undefined {
    const target = this.module(from, path);
    if (target === undefined) return undefined;
    return imported === '*' ? { kind: 'namespace', path: target } : this.exported(target, imported, seen);
  }
}
