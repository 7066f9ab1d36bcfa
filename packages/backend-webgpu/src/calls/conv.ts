import { type CallInstruction, type View } from '@pastina/core';
import { type Frame } from '../frame.js';
import { rounded } from '../loop/ops.js';
import { type Kernel, type Shader } from '../shader.js';
import { allCoordinates, product, readAt } from './arrays.js';
import { type Sink, sumProducts, type Write } from './product.js';
import { type Sizes } from './terms.js';

// Convolutions as products of matrices whose elements are found where they are asked for: nothing is laid out anew.
//   x: [items, channels, …space]   w: [filters, channels / groups, …window]   y: [items, filters, …windows]

interface Geometry {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly before: readonly number[];
  readonly dilation: readonly number[];
  readonly flip: boolean;
}

const geometryOf = ({ attrs }: CallInstruction): Geometry => attrs as unknown as Geometry;

/** Lines that give the coordinates of a tap of the window; a true convolution counts them from the end. */
function tapCoordinates(shader: Shader, index: string, { size, flip }: Geometry): readonly string[] {
  return allCoordinates(shader, index, size, 'tap').map((name, axis) => (flip ? `(${(size[axis] as number) - 1}u - ${name})` : name));
}

/** The element of x that window `o` meets at a tap, if it is no padding, as `value`. */
function readInput(shader: Shader, frame: Frame, x: View, leading: readonly string[], windows: readonly string[], taps: readonly string[], { stride, before, dilation }: Geometry): void {
  const space = x.shape.slice(2);
  // Wrapping below 0 makes a position that is not inside either.
  space.forEach((_, axis) => shader.line(`let at${axis} = ${windows[axis]} * ${stride[axis]}u + ${taps[axis]} * ${dilation[axis]}u - ${before[axis]}u;`));
  const inside = space.map((size, axis) => `at${axis} < ${size}u`).join(' && ');
  shader.line(`if (${inside}) { value = ${readAt(shader, frame, x, [...leading, ...space.map((_, axis) => `at${axis}`)])}; }`);
}

/** What a convolution, or a gradient of one, is as a product. */
export function convSizes({ op, attrs, inputs, shape }: CallInstruction): Sizes {
  const [first, second] = inputs as readonly [View, View];
  const groups = attrs.groups as number;
  const [items, taps] = [first.shape[0] as number, product(attrs.size as readonly number[])];
  const channels = (view: View, axis: number): number => view.shape[axis] as number;
  switch (op) {
    case 'conv':
      return { batches: groups, rows: channels(second, 0) / groups, inner: channels(second, 1) * taps, columns: items * product(shape.slice(2)) };
    case 'convInputGradient':
      return { batches: groups, rows: channels(second, 1), inner: channels(second, 0) / groups * taps, columns: items * product(shape.slice(2)) };
    default:
      return { batches: groups, rows: (shape[0] as number) / groups, inner: items * product(second.shape.slice(2)), columns: (shape[1] as number) * taps };
  }
}

/** Rounds what a product's shader writes. */
function intoSink(shader: Shader, sink: Sink, frame: Frame, output: number, index: (row: string, column: string) => string): Write {
  const write = sink.into(shader);
  return (row, column, value) => write(index(row, column), rounded(shader, value, frame.dtypeOf(output)));
}

/** Y[n, f, o] = Σ over channels of the group and the window, x · w. */
export function conv(call: CallInstruction, frame: Frame, sink: Sink): readonly Kernel[] {
  const [x, w] = call.inputs as readonly [View, View];
  const geometry = geometryOf(call);
  const [groups, filters, perGroup] = [call.attrs.groups as number, w.shape[0] as number, w.shape[1] as number];
  const [rows, taps, windows] = [filters / groups, product(geometry.size), product(call.shape.slice(2))];
  return sumProducts(`conv: [${x.shape.join(', ')}] by [${w.shape.join(', ')}]${sink.title}`, frame, (shader) => ({
    ...convSizes(call), leftAlongInner: true, rightAlongColumns: true,
    left: () => {
      const window = tapCoordinates(shader, `(k % ${taps}u)`, { ...geometry });
      shader.line(`value = ${readAt(shader, frame, w, [`(batch * ${rows}u + row)`, `(k / ${taps}u)`, ...window])};`);
    },
    right: () => {
      const at = allCoordinates(shader, `(column % ${windows}u)`, call.shape.slice(2), 'o');
      const window = allCoordinates(shader, `(k % ${taps}u)`, geometry.size, 'tap');
      readInput(shader, frame, x, [`(column / ${windows}u)`, `(batch * ${perGroup}u + k / ${taps}u)`], at, window, geometry);
    },
    into: () => intoSink(shader, sink, frame, call.output, (row, column) => `((${column} / ${windows}u) * ${filters}u + batch * ${rows}u + ${row}) * ${windows}u + ${column} % ${windows}u`),
  }));
}

