import { type Kernel, type Shader } from '../shader.js';
import { type Product, type Write } from './product.js';
import { ownTerms, type Terms } from './terms.js';

/** Sides of a group, and how many terms are brought in at once. */
const side = 16;

/** From so many groups on a larger tile is taken: it reads less, but there are fewer. */
const enough = 96;

/** Each group computes a square tile of the result, each invocation a square of that, from terms that the group shares. */
export function tiles(shader: Shader, { batches, rows, inner, columns, ...product }: Product, terms: Terms, write: Write): Kernel {
  const groupsOf = (tile: number): number => batches * Math.ceil(rows / tile) * Math.ceil(columns / tile);
  const tile = [4 * side, 2 * side].find((size) => groupsOf(size) >= enough) ?? side;
  const each = tile / side;
  const [down, across] = [Math.ceil(rows / tile), Math.ceil(columns / tile)];
  shader.declare(`var<workgroup> left: array<f32, ${tile * side}>;\nvar<workgroup> right: array<f32, ${side * tile}>;`);
  shader.line(`let row0 = (group / ${across}u) % ${down}u * ${tile}u;`);
  shader.line(`let column0 = group % ${across}u * ${tile}u;`);
  const [from, until] = ownTerms(shader, terms, inner, `group / ${across * down}u`);
  product.begin?.();
  shader.line(`let down = local / ${side}u * ${each}u;`);
  shader.line(`let across = local % ${side}u * ${each}u;`);
  shader.line(`var sums: array<f32, ${each * each}>;`);
  shader.line(`for (var k0 = ${from}; k0 < ${until}; k0 += ${side}u) {`);
  // Neighbouring invocations read neighbouring words, whichever axis has them.
  const bring = (name: string, index: string, size: number, along: boolean, read: () => void): void => {
    shader.line(`for (var e = local; e < ${tile * side}u; e += ${side * side}u) {`);
    shader.line(`let ${index} = ${index}0 + ${along ? `e / ${side}u` : `e % ${tile}u`};`);
    shader.line(`let k = k0 + ${along ? `e % ${side}u` : `e / ${tile}u`};`);
    shader.line('var value = 0.0;');
    shader.line(`if (${index} < ${size}u && k < ${until}) {`);
    read();
    shader.line('}');
    shader.line(`${name}[(k - k0) * ${tile}u + ${index} - ${index}0] = value;`);
    shader.line('}');
  };
  bring('left', 'row', rows, product.leftAlongInner, () => product.left());
  bring('right', 'column', columns, !product.rightAlongColumns, () => product.right());
  shader.line('workgroupBarrier();');
  shader.line(`for (var k = 0u; k < min(${side}u, ${until} - k0); k += 1u) {`);
  const square = Array.from({ length: each }, (_, i) => i);
  for (const i of square) shader.line(`let a${i} = left[k * ${tile}u + down + ${i}u];`);
  for (const j of square) shader.line(`let b${j} = right[k * ${tile}u + across + ${j}u];`);
  for (const i of square) for (const j of square) shader.line(`sums[${i * each + j}] += a${i} * b${j};`);
  shader.line('}');
  shader.line('workgroupBarrier();');
  shader.line('}');
  for (const i of square) {
    for (const j of square) {
      shader.line(`if (row0 + down + ${i}u < ${rows}u && column0 + across + ${j}u < ${columns}u) {`);
      write(`(row0 + down + ${i}u)`, `(column0 + across + ${j}u)`, `sums[${i * each + j}]`);
      shader.line('}');
    }
  }
  return shader.finish(groupsOf(tile) * terms.parts, side * side);
}
