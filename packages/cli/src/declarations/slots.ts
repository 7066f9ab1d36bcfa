import { splitId, type Change, type Table } from '../tables.js';
import { callableOf, type Callable, type Parameter } from './callables.js';
import type { Declaration, DeclarationGraph } from './graph.js';
import { accepts, declaredMembers } from './members.js';

/** Where a call says what a default stands for. */
export interface Slot {
  readonly change: Change;
  readonly option: string;
  /** The argument: a bag of options, or the value itself. */
  readonly at: number;
  readonly kind: 'bag' | 'value';
  /** Whether the argument may be left out. */
  readonly optional: boolean;
  /** Whether the old value can stand there as it is. */
  readonly writable: boolean;
  /** Why it cannot be told whether it is this default, or where it goes. */
  readonly doubt?: string;
}

/** A package with its table, and its declaration files: of `.`, and of its subpaths. */
export interface Surface {
  readonly table: Table;
  readonly entries: readonly { readonly module: string; readonly path: string }[];
}

/** A function or class that a package exports, with what it has of the changes. */
export interface Place {
  readonly module: string;
  readonly name: string;
  readonly slots: readonly Slot[];
}

/**
 * Finds the slots of changed defaults. A call `f(…)` has the default `f.option`, or that of a class it extends; where
 * there is none of its own, the one that declares the very option its type inherits: `batchNorm(…)` hands its options
 * to `BatchNormLayer`, and both types say so.
 */
export class Slots {
  readonly #graph: DeclarationGraph;
  readonly #surfaces: readonly Surface[];
  readonly #changes: readonly Change[];
  readonly #found = new Map<string, readonly Slot[]>();
  #owners: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(graph: DeclarationGraph, surfaces: readonly Surface[], changes: readonly Change[]) {
    this.#graph = graph;
    this.#surfaces = surfaces;
    this.#changes = changes;
  }

  /** The slots of what a call calls. */
  of(declaration: Declaration): readonly Slot[] {
    const key = `${declaration.file.path}#${declaration.name}`;
    let slots = this.#found.get(key);
    if (slots === undefined) {
      const callable = this.#changes.length === 0 ? undefined : callableOf(this.#graph, declaration);
      slots = callable === undefined ? [] : this.#changes.flatMap((change) => this.#slot(callable, change));
      this.#found.set(key, slots);
    }
    return slots;
  }

  /** All exports that have slots, as the packages' own modules name them. */
  places(): readonly Place[] {
    if (this.#changes.length === 0) return [];
    return this.#surfaces.flatMap(({ entries }) => entries.flatMap(({ module, path }) => this.#graph.names(path).flatMap((name) => {
      const found = this.#graph.exported(path, name);
      const slots = found?.kind === 'declaration' ? this.of(found) : [];
      return slots.length === 0 ? [] : [{ module, name, slots }];
    })));
  }

  /** Changes for which there is no call to look for, such as those of methods. */
  unplaced(): readonly Change[] {
    const placed = new Set(this.places().flatMap(({ slots }) => slots.map(({ change }) => change)));
    return this.#changes.filter((change) => !placed.has(change));
  }

  #slot(callable: Callable, change: Change): readonly Slot[] {
    const [called, option] = splitId(change.id);
    const rivals = this.#idsOf(callable, option);
    if (!rivals.includes(`${change.package} ${change.id}`)) return [];
    const bags = callable.parameters.filter(({ members }) => members.has(option));
    const parameters = bags.length > 0 ? bags : callable.parameters.filter(({ name }) => name === option && callable.names.includes(called));
    const [parameter] = parameters;
    if (parameter === undefined) return [];
    const others = rivals.filter((id) => id !== `${change.package} ${change.id}`).map((id) => id.split(' ')[1]);
    const doubt = others.length > 0 ? `'${option}' may be that of ${others.join(' or ')} as well` : parameters.some(({ at }) => at !== parameter.at) ? `its overloads take '${option}' at different places` : undefined;
    const member = parameter.members.get(option);
    const typed = member ?? parameter;
    return [{
      change, option, at: parameter.at, kind: member === undefined ? 'value' : 'bag', optional: parameter.optional,
      writable: accepts(this.#graph, typed.file, typed.type, change.old), ...(doubt === undefined ? {} : { doubt }),
    }];
  }

  /** The defaults that an option of a callable can be, as `package id`. */
  #idsOf(callable: Callable, option: string): readonly string[] {
    for (const name of callable.names) {
      const own = this.#surfaces.filter((surface) => surface.table.entries[`${name}.${option}`] !== undefined && this.#isFrom(surface, callable)).map(({ table }) => `${table.package} ${name}.${option}`);
      if (own.length > 0) return own;
    }
    const owner = callable.parameters.map(({ members }) => members.get(option)?.owner).find((one) => one !== undefined);
    return owner === undefined ? [] : (this.#ownersOfAll().get(`${owner}.${option}`) ?? []);
  }

  #isFrom(surface: Surface, callable: Callable): boolean {
    return callable.names.some((name) => surface.entries.some(({ path }) => {
      const found = this.#graph.exported(path, name);
      return found?.kind === 'declaration' && `${found.file.path}#${found.name}` === callable.place;
    })) || callable.names.length > 1;
  }

  #ownersOfAll(): ReadonlyMap<string, readonly string[]> {
    if (this.#owners === undefined) {
      const owners = new Map<string, readonly string[]>();
      for (const surface of this.#surfaces) {
        for (const id of Object.keys(surface.table.entries)) {
          const owner = this.#owner(surface, id);
          if (owner !== undefined) owners.set(owner, [...(owners.get(owner) ?? []), `${surface.table.package} ${id}`]);
        }
      }
      this.#owners = owners;
    }
    return this.#owners;
  }

  /** Whose option a default is: as the function or class of its name takes it, or else as the type `NameOptions` has it. */
  #owner(surface: Surface, id: string): string | undefined {
    const [called, option] = splitId(id);
    const type = `${called.replace(/^./, (letter) => letter.toUpperCase())}Options`;
    const owner = this.#parameter(surface, called, option)?.members.get(option)?.owner
      ?? surface.entries.flatMap(({ path }) => {
        const found = this.#graph.exported(path, type);
        return found?.kind === 'declaration' ? [declaredMembers(this.#graph, found).get(option)?.owner] : [];
      }).find((one) => one !== undefined);
    return owner === undefined ? undefined : `${owner}.${option}`;
  }

  #parameter(surface: Surface, called: string, option: string): Parameter | undefined {
    for (const { path } of surface.entries) {
      const found = this.#graph.exported(path, called);
      const callable = found?.kind === 'declaration' ? callableOf(this.#graph, found) : undefined;
      const parameter = callable?.parameters.find(({ name, members }) => name === option || members.has(option));
      if (parameter !== undefined) return parameter;
    }
    return undefined;
  }
}
