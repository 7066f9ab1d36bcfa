import { behaviorState } from '../behavior/state.js';
import { InputError, UnsupportedError } from '../errors.js';
import { constant, constantOp } from '../graph/constant.js';
import { type Dim } from '../graph/dim.js';
import { type DType } from '../graph/dtype.js';
import { InnerGraph } from '../graph/inner.js';
import { inputOp, innerInput } from '../graph/input.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type ConstantData } from '../graph/op.js';
import { ParameterNode, parameter, parameterOp, type Parameter } from '../graph/parameter.js';
import { topological } from '../graph/traverse.js';
import { tensor, type Tensor } from '../graph/tensor.js';
import { formatType } from '../graph/type.js';
import { allOps } from '../ops/all.js';
import { checkOptions } from '../options.js';
import { getOp, scanOp } from '../scan/op.js';
import { version } from '../version.js';
import { attrReader, storeAttr, type StoredAttr, type StoredAttrs } from './attrs.js';

/** What a graph computes from what. */
export interface GraphSpec {
  /** Name → what `input(…)` gave. */
  readonly inputs: Readonly<Record<string, Expression>>;
  /** Name → what to compute. */
  readonly outputs: Readonly<Record<string, Expression>>;
}

/** What {@link parseGraph} gives. */
export interface StoredGraph extends GraphSpec {
  readonly inputs: Readonly<Record<string, Expression>>;
  /** In the order of `parametersOf(outputs)`. */
  readonly parameters: readonly Parameter[];
  /** Which release wrote it, and the behavior levels then. Every default is written into the graph, so they change nothing. */
  readonly made: { readonly core: string; readonly behaviors: Readonly<Record<string, string>> };
}

/** What the first field of a stored graph says; the number rises when older readers could not read it. */
const format = 'pastina-graph-1';

const ops = new Map([inputOp, parameterOp, constantOp, scanOp, getOp, ...allOps].map((op) => [op.name, op]));

interface StoredNode {
  readonly op: string;
  readonly inputs: readonly number[];
  readonly attrs: StoredAttrs;
  /** What the attributes made of it: a file that is corrupt, or an op that has changed, makes another. */
  readonly type: string;
}

/**
 * A graph as JSON: ops with all their attributes, names, sizes and constants, everything but the values of parameters.
 * Sizes stay symbolic. Defaults are written into the attributes, so that the graph means the same under every release.
 *
 * @throws UnsupportedError GRAPH_STORE for a node with a function of its own, such as that of `customGradient`
 *
 * @example
 * ```ts
 * import { evaluate, input, mul, parameter, parseGraph, stringifyGraph } from '@pastina/core';
 * const x = input('x', ['batch']), w = parameter(3, { name: 'w' });
 * const text = stringifyGraph({ inputs: { x }, outputs: { y: mul(x, w) } });
 * const { outputs, parameters } = parseGraph(text);
 * parameters[0]?.set(5);
 * console.log(evaluate(outputs.y ?? x, { x: [1, 2] }).toArray()); // [5, 10]
 * ```
 */
export function stringifyGraph(spec: GraphSpec): string {
  checkOptions('stringifyGraph', spec, ['inputs', 'outputs']);
  const rootsOf = (named: Readonly<Record<string, Expression>>): readonly (readonly [string, Node])[] => Object.entries(named).map(([name, expression]) => [name, toNode(expression, `stringifyGraph: ${name}`)]);
  const [inputs, outputs] = [rootsOf(spec.inputs), rootsOf(spec.outputs)];
  // outputs first: parameters are then in the order of parametersOf
  const nodes = inOrder([...outputs, ...inputs].map(([, node]) => node));
  const index = new Map(nodes.map((node, i) => [node, i]));
  const indexOf = (node: Node): number => index.get(node) as number;
  const stored = nodes.map((node): StoredNode => {
    if (ops.get(node.op.name) !== node.op) throw unstorable(node, 'which has functions of its own');
    const { identity: _, ...attrs } = node.attrs;
    const own = Object.entries(attrs).map(([name, value]) => [name, storeAttr(value, indexOf)] as const);
    const odd = own.find(([, value]) => value === undefined);
    if (odd !== undefined) throw unstorable(node, `whose attribute '${odd[0]}' is no plain data`);
    if (node instanceof ParameterNode) own.push(['tags', [...node.tags]]);
    return { op: node.op.name, inputs: node.inputs.map(indexOf), attrs: Object.fromEntries(own as [string, StoredAttr][]), type: typeText(node) };
  });
  const named = (roots: readonly (readonly [string, Node])[]): readonly (readonly [string, number])[] => roots.map(([name, node]) => [name, indexOf(node)]);
  return JSON.stringify({ format, made: { core: version.version, behaviors: behaviorState().behaviors }, nodes: stored, inputs: named(inputs), outputs: named(outputs) });
}

