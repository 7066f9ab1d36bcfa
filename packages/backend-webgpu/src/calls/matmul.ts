import { type CallInstruction, type View } from '@pastina/core';
import { type Frame } from '../frame.js';
import { coordinates, joinAxes, position } from '../loop/axes.js';
import { rounded } from '../loop/ops.js';
import { type Kernel, Shader } from '../shader.js';

/** Sides of a group, and how many terms are brought in at once. */
const side = 16;

/** From so many groups on a larger tile is taken: it reads less, but there are fewer. */
const enough = 96;

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/**
 * Products of matrices, however they lie: each group computes a square tile of the result, each invocation a square of
 * that. Every element is Σₖ in order of k, in float32.
 */
export function matmul(call: CallInstruction, frame: Frame): Kernel | undefined {
  const [a, b] = call.inputs as readonly [View, View];
  const rank = call.shape.length;
  const [rows, inner, columns] = [a.shape[rank - 2], a.shape[rank - 1], b.shape[rank - 1]] as unknown as readonly [number, number, number];
  const batches = product(call.shape.slice(0, rank - 2));
  if (batches * rows * columns === 0) return undefined;
  const groupsOf = (tile: number): number => batches * Math.ceil(rows / tile) * Math.ceil(columns / tile);
  const tile = [4 * side, 2 * side].find((size) => groupsOf(size) >= enough) ?? side;
  const each = tile / side;
  const [tilesDown, tilesAcross] = [Math.ceil(rows / tile), Math.ceil(columns / tile)];

  const shader = new Shader(`matmul: ${batches > 1 ? `${batches} × ` : ''}[${rows}, ${inner}] · [${inner}, ${columns}]`);
  shader.declare(`var<workgroup> left: array<f32, ${tile * side}>;\nvar<workgroup> right: array<f32, ${side * tile}>;`);
  shader.line(`let row0 = (group / ${tilesAcross}u) % ${tilesDown}u * ${tile}u;`);
  shader.line(`let column0 = group % ${tilesAcross}u * ${tile}u;`);
  const axes = joinAxes(call.shape.slice(0, rank - 2), [a, b], 0, rank - 2);
  shader.line(`let batch = group / ${tilesAcross * tilesDown}u;`);
  const { lines, names } = coordinates('batch', axes.sizes, 'batch');
  lines.forEach((text) => shader.line(text));
  const at = (view: View, v: number, row: string, column: string): string =>
    shader.read(frame.placeOf(view.buffer), position(view.offset, [...names.map((name, axis) => [name, axes.strides[v]?.[axis] ?? 0] as const), [row, view.strides[rank - 2] as number], [column, view.strides[rank - 1] as number]]));

  shader.line(`let down = local / ${side}u * ${each}u;`);
  shader.line(`let across = local % ${side}u * ${each}u;`);
  shader.line(`var sums: array<f32, ${each * each}>;`);
  shader.line(`for (var k0 = 0u; k0 < ${inner}u; k0 += ${side}u) {`);
  // Neighbouring invocations read neighbouring words, whichever axis has them.
  shader.line(`for (var e = local; e < ${tile * side}u; e += ${side * side}u) {`);
  const alongK = a.strides[rank - 1] === 1;
  shader.line(`let row = row0 + ${alongK ? `e / ${side}u` : `e % ${tile}u`};`);
  shader.line(`let k = k0 + ${alongK ? `e % ${side}u` : `e / ${tile}u`};`);
  shader.line('var value = 0.0;');
  shader.line(`if (row < ${rows}u && k < ${inner}u) { value = ${at(a, 0, 'row', 'k')}; }`);
  shader.line(`left[(k - k0) * ${tile}u + row - row0] = value;`);
  shader.line('}');
  shader.line(`for (var e = local; e < ${tile * side}u; e += ${side * side}u) {`);
  const alongN = b.strides[rank - 1] === 1;
  shader.line(`let column = column0 + ${alongN ? `e % ${tile}u` : `e / ${side}u`};`);
  shader.line(`let k = k0 + ${alongN ? `e / ${tile}u` : `e % ${side}u`};`);
  shader.line('var value = 0.0;');
  shader.line(`if (column < ${columns}u && k < ${inner}u) { value = ${at(b, 1, 'k', 'column')}; }`);
  shader.line(`right[(k - k0) * ${tile}u + column - column0] = value;`);
  shader.line('}');
  shader.line('workgroupBarrier();');
  shader.line(`for (var k = 0u; k < min(${side}u, ${inner}u - k0); k += 1u) {`);
  for (let i = 0; i < each; i += 1) shader.line(`let a${i} = left[k * ${tile}u + down + ${i}u];`);
  for (let j = 0; j < each; j += 1) shader.line(`let b${j} = right[k * ${tile}u + across + ${j}u];`);
  for (let i = 0; i < each; i += 1) for (let j = 0; j < each; j += 1) shader.line(`sums[${i * each + j}] += a${i} * b${j};`);
  shader.line('}');
  shader.line('workgroupBarrier();');
  shader.line('}');
  for (let i = 0; i < each; i += 1) {
    for (let j = 0; j < each; j += 1) {
      shader.line(`if (row0 + down + ${i}u < ${rows}u && column0 + across + ${j}u < ${columns}u) {`);
      frame.write(shader, call.output, `(batch * ${rows}u + row0 + down + ${i}u) * ${columns}u + column0 + across + ${j}u`, rounded(shader, `sums[${i * each + j}]`, frame.dtypeOf(call.output)));
      shader.line('}');
    }
  }
  return shader.finish(groupsOf(tile), side * side);
}
