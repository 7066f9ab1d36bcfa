import { ShapeError } from '../errors.js';
import { namesOfDim, SymbolicDim, type Dim } from '../graph/dim.js';
import { inputOp } from '../graph/input.js';
import { type Node } from '../graph/node.js';
import { type AttrValue } from '../graph/op.js';
import { topologicalWithin } from '../graph/traverse.js';
import { sizeOp } from '../ops/statistics.js';

/** Every symbolic size must be one that a listed input brings: better said when compiling than at the first call. */
export function checkSizes(graph: readonly Node[], inputs: readonly (readonly [string, Node])[]): void {
  const known = new Set(inputs.flatMap(([, node]) => node.shape.map(String)));
  for (const node of topologicalWithin(graph)) {
    if (node.op === inputOp) continue;
    const missing = Object.values(node.attrs).flatMap(dimsOf).flatMap(namesOfDim).find((name) => !known.has(name));
    if (missing === undefined) continue;
    const size = missing.startsWith('?') ? 'a size that was left open (null)' : `the size '${missing}'`;
    const line = String(node.site) === '' ? '' : ` (at ${node.site})`;
    throw new ShapeError('DIM_UNBOUND', `compile: ${node.op === sizeOp ? 'a result' : `'${node.op.name}'`} needs ${size}, which no listed input has; use a number, or list an input that has it${line}`, { op: node.op.name, size: missing, site: String(node.site) });
  }
}

function dimsOf(value: AttrValue): readonly Dim[] {
  if (value instanceof SymbolicDim) return [value];
  return Array.isArray(value) ? value.flatMap(dimsOf) : [];
}
