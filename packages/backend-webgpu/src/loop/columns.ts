import { type LoopInstruction } from '@pastina/core';
import { type Axes } from './axes.js';
import { sharedBy } from './extent.js';

/** Invocations of a group that folds columns. */
export const columnGroup = 256;

/** Words of memory that a group shares, on every device. */
const sharedWords = 4096;

/** How many neighbouring folds one group takes: some where their elements lie beside each other, else 0. */
export function columnsOf({ results }: LoopInstruction, kept: Axes, folded: Axes, count: number): number {
  const along = (axes: Axes): readonly number[] => axes.strides.map((strides) => Math.abs(strides.at(-1) ?? 0));
  const [beside, below] = [along(kept), along(folded)];
  if (below.includes(1) || !beside.some((stride, v) => stride === 1 && (below[v] as number) > 1)) return 0;
  const folds = results.filter(({ reduction }) => reduction !== undefined).length;
  const columns = [16, 8].find((some) => some * sharedBy * folds <= sharedWords);
  return columns === undefined || count < columns ? 0 : columns;
}
