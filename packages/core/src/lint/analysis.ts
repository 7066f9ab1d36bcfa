import { type Node } from '../graph/node.js';
import { topological } from '../graph/traverse.js';
import { specOf } from '../scan/op.js';
import { lasting } from './lasting.js';
import { anything, cleared, meet, type Range } from './range.js';
import { constraints, type Constraint } from './refine.js';
import { transfer } from './transfers/table.js';

/** What is known of a value: as computed, and as what is computed from it takes it, once a hazard was told. */
export interface Known {
  readonly raw: Range;
  readonly clean: Range;
}

/** Ranges of what comes from outside; undefined: any number. */
export type LeafRanges = (leaf: Node) => Range | undefined;

/** Wheres inside of the branches of wheres: deeper ones are looked at as if nothing was known of their conditions. */
const deepest = 3;

/** Values under conditions: in a branch of a `where`, some are known better than outside. */
export class Scope {
  readonly parent: Scope | undefined;
  /** The `where` in whose branch this is. */
  readonly where: Node | undefined;
  readonly depth: number;
  readonly values: Map<Node, Known> = new Map();
  /** The branches of each `where` under these conditions. */
  readonly branches: Map<Node, readonly [Scope, Scope]> = new Map();

  /** Does what follows a hazard go on as if it did not happen? */
  readonly trusting: boolean;
  /** May the branch be taken at all? Its gradient is computed if not, too. */
  readonly taken: boolean;

  constructor(trusting: boolean, parent?: Scope, where?: Node, taken?: boolean) {
    this.trusting = trusting;
    this.taken = taken ?? parent?.taken ?? true;
    this.parent = parent;
    this.where = where;
    this.depth = parent === undefined ? 0 : parent.depth + (where === undefined ? 0 : 1);
  }

  find(node: Node): Known | undefined {
    return this.values.get(node) ?? this.parent?.find(node);
  }

  /** The scope that knows the node. */
  home(node: Node): Scope {
    return this.values.has(node) || this.parent === undefined ? this : this.parent.home(node);
  }
}

/**
 * Ranges of all values of a graph, computed forwards. `trusting`: what makes a NaN or an infinity is noted where it
 * is made, and what follows goes on as if it did not happen; otherwise the flags are carried along, soundly.
 */
export class Analysis {
  readonly order: readonly Node[];
  readonly base: Scope;
  readonly scans: Map<Node, ScanRanges> = new Map();
  readonly #leaves: LeafRanges;

  constructor(roots: readonly Node[], leaves: LeafRanges, trusting: boolean) {
    this.order = topological(roots);
    this.#leaves = leaves;
    this.base = new Scope(trusting);
    for (const node of this.order) this.base.values.set(node, this.#know(node, this.base));
  }

  /** The range of a value under the conditions of a scope. */
  raw(node: Node, scope: Scope = this.base): Range {
    return (scope.find(node) as Known).raw;
  }

  clean(node: Node, scope: Scope = this.base): Range {
    return (scope.find(node) as Known).clean;
  }

  /** Ranges of further expressions over known ones, some of which are set; flags are carried along. */
  probe(expressions: readonly Node[], set: ReadonlyMap<Node, Range>, scope: Scope): readonly Range[] {
    const inner = new Scope(false, scope);
    for (const [node, raw] of set) inner.values.set(node, { raw, clean: raw });
    for (const node of topological(expressions, (at) => inner.find(at) !== undefined)) if (inner.find(node) === undefined) inner.values.set(node, this.#know(node, inner));
    return expressions.map((node) => (inner.find(node) as Known).raw);
  }

  #know(node: Node, scope: Scope): Known {
    const raw = this.#range(node, scope);
    return { raw, clean: scope.trusting && node.op.kind !== 'leaf' && isBorn(raw, node.inputs.map((input) => (scope.find(input) as Known).clean)) ? cleared(raw, node.dtype) : raw };
  }

  #range(node: Node, scope: Scope): Range {
    const { op } = node;
    if (op.kind === 'scan') {
      if (!this.scans.has(node)) this.scans.set(node, ranScan(node, node.inputs.map((input) => this.clean(input, scope)), scope.trusting));
      return anything('bool');
    }
    if (op.kind === 'get') return this.scans.get(node.inputs[0] as Node)?.outputs[node.attrs.index as number] ?? anything(node.dtype);
    if (op.kind === 'leaf') return this.#leaves(node) ?? transfer(node, []);
    const operands = op.name === 'where' && scope.depth < deepest ? this.#branches(node, scope) : node.inputs.map((input) => this.clean(input, scope));
    return transfer(node, operands);
  }

