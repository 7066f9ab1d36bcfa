import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { DTypeError, InputError, ShapeError } from '../errors.js';
import { dtypeFacts, isInteger } from '../graph/dtype.js';
import { type Dim } from '../graph/dim.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type Attrs, type CallOp, type DenseArray } from '../graph/op.js';
import { formatType, normalizeAxis, sameShape, type TensorType } from '../graph/type.js';
import { checkOptions } from '../options.js';
import { zeros } from './create.js';

// gather and scatterAdd are each other's gradient, so they live in one file.

/** The shape of `x` with `axis` replaced by the axes of the indices (less the batch axes they share). */
function gatheredShape(name: string, x: TensorType, indices: TensorType, attrs: Attrs): readonly Dim[] {
  const axis = attrs.axis as number;
  const batch = attrs.batchAxes as number;
  if (!isInteger(indices.dtype)) throw new DTypeError('INDEX_DTYPE', `${name}: indices ${formatType(indices)}; expected int32 or uint32; use cast(indices, 'int32')`, { op: name, dtype: indices.dtype });
  if (batch > axis || batch > indices.shape.length || !sameShape(x.shape.slice(0, batch), indices.shape.slice(0, batch))) {
    throw new ShapeError('GATHER_BATCH', `${name}: ${formatType(x)} with indices ${formatType(indices)}: with batchAxes ${batch} the leading ${batch === 1 ? 'axis' : `${batch} axes`} of both must be equal, and come before axis ${axis}`, { op: name, batchAxes: batch, axis });
  }
  return [...x.shape.slice(0, axis), ...indices.shape.slice(batch), ...x.shape.slice(axis + 1)];
}

/** Calls `visit(position in x, position in the gathered)` for every gathered run of `inner` elements. */
function walk(name: string, shape: readonly number[], indices: DenseArray, attrs: Attrs, visit: (x: number, gathered: number, inner: number) => void): void {
  const axis = attrs.axis as number;
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  const batch = product(shape.slice(0, attrs.batchAxes as number));
  const outer = product(shape.slice(attrs.batchAxes as number, axis));
  const size = shape[axis] as number;
  const inner = product(shape.slice(axis + 1));
  const count = batch === 0 ? 0 : indices.data.length / batch;
  for (let i = 0; i < indices.data.length; i += 1) {
    const index = indices.data[i] as number;
    if (index < 0 || index >= size) {
      throw new InputError('INDEX_RANGE', `${name}: index ${index} at position ${i}; expected 0 to ${size - 1}, since axis ${axis} has size ${size}`, { op: name, index, position: i, size });
    }
    const row = Math.floor(i / count);
    for (let j = 0; j < outer; j += 1) visit((row * outer + j) * size * inner + index * inner, ((row * outer + j) * count + (i % count)) * inner, inner);
  }
}

export const gatherOp: CallOp = {
  kind: 'call',
  name: 'gather',
  refuses: true,
  doc: 'the slices of x at the indices along an axis',
  type: ([x, indices], attrs) => ({ dtype: (x as TensorType).dtype, shape: gatheredShape('gather', x as TensorType, indices as TensorType, attrs) }),
  gradient: ({ cotangent, inputs: [x, indices], attrs }) => {
    const { dtype, shape } = x as Node;
    return [makeNode(scatterAddOp, [zeros(shape, dtype) as Node, indices as Node, cotangent], attrs), null];
  },
  evaluate: ([x, indices], output, attrs) => {
    const { shape, data } = x as DenseArray;
    walk('gather', shape, indices as DenseArray, attrs, (from, to, inner) => {
      for (let k = 0; k < inner; k += 1) output.data[to + k] = data[from + k] as number;
    });
  },
};

export const scatterAddOp: CallOp = {
  kind: 'call',
  name: 'scatterAdd',
  refuses: true,
  doc: 'x with the updates added at the indices along an axis, in order of the indices',
  type: ([x, indices, updates], attrs) => {
    const [own, added] = [x as TensorType, updates as TensorType];
    const expected = gatheredShape('scatterAdd', own, indices as TensorType, attrs);
    if (own.dtype !== added.dtype) throw new DTypeError('OP_MIXED_DTYPES', `scatterAdd: ${formatType(own)} and updates ${formatType(added)} differ in dtype; cast one of them`);
    if (!sameShape(added.shape, expected)) throw new ShapeError('SCATTER', `scatterAdd: updates ${formatType(added)}; expected shape [${expected.join(', ')}]`, { expected, found: added.shape });
    return own;
  },
  gradient: ({ cotangent, inputs: [, indices], attrs }) => [cotangent, null, makeNode(gatherOp, [cotangent, indices as Node], attrs)],
  evaluate: ([x, indices, updates], output, attrs) => {
    output.data.set((x as DenseArray).data);
    const added = (updates as DenseArray).data;
    const { round } = dtypeFacts(output.dtype);
    walk('scatterAdd', output.shape, indices as DenseArray, attrs, (to, from, inner) => {
      for (let k = 0; k < inner; k += 1) output.data[to + k] = round((output.data[to + k] as number) + (added[from + k] as number));
    });
  },
};

/** Where to gather from, or scatter to. */
export interface GatherOptions {
  readonly axis?: Defaulted<number, 0>;
  /** How many leading axes x and the indices share: `gather(p, classes, { axis: 1, batchAxes: 1 })` picks p[i, classes[i]]. */
  readonly batchAxes?: Defaulted<number, 0>;
}

function attrsOf(name: string, x: Expression, options: GatherOptions): Attrs {
  checkOptions(name, options, ['axis', 'batchAxes']);
  const axis = normalizeAxis(options.axis ?? defaultOf(defaults, 'gather.axis'), x.rank, name);
  return { axis, batchAxes: options.batchAxes ?? defaultOf(defaults, 'gather.batchAxes') };
}

/**
 * The slices of `x` at `indices` along `axis`. An index outside is an error when the program runs.
 *
 * @example
 * ```ts
 * import { constant, evaluate, gather } from '@pastina/core';
 * console.log(evaluate(gather(constant([10, 20, 30]), constant([2, 0], 'int32'))).toArray()); // [30, 10]
 * ```
 */
export function gather(x: Expression, indices: Expression, options: GatherOptions = {}): Expression {
  return makeNode(gatherOp, [toNode(x, 'gather'), toNode(indices, 'gather')], attrsOf('gather', x, options));
}

/** `x` with `updates` added at `indices` along `axis`; repeated indices add up, in their order. */
export function scatterAdd(x: Expression, indices: Expression, updates: Expression, options: GatherOptions = {}): Expression {
  return makeNode(scatterAddOp, [x, indices, updates].map((operand) => toNode(operand, 'scatterAdd')), attrsOf('scatterAdd', x, options));
}
