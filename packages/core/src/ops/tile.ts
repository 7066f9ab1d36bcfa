import { ShapeError } from '../errors.js';
import { mulDims, type Dim } from '../graph/dim.js';
import { toNode, type Expression, type Node } from '../graph/node.js';
import { formatType, normalizeAxis } from '../graph/type.js';
import { broadcastNode } from './broadcast.js';
import { reshapeNode } from './reshape.js';

// Both are a broadcast over axes of size 1 that are put beside the axes, so that gradients and the log domain see
// through them.

/**
 * The whole, repeated: `reps` says how often along each axis, counted from the last; missing ones are 1, and a number
 * is the last axis alone. numpy's tile.
 *
 * @example
 * ```ts
 * import { constant, evaluate, repeat, tile } from '@pastina/core';
 * console.log(evaluate(tile(constant([1, 2]), [2, 2])).toArray()); // [[1, 2, 1, 2], [1, 2, 1, 2]]
 * console.log(evaluate(repeat(constant([1, 2]), 2, 0)).toArray()); // [1, 1, 2, 2]
 * ```
 */
export function tile(x: Expression, reps: number | readonly number[]): Expression {
  const node = toNode(x, 'tile');
  const counts = Array.isArray(reps) ? (reps as readonly number[]) : [reps as number];
  counts.forEach((count) => checkCount('tile', node, count));
  const rank = Math.max(node.rank, counts.length);
  const shape: readonly Dim[] = [...new Array<Dim>(rank - node.rank).fill(1), ...node.shape];
  const times = [...new Array<number>(rank - counts.length).fill(1), ...counts];
  const apart = reshapeNode(node, shape.flatMap((size) => [1, size]));
  return reshapeNode(broadcastNode(apart, shape.flatMap((size, axis) => [times[axis] ?? 1, size])), shape.map((size, axis) => mulDims(size, times[axis] ?? 1)));
}

/** Each element `count` times in a row along `axis`. numpy's repeat. */
export function repeat(x: Expression, count: number, axis: number): Expression {
  const node = toNode(x, 'repeat');
  checkCount('repeat', node, count);
  const at = normalizeAxis(axis, node.rank, 'repeat');
  const [before, after] = [node.shape.slice(0, at + 1), node.shape.slice(at + 1)];
  return reshapeNode(broadcastNode(reshapeNode(node, [...before, 1, ...after]), [...before, count, ...after]), node.shape.map((size, k) => (k === at ? mulDims(size, count) : size)));
}

function checkCount(where: string, node: Node, count: number): void {
  if (!Number.isInteger(count) || count < 0) throw new ShapeError('REPEAT', `${where}: ${formatType(node.type)} ${count} times; expected whole numbers from 0 up`, { count });
}
