import { describeValue, InputError, listing } from '../errors.js';
import { inputOp } from '../graph/input.js';
import { toNode, type Expression, type Node } from '../graph/node.js';
import { ParameterNode } from '../graph/parameter.js';
import { range, type Range } from './range.js';

/** The least and the largest element of inputs and parameters, by themselves or by name. */
export type Bounds = ReadonlyMap<Expression | string, readonly [number, number]> | Readonly<Record<string, readonly [number, number]>>;

/** The given bounds, by leaf. A name stands for every input and parameter that has it. */
export function boundsOf(bounds: Bounds | undefined, leaves: readonly Node[]): ReadonlyMap<Node, Range> {
  const found = new Map<Node, Range>();
  if (bounds === undefined) return found;
  if (typeof bounds !== 'object' || bounds === null || Array.isArray(bounds)) throw new InputError('LINT_BOUNDS', `lint: bounds: expected new Map([[x, [0, 1]]]) or { x: [0, 1] }; got ${describeValue(bounds)}`, { bounds });
  const entries = bounds instanceof Map ? [...(bounds as ReadonlyMap<Expression | string, readonly [number, number]>)] : Object.entries(bounds);
  const bounded = leaves.filter((leaf) => leaf.op === inputOp || leaf instanceof ParameterNode);
  for (const [key, pair] of entries) {
    const targets = typeof key === 'string' ? named(key, bounded) : [leafOf(key)];
    for (const target of targets) found.set(target, pairOf(pair, target));
  }
  return found;
}

function named(name: string, leaves: readonly Node[]): readonly Node[] {
  const targets = leaves.filter((leaf) => leaf.name === name);
  if (targets.length > 0) return targets;
  const names = [...new Set(leaves.flatMap((leaf) => (leaf.name === undefined ? [] : [`'${leaf.name}'`])))];
  throw new InputError('LINT_BOUNDS', `lint: bounds of '${name}', which is no input or parameter of these expressions; expected ${names.length === 0 ? 'none, they have no named ones' : listing(names)}`, { name });
}

function leafOf(key: Expression): Node {
  const node = toNode(key, 'lint: bounds');
  if (node.op === inputOp || node instanceof ParameterNode) return node;
  throw new InputError('LINT_BOUNDS', `lint: bounds of a value made by '${node.op.name}'; expected those of inputs and parameters`, { op: node.op.name });
}

function pairOf(pair: readonly [number, number], target: Node): Range {
  const label = `'${target.name ?? target.op.name}'`;
  if (!Array.isArray(pair) || pair.length !== 2) throw new InputError('LINT_BOUNDS', `lint: bounds of ${label}: expected [least, largest], such as [0, 1]; got ${describeValue(pair)}`, { bounds: pair });
  const [lo, hi] = pair as readonly [number, number];
  if (typeof lo !== 'number' || typeof hi !== 'number' || !(lo <= hi)) throw new InputError('LINT_BOUNDS', `lint: bounds of ${label}: [${String(lo)}, ${String(hi)}]; expected two numbers, the least first`, { bounds: pair });
  return range(lo, hi);
}