  /** The operands of a `where`, each branch as it is where it is chosen. */
  #branches(node: Node, scope: Scope): readonly Range[] {
    const [condition, ...branches] = node.inputs as readonly [Node, Node, Node];
    const holds = this.clean(condition, scope);
    const scopes = branches.map((branch, i) => this.#branch(branch, constraints(condition, i === 0, (at) => this.clean(at, scope)), new Scope(scope.trusting, scope, node, scope.taken && (i === 0 ? holds.hi === 1 : holds.lo === 0))));
    scope.branches.set(node, scopes as unknown as readonly [Scope, Scope]);
    return [holds, ...branches.map((branch, i) => this.clean(branch, scopes[i]))];
  }

  /** What a branch is made of, element by element, where a condition holds. */
  #branch(branch: Node, told: readonly Constraint[], inner: Scope): Scope {
    const about = new Map<Node, Range>();
    for (const [target, r] of told) about.set(target, meetOf(about.get(target), r));
    if (about.size === 0) return inner;
    // Constraints are about the element at the same place, so they end where elements are moved or folded.
    for (const at of topological([branch], (inside) => !elementwise(inside))) {
      const known = inner.find(at) as Known;
      const constraint = about.get(at);
      const touched = elementwise(at) && at.inputs.some((input) => inner.values.has(input));
      if (!touched && constraint === undefined) continue;
      const again = touched ? this.#know(at, inner) : known;
      const [raw, clean] = constraint === undefined ? [again.raw, again.clean] : [meet(again.raw, constraint), meet(again.clean, constraint)];
      inner.values.set(at, { raw, clean });
    }
    return inner;
  }
}

const meetOf = (a: Range | undefined, b: Range): Range => (a === undefined ? b : meet(a, b));

const elementwise = (node: Node): boolean => node.op.kind === 'elementwise' || node.op.name === 'broadcastTo' || node.op.name === 'stopGradient';

/** Does a NaN or an infinity appear here that no operand has? */
export function isBorn(raw: Range, operands: readonly Range[]): boolean {
  return (raw.nan && !operands.some(({ nan }) => nan)) || (raw.inf && !operands.some(({ inf }) => inf));
}

/** What is known of a scan: the ranges of its values, and its inner graph over the ranges of its carries. */
export interface ScanRanges {
  readonly outputs: readonly Range[];
  readonly inner: Analysis;
}

/** Ranges of a scan: those of its carries hold in every iteration. */
function ranScan(node: Node, given: readonly Range[], trusting: boolean): ScanRanges {
  const { inner, carries } = specOf(node);
  const first = given.slice(0, carries);
  const { ranges, made } = lasting(first, (held) => {
    const at = new Map(inner.inputs.map((input, i) => [input, (i < carries ? held[i] : given[i]) as Range]));
    const analysis = new Analysis(inner.outputs, (leaf) => at.get(leaf), trusting);
    const next = inner.outputs.slice(0, carries).map((output) => (trusting ? cleared(analysis.clean(output), output.dtype) : analysis.raw(output)));
    return { next, made: analysis };
  });
  return { inner: made, outputs: inner.outputs.map((output, i) => (i < carries ? (ranges[i] as Range) : made.clean(output))) };
}
