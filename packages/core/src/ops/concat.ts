import { DTypeError, InputError, ShapeError } from '../errors.js';
import { addDims, type Dim } from '../graph/dim.js';
import { listOf, makeNode, toNode, type Expression, type Node } from '../graph/node.js';
import { type CallOp } from '../graph/op.js';
import { formatType, normalizeAxis, sameShape, type TensorType } from '../graph/type.js';
import { expandDims } from './reshape.js';
import { sliceOp } from './slicePad.js';

export const concatOp: CallOp = {
  kind: 'call',
  name: 'concat',
  doc: 'one after another along an axis',
  type: (inputs, attrs) => {
    const first = inputs[0] as TensorType;
    const axis = attrs.axis as number;
    inputs.forEach((input, i) => {
      if (input.dtype !== first.dtype) throw new DTypeError('OP_MIXED_DTYPES', `concat: entry ${i} is ${formatType(input)}, entry 0 is ${formatType(first)}; cast one of them`, { entry: i });
      const differs = input.shape.length !== first.shape.length ? -1 : input.shape.findIndex((size, k) => k !== axis && size !== first.shape[k]);
      if (input.shape.length !== first.shape.length || differs >= 0) throw new ShapeError('CONCAT', `concat: entry ${i} is ${formatType(input)}, entry 0 is ${formatType(first)}; sizes must be equal except along axis ${axis}`, { entry: i, axis });
    });
    const size = inputs.map(({ shape }) => shape[axis] ?? 1).reduce<Dim>(addDims, 0);
    return { dtype: first.dtype, shape: first.shape.map((own, k) => (k === axis ? size : own)) };
  },
  gradient: ({ cotangent, inputs, attrs }) => {
    const axis = attrs.axis as number;
    let from: Dim = 0;
    return inputs.map((input) => {
      const begin = input.shape.map((_, k) => (k === axis ? from : 0));
      from = addDims(from, input.shape[axis] ?? 1);
      return makeNode(sliceOp, [cotangent], { begin, step: input.shape.map(() => 1), shape: input.shape });
    });
  },
  evaluate: (inputs, output, attrs) => {
    const axis = attrs.axis as number;
    const inner = output.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const row = (output.shape[axis] ?? 1) * inner;
    const rows = row === 0 ? 0 : output.data.length / row;
    let at = 0;
    for (const { shape, data } of inputs) {
      const width = (shape[axis] ?? 1) * inner;
      for (let i = 0; i < rows; i += 1) output.data.set(data.subarray(i * width, (i + 1) * width), i * row + at);
      at += width;
    }
  },
};

/** The values one after another along `axis`. @throws ShapeError naming the entry whose other sizes differ */
export function concat(xs: readonly Expression[], axis: number): Expression {
  const nodes = listOf(xs, 'concat').map((x, i) => toNode(x, `concat: entry ${i}`));
  const first = nodes[0];
  if (first === undefined) throw new InputError('CONCAT_EMPTY', 'concat: expected at least one value');
  const at = normalizeAxis(axis, first.rank, 'concat');
  return nodes.length === 1 ? first : makeNode(concatOp, nodes, { axis: at });
}

/** The values beside each other along a new axis. @throws ShapeError naming the entry whose shape differs */
export function stack(xs: readonly Expression[], axis: number): Expression {
  const nodes = listOf(xs, 'stack').map((x, i) => toNode(x, `stack: entry ${i}`));
  const first = nodes[0];
  if (first === undefined) throw new InputError('CONCAT_EMPTY', 'stack: expected at least one value');
  const other = nodes.findIndex(({ shape }) => !sameShape(shape, first.shape));
  if (other >= 0) throw new ShapeError('STACK', `stack: entry ${other} is ${formatType((nodes[other] as Node).type)}, entry 0 is ${formatType(first.type)}; expected the same shape of all (use concat to join along an axis that they have)`, { entry: other });
  const at = normalizeAxis(axis, first.rank + 1, `stack of ${formatType(first.type)}, in the result`);
  return concat(nodes.map((node) => expandDims(node, at)), at);
}

/** Consecutive pieces of the given sizes along `axis`. @throws ShapeError where the sizes do not add up */
export function split(x: Expression, sizes: readonly number[], axis: number): Expression[] {
  const node: Node = toNode(x, 'split');
  const at = normalizeAxis(axis, node.rank, 'split');
  if (!Array.isArray(sizes) || !sizes.every((size) => Number.isInteger(size) && size >= 0)) throw new InputError('SPLIT', `split: sizes ${JSON.stringify(sizes)}; expected a list of whole numbers from 0 up, such as [1, 2]`, { sizes });
  const total = sizes.reduce((a, b) => a + b, 0);
  if (total !== node.shape[at]) throw new ShapeError('SPLIT', `split: sizes [${sizes.join(', ')}] add up to ${total}; axis ${at} of ${formatType(node.type)} has ${String(node.shape[at])}`, { sizes, axis: at });
  let from = 0;
  return sizes.map((size) => {
    const begin = node.shape.map((_, k) => (k === at ? from : 0));
    from += size;
    return makeNode(sliceOp, [node], { begin, step: node.shape.map(() => 1), shape: node.shape.map((own, k) => (k === at ? size : own)) });
  });
}
