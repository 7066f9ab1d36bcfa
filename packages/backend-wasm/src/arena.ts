import { type Instruction } from '@pastina/core';
import { tableOf } from './calls/calls.js';
import { align, type Frame } from './frame.js';
import { type Heap } from './memory/heap.js';
import { allocateFor, viewOf } from './memory/heapBuffer.js';

/** Memory that programs take turns with. Those that use it hold it; when none does, it is given back. */
interface Stage {
  readonly address: number;
  readonly bytes: number;
}

const stages = new WeakMap<Heap, WeakRef<Stage>>();

/** A stage with room for so many bytes: the last one of the heap, or a larger one, which later programs use too. */
function stageOf(heap: Heap, bytes: number): Stage {
  const last = stages.get(heap)?.deref();
  if (last !== undefined && last.bytes >= bytes) return last;
  // Memory that is touched for the first time costs more than most work on it: so a bit more is taken at once.
  const room = last === undefined ? bytes : Math.max(bytes, last.bytes + align(last.bytes / 2));
  const stage = { address: 0, bytes: room };
  stage.address = allocateFor(stage, heap, room);
  stages.set(heap, new WeakRef(stage));
  return stage;
}

/** Where the memory of one executable lies, but for its frames. */
export interface Arena {
  /** To be held as long as the executable may run. */
  readonly stage: Stage;
  /** What kernels pack into. */
  readonly scratch: number;
  /** What kernels look up. */
  readonly tables: ReadonlyMap<Instruction, number>;
  /** The addresses of the parameters, for other threads. */
  readonly addresses: number;
}

/** The memory of an executable: what lasts in one allocation that lives as long as `owner`, the rest on a stage. */
export function allocateArena(owner: object, heap: Heap, frames: readonly Frame[], scratchBytes: number, parameters: number): Arena {
  const tables = frames.flatMap(({ program, dtypeOf }) => program.instructions.map((instruction) => [instruction, tableOf(instruction, dtypeOf)] as const)).filter(([, table]) => table.length > 0);
  const passing = [...frames.map((frame) => frame.passing), align(scratchBytes)];
  const lasting = [...frames.map((frame) => frame.lasting), align(parameters * 4), ...tables.map(([, { byteLength }]) => align(byteLength))];
  const stage = stageOf(heap, sum(passing));
  const [onStage, kept] = [placesFrom(stage.address, passing), placesFrom(allocateFor(owner, heap, sum(lasting)), lasting)];
  frames.forEach((frame, i) => frame.lay(heap, onStage[i] as number, kept[i] as number));
  const [addresses, ...rest] = kept.slice(frames.length) as [number, ...number[]];
  tables.forEach(([, table], i) => viewOf(heap, 'int32', rest[i] as number, table.length).set(table));
  return { stage, scratch: onStage[frames.length] as number, addresses, tables: new Map(tables.map(([instruction], i) => [instruction, rest[i] as number])) };
}

function placesFrom(start: number, sizes: readonly number[]): readonly number[] {
  return sizes.map((_, i) => start + sum(sizes.slice(0, i)));
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a + b, 0);
}
