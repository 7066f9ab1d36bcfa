import { DTypeError } from '../../errors.js';
import { type Dim } from '../../graph/dim.js';
import { dtypeFacts, isFloat } from '../../graph/dtype.js';
import { makeNode, type Node } from '../../graph/node.js';
import { type Attrs, type CallOp, type DenseArray } from '../../graph/op.js';
import { formatType, type TensorType } from '../../graph/type.js';
import { windowsOf, withoutSpace } from './geometry.js';

// Both pools and their gradients are linear in the operand that derivatives reach, and each other's gradients.
// attrs: windows, and `counts`, how many there are along each spatial axis.

function checkFloat(name: string, type: TensorType): void {
  if (!isFloat(type.dtype)) throw new DTypeError('OP_DTYPE', `${name}: operand ${formatType(type)}; expected a floating dtype; use cast(x, 'float32')`, { op: name, dtype: type.dtype });
}

const pooled = ({ dtype, shape }: TensorType, attrs: Attrs): TensorType => ({ dtype, shape: [shape[0] ?? 1, shape[1] ?? 1, ...(attrs.counts as readonly Dim[])] });
const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Where a window begins and ends inside the input, and how many elements of input and padding it holds. */
interface Span {
  readonly low: number;
  readonly high: number;
  readonly held: number;
}

/** The windows of one plane in row-major order, one to three axes looked at as three. */
function eachWindow(space: readonly number[], attrs: Attrs, visit: (output: number, spans: readonly [Span, Span, Span], strides: readonly [number, number]) => void): void {
  const { size, stride, before, after } = windowsOf(attrs);
  const spans = space.map((length, axis) => Array.from({ length: (attrs.counts as readonly number[])[axis] as number }, (_, o): Span => {
    const start = o * (stride[axis] as number) - (before[axis] as number);
    const end = Math.min(start + (size[axis] as number), length + (after[axis] as number));
    return { low: Math.max(0, start), high: Math.min(length, end), held: end - start };
  }));
  const whole: readonly Span[] = [{ low: 0, high: 1, held: 1 }];
  const [a, b, c] = [...new Array<readonly Span[]>(3 - space.length).fill(whole), ...spans] as [readonly Span[], readonly Span[], readonly Span[]];
  const [rows, columns] = [space.length > 1 ? (space[space.length - 2] as number) : 1, space[space.length - 1] as number];
  let output = 0;
  for (const x of a) for (const y of b) for (const z of c) visit(output++, [x, y, z], [rows * columns, columns]);
}

/** The position of the first element that is the largest, or NaN. */
function firstLargest(data: ArrayLike<number>, plane: number, [x, y, z]: readonly [Span, Span, Span], [slab, row]: readonly [number, number]): number {
  let best = plane + x.low * slab + y.low * row + z.low;
  for (let i = x.low; i < x.high; i += 1) {
    for (let j = y.low; j < y.high; j += 1) {
      for (let k = z.low; k < z.high; k += 1) {
        const at = plane + i * slab + j * row + k;
        const [element, largest] = [data[at] as number, data[best] as number];
        if (element > largest || (element !== element && largest === largest)) best = at;
      }
    }
  }
  return best;
}

/** Operands: what decides, and what is picked (the same, of a pool; a tangent, of its gradient's gradient). */
export const maxPoolOp: CallOp = {
  kind: 'call',
  name: 'maxPool',
  doc: 'of each window the second operand, where the first is largest: the first such element, the first NaN if any',
  type: ([x, values], attrs) => {
    checkFloat('maxPool', x as TensorType);
    return pooled(values as TensorType, attrs);
  },
  gradient: ({ cotangent, inputs: [x], attrs }) => [null, makeNode(maxPoolGradientOp, [x as Node, cotangent], attrs)],
  evaluate: ([x, values], y, attrs) => {
    const [deciding, picked] = [x as DenseArray, values as DenseArray];
    const [plane, size] = [product(deciding.shape.slice(2)), product(y.shape.slice(2))];
    for (let p = 0; size > 0 && p < y.data.length / size; p += 1) {
      eachWindow(deciding.shape.slice(2), attrs, (o, spans, strides) => {
        y.data[p * size + o] = picked.data[firstLargest(deciding.data, p * plane, spans, strides)] as number;
      });
    }
  },
};

