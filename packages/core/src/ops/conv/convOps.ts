import { DTypeError, ShapeError } from '../../errors.js';
import { divideDims, mulDims, type Dim } from '../../graph/dim.js';
import { dtypeFacts, isFloat } from '../../graph/dtype.js';
import { makeNode, type Node } from '../../graph/node.js';
import { type Attrs, type CallOp, type DenseArray } from '../../graph/op.js';
import { formatType, type TensorType } from '../../graph/type.js';
import { checkSpace, runsOf, windowCounts, windowsOf, withoutSpace } from './geometry.js';

// Linear in both operands, and each other's gradients, so every order of derivative is made of these three.
//   x: [items, channels, …space]   w: [filters, channels / groups, …window]   y: [items, filters, …windows]
// attrs: windows, groups, flip; the gradients also hold the space (or the window) that they give.

/** Which element of a window meets which weight: a true convolution takes them from the end. */
const weightOf = (tap: number, taps: number, attrs: Attrs): number => (attrs.flip === true ? taps - 1 - tap : tap);
const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
const spaceOf = ({ shape }: DenseArray): readonly number[] => shape.slice(2);

export function checkFloats(name: string, inputs: readonly TensorType[]): void {
  const [a, b] = inputs as readonly [TensorType, TensorType];
  if (a.dtype === b.dtype && isFloat(a.dtype)) return;
  throw new DTypeError('OP_DTYPE', `${name}: operands ${formatType(a)} and ${formatType(b)}; expected one floating dtype for both; use cast(x, 'float32')`, { op: name, dtypes: [a.dtype, b.dtype] });
}

/** Y[n, f, o] = Σ over channels of the group, then over the window in row-major order, x · w; in float64, rounded once. */
export const convOp: CallOp = {
  kind: 'call',
  name: 'conv',
  doc: 'filters slid over the spatial axes',
  type: (inputs, attrs) => {
    checkFloats('conv', inputs);
    const [x, w] = inputs as readonly [TensorType, TensorType];
    const groups = attrs.groups as number;
    const channels = mulDims(w.shape[1] ?? 1, groups);
    if (x.shape[1] !== channels) throw new ShapeError('CONV_CHANNELS', `conv: ${formatType(x)} has ${String(x.shape[1])} channels; filters ${formatType(w)}${groups === 1 ? '' : ` in ${groups} groups`} take ${String(channels)}`, { x: x.shape, w: w.shape, groups });
    if (divideDims(w.shape[0] ?? 1, groups) === undefined) throw new ShapeError('CONV_GROUPS', `conv: ${String(w.shape[0])} filters do not divide into ${groups} groups`, { filters: w.shape[0], groups });
    return { dtype: x.dtype, shape: [x.shape[0] ?? 1, w.shape[0] ?? 1, ...windowCounts(x.shape.slice(2), windowsOf(attrs), 'conv')] };
  },
  gradient: ({ cotangent, inputs, attrs }) => {
    const [x, w] = inputs as readonly [Node, Node];
    return [makeNode(convInputGradientOp, [cotangent, w], { ...attrs, space: x.shape.slice(2) }), makeNode(convFilterGradientOp, [x, cotangent], attrs)];
  },
  evaluate: ([x, w], y, attrs) => {
    const [input, filters] = [x as DenseArray, w as DenseArray];
    const { runs, step } = runsOf(spaceOf(input), spaceOf(y), windowsOf(attrs));
    const [plane, size, taps] = [product(spaceOf(input)), product(spaceOf(y)), product(spaceOf(filters))];
    const [perGroup, own] = [filters.shape[1] as number, (filters.shape[0] as number) / (attrs.groups as number)];
    const { round } = dtypeFacts(y.dtype);
    const sums = new Float64Array(size);
    for (let n = 0; n < (y.shape[0] as number); n += 1) {
      for (let f = 0; f < (y.shape[1] as number); f += 1) {
        sums.fill(0);
        for (let c = 0; c < perGroup; c += 1) {
          const from = (n * (input.shape[1] as number) + Math.floor(f / own) * perGroup + c) * plane;
          const weights = (f * perGroup + c) * taps;
          for (const run of runs) addRun(sums, run.output, 1, input.data as Float32Array, from + run.input, step, filters.data[weights + weightOf(run.tap, taps, attrs)] as number, run.count);
        }
        const start = (n * (y.shape[1] as number) + f) * size;
        for (let i = 0; i < size; i += 1) y.data[start + i] = round(sums[i] as number);
      }
    }
  },
};

