import { defaultOf, type Defaulted } from '../behavior/defaults.js';
import { defaults } from '../defaults.js';
import { count, describeValue, InputError, ShapeError } from '../errors.js';
import { addDims, mulDims, type Dim } from '../graph/dim.js';
import { scalarConstant } from '../graph/constant.js';
import { makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type CallOp, type DenseArray, type MovementOp } from '../graph/op.js';
import { formatType, type TensorType } from '../graph/type.js';
import { denseStrides } from '../program/program.js';
import { sub } from './arithmetic.js';
import { sumNode } from './broadcast.js';

// slice and pad are each other's gradient, so they live in one file.

export const sliceOp: MovementOp = {
  kind: 'movement',
  name: 'slice',
  doc: 'every step-th element from begin, before end',
  type: ([x], attrs) => ({ dtype: (x as TensorType).dtype, shape: attrs.shape as readonly Dim[] }),
  view: ({ strides, offset }, attrs, shape) => {
    const begin = attrs.begin as readonly number[];
    const step = attrs.step as readonly number[];
    return {
      shape,
      strides: strides.map((stride, axis) => stride * (step[axis] as number)),
      offset: strides.reduce((at, stride, axis) => at + stride * (begin[axis] as number), offset),
    };
  },
  gradient: ({ cotangent, inputs: [x], attrs }) => {
    const begin = attrs.begin as readonly number[];
    const gaps = (attrs.step as readonly number[]).map((step) => step - 1);
    // what is left behind the last element taken: size - begin - (count - 1) * step - 1
    const after = begin.map((from, axis) => {
      const taken = addDims(mulDims(addDims(cotangent.shape[axis] ?? 1, -1), (gaps[axis] ?? 0) + 1), 1 + from);
      return addDims((x as Node).shape[axis] ?? 1, mulDims(taken, -1));
    });
    return [makeNode(padOp, [cotangent, scalarConstant(0, cotangent.dtype, 'slice')], { before: begin, after, gaps })];
  },
};

export const padOp: CallOp = {
  kind: 'call',
  name: 'pad',
  doc: 'surrounds with a value, and puts `gaps` of it between neighbours',
  type: ([x], attrs) => {
    const { dtype, shape } = x as TensorType;
    const [before, after, gaps] = [attrs.before, attrs.after, attrs.gaps] as readonly (readonly Dim[])[];
    return { dtype, shape: shape.map((size, axis) => [before?.[axis] ?? 0, after?.[axis] ?? 0, mulDims(addDims(size, -1), gaps?.[axis] ?? 0)].reduce<Dim>(addDims, size)) };
  },
  gradient: ({ cotangent: g, inputs: [x], attrs, needed }) => {
    const begin = attrs.before as readonly number[];
    const step = (attrs.gaps as readonly number[]).map((gap) => gap + 1);
    const inside = makeNode(sliceOp, [g], { begin, step, shape: (x as Node).shape });
    if (needed[1] !== true) return [inside, null];
    const axes = g.shape.map((_, axis) => axis);
    return [inside, sub(sumNode(g, axes, false), sumNode(inside, axes, false))];
  },
  evaluate: ([x, value], output, attrs) => {
    const { shape, data } = x as DenseArray;
    const strides = denseStrides(output.shape);
    const before = attrs.before as readonly number[];
    const gaps = attrs.gaps as readonly number[];
    output.data.fill(value?.data[0] as number);
    const index = shape.map(() => 0);
    for (let i = 0; i < data.length; i += 1) {
      let at = 0;
      for (let axis = 0; axis < shape.length; axis += 1) at += ((before[axis] as number) + (index[axis] as number) * ((gaps[axis] as number) + 1)) * (strides[axis] as number);
      output.data[at] = data[i] as number;
      for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
        index[axis] = (index[axis] as number) + 1;
        if ((index[axis] as number) < (shape[axis] as number)) break;
        index[axis] = 0;
      }
    }
  },
};

/**
 * Part of a value: one entry an axis (axes left out stay whole). Negative positions count from the end;
 * `undefined` or null as an end means up to the last.
 *
 * @throws ShapeError where a position is outside, the step is below 1, or an axis of unknown size would need it
 *
 * @example
 * ```ts
 * import { constant, evaluate, slice } from '@pastina/core';
 * console.log(evaluate(slice(constant([1, 2, 3, 4, 5]), [1], [null], [2])).toArray()); // [2, 4]
 * ```
 */
