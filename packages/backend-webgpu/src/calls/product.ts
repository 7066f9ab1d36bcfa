import { type Kernel, type Shader } from '../shader.js';
import { rowsOfColumns } from './rowsOfColumns.js';
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

/** A product of matrices, told by how its elements are read: batches of [rows, inner] · [inner, columns]. */
export interface Product {
  readonly batches: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** Do neighbours along the inner axis of the left, and along the columns of the right, lie side by side in memory? */
  readonly leftAlongInner: boolean;
  readonly rightAlongColumns: boolean;
  /** Lines before the rest; `batch` is there. */
  begin?(): void;
  /** Lines that set `value`; `row` and `k`, or `k` and `column`, are there and inside. */
  left(): void;
  right(): void;
  write(row: string, column: string, value: string): void;
}

/** Every element is Σₖ in order of k, in float32, however they are shared out. */
export function sumProducts(shader: Shader, how: Products, product: Product): Kernel | undefined {
  if (product.batches * product.rows * product.columns === 0) return undefined;
  return how === 'rows' ? rowsOfColumns(shader, product) : tiles(shader, product);
}
