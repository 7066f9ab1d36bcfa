import { InnerGraph } from '../graph/inner.js';
import { makeNode, type Node } from '../graph/node.js';
import { rebuild, topologicalWithin } from '../graph/traverse.js';
import { getNode, scanOp, specOf, type ScanSpec } from './op.js';

/**
 * Scans that differ only in what they collect become one, and nothing is collected that nobody reads. So a
 * gradient's stored carries, and a logarithm taken inside, cost no second run.
 */
export function mergeScans(roots: readonly Node[], keep: (node: Node) => boolean = () => false): readonly Node[] {
  // A merge may make the inputs of later scans equal; stacked scans take one round each.
  let graph = roots;
  for (;;) {
    const next = mergeOnce(graph, keep);
    if (next.every((node, i) => node === graph[i])) return graph;
    graph = next;
  }
}

function mergeOnce(roots: readonly Node[], keep: (node: Node) => boolean): readonly Node[] {
  const order = topologicalWithin(roots, keep);
  const families = new Map<string, Node[]>();
  const family = (scan: Node): Node[] => families.get(familyKey(scan)) ?? [];
  for (const node of order) if (node.op === scanOp) families.set(familyKey(node), family(node));
  if (families.size === 0) return roots;
  for (const node of order) {
    const scan = node.inputs[0];
    if (node.op.kind !== 'get' || scan === undefined || keep(node)) continue;
    const { inner, carries } = specOf(scan);
    const read = inner.outputs[node.attrs.index as number] as Node;
    if ((node.attrs.index as number) >= carries && !family(scan).includes(read)) family(scan).push(read);
  }
  return rebuild(roots, (node, original) => {
    if (node.op === scanOp) return withOutputs(node, family(original));
    if (node.op.kind !== 'get' || keep(original)) return node;
    const before = original.inputs[0] as Node;
    const { inner, carries } = specOf(before);
    const index = original.attrs.index as number;
    return index < carries ? node : getNode(node.inputs[0] as Node, carries + family(before).indexOf(inner.outputs[index] as Node));
  }, keep);
}

/** The scan that collects just these inner nodes. */
function withOutputs(scan: Node, collected: readonly Node[]): Node {
  const spec = specOf(scan);
  const inner = new InnerGraph(spec.inner.inputs, [...spec.inner.outputs.slice(0, spec.carries), ...collected]);
  return makeNode(scanOp, scan.inputs, { ...scan.attrs, inner });
}

/** What scans that may be one have in common. */
function familyKey(scan: Node): string {
  const { inner, length, reverse, carries, sequences, unroll, truncate, gathers } = scan.attrs as unknown as ScanSpec;
  const ids = (nodes: readonly Node[]): string => nodes.map(({ id }) => id).join(' ');
  return [ids(scan.inputs), ids(inner.inputs), ids(inner.outputs.slice(0, carries)), length, reverse, carries, sequences, unroll, truncate, gathers].join('|');
}
