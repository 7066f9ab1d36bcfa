import { addDims, mulDims, positiveDim, type Dim } from '../graph/dim.js';
import { isFloat } from '../graph/dtype.js';
import { innerInput } from '../graph/input.js';
import { InnerGraph } from '../graph/inner.js';
import { type Node } from '../graph/node.js';
import { rebuild, topological } from '../graph/traverse.js';
import { type TensorType } from '../graph/type.js';
import { add } from '../ops/arithmetic.js';
import { equal, where, zerosOf } from '../ops/comparison.js';
import { zeros } from '../ops/create.js';
import { padNode, sliceNode } from '../ops/slicePad.js';
import { sizeNode } from '../ops/statistics.js';
import { collecting, getNode, scanNode, specOf } from '../scan/op.js';
import { storedFor } from './stored.js';

/** The reverse sweep over one graph; see sweep.ts, which hands itself in. */
export type Sweep = (roots: readonly Node[], variables: readonly Node[], cotangents: readonly Node[]) => readonly (Node | undefined)[];

/**
 * The gradient of a scan is a scan in the other direction. It carries the adjoints of the carries and the sums
 * of the adjoints of what stays the same; it goes through the cotangents of what was collected, and through
 * the carries as they were before each iteration and what is costly in the step, which the forward scan collects
 * for it. The step's other values are computed again.
 */
export function gradientOfScan(scan: Node, cotangents: ReadonlyMap<number, Node>, needed: readonly boolean[], sweep: Sweep): readonly (Node | null)[] {
  const spec = specOf(scan);
  const { inner, carries, sequences } = spec;
  const active = activeCarries(scan, cotangents, needed);
  const collected = [...cotangents.keys()].filter((i) => i >= carries).sort((a, b) => a - b);
  const variables = inner.inputs.filter((input, k) => (k < carries ? active.includes(k) : needed[k] === true && isFloat(input.dtype)));

  // One iteration backwards, by the ordinary sweep over the inner graph.
  const carried = active.map((k) => innerInput(`d_${inner.inputs[k]?.name}`, (inner.inputs[k] as Node).type));
  const arriving = collected.map((i) => innerInput(`d_out${i}`, (inner.outputs[i] as Node).type));
  const roots = [...active, ...collected].map((i) => inner.outputs[i] as Node);
  const adjoints = new Map(sweep(roots, variables, [...carried, ...arriving]).map((adjoint, i) => [variables[i] as Node, adjoint]));
  const slices = variables.filter((variable) => isSlice(inner.inputs.indexOf(variable)) && adjoints.get(variable) !== undefined);
  const summed = variables.filter((variable) => inner.inputs.indexOf(variable) >= carries + sequences && adjoints.get(variable) !== undefined);
  const sums = summed.map((variable) => innerInput(`sum_${variable.name}`, variable.type));
  const made = [
    ...active.map((k) => adjoints.get(inner.inputs[k] as Node) ?? zerosLike((inner.inputs[k] as Node).type)),
    ...summed.map((variable, i) => add(sums[i] as Node, adjoints.get(variable) as Node) as Node),
    ...slices.map((variable) => adjoints.get(variable) as Node),
  ];

  // What of the forward scan's values and inputs these are computed from.
  const stored = new Map(storedFor(made, [...carried, ...sums, ...arriving], inner.inputs.slice(0, carries + sequences)).map((node) => [node, innerInput(node.name ?? node.op.name, node.type)]));
  const outputs = rebuild(made, (node, original) => stored.get(original) ?? node, (node) => stored.has(node));
  const reached = new Set(topological(outputs));
  const read = inner.inputs.map((input, k) => ({ input, k })).filter(({ input }) => reached.has(input));
  const states = read.filter(({ k }) => k < carries);
  const whole = collecting(scan, [...states.map(({ input }) => input), ...stored.keys()]);
  const window = windowOf(spec.length, spec.truncate, spec.reverse);
  const gone = read.filter(({ k }) => isSlice(k));
  const still = read.filter(({ k }) => k >= carries + sequences);
  const along = [...collected.map((i) => cotangents.get(i) as Node), ...whole.at.map((i) => getNode(whole.scan, i)), ...gone.map(({ k }) => scan.inputs[k] as Node)];
  const backward = scanNode({
    inner: new InnerGraph([...carried, ...sums, ...arriving, ...states.map(({ input }) => input), ...stored.values(), ...gone.map(({ input }) => input), ...still.map(({ input }) => input)], outputs),
    length: window.length, reverse: !spec.reverse, carries: active.length + summed.length, sequences: along.length, unroll: spec.unroll, truncate: null, gathers: summed.length,
  }, [
    ...active.map((k) => cotangents.get(k) ?? zerosLike((inner.inputs[k] as Node).type)),
    ...summed.map(({ type }) => zerosLike(type)),
    ...along.map((node) => window.cut(node)),
    ...still.map(({ k }) => scan.inputs[k] as Node),
  ]);

  return scan.inputs.map((_, k) => {
    const input = inner.inputs[k] as Node;
    if (k < carries) return active.includes(k) ? window.first(getNode(backward, active.indexOf(k))) : null;
    if (slices.includes(input)) return window.restore(getNode(backward, active.length + summed.length + slices.indexOf(input)));
    return summed.includes(input) ? getNode(backward, active.length + summed.indexOf(input)) : null;
  });

  function isSlice(k: number): boolean {
    return k >= carries && k < carries + sequences;
  }
}

