import { type LoopInstruction } from '@pastina/core';

/** Something that moves through memory as the loop goes on: an input, or a result that is written at every point. */
export interface Cursor {
  /** In elements, along each axis of the nest. */
  readonly strides: readonly number[];
  readonly offset: number;
}

/** A loop's space with as few axes as its views allow. */
export interface Nest {
  /** Axes that are kept, then axes that are folded; at least one of those that the body runs along. */
  readonly kept: readonly number[];
  readonly folded: readonly number[];
  readonly cursors: readonly Cursor[];
}

/** Joins axes that are one run for all views, and drops those of size 1. */
export function nestOf(loop: LoopInstruction): Nest {
  const { space, inputs, results } = loop;
  // A fold may be over no axes: then it folds one element.
  const fold = results.find(({ reduction }) => reduction !== undefined)?.reduction;
  const dense = space.map((_, axis) => space.slice(axis + 1).reduce((a, b) => a * b, 1));
  const all = [...inputs.map(({ strides, offset }) => ({ strides, offset })), ...results.filter(({ reduction }) => reduction === undefined).map(() => ({ strides: dense, offset: 0 }))];
  const split = space.length - (fold?.axes ?? 0);
  const [kept, folded] = [joined(space, all, 0, split), joined(space, all, split, space.length)];
  // The innermost loop needs an axis to run along.
  if (fold !== undefined && folded.sizes.length === 0) push(folded, all.length);
  if (fold === undefined && kept.sizes.length === 0) push(kept, all.length);
  return { kept: kept.sizes, folded: folded.sizes, cursors: all.map(({ offset }, i) => ({ offset, strides: [...(kept.strides[i] ?? []), ...(folded.strides[i] ?? [])] })) };
}

interface Axes {
  readonly sizes: number[];
  /** By cursor. */
  readonly strides: number[][];
}

function push({ sizes, strides }: Axes, cursors: number): void {
  sizes.push(1);
  for (let i = 0; i < cursors; i += 1) (strides[i] as number[]).push(0);
}

function joined(space: readonly number[], cursors: readonly Cursor[], from: number, to: number): Axes {
  const axes: Axes = { sizes: [], strides: cursors.map(() => []) };
  for (let axis = from; axis < to; axis += 1) {
    const size = space[axis] as number;
    if (size === 1) continue;
    const last = axes.sizes.length - 1;
    const runs = last >= 0 && cursors.every(({ strides }, i) => axes.strides[i]?.[last] === (strides[axis] as number) * size);
    if (runs) axes.sizes[last] = (axes.sizes[last] as number) * size;
    else axes.sizes.push(size);
    cursors.forEach(({ strides }, i) => {
      const list = axes.strides[i] as number[];
      if (runs) list[last] = strides[axis] as number;
      else list.push(strides[axis] as number);
    });
  }
  return axes;
}
