import { count, describeValue, InputError, ShapeError } from '../errors.js';
import { type DType } from './dtype.js';
import { anonymousDim, namedDim, SymbolicDim, type Dim } from './dim.js';

/** What is known of a value before it exists. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: readonly Dim[];
  /** The types of what `get` takes out of an op with several values; dtype and shape mean nothing then. */
  readonly tuple?: readonly TensorType[];
}

/** A shape as users write it: a string names a symbolic size (the same name is the same size), `null` is an anonymous one. */
export type ShapeSpec = readonly (number | string | null | SymbolicDim)[];

/** `float32[batch, 10]` */
export function formatType(type: TensorType): string {
  return `${type.dtype}${formatShape(type.shape)}`;
}

/** `[batch, 10]` */
export function formatShape(shape: readonly Dim[]): string {
  return `[${shape.join(', ')}]`;
}

/** Turns a shape as users write it into sizes. */
export function resolveShape(spec: ShapeSpec, where: string): readonly Dim[] {
  if (!Array.isArray(spec)) throw new InputError('SHAPE_SPEC', `${where}: a shape is an array such as ['batch', 784]; got ${describeValue(spec)}`, { spec });
  return (spec as ShapeSpec).map((size, axis) => {
    if (size === null) return anonymousDim();
    if (typeof size === 'string') return namedDim(size, where);
    if (size instanceof SymbolicDim) return size;
    if (Number.isInteger(size) && size >= 0) return size;
    throw new ShapeError('SHAPE_SIZE', `${where}: size ${typeof size === 'number' ? size : describeValue(size)} of axis ${axis}; expected a whole number from 0 up, a name, or null`, { axis, size });
  });
}

/** `-1` is the last axis. */
export function normalizeAxis(axis: number, rank: number, where: string): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    const expected = rank === 0 ? 'a scalar has none to name' : `expected a whole number from -${rank} to ${rank - 1}`;
    throw new ShapeError('AXIS_RANGE', `${where}: axis ${typeof axis === 'number' ? axis : describeValue(axis)} of a value with ${count(rank, 'axis', 'axes')}; ${expected}`, { axis, rank });
  }
  return axis < 0 ? axis + rank : axis;
}

/** Sorted axes without repetition; `undefined` means all. */
export function normalizeAxes(axes: number | readonly number[] | undefined, rank: number, where: string): readonly number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  const list = Array.isArray(axes) ? (axes as readonly number[]) : [axes as number];
  const normal = list.map((axis) => normalizeAxis(axis, rank, where)).sort((a, b) => a - b);
  const twice = normal.find((axis, i) => normal[i + 1] === axis);
  if (twice !== undefined) throw new ShapeError('AXIS_TWICE', `${where}: axis ${twice} is named twice in [${list.join(', ')}]`, { axes: list });
  return normal;
}

/** numpy's broadcasting: shapes are aligned at the last axis; sizes are equal, or one of them is 1. */
export function broadcastShapes(shapes: readonly (readonly Dim[])[], where: string): readonly Dim[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let size: Dim = 1;
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length];
      if (own === undefined || own === 1 || own === size) continue;
      if (size !== 1) {
        const all = shapes.map(formatShape).join(' and ');
        throw new ShapeError('BROADCAST', `${where}: shapes ${all} do not broadcast: size ${size} against ${own} (counting axes from the end: ${rank - axis}); make the sizes equal or 1, or align the axes with expandDims or reshape`, { shapes });
      }
      size = own;
    }
    return size;
  });
}

export function sameShape(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}
