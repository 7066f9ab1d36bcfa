import { type CallInstruction, type View } from '@pastina/core';
import { type Frame } from '../frame.js';
import { coordinates, joinAxes, position } from '../loop/axes.js';
import { rounded } from '../loop/ops.js';
import { type Kernel } from '../shader.js';
import { type Sink, sumProducts } from './product.js';
import { type Sizes } from './terms.js';

export function matmulSizes({ inputs, shape }: CallInstruction): Sizes {
  const [a, b] = inputs as readonly [View, View];
  const last = shape.length - 1;
  return { batches: shape.slice(0, last - 1).reduce((x, y) => x * y, 1), rows: a.shape[last - 1] as number, inner: a.shape[last] as number, columns: b.shape[last] as number };
}

/** Products of matrices, however they and their batches lie. */
export function matmul(call: CallInstruction, frame: Frame, sink: Sink): readonly Kernel[] {
  const [a, b] = call.inputs as readonly [View, View];
  const last = call.shape.length - 1;
  const sizes = matmulSizes(call);
  const { batches, rows, inner, columns } = sizes;
  const leading = call.shape.slice(0, last - 1);
  const axes = joinAxes(leading, [a, b], 0, leading.length);
  const { lines, names } = coordinates('batch', axes.sizes, 'batch');
  return sumProducts(`matmul: ${batches > 1 ? `${batches} × ` : ''}[${rows}, ${inner}] · [${inner}, ${columns}]${sink.title}`, frame, (shader) => {
    const at = (view: View, v: number, row: string, column: string): string =>
      shader.read(frame.placeOf(view.buffer), position(view.offset, [...names.map((name, axis) => [name, axes.strides[v]?.[axis] ?? 0] as const), [row, view.strides[last - 1] as number], [column, view.strides[last] as number]]));
    return {
      ...sizes, leftAlongInner: a.strides[last] === 1, rightAlongColumns: b.strides[last] === 1,
      begin: () => lines.forEach((text) => shader.line(text)),
      left: () => shader.line(`value = ${at(a, 0, 'row', 'k')};`),
      right: () => shader.line(`value = ${at(b, 1, 'k', 'column')};`),
      into: () => {
        const write = sink.into(shader);
        return (row, column, value) => write(`(batch * ${rows}u + ${row}) * ${columns}u + ${column}`, rounded(shader, value, frame.dtypeOf(call.output)));
      },
    };
  });
}
