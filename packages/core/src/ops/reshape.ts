import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { InputError, ShapeError } from '../errors.js';
import { divideDims, productOfDims, type Dim } from '../graph/dim.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type MovementOp } from '../graph/op.js';
import { formatShape, formatType, normalizeAxes, normalizeAxis, resolveShape, sameShape, type ShapeSpec, type TensorType } from '../graph/type.js';
import { denseStrides, isDense } from '../program/program.js';

export const reshapeOp: MovementOp = {
  kind: 'movement',
  name: 'reshape',
  doc: 'the same elements in row-major order, in another shape',
  type: (inputs, attrs) => ({ dtype: (inputs[0] as TensorType).dtype, shape: attrs.shape as readonly Dim[] }),
  view: (input, _attrs, shape) => (isDense(input) ? { shape, strides: denseStrides(shape), offset: 0 } : viewOfSizeOnes(input, shape)),
  gradient: ({ cotangent, inputs }) => [reshapeNode(cotangent, (inputs[0] as Node).shape)],
};

/** Adding and dropping axes of size 1 needs no copy, whatever the strides. */
function viewOfSizeOnes(input: { shape: readonly number[]; strides: readonly number[]; offset: number }, shape: readonly number[]): { shape: readonly number[]; strides: readonly number[]; offset: number } | undefined {
  const real = input.shape.flatMap((size, axis) => (size === 1 ? [] : [{ size, stride: input.strides[axis] as number }]));
  const wanted = shape.filter((size) => size !== 1);
  if (wanted.length !== real.length || wanted.some((size, i) => size !== real[i]?.size)) return undefined;
  let next = 0;
  const strides = shape.map((size) => {
    if (size === 1) return 0;
    next += 1;
    return (real[next - 1] as { stride: number }).stride;
  });
  return { shape, strides, offset: input.offset };
}

/** `node` in a shape that is known to have as many elements. */
export function reshapeNode(expression: Expression, shape: readonly Dim[]): Node {
  const node = expression as Node;
  return sameShape(node.shape, shape) ? node : makeNode(reshapeOp, [node], { shape });
}

/**
 * The same elements, in row-major order, in another shape. One size may be -1: what is left over.
 *
 * @throws ShapeError where the number of elements differs, or cannot be shown to be equal
 *
 * @example
 * ```ts
 * import { constant, evaluate, reshape } from '@pastina/core';
 * console.log(evaluate(reshape(constant([1, 2, 3, 4]), [2, -1])).toArray()); // [[1, 2], [3, 4]]
 * ```
 */
export function reshape(x: Expression, shape: ShapeSpec): Expression {
  const node = toNode(x, 'reshape');
  if (!Array.isArray(shape)) return reshapeNode(node, resolveShape(shape, 'reshape')); // which throws
  const open = shape.flatMap((size, axis) => (size === -1 ? [axis] : []));
  if (open.length > 1) throw new InputError('RESHAPE_OPEN', `reshape: ${open.length} sizes are -1 in [${shape.join(', ')}]; expected at most one`, { shape });
  const total = productOfDims(node.shape);
  const rest = resolveShape(shape.filter((size) => size !== -1), 'reshape');
  const missing = open.length === 0 ? 1 : divideDims(total, productOfDims(rest));
  const at = open[0] ?? rest.length;
  const target = missing === undefined ? rest : [...rest.slice(0, at), ...(open.length === 0 ? [] : [missing]), ...rest.slice(at)];
  if (missing === undefined || productOfDims(target) !== total) throw mismatch(node, shape);
  return reshapeNode(node, target);
}

function mismatch(node: Node, shape: ShapeSpec): ShapeError {
  return new ShapeError('RESHAPE_SIZE', `reshape: ${formatType(node.type)} has ${String(productOfDims(node.shape))} elements, which do not fill [${shape.join(', ')}]; the sizes must multiply to that, and one may be -1 (the rest)`, { from: node.shape, to: shape });
}

/** Collapses all axes from `outdim - 1` on into one, as Lasagne's `flatten`. */
export function flatten(x: Expression, outdim: Defaulted<number, 2> = defaultOf(defaults, 'flatten.outdim')): Expression {
  const node = toNode(x, 'flatten');
  if (!Number.isInteger(outdim) || outdim < 1 || outdim > node.rank) {
    throw new ShapeError('FLATTEN', `flatten: outdim ${outdim} of ${formatType(node.type)}; expected ${node.rank === 1 ? '1, since there is one axis' : `a whole number from 1 to ${node.rank}`}`, { outdim, shape: node.shape });
  }
  return reshapeNode(node, [...node.shape.slice(0, outdim - 1), productOfDims(node.shape.slice(outdim - 1))]);
}

/** Inserts an axis of size 1 so that it becomes axis `axis` of the result. */
export function expandDims(x: Expression, axis: number): Expression {
  const node = toNode(x, 'expandDims');
  const at = normalizeAxis(axis, node.rank + 1, `expandDims of ${formatType(node.type)}, in the result`);
  return reshapeNode(node, [...node.shape.slice(0, at), 1, ...node.shape.slice(at)]);
}

/** Drops axes of size 1: the given ones, or all of them. @throws ShapeError where a given axis has another size */
export function squeeze(x: Expression, axis?: number | readonly number[]): Expression {
  const node = toNode(x, 'squeeze');
  const axes = axis === undefined ? node.shape.flatMap((size, i) => (size === 1 ? [i] : [])) : normalizeAxes(axis, node.rank, 'squeeze');
  const wide = axes.find((i) => node.shape[i] !== 1);
  if (wide !== undefined) throw new ShapeError('SQUEEZE', `squeeze: axis ${wide} of ${formatShape(node.shape)} has size ${String(node.shape[wide])}; expected 1`, { axis: wide, shape: node.shape });
  return reshapeNode(node, node.shape.filter((_, i) => !axes.includes(i)));
}
