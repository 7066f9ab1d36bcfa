import { type CallInstruction, type View } from '@pastina/core';
import { type Frame } from '../frame.js';
import { coordinates, joinAxes, position } from '../loop/axes.js';
import { rounded } from '../loop/ops.js';
import { type Kernel, Shader } from '../shader.js';
import { type Sink, sumProducts } from './product.js';

/** Products of matrices, however they and their batches lie. */
export function matmul(call: CallInstruction, frame: Frame, sink: Sink): Kernel | undefined {
  const [a, b] = call.inputs as readonly [View, View];
  const last = call.shape.length - 1;
  const [rows, inner, columns] = [a.shape[last - 1], a.shape[last], b.shape[last]] as unknown as readonly [number, number, number];
  const leading = call.shape.slice(0, last - 1);
  const batches = leading.reduce((x, y) => x * y, 1);
  const shader = new Shader(`matmul: ${batches > 1 ? `${batches} × ` : ''}[${rows}, ${inner}] · [${inner}, ${columns}]${sink.title}`);
  const write = sink.into(shader);
  const axes = joinAxes(leading, [a, b], 0, leading.length);
  const { lines, names } = coordinates('batch', axes.sizes, 'batch');
  const at = (view: View, v: number, row: string, column: string): string =>
    shader.read(frame.placeOf(view.buffer), position(view.offset, [...names.map((name, axis) => [name, axes.strides[v]?.[axis] ?? 0] as const), [row, view.strides[last - 1] as number], [column, view.strides[last] as number]]));
  return sumProducts(shader, frame.products, {
    batches, rows, inner, columns, leftAlongInner: a.strides[last] === 1, rightAlongColumns: b.strides[last] === 1,
    begin: () => lines.forEach((text) => shader.line(text)),
    left: () => shader.line(`value = ${at(a, 0, 'row', 'k')};`),
    right: () => shader.line(`value = ${at(b, 1, 'k', 'column')};`),
    write: (row, column, value) => write(`(batch * ${rows}u + ${row}) * ${columns}u + ${column}`, rounded(shader, value, frame.dtypeOf(call.output))),
  });
}
