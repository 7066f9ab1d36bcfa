import { InputError } from '../errors.js';
import { evaluateDim, SymbolicDim, type Bindings, type Dim } from '../graph/dim.js';
import { scalarConstant } from '../graph/constant.js';
import { inputOfShape, inputOp } from '../graph/input.js';
import { InnerGraph } from '../graph/inner.js';
import { makeNode, type Node } from '../graph/node.js';
import { type AttrValue, type Attrs } from '../graph/op.js';
import { rebuild, topological } from '../graph/traverse.js';
import { formatType } from '../graph/type.js';
import { sizeOp } from '../ops/statistics.js';

/** Puts numbers for the symbolic sizes: the graph of one concrete batch. */
export function specialise(roots: readonly Node[], bindings: Bindings): readonly Node[] {
  const concrete = rebuild(roots, (node) => {
    if (node.op === inputOp) return inputOfShape(node, node.shape.map((size) => evaluateDim(size, bindings)));
    if (node.op === sizeOp) return scalarConstant(evaluateDim(node.attrs.size as Dim, bindings), node.dtype, 'size');
    return hasSymbols(node.attrs) ? makeNode(node.op, node.inputs, evaluateAttrs(node.attrs, bindings)) : node;
  });
  checkAll(concrete);
  return concrete;
}

function checkAll(roots: readonly Node[]): void {
  for (const node of topological(roots)) {
    checkNotEmpty(node);
    const { inner } = node.attrs;
    // What never runs needs no elements.
    if (inner instanceof InnerGraph && node.attrs.length !== 0) checkAll(inner.outputs);
  }
}

/** A mean or a maximum over nothing has no value: better said than NaN. */
function checkNotEmpty(node: Node): void {
  const { op } = node;
  const needs = op.name === 'mean' || (op.kind === 'reduce' && !op.emptyAllowed);
  const x = node.inputs[0];
  if (!needs || x === undefined) return;
  const empty = (node.attrs.axes as readonly number[]).find((axis) => x.shape[axis] === 0);
  if (empty === undefined || node.shape.includes(0)) return;
  const input = topological([x]).find((leaf) => leaf.op === inputOp && leaf.shape.includes(0));
  const cause = input === undefined ? '' : `; input '${input.name}' arrived with shape [${input.shape.join(', ')}]: expected at least one item`;
  throw new InputError('EMPTY_REDUCTION', `${op.name}: axis ${empty} of ${formatType(x.type)} is empty${cause}${String(node.site) === '' ? '' : ` (at ${node.site})`}`, { op: op.name, axis: empty, input: input?.name });
}

function hasSymbols(attrs: Attrs): boolean {
  return Object.values(attrs).some(isSymbolic);
}

function isSymbolic(value: AttrValue): boolean {
  return value instanceof SymbolicDim || (Array.isArray(value) && value.some(isSymbolic));
}

function evaluateAttrs(attrs: Attrs, bindings: Bindings): Attrs {
  return Object.fromEntries(Object.entries(attrs).map(([name, value]) => [name, evaluateAttr(value, bindings)]));
}

function evaluateAttr(value: AttrValue, bindings: Bindings): AttrValue {
  if (value instanceof SymbolicDim) return evaluateDim(value, bindings);
  return Array.isArray(value) ? value.map((item: AttrValue) => evaluateAttr(item, bindings)) : value;
}
