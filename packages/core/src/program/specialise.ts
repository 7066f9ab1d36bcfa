import { InputError, ShapeError } from '../errors.js';
import { evaluateDim, SymbolicDim, type Bindings, type Dim } from '../graph/dim.js';
import { scalarConstant } from '../graph/constant.js';
import { inputOfShape, inputOp } from '../graph/input.js';
import { InnerGraph } from '../graph/inner.js';
import { makeNode, type Node } from '../graph/node.js';
import { type AttrValue, type Attrs } from '../graph/op.js';
import { rebuild, topological } from '../graph/traverse.js';
import { formatType } from '../graph/type.js';
import { sliceOp } from '../ops/slicePad.js';
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
    checkInside(node);
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

/** A slice of an axis whose size was a symbol may turn out to leave it. */
function checkInside(node: Node): void {
  if (node.op !== sliceOp) return;
  const x = node.inputs[0] as Node;
  const [begin, step] = [node.attrs.begin, node.attrs.step] as readonly (readonly number[])[];
  node.shape.forEach((count, axis) => {
    const [size, from, by] = [x.shape[axis] as number, begin?.[axis] ?? 0, step?.[axis] ?? 1];
    const end = count === 0 ? from : from + ((count as number) - 1) * by + 1;
    if ((count as number) >= 0 && end <= size) return;
    throw new ShapeError('SLICE_OUTSIDE', `slice: axis ${axis} of ${formatType(x.type)}: ${(count as number) < 0 ? `from ${from} on, ${-(count as number)} too few` : `${count} elements from ${from} on`}; expected positions within 0 to ${size}: feed more, or take less${String(node.site) === '' ? '' : ` (at ${node.site})`}`, { axis, size, begin: from, count });
  });
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