/** X[n, c, i] = Σ over filters of the group and the taps that meet i, cotangent · w. */
export function convInputGradient(call: CallInstruction, frame: Frame, sink: Sink): readonly Kernel[] {
  const [g, w] = call.inputs as readonly [View, View];
  const geometry = geometryOf(call);
  const [groups, filters, rows] = [call.attrs.groups as number, w.shape[0] as number, w.shape[1] as number];
  const [own, taps, plane] = [filters / groups, product(geometry.size), product(call.shape.slice(2))];
  return sumProducts(`convInputGradient: [${g.shape.join(', ')}] by [${w.shape.join(', ')}]${sink.title}`, frame, (shader) => ({
    ...convSizes(call), leftAlongInner: true, rightAlongColumns: true,
    left: () => {
      const window = tapCoordinates(shader, `(k % ${taps}u)`, geometry);
      shader.line(`value = ${readAt(shader, frame, w, [`(batch * ${own}u + k / ${taps}u)`, 'row', ...window])};`);
    },
    right: () => {
      const at = allCoordinates(shader, `(column % ${plane}u)`, call.shape.slice(2), 'i');
      const window = allCoordinates(shader, `(k % ${taps}u)`, geometry.size, 'tap');
      const inside = at.map((name, axis) => {
        shader.line(`let from${axis} = ${name} + ${geometry.before[axis]}u - ${window[axis]} * ${geometry.dilation[axis]}u;`);
        const by = geometry.stride[axis] as number;
        // Wrapped below 0 it would be larger than any window starts.
        return `from${axis} < ${(g.shape[axis + 2] as number) * by}u${by === 1 ? '' : ` && from${axis} % ${by}u == 0u`}`;
      });
      const windows = at.map((_, axis) => `(from${axis} / ${geometry.stride[axis]}u)`);
      shader.line(`if (${inside.join(' && ')}) { value = ${readAt(shader, frame, g, [`(column / ${plane}u)`, `(batch * ${own}u + k / ${taps}u)`, ...windows])}; }`);
    },
    into: () => intoSink(shader, sink, frame, call.output, (row, column) => `((${column} / ${plane}u) * ${call.shape[1]}u + batch * ${rows}u + ${row}) * ${plane}u + ${column} % ${plane}u`),
  }));
}

/** W[f, c, tap] = Σ over items and windows, x · cotangent. */
export function convFilterGradient(call: CallInstruction, frame: Frame, sink: Sink): readonly Kernel[] {
  const [x, g] = call.inputs as readonly [View, View];
  const geometry = geometryOf(call);
  const [groups, filters, perGroup] = [call.attrs.groups as number, call.shape[0] as number, call.shape[1] as number];
  const [rows, taps, windows] = [filters / groups, product(geometry.size), product(g.shape.slice(2))];
  return sumProducts(`convFilterGradient: [${x.shape.join(', ')}] by [${g.shape.join(', ')}]${sink.title}`, frame, (shader) => ({
    ...convSizes(call), leftAlongInner: true, rightAlongColumns: false,
    left: () => {
      const at = allCoordinates(shader, `(k % ${windows}u)`, g.shape.slice(2), 'o');
      shader.line(`value = ${readAt(shader, frame, g, [`(k / ${windows}u)`, `(batch * ${rows}u + row)`, ...at])};`);
    },
    right: () => {
      const at = allCoordinates(shader, `(k % ${windows}u)`, g.shape.slice(2), 'o');
      const window = tapCoordinates(shader, `(column % ${taps}u)`, geometry);
      readInput(shader, frame, x, [`(k / ${windows}u)`, `(batch * ${perGroup}u + column / ${taps}u)`], at, window, geometry);
    },
    into: () => intoSink(shader, sink, frame, call.output, (row, column) => `(batch * ${rows}u + ${row}) * ${perGroup * taps}u + ${column}`),
  }));
}