export function slice(x: Expression, begin: readonly number[], end: readonly (number | null | undefined)[], step: readonly number[] = []): Expression {
  const node = toNode(x, 'slice');
  for (const [name, list] of Object.entries({ begin, end, step })) if (!Array.isArray(list)) throw new InputError('SLICE', `slice: ${name} ${describeValue(list)}; expected a list with one entry an axis, as in slice(x, [0], [2])`, { [name]: list });
  const given = Math.max(begin.length, end.length, step.length);
  if (given > node.rank) throw new ShapeError('SLICE', `slice: ${count(given, 'entry', 'entries')} for the ${count(node.rank, 'axis', 'axes')} of ${formatType(node.type)}; expected at most one an axis`, { shape: node.shape });
  const parts = node.shape.map((size, axis) => part(node, axis, size, begin[axis] ?? 0, end[axis] ?? null, step[axis] ?? 1));
  if (parts.every(({ from, count, by }, axis) => from === 0 && by === 1 && count === node.shape[axis])) return node;
  return makeNode(sliceOp, [node], { begin: parts.map(({ from }) => from), step: parts.map(({ by }) => by), shape: parts.map(({ count }) => count) });
}

interface Part {
  readonly from: number;
  readonly count: Dim;
  readonly by: number;
}

function part(node: Node, axis: number, size: Dim, begin: number, end: number | null, step: number): Part {
  const where = `slice: axis ${axis} of ${formatType(node.type)}`;
  if (!Number.isInteger(step) || step < 1) throw new ShapeError('SLICE_STEP', `${where}: step ${step}; expected a whole number from 1 up (use flip to reverse)`, { axis, step });
  if (![begin, end ?? 0].every(Number.isInteger)) throw new ShapeError('SLICE', `${where}: from ${begin} to ${end}; expected whole numbers`, { axis, begin, end });
  if (typeof size !== 'number') {
    if (begin >= 0 && step === 1 && (end === null || end < 0)) return { from: begin, count: addDims(size, (end ?? 0) - begin), by: 1 };
    throw new ShapeError('SLICE_UNKNOWN', `${where}: from ${begin} to ${end} by ${step} needs its size, which is not known before the inputs arrive; only [begin, null) and [begin, -n) can be taken of it`, { axis });
  }
  const from = begin < 0 ? begin + size : begin;
  const to = end === null ? size : end < 0 ? end + size : end;
  if (from < 0 || from > size || to < from || to > size) throw new ShapeError('SLICE', `${where}: from ${begin} to ${end}; expected positions within 0 to ${size}, begin not after end`, { axis, begin, end, size });
  return { from, count: Math.ceil((to - from) / step), by: step };
}

/** `count` slices along `axis`, from the `begin`-th. */
export function sliceNode(node: Node, axis: number, begin: Dim, count: Dim): Node {
  return makeNode(sliceOp, [node], { begin: node.shape.map((_, k) => (k === axis ? begin : 0)), step: node.shape.map(() => 1), shape: node.shape.map((size, k) => (k === axis ? count : size)) });
}

/** 0 before and after, along `axis`. */
export function padNode(node: Node, axis: number, before: Dim, after: Dim): Node {
  const along = (width: Dim): readonly Dim[] => node.shape.map((_, k) => (k === axis ? width : 0));
  return makeNode(padOp, [node, scalarConstant(0, node.dtype, 'pad')], { before: along(before), after: along(after), gaps: along(0) });
}

/** Surrounds x with `value` (default 0): `[before, after]` an axis. */
export function pad(x: Expression, widths: readonly (readonly [number, number])[], value: Defaulted<number, 0> = defaultOf(defaults, 'pad.value')): Expression {
  const node = toNode(x, 'pad');
  const wrong = !Array.isArray(widths) || widths.length !== node.rank || (widths as readonly (readonly number[])[]).some((pair) => !Array.isArray(pair) || pair.length !== 2 || pair.some((width) => !Number.isInteger(width) || width < 0));
  if (wrong) throw new ShapeError('PAD', `pad: widths ${JSON.stringify(widths)} for ${formatType(node.type)}; expected [before, after], whole numbers from 0 up, for ${node.rank === 1 ? 'its one axis' : `each of its ${node.rank} axes`}, as in [[1, 1]]`, { widths, shape: node.shape });
  return makeNode(padOp, [node, scalarConstant(value, node.dtype, 'pad')], { before: widths.map(([before]) => before), after: widths.map(([, after]) => after), gaps: widths.map(() => 0) });
}
