import { InputError } from '../errors.js';
import { toNode, type Expression, type Node } from '../graph/node.js';

/** What a scan carries, goes through or collects: one expression, a list, or expressions with names. */
export type Structure = Expression | readonly Expression[] | { readonly [name: string]: Expression };

/** The same structure, of other expressions. */
export type Like<T> = T extends Expression ? Expression : { readonly [K in keyof T]: Expression };

/** A structure's nodes in a fixed order, with what messages call them. */
export interface Flat {
  readonly labels: readonly string[];
  readonly nodes: readonly Node[];
  /** Other nodes in the same structure. */
  readonly build: (nodes: readonly Node[]) => unknown;
}

/** Takes a structure apart; `what` is what messages call it. */
export function flatten(structure: unknown, what: string): Flat {
  if (structure === undefined) return { labels: [], nodes: [], build: () => ({}) };
  if (Array.isArray(structure)) {
    const list = structure as readonly unknown[];
    return { labels: list.map((_, i) => `${what} ${i}`), nodes: list.map((value, i) => toNode(value, `${what} ${i}`)), build: (nodes) => [...nodes] };
  }
  if (isRecord(structure)) {
    const names = Object.keys(structure);
    return { labels: names.map((name) => `${what} '${name}'`), nodes: names.map((name) => toNode(structure[name], `${what} '${name}'`)), build: (nodes) => Object.fromEntries(names.map((name, i) => [name, nodes[i]])) };
  }
  return { labels: [what], nodes: [toNode(structure, what)], build: ([node]) => node };
}

/** Takes apart what must have the structure of `model`. */
export function flattenLike(structure: unknown, model: Flat, original: unknown, what: string): readonly Node[] {
  const flat = flatten(structure, what);
  const same = Array.isArray(structure) === Array.isArray(original) && flat.labels.length === model.labels.length;
  if (!same || (isRecord(original) && Object.keys(original).some((name) => !(isRecord(structure) && name in structure)))) {
    throw new InputError('SCAN_STRUCTURE', `${what}: expected the structure that the scan starts with (${describe(original)}), got ${describe(structure)}`, { expected: describe(original), found: describe(structure) });
  }
  return isRecord(original) ? Object.keys(original).map((name) => toNode((structure as Record<string, unknown>)[name], `${what} '${name}'`)) : flat.nodes;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) === Object.prototype;
}

function describe(structure: unknown): string {
  if (structure === undefined) return 'nothing';
  if (Array.isArray(structure)) return `a list of ${structure.length}`;
  return isRecord(structure) ? `{ ${Object.keys(structure).join(', ')} }` : 'one expression';
}