/** The carries through which a cotangent reaches something that needs a gradient. */
function activeCarries(scan: Node, cotangents: ReadonlyMap<number, Node>, needed: readonly boolean[]): readonly number[] {
  const { inner, carries } = specOf(scan);
  const reads = inputsReadBy(inner);
  const all = Array.from({ length: carries }, (_, k) => k).filter((k) => isFloat((inner.inputs[k] as Node).dtype));
  // Forwards: what depends on a variable; backwards: what a cotangent depends on. Both until nothing is added.
  const moved = closure(all.filter((k) => needed[k] === true || [...(reads[k] ?? [])].some((i) => i >= carries && needed[i] === true)), (found) => all.filter((k) => [...(reads[k] ?? [])].some((i) => found.has(i))));
  const wanted = closure(all.filter((k) => cotangents.has(k) || [...cotangents.keys()].some((o) => reads[o]?.has(k) === true)), (found) => all.filter((k) => [...found].some((o) => reads[o]?.has(k) === true)));
  return all.filter((k) => moved.has(k) && wanted.has(k));
}

function closure(start: readonly number[], grow: (found: ReadonlySet<number>) => readonly number[]): ReadonlySet<number> {
  let found = new Set(start);
  for (;;) {
    const next = new Set([...found, ...grow(found)]);
    if (next.size === found.size) return found;
    found = next;
  }
}

/** For each inner output, the positions of the inner inputs it is computed from. */
function inputsReadBy(inner: InnerGraph): readonly ReadonlySet<number>[] {
  const read = new Map<Node, ReadonlySet<number>>(inner.inputs.map((input, k) => [input, new Set([k])]));
  for (const node of topological(inner.outputs)) if (!read.has(node)) read.set(node, new Set(node.inputs.flatMap((input) => [...(read.get(input) ?? [])])));
  return inner.outputs.map((output) => read.get(output) ?? new Set());
}

function zerosLike({ dtype, shape }: TensorType): Node {
  return zeros(shape, dtype) as Node;
}

interface Window {
  readonly length: Dim;
  /** The iterations that count, of a sequence. */
  readonly cut: (sequence: Node) => Node;
  /** Back among the others, which get 0. */
  readonly restore: (slices: Node) => Node;
  /** What reaches the value before the first iteration: 0, unless all count. */
  readonly first: (adjoint: Node) => Node;
}

/** The last `truncate` iterations. */
function windowOf(length: Dim, truncate: number | null, reverse: boolean): Window {
  const same = (node: Node): Node => node;
  if (truncate === null || (typeof length === 'number' && truncate >= length)) return { length, cut: same, restore: same, first: same };
  const left = positiveDim(addDims(length, -truncate));
  const count = addDims(length, mulDims(left, -1));
  const begin = reverse ? 0 : left;
  return {
    length: count,
    cut: (sequence) => sliceNode(sequence, 0, begin, count),
    restore: (slices) => padNode(slices, 0, begin, addDims(left, mulDims(begin, -1))),
    first: (adjoint) => where(equal(sizeNode(left, 'int32'), 0), adjoint, zerosOf(adjoint)) as Node,
  };
}
