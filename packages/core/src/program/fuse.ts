import { longestBody, shift, shifted } from './body.js';
import { join } from './join.js';
import { sameView } from './lower.js';
import { denseStrides, outputsOf, type LoopInstruction, type Program, type View } from './program.js';

/**
 * Elementwise chains become one loop: a loop whose result only one later loop reads, element by element
 * in the same order, is computed inside that loop; loops over the same space then join into one with
 * several results. What is rounded between steps is rounded there too, so fusing changes no bit.
 */
export function fuse(program: Program): Program {
  const uses = countUses(program);
  const producers = new Map<number, LoopInstruction>();
  const inlined = new Set<number>();
  const instructions = program.instructions.map((instruction) => {
    if (instruction.kind === 'scan') return { ...instruction, inner: fuse(instruction.inner) };
    if (instruction.kind === 'call') return instruction;
    let loop = instruction;
    for (;;) {
      const at = loop.inputs.findIndex((view) => canInline(view, loop, producers, uses));
      if (at < 0) break;
      const { buffer } = loop.inputs[at] as View;
      inlined.add(buffer);
      loop = inline(loop, at, producers.get(buffer) as LoopInstruction);
    }
    for (const { buffer, reduction } of loop.results) if (reduction === undefined) producers.set(buffer, loop);
    return loop;
  });
  return join({ ...program, instructions: instructions.filter((instruction) => !outputsOf(instruction).some((output) => inlined.has(output))) });
}

/** How many instructions (each counted once), outputs and updates read each buffer. */
function countUses({ instructions, outputs, updates }: Program): ReadonlyMap<number, number> {
  const uses = new Map<number, number>();
  const use = (buffer: number): unknown => uses.set(buffer, (uses.get(buffer) ?? 0) + 1);
  for (const { inputs } of instructions) for (const { buffer } of inputs) use(buffer);
  for (const { view } of [...outputs, ...updates]) use(view.buffer);
  return uses;
}

function canInline(view: View, loop: LoopInstruction, producers: ReadonlyMap<number, LoopInstruction>, uses: ReadonlyMap<number, number>): boolean {
  const producer = producers.get(view.buffer);
  return producer !== undefined && uses.get(view.buffer) === 1 && placesOf(view, producer) !== undefined && producer.body.length + loop.body.length <= longestBody;
}

/**
 * For each axis of the reading view, the axis of the producer's space it walks along (-1: none, size 1).
 * Undefined where the reader does not visit each element exactly once.
 */
function placesOf(view: View, producer: LoopInstruction): readonly number[] | undefined {
  if (view.offset !== 0) return undefined;
  const dense = denseStrides(producer.space);
  const free = new Set(producer.space.flatMap((size, axis) => (size === 1 ? [] : [axis])));
  const places: number[] = [];
  for (const [axis, size] of view.shape.entries()) {
    if (size === 1) {
      places.push(-1);
      continue;
    }
    const place = [...free].find((candidate) => dense[candidate] === view.strides[axis] && producer.space[candidate] === size);
    if (place === undefined) return undefined;
    free.delete(place);
    places.push(place);
  }
  return free.size === 0 ? places : undefined;
}

/** The loop with its input `at` computed inside. */
function inline(loop: LoopInstruction, at: number, producer: LoopInstruction): LoopInstruction {
  const places = placesOf(loop.inputs[at] as View, producer) as readonly number[];
  const inputs = loop.inputs.filter((_, i) => i !== at) as View[];
  const fromLoop = loop.inputs.map((_, i) => (i < at ? i : i - 1));
  const fromProducer = producer.inputs.map((view) => {
    const seen: View = { buffer: view.buffer, offset: view.offset, shape: loop.space, strides: places.map((place) => (place < 0 ? 0 : (view.strides[place] as number))) };
    const same = inputs.findIndex((other) => sameView(other, seen));
    return same >= 0 ? same : inputs.push(seen) - 1;
  });
  const inner = producer.body.map((step) => shift(step, producer.inputs.length, fromProducer, inputs.length));
  // An empty body passes its input through.
  const value = inner.length > 0 ? inputs.length + inner.length - 1 : (fromProducer[0] as number);
  const table = fromLoop.map((place, i) => (i === at ? value : place));
  const outer = loop.body.map((step) => shift(step, loop.inputs.length, table, inputs.length + inner.length));
  const results = loop.results.map((result) => ({ ...result, value: shifted(result.value, loop.inputs.length, table, inputs.length + inner.length) }));
  return { ...loop, inputs, body: [...inner, ...outer], results, origin: { ...loop.origin, op: `${producer.origin.op} ${loop.origin.op}` } };
}
