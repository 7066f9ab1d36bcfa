import { add, cast, clip, floor, gather, maximum, minimum, mod, mul, neg, reshape, shapeOf, slice, sub, type Dim, type Expression } from '@pastina/core';

// Images read between their pixels.

/** What lies behind the border: its nearest pixel, the image mirrored at it, or the image again. */
export type BorderMode = 'nearest' | 'mirror' | 'wrap';
export const borderModes = ['nearest', 'mirror', 'wrap'] as const;

/** The size of an axis as a number, where it is known, else as an expression. */
export function sizeOf(x: Expression, axis: number): number | Expression {
  const size = x.shape[axis] as Dim;
  return typeof size === 'number' ? size : cast(reshape(slice(shapeOf(x), [axis], [axis + 1]), []), x.dtype);
}

const less = (size: number | Expression, by: number): number | Expression => (typeof size === 'number' ? size - by : sub(size, by));

/** The pixel that stands for the whole position `v`, which may lie behind the border. */
function pixel(v: Expression, size: number | Expression, mode: BorderMode): Expression {
  if (mode === 'wrap') return mod(v, size);
  const last = less(size, 1);
  if (mode === 'nearest') return typeof last === 'number' ? clip(v, 0, last) : minimum(maximum(v, 0), last);
  // An image of one pixel has no period.
  const period = typeof last === 'number' ? Math.max(1, 2 * last) : maximum(mul(last, 2), 1);
  return minimum(mod(v, period), mod(neg(v), period));
}

/**
 * The images (items, channels, height, width) at positions x and y, (items, points) each, where -1 and 1 are the first
 * and the last pixel: of the four pixels around each, as much as it is near. (items, channels, points).
 */
export function bilinear(images: Expression, x: Expression, y: Expression, mode: BorderMode): Expression {
  const [items, channels] = images.shape as readonly [Dim, Dim];
  const [height, width] = [sizeOf(images, 2), sizeOf(images, 3)];
  const flat = reshape(images, [items, channels, -1]);
  const [px, py] = [mul(mul(add(x, 1), 0.5), less(width, 1)), mul(mul(add(y, 1), 0.5), less(height, 1))];
  const [left, top] = [floor(px), floor(py)];
  const [right, bottom] = [add(left, 1), add(top, 1)];
  const corner = (column: Expression, row: Expression, weight: Expression): Expression => {
    const index = add(mul(pixel(row, height, mode), width), pixel(column, width, mode));
    return mul(gather(flat, cast(index, 'int32'), { axis: 2, batchAxes: 1 }), reshape(weight, [items, 1, -1]));
  };
  const [fromLeft, fromRight, fromTop, fromBottom] = [sub(px, left), sub(right, px), sub(py, top), sub(bottom, py)];
  return [
    corner(left, top, mul(fromRight, fromBottom)),
    corner(left, bottom, mul(fromRight, fromTop)),
    corner(right, top, mul(fromLeft, fromBottom)),
    corner(right, bottom, mul(fromLeft, fromTop)),
  ].reduce(add);
}