/** What reaches the input: every window's cotangent, times the weight, summed over filters, then over the window. */
export const convInputGradientOp: CallOp = {
  kind: 'call',
  name: 'convInputGradient',
  doc: 'the gradient of conv with respect to its input: a transposed convolution',
  type: (inputs, attrs) => {
    checkFloats('convInputGradient', inputs);
    const [g, w] = inputs as readonly [TensorType, TensorType];
    const [space, groups] = [attrs.space as readonly Dim[], attrs.groups as number];
    // What a gradient asks for fits. What convTranspose asks for is seen only here where its sizes were symbols.
    checkSpace(space, g.shape.slice(2), windowsOf(attrs), 'convTranspose');
    if (divideDims(w.shape[0] ?? 1, groups) === undefined) throw new ShapeError('CONV_GROUPS', `convTranspose: ${String(w.shape[0])} channels do not divide into ${groups} groups`, { channels: w.shape[0], groups });
    return { dtype: g.dtype, shape: [g.shape[0] ?? 1, mulDims(w.shape[1] ?? 1, groups), ...space] };
  },
  gradient: ({ cotangent, inputs, attrs: own }) => {
    const attrs = withoutSpace(own);
    const [g, w] = inputs as readonly [Node, Node];
    return [makeNode(convOp, [cotangent, w], attrs), makeNode(convFilterGradientOp, [cotangent, g], attrs)];
  },
  evaluate: ([g, w], x, attrs) => {
    const [cotangent, filters] = [g as DenseArray, w as DenseArray];
    const { runs, step } = runsOf(spaceOf(x), spaceOf(cotangent), windowsOf(attrs));
    const [plane, size, taps] = [product(spaceOf(x)), product(spaceOf(cotangent)), product(spaceOf(filters))];
    const [perGroup, own] = [filters.shape[1] as number, (filters.shape[0] as number) / (attrs.groups as number)];
    const { round } = dtypeFacts(x.dtype);
    const sums = new Float64Array(plane);
    for (let n = 0; n < (x.shape[0] as number); n += 1) {
      for (let c = 0; c < (x.shape[1] as number); c += 1) {
        sums.fill(0);
        const group = Math.floor(c / perGroup);
        for (let f = group * own; f < (group + 1) * own; f += 1) {
          const from = (n * (filters.shape[0] as number) + f) * size;
          const weights = (f * perGroup + (c % perGroup)) * taps;
          for (const run of runs) addRun(sums, run.input, step, cotangent.data as Float32Array, from + run.output, 1, filters.data[weights + weightOf(run.tap, taps, attrs)] as number, run.count);
        }
        const start = (n * (x.shape[1] as number) + c) * plane;
        for (let i = 0; i < plane; i += 1) x.data[start + i] = round(sums[i] as number);
      }
    }
  },
};

/** What reaches a weight: input times cotangent, summed over items, then over windows in row-major order. */
export const convFilterGradientOp: CallOp = {
  kind: 'call',
  name: 'convFilterGradient',
  doc: 'the gradient of conv with respect to its filters',
  type: (inputs, attrs) => {
    checkFloats('convFilterGradient', inputs);
    const [x, g] = inputs as readonly [TensorType, TensorType];
    return { dtype: x.dtype, shape: [g.shape[1] ?? 1, divideDims(x.shape[1] ?? 1, attrs.groups as number) ?? 1, ...windowsOf(attrs).size] };
  },
  gradient: ({ cotangent, inputs, attrs }) => {
    const [x, g] = inputs as readonly [Node, Node];
    return [makeNode(convInputGradientOp, [g, cotangent], { ...attrs, space: x.shape.slice(2) }), makeNode(convOp, [x, cotangent], attrs)];
  },
  evaluate: ([x, g], w, attrs) => {
    const [input, cotangent] = [x as DenseArray, g as DenseArray];
    const { runs, step } = runsOf(spaceOf(input), spaceOf(cotangent), windowsOf(attrs));
    const [plane, size, taps] = [product(spaceOf(input)), product(spaceOf(cotangent)), product(spaceOf(w))];
    const [perGroup, own] = [w.shape[1] as number, (w.shape[0] as number) / (attrs.groups as number)];
    const { round } = dtypeFacts(w.dtype);
    const sums = new Float64Array(taps);
    for (let f = 0; f < (w.shape[0] as number); f += 1) {
      for (let c = 0; c < perGroup; c += 1) {
        sums.fill(0);
        for (let n = 0; n < (input.shape[0] as number); n += 1) {
          const from = (n * (input.shape[1] as number) + Math.floor(f / own) * perGroup + c) * plane;
          const at = (n * (w.shape[0] as number) + f) * size;
          for (const run of runs) sums[run.tap] = (sums[run.tap] as number) + dotRun(input.data as Float32Array, from + run.input, step, cotangent.data as Float32Array, at + run.output, run.count);
        }
        for (let tap = 0; tap < taps; tap += 1) w.data[(f * perGroup + c) * taps + weightOf(tap, taps, attrs)] = round(sums[tap] as number);
      }
    }
  },
};

/** sums += factor · run. Kept small and alone, so that engines compile it well. */
function addRun(sums: Float64Array, to: number, toStep: number, data: Float32Array, from: number, fromStep: number, factor: number, count: number): void {
  for (let i = 0; i < count; i += 1) sums[to + i * toStep] = (sums[to + i * toStep] as number) + factor * (data[from + i * fromStep] as number);
}

function dotRun(a: Float32Array, from: number, step: number, b: Float32Array, at: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i += 1) sum += (a[from + i * step] as number) * (b[at + i] as number);
  return sum;
}
