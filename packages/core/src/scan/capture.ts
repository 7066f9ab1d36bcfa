import { constantOp } from '../graph/constant.js';
import { innerInput } from '../graph/input.js';
import { InnerGraph } from '../graph/inner.js';
import { type Node } from '../graph/node.js';
import { type ConstantData } from '../graph/op.js';
import { rebuild, topological } from '../graph/traverse.js';

/** Constants up to this size are written into the inner graph. */
const smallConstant = 16;

/**
 * Makes an inner graph of what a step gave: everything that does not depend on the step's own inputs is
 * computed once, outside, and comes in as a further input.
 */
export function capture(own: readonly Node[], outputs: readonly Node[]): { readonly inner: InnerGraph; readonly captured: readonly Node[] } {
  const order = topological(outputs);
  const depends = new Set(own);
  const inside = new Set<Node>();
  for (const node of order) {
    if (node.inputs.some((input) => depends.has(input))) depends.add(node);
    else if (!depends.has(node) && isCheap(node) && node.inputs.every((input) => inside.has(input))) inside.add(node);
  }
  const outside = (node: Node): boolean => !depends.has(node) && !inside.has(node);
  const captured = new Set<Node>();
  for (const node of order) if (depends.has(node)) node.inputs.filter(outside).forEach((input) => captured.add(input));
  outputs.filter(outside).forEach((output) => captured.add(output));
  const table = new Map([...captured].map((node) => [node, innerInput(node.name ?? node.op.name, node.type)]));
  const made = rebuild(outputs, (node, original) => table.get(original) ?? node, (node) => table.has(node));
  return { inner: new InnerGraph([...own, ...table.values()], made), captured: [...captured] };
}

/** Costs nothing to have in every iteration. */
function isCheap({ op, attrs }: Node): boolean {
  if (op === constantOp) return (attrs.value as ConstantData).data.length <= smallConstant;
  return op.kind === 'movement' || op.name === 'size';
}
