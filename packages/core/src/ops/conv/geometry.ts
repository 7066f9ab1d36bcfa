import { ShapeError } from '../../errors.js';
import { addDims, floorDivideDims, type Dim } from '../../graph/dim.js';
import { type Attrs } from '../../graph/op.js';

/** Windows that slide along the spatial axes, one entry an axis: plain data, the same for every backend. */
export interface Windows {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly dilation: readonly number[];
}

/** One number for all axes, or one for each. */
export type PerAxis = number | readonly number[];
/** Zeros around: as many before as after, or `[before, after]` of an axis. */
export type Padding = PerAxis | readonly (readonly [number, number])[];

export function perAxis(value: PerAxis, axes: number, least: number, where: string): readonly number[] {
  const list = typeof value === 'number' ? new Array<number>(axes).fill(value) : value;
  if (Array.isArray(list) && list.length === axes && list.every((one) => Number.isInteger(one) && one >= least)) return list;
  throw new ShapeError('WINDOW', `${where} ${JSON.stringify(value)}; expected a whole number from ${least} up, or ${axes === 1 ? 'a list of one' : `one for each of the ${axes} spatial axes`}`, { value, axes });
}

/** Padding as numbers of zeros before and after. */
export function paddingOf(value: Padding, axes: number, where: string): Pick<Windows, 'before' | 'after'> {
  if (Array.isArray(value) && value.some((one) => Array.isArray(one))) {
    const pairs = value as readonly (readonly [number, number])[];
    if (pairs.length === axes && pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) {
      return { before: perAxis(pairs.map(([before]) => before), axes, 0, where), after: perAxis(pairs.map(([, after]) => after), axes, 0, where) };
    }
    throw new ShapeError('WINDOW', `${where} ${JSON.stringify(value)}; expected [before, after] for each of the ${axes} spatial axes`, { value, axes });
  }
  const both = perAxis(value as PerAxis, axes, 0, where);
  return { before: both, after: both };
}

/** How far a window reaches along an axis. */
export function reach({ size, dilation }: Windows, axis: number): number {
  return (dilation[axis] as number) * ((size[axis] as number) - 1) + 1;
}

/** How many windows fit along each spatial axis. @throws ShapeError where not even one does */
export function windowCounts(spatial: readonly Dim[], windows: Windows, where: string): readonly Dim[] {
  return spatial.map((size, axis) => {
    const padding = (windows.before[axis] as number) + (windows.after[axis] as number);
    const left = addDims(size, padding - reach(windows, axis));
    if (typeof left === 'number' && left < 0) {
      throw new ShapeError('WINDOW_TOO_LARGE', `${where}: windows that reach over ${reach(windows, axis)} do not fit into spatial axis ${axis} of size ${String(size)}${padding === 0 ? '' : ` with ${padding} zeros around`}; use smaller windows, less dilation or more padding`, { axis, size, reach: reach(windows, axis) });
    }
    return addDims(floorDivideDims(left, windows.stride[axis] as number), 1);
  });
}

/** @throws ShapeError where the windows over `space` are not `counts`, as far as both are numbers */
export function checkSpace(space: readonly Dim[], counts: readonly Dim[], windows: Windows, where: string): void {
  space.forEach((size, axis) => {
    if (typeof size !== 'number' || size >= 0) return;
    throw new ShapeError('CONV_OUTPUT_SIZE', `${where}: spatial axis ${axis} would have ${size} elements; use less padding, which is cut off here, or larger filters`, { axis, size });
  });
  windowCounts(space, windows, where).forEach((count, axis) => {
    const given = counts[axis];
    if (typeof count !== 'number' || typeof given !== 'number' || count === given) return;
    throw new ShapeError('CONV_OUTPUT_SIZE', `${where}: spatial axis ${axis} of size ${String(space[axis])} comes from ${count} elements, and x has ${given} there; use another outputSize, or leave it out`, { axis, size: space[axis], expected: count, given });
  });
}

export function windowsOf(attrs: Attrs): Windows {
  return attrs as unknown as Windows;
}

/** The attributes of a gradient's own gradient, which gives another space. */
export function withoutSpace(attrs: Attrs): Attrs {
  return Object.fromEntries(Object.entries(attrs).filter(([name]) => name !== 'space'));
}

/** A run of elements that one element of a window meets: `count` inputs from `input` on, the last axis' stride apart, and as many outputs. */
export interface Run {
  /** The element of the window, in row-major order. */
  readonly tap: number;
  readonly input: number;
  readonly output: number;
  readonly count: number;
}

/** All runs of one plane, tap by tap, each in row-major order. Padding is stepped over: nothing is multiplied by its zeros. */
export function runsOf(inputShape: readonly number[], outputShape: readonly number[], windows: Windows): { readonly runs: readonly Run[]; readonly step: number } {
  // One to three axes are looked at as three.
  const missing = 3 - inputShape.length;
  const full = (list: readonly number[], fill: number): readonly [number, number, number] => [...new Array<number>(missing).fill(fill), ...list] as unknown as [number, number, number];
  const [input, output] = [full(inputShape, 1), full(outputShape, 1)];
  const [size, stride, before, dilation] = [full(windows.size, 1), full(windows.stride, 1), full(windows.before, 0), full(windows.dilation, 1)];
  const range = (axis: number, k: number): { readonly low: number; readonly high: number; readonly start: number } => {
    const start = k * (dilation[axis] as number) - (before[axis] as number);
    const by = stride[axis] as number;
    return { start, low: Math.max(0, Math.ceil(-start / by)), high: Math.min(output[axis] as number, Math.floor(((input[axis] as number) - 1 - start) / by) + 1) };
  };
  const runs: Run[] = [];
  let tap = 0;
  for (let a = 0; a < size[0]; a += 1) {
    for (let b = 0; b < size[1]; b += 1) {
      for (let c = 0; c < size[2]; c += 1, tap += 1) {
        const [x, y, z] = [range(0, a), range(1, b), range(2, c)];
        if (z.high <= z.low) continue;
        for (let i = x.low; i < x.high; i += 1) {
          for (let j = y.low; j < y.high; j += 1) {
            runs.push({
              tap, count: z.high - z.low,
              input: ((x.start + i * stride[0]) * input[1] + y.start + j * stride[1]) * input[2] + z.start + z.low * stride[2],
              output: (i * output[1] + j) * output[2] + z.low,
            });
          }
        }
      }
    }
  }
  return { runs, step: stride[2] };
}
