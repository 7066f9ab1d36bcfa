import { type Instruction } from '@pastina/core';
import { tableOf } from './calls/calls.js';
import { align, type Frame } from './frame.js';
import { type Heap } from './memory/heap.js';
import { allocateFor, viewOf } from './memory/heapBuffer.js';

/** Where the memory of one executable lies, but for its frames. */
export interface Arena {
  /** What kernels pack into. */
  readonly scratch: number;
  /** What kernels look up. */
  readonly tables: ReadonlyMap<Instruction, number>;
  /** The addresses of the parameters, for other threads. */
  readonly addresses: number;
}

/** All memory of an executable from one allocation, which lives as long as `owner`: frames, scratch, tables. */
export function allocateArena(owner: object, heap: Heap, frames: readonly Frame[], scratchBytes: number, parameters: number): Arena {
  const tables = frames.flatMap(({ program }) => program.instructions.map((instruction) => [instruction, tableOf(instruction)] as const)).filter(([, table]) => table.length > 0);
  const sizes = [...frames.map(({ bytes }) => bytes), align(scratchBytes), align(parameters * 4), ...tables.map(([, { byteLength }]) => align(byteLength))];
  let next = allocateFor(owner, heap, sizes.reduce((a, b) => a + b, 0));
  const places = sizes.map((bytes) => {
    next += bytes;
    return next - bytes;
  });
  frames.forEach((frame, i) => frame.lay(heap, places[i] as number));
  const [scratch, addresses, ...rest] = places.slice(frames.length) as [number, number, ...number[]];
  tables.forEach(([, table], i) => viewOf(heap, 'int32', rest[i] as number, table.length).set(table));
  return { scratch, addresses, tables: new Map(tables.map(([instruction], i) => [instruction, rest[i] as number])) };
}
