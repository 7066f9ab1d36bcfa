import { type LoopInstruction } from '@pastina/core';

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Invocations of a group. */
export const groupSize = 64;

/** Invocations of a group that shares a fold. */
export const sharedBy = 128;

/** Fewer folds than this, of at least so many elements, would leave most of a device idle: parts of each are folded first. */
const fewFolds = 64;
const manyElements = 16384;

/** Elements of a part, unless there were more parts than `mostParts`. */
const ofPart = 4096;
const mostParts = 256;

/** What a loop folds: over so many last axes, so many folds of so many elements, each in parts of so many. */
export interface Extent {
  readonly axes: number;
  readonly outer: number;
  readonly inner: number;
  readonly part: number;
  readonly parts: number;
}

/** Depends on the sizes alone, so that sums have the same order on every device. */
export function extentOf({ space, results }: LoopInstruction): Extent {
  const axes = results.find(({ reduction }) => reduction !== undefined)?.reduction?.axes ?? 0;
  const kept = space.length - axes;
  const [outer, inner] = [product(space.slice(0, kept)), product(space.slice(kept))];
  if (axes === 0 || outer >= fewFolds || inner < manyElements) return { axes, outer, inner, part: inner, parts: 1 };
  const part = Math.max(ofPart, Math.ceil(inner / mostParts / sharedBy) * sharedBy);
  return { axes, outer, inner, part, parts: Math.ceil(inner / part) };
}

/** Words for the parts of folds. */
export function partWords(loop: LoopInstruction): number {
  const { outer, parts } = extentOf(loop);
  return parts === 1 ? 0 : outer * parts * loop.results.length;
}