export const maxPoolGradientOp: CallOp = {
  kind: 'call',
  name: 'maxPoolGradient',
  doc: 'each cotangent, where its window is largest; windows in row-major order',
  type: ([x]) => x as TensorType,
  gradient: ({ cotangent, inputs: [x], attrs }) => [null, makeNode(maxPoolOp, [x as Node, cotangent], attrs)],
  evaluate: ([x, g], output, attrs) => {
    const [deciding, cotangent] = [x as DenseArray, g as DenseArray];
    const { round } = dtypeFacts(output.dtype);
    const [plane, size] = [product(deciding.shape.slice(2)), product(cotangent.shape.slice(2))];
    const sums = new Float64Array(deciding.data.length);
    for (let p = 0; size > 0 && p < cotangent.data.length / size; p += 1) {
      eachWindow(deciding.shape.slice(2), attrs, (o, spans, strides) => {
        const at = firstLargest(deciding.data, p * plane, spans, strides);
        sums[at] = (sums[at] as number) + (cotangent.data[p * size + o] as number);
      });
    }
    for (let i = 0; i < sums.length; i += 1) output.data[i] = round(sums[i] as number);
  },
};

/** By how many a window's sum is divided. */
const divisor = (spans: readonly [Span, Span, Span], attrs: Attrs): number => spans.reduce((n, { low, high, held }) => n * (attrs.pad === true ? held : high - low), 1);

export const averagePoolOp: CallOp = {
  kind: 'call',
  name: 'averagePool',
  doc: 'the mean of each window: in row-major order, in float64, rounded once',
  type: ([x], attrs) => {
    checkFloat('averagePool', x as TensorType);
    return pooled(x as TensorType, attrs);
  },
  gradient: ({ cotangent, inputs: [x], attrs }) => [makeNode(averagePoolGradientOp, [cotangent], { ...attrs, space: (x as Node).shape.slice(2) })],
  evaluate: ([x], y, attrs) => {
    const { data, shape } = x as DenseArray;
    const { round } = dtypeFacts(y.dtype);
    const [plane, size] = [product(shape.slice(2)), product(y.shape.slice(2))];
    for (let p = 0; size > 0 && p < y.data.length / size; p += 1) {
      eachWindow(shape.slice(2), attrs, (o, spans, [slab, row]) => {
        const [a, b, c] = spans;
        let sum = 0;
        for (let i = a.low; i < a.high; i += 1) for (let j = b.low; j < b.high; j += 1) for (let k = c.low; k < c.high; k += 1) sum += data[p * plane + i * slab + j * row + k] as number;
        y.data[p * size + o] = round(sum / divisor(spans, attrs));
      });
    }
  },
};

export const averagePoolGradientOp: CallOp = {
  kind: 'call',
  name: 'averagePoolGradient',
  doc: 'each cotangent, spread evenly over its window',
  type: ([g], attrs) => {
    const { dtype, shape } = g as TensorType;
    return { dtype, shape: [shape[0] ?? 1, shape[1] ?? 1, ...(attrs.space as readonly Dim[])] };
  },
  gradient: ({ cotangent, attrs }) => [makeNode(averagePoolOp, [cotangent], withoutSpace(attrs))],
  evaluate: ([g], output, attrs) => {
    const cotangent = g as DenseArray;
    const { round } = dtypeFacts(output.dtype);
    const space = output.shape.slice(2);
    const [plane, size] = [product(space), product(cotangent.shape.slice(2))];
    const sums = new Float64Array(output.data.length);
    for (let p = 0; size > 0 && p < cotangent.data.length / size; p += 1) {
      eachWindow(space, attrs, (o, spans, [slab, row]) => {
        const share = (cotangent.data[p * size + o] as number) / divisor(spans, attrs);
        const [a, b, c] = spans;
        for (let i = a.low; i < a.high; i += 1) for (let j = b.low; j < b.high; j += 1) for (let k = c.low; k < c.high; k += 1) sums[p * plane + i * slab + j * row + k] = (sums[p * plane + i * slab + j * row + k] as number) + share;
      });
    }
    for (let i = 0; i < sums.length; i += 1) output.data[i] = round(sums[i] as number);
  },
};
