import { type Frame } from '../frame.js';
import { eachAlone } from '../loop/groups.js';
import { type Kernel, type Place, Shader } from '../shader.js';
import { rowsOfColumns } from './rowsOfColumns.js';
import { type Sizes, termsOf } from './terms.js';
import { tiles } from './tiles.js';

/** How the elements of products are shared out: in tiles by groups, or a few rows of a column to each invocation. */
export type Products = 'tiles' | 'rows';

/** Where the elements of a product go. */
export interface Sink {
  /** What the shader's title says of it. */
  readonly title: string;
  /** Prepares the shader; gives what adds the lines for an element, by its place in row-major order. */
  into(shader: Shader): (index: string, value: string) => void;
}

/** Adds the lines for an element of a product; `batch` is there. */
export type Write = (row: string, column: string, value: string) => void;

/** A product of matrices, told by how a shader reads its elements. */
export interface Product extends Sizes {
  /** Do neighbours along the inner axis of the left, and along the columns of the right, lie side by side in memory? */
  readonly leftAlongInner: boolean;
  readonly rightAlongColumns: boolean;
  /** Lines before the rest; `batch` is there. */
  begin?(): void;
  /** Lines that set `value`; `row` and `k`, or `k` and `column`, are there and inside. */
  left(): void;
  right(): void;
  /** Prepares the shader; gives what writes. */
  into(): Write;
}

/** Every element is Σₖ in order of k, in float32, or of parts in their order, however they are shared out. */
export function sumProducts(title: string, frame: Frame, productIn: (shader: Shader) => Product): readonly Kernel[] {
  const shader = new Shader(title);
  const product = productIn(shader);
  const { batches, rows, columns } = product;
  const elements = batches * rows * columns;
  if (elements === 0) return [];
  const terms = termsOf(product);
  const share = frame.products === 'rows' ? rowsOfColumns : tiles;
  if (terms.parts === 1) return [share(shader, product, terms, product.into())];
  const between: Place = { parameter: undefined, offset: frame.scratch, dtype: 'float32', label: 'parts' };
  const summed = share(shader, product, terms, (row, column, value) => shader.write(between, `((part * ${batches}u + batch) * ${rows}u + ${row}) * ${columns}u + ${column}`, value));
  const joining = new Shader(`${title}: its ${terms.parts} parts joined`);
  const write = productIn(joining).into();
  return [summed, eachAlone(joining, elements, () => {
    joining.line(`let batch = i / ${rows * columns}u;`);
    joining.line('var sum = 0.0;');
    joining.line(`for (var part = 0u; part < ${terms.parts}u; part += 1u) { sum += ${joining.read(between, `part * ${elements}u + i`)}; }`);
    write(`(i / ${columns}u % ${rows}u)`, `(i % ${columns}u)`, 'sum');
  })];
}
