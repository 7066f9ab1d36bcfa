import { type Shader } from '../shader.js';

/** Batches of [rows, inner] · [inner, columns]. */
export interface Sizes {
  readonly batches: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** The terms of each element, in so many parts of so many, by a group each. */
export interface Terms {
  readonly part: number;
  readonly parts: number;
}

/** Results of fewer tiles than this, of at least so many terms, would leave most of a device idle: parts are summed first. */
const fewTiles = 96;
const manyTerms = 2048;

/** Groups that a product in parts is for, about; and the least terms of a part, which is a multiple of 16. */
const groups = 256;
const leastTerms = 512;

/** Depends on the sizes alone, so that sums have the same order on every device. */
export function termsOf({ batches, rows, inner, columns }: Sizes): Terms {
  const made = batches * Math.ceil(rows / 16) * Math.ceil(columns / 16);
  if (made >= fewTiles || inner < manyTerms) return { part: inner, parts: 1 };
  const part = Math.max(leastTerms, Math.ceil(inner / Math.floor(groups / made) / 16) * 16);
  return { part, parts: Math.ceil(inner / part) };
}

/** Words for the parts of a product. */
export function productWords(sizes: Sizes): number {
  const { parts } = termsOf(sizes);
  return parts === 1 ? 0 : parts * sizes.batches * sizes.rows * sizes.columns;
}

/** Lines that tell a group which batch it is of, and which terms are its own; gives where those begin and end. */
export function ownTerms(shader: Shader, { part, parts }: Terms, inner: number, before: string): readonly [from: string, until: string] {
  if (parts === 1) {
    shader.line(`let batch = ${before};`);
    return ['0u', `${inner}u`];
  }
  shader.line(`let part = ${before} % ${parts}u;`);
  shader.line(`let batch = ${before} / ${parts}u;`);
  shader.line(`let until = min((part + 1u) * ${part}u, ${inner}u);`);
  return [`part * ${part}u`, 'until'];
}