/** The type without the numbers of sizes that have no name: they are counted anew. */
function typeText(node: Node): string {
  return formatType(node.type).replaceAll(/\?\d+/g, '?');
}

function unstorable(node: Node, why: string): UnsupportedError {
  return new UnsupportedError('GRAPH_STORE', `stringifyGraph: '${node.op.name}' (at ${String(node.site)}), ${why}, cannot be stored; leave it out of what is saved: customGradient and scans with gradients of their own matter in training alone`, { op: node.op.name });
}

/** Inputs before what they go into, inner graphs before their scans. */
function inOrder(roots: readonly Node[]): readonly Node[] {
  return [...new Set(topological(roots).flatMap((node) => (node.attrs.inner instanceof InnerGraph ? [...inOrder([...node.attrs.inner.inputs, ...node.attrs.inner.outputs]), node] : [node])))];
}

/**
 * The graph that {@link stringifyGraph} wrote, checked as if it were built anew. Its parameters are new ones.
 *
 * @param values - what the parameters begin with, in their order; left out, zeros
 * @throws InputError GRAPH_CORRUPT where the text is no such graph, or the values do not fit
 */
export function parseGraph(text: string, values?: readonly Tensor[]): StoredGraph {
  try {
    const found = JSON.parse(text) as { readonly format?: unknown; readonly made: StoredGraph['made']; readonly nodes: readonly StoredNode[]; readonly inputs: readonly [string, number][]; readonly outputs: readonly [string, number][] };
    if (found.format !== format) throw new Error(`its format is ${JSON.stringify(found.format)}`);
    const nodes: Node[] = [];
    const parameters: Parameter[] = [];
    const nodeAt = (i: number): Node => {
      const node = nodes[i];
      if (node === undefined) throw new Error(`node ${nodes.length} refers to ${String(i)}, which is none before it`);
      return node;
    };
    const read = attrReader(nodeAt);
    for (const stored of found.nodes) {
      const node = restore(stored, nodeAt, read, values, parameters);
      if (typeText(node) !== stored.type) throw new Error(`node ${nodes.length}, '${stored.op}', is ${typeText(node)} here, and was ${stored.type}`);
      nodes.push(node);
    }
    if (values !== undefined && values.length !== parameters.length) throw new Error(`there are ${values.length} values for ${parameters.length} parameters`);
    const named = (roots: readonly (readonly [string, number])[]): Readonly<Record<string, Node>> => Object.fromEntries(roots.map(([name, i]) => [name, nodeAt(i)]));
    return { inputs: named(found.inputs), outputs: named(found.outputs), parameters, made: { core: String(found.made.core), behaviors: found.made.behaviors } };
  } catch (error) {
    throw new InputError('GRAPH_CORRUPT', `parseGraph: expected a graph of format '${format}', as stringifyGraph writes it; ${(error as Error).message}`);
  }
}

function restore({ op: name, inputs, attrs: stored }: StoredNode, nodeAt: (i: number) => Node, read: (attrs: StoredAttrs) => Node['attrs'], values: readonly Tensor[] | undefined, parameters: Parameter[]): Node {
  const op = ops.get(name);
  if (op === undefined) throw new Error(`there is no op '${String(name)}'; a later release may have it`);
  const attrs = read(stored);
  const { dtype, shape } = attrs as unknown as { readonly dtype: DType; readonly shape: readonly Dim[] };
  if (op === inputOp) return innerInput(String(attrs.name), { dtype, shape });
  if (op === constantOp) return toNode(constant(tensor({ data: (attrs.value as ConstantData).data, shape: shape as readonly number[] }, undefined, dtype)), name);
  if (op !== parameterOp) return makeNode(op, inputs.map(nodeAt), attrs);
  const value = values?.[parameters.length];
  if (value !== undefined && (value.dtype !== dtype || String(value.shape) !== String(shape))) throw new Error(`value ${parameters.length} is ${value.dtype}[${value.shape.join(', ')}], but parameter '${String(attrs.name)}' is ${dtype}[${shape.join(', ')}]`);
  const zeros = (): { readonly data: Float32Array; readonly shape: readonly number[] } => ({ data: new Float32Array((shape as readonly number[]).reduce((a, b) => a * b, 1)), shape: shape as readonly number[] });
  const made = parameter(value ?? zeros(), { dtype, tags: attrs.tags as readonly string[], ...(typeof attrs.name === 'string' ? { name: attrs.name } : {}) });
  parameters.push(made);
  return toNode(made, name);
}
