import { dtypeFacts } from '../graph/dtype.js';
import { updatesInPlace } from './inPlace.js';
import { outputsOf, type Program } from './program.js';

/** Where each temporary buffer lies in one arena. */
export interface MemoryPlan {
  /** Byte offset per buffer; undefined for buffers that are not in the arena. */
  readonly offsets: readonly (number | undefined)[];
  /** Size of the arena: the peak of all temporaries that live at once. */
  readonly bytes: number;
  /** Buffers that may lie in a parameter's own memory, by the parameter's position: its new value is written over the old one. */
  readonly inPlace: ReadonlyMap<number, number>;
}

/** Offsets are multiples of this, so that vector loads are aligned. */
const alignment = 16;

interface Block {
  readonly from: number;
  readonly to: number;
  /** The last instruction that reads it. */
  readonly until: number;
}

/**
 * Reuses memory by liveness: a buffer takes the lowest gap that is free from the instruction that writes
 * it to the last one that reads it. Outputs and updates live to the end, unless an update is made in place.
 */
export function plan(program: Program): MemoryPlan {
  const inPlace = updatesInPlace(program);
  const last = lastReads(program);
  const offsets: (number | undefined)[] = program.buffers.map(() => undefined);
  let live: Block[] = [];
  let bytes = 0;
  program.instructions.forEach((instruction, now) => {
    live = live.filter(({ until }) => until >= now);
    for (const output of outputsOf(instruction)) {
      const buffer = program.buffers[output];
      if (buffer === undefined || inPlace.has(output)) continue;
      const size = Math.ceil((buffer.size * dtypeFacts(buffer.dtype).bytes) / alignment) * alignment;
      const from = lowestGap(live, size);
      live.push({ from, to: from + size, until: last.get(output) ?? now });
      offsets[output] = from;
      bytes = Math.max(bytes, from + size);
    }
  });
  return { offsets, bytes, inPlace };
}

function lastReads({ instructions, outputs, updates }: Program): ReadonlyMap<number, number> {
  const last = new Map<number, number>();
  instructions.forEach(({ inputs }, now) => inputs.forEach(({ buffer }) => last.set(buffer, now)));
  for (const { view } of [...outputs, ...updates]) last.set(view.buffer, instructions.length);
  return last;
}

function lowestGap(live: readonly Block[], size: number): number {
  let at = 0;
  for (const { from, to } of [...live].sort((a, b) => a.from - b.from)) {
    if (from - at >= size) return at;
    at = Math.max(at, to);
  }
  return at;
}
