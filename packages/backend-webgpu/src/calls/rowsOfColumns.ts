import { type Kernel, type Shader } from '../shader.js';
import { type Product, type Write } from './product.js';
import { ownTerms, type Terms } from './terms.js';

/** Columns of a group, one for each of its invocations, and rows that each of them computes. */
const width = 32;
const most = 8;

/** Each invocation computes a few rows of one column. Nothing is shared, so nobody waits: in software that costs most. */
export function rowsOfColumns(shader: Shader, { batches, rows, inner, columns, ...product }: Product, terms: Terms, write: Write): Kernel {
  const each = Math.min(rows, most);
  const [down, across] = [Math.ceil(rows / each), Math.ceil(columns / width)];
  shader.line(`let row0 = group / ${across}u % ${down}u * ${each}u;`);
  shader.line(`let column = group % ${across}u * ${width}u + local;`);
  const [from, until] = ownTerms(shader, terms, inner, `group / ${across * down}u`);
  shader.line(`if (column >= ${columns}u) { return; }`);
  product.begin?.();
  const own = Array.from({ length: each }, (_, i) => i);
  for (const i of own) shader.line(`var sum${i} = 0.0;`);
  shader.line(`for (var k = ${from}; k < ${until}; k += 1u) {`);
  shader.line('var b: f32;');
  shader.line('{');
  shader.line('var value = 0.0;');
  product.right();
  shader.line('b = value;');
  shader.line('}');
  for (const i of own) {
    shader.line('{');
    // Rows past the last are computed like it, and not written.
    shader.line(`let row = ${rows % each === 0 ? `row0 + ${i}u` : `min(row0 + ${i}u, ${rows - 1}u)`};`);
    shader.line('var value = 0.0;');
    product.left();
    shader.line(`sum${i} += value * b;`);
    shader.line('}');
  }
  shader.line('}');
  for (const i of own) {
    shader.line(`if (row0 + ${i}u < ${rows}u) {`);
    write(`(row0 + ${i}u)`, 'column', `sum${i}`);
    shader.line('}');
  }
  return shader.finish(batches * terms.parts * down * across, width);
}
