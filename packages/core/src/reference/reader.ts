import { type TypedArray } from '../graph/dtype.js';
import { type View } from '../program/program.js';

/** Reads `count` elements of a view, from its `start`-th in row-major order, into a block. */
export type Reader = (arrays: readonly TypedArray[], block: Float64Array, start: number, count: number) => void;

export function readerOf(view: View): Reader {
  const { shape, strides } = collapse(view);
  const rank = shape.length;
  const index = new Array<number>(rank).fill(0);
  const last = rank - 1;
  const [width, stride] = [shape[last] as number, strides[last] as number];
  return (arrays, block, start, count) => {
    const data = arrays[view.buffer] as TypedArray;
    let rest = start;
    for (let axis = last; axis >= 0; axis -= 1) {
      index[axis] = rest % (shape[axis] as number);
      rest = Math.floor(rest / (shape[axis] as number));
    }
    for (let i = 0; i < count; ) {
      let at = view.offset;
      for (let axis = 0; axis < rank; axis += 1) at += (index[axis] as number) * (strides[axis] as number);
      const end = i + Math.min(width - (index[last] as number), count - i);
      for (; i < end; i += 1, at += stride) block[i] = data[at] as number;
      advance(index, shape);
    }
  };
}

/** To the start of the next row. */
function advance(index: number[], shape: readonly number[]): void {
  index[index.length - 1] = 0;
  for (let axis = index.length - 2; axis >= 0; axis -= 1) {
    index[axis] = (index[axis] as number) + 1;
    if ((index[axis] as number) < (shape[axis] as number)) return;
    index[axis] = 0;
  }
}

/** Joins axes that are one run in memory, so that rows are long; always leaves at least one axis. */
function collapse({ shape, strides }: View): { readonly shape: number[]; readonly strides: number[] } {
  const sizes: number[] = [];
  const steps: number[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const [outer, step] = [sizes.length - 1, strides[axis] as number];
    if (outer >= 0 && steps[outer] === step * size) {
      sizes[outer] = (sizes[outer] as number) * size;
      steps[outer] = step;
    } else {
      sizes.push(size);
      steps.push(step);
    }
  });
  return sizes.length > 0 ? { shape: sizes, strides: steps } : { shape: [1], strides: [0] };
}

/** All elements of a view, dense, in an array of the buffer's type. */
export function denseCopy(view: View, arrays: readonly TypedArray[]): TypedArray {
  const source = arrays[view.buffer] as TypedArray;
  const size = view.shape.reduce((a, b) => a * b, 1);
  const block = new Float64Array(size);
  if (size > 0) readerOf(view)(arrays, block, 0, size);
  const copy = source.slice(0, 0).constructor as new (values: Float64Array) => TypedArray;
  return new copy(block);
}
