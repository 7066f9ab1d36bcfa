import { type Node } from '../graph/node.js';
import { rebuild } from '../graph/traverse.js';
import { concat } from '../ops/concat.js';
import { zeros } from '../ops/create.js';
import { reshapeNode } from '../ops/reshape.js';
import { sliceNode } from '../ops/slicePad.js';
import { scanOp, specOf } from './op.js';

/** Scans that ask for it are written out: one copy of the inner graph for each iteration. Sizes are known by now. */
export function unrollScans(roots: readonly Node[]): readonly Node[] {
  const written = new Map<Node, readonly Node[]>();
  return rebuild(roots, (node) => {
    if (node.op === scanOp && specOf(node).unroll) written.set(node, writeOut(node));
    const values = node.op.kind === 'get' ? written.get(node.inputs[0] as Node) : undefined;
    return values === undefined ? node : (values[node.attrs.index as number] as Node);
  });
}

function writeOut(scan: Node): readonly Node[] {
  const { inner, length, reverse, carries, sequences } = specOf(scan);
  const count = length as number;
  let state = scan.inputs.slice(0, carries);
  const collected: Node[][] = inner.outputs.slice(carries).map(() => []);
  for (let i = 0; i < count; i += 1) {
    const t = reverse ? count - 1 - i : i;
    const slices = scan.inputs.slice(carries, carries + sequences).map((sequence) => reshapeNode(sliceNode(sequence, 0, t, 1), sequence.shape.slice(1)));
    const given = [...state, ...slices, ...scan.inputs.slice(carries + sequences)];
    const table = new Map(inner.inputs.map((input, k) => [input, given[k] as Node]));
    const results = rebuild(inner.outputs, (node, original) => table.get(original) ?? node, (node) => table.has(node));
    state = results.slice(0, carries);
    collected.forEach((list, k) => {
      const value = results[carries + k] as Node;
      list[t] = reshapeNode(value, [1, ...value.shape]);
    });
  }
  return [...state, ...collected.map((list, k) => (count === 0 ? zeros([0, ...(inner.outputs[carries + k] as Node).shape], (inner.outputs[carries + k] as Node).dtype) : concat(list, 0)) as Node)];
}
