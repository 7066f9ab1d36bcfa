import { longestBody, shift, shifted } from './body.js';
import { sameView } from './lower.js';
import { isDense, outputsOf, type Instruction, type LoopInstruction, type Program, type View } from './program.js';

/** Bounds that keep the registers of a kernel few. */
const mostInputs = 12;
const mostResults = 12;
/** How many loops that read the same value are tried. */
const mostTried = 4;

/**
 * Loops over the same space become one with several results where the one reads what the other writes, or
 * both read the same view: the elements are then read once. A loop moves up to its partner where all that it
 * reads exists there, or the partner moves down where nobody between needs what it writes.
 */
export function join(program: Program): Program {
  const joining = new Joining(program.instructions);
  program.instructions.forEach((_, slot) => joining.visit(slot));
  return dropUnused({ ...program, instructions: joining.instructions() });
}

class Joining {
  readonly #slots: (Instruction | undefined)[];
  readonly #writer = new Map<number, number>();
  readonly #readers = new Map<number, Set<number>>();

  constructor(instructions: readonly Instruction[]) {
    this.#slots = [...instructions];
  }

  instructions(): readonly Instruction[] {
    return this.#slots.filter((instruction) => instruction !== undefined);
  }

  visit(slot: number): void {
    this.#place(this.#slots[slot] as Instruction, slot);
    for (;;) {
      const loop = this.#slots[slot];
      if (loop?.kind !== 'loop') return;
      const partner = this.#partners(loop, slot).find((at) => this.#tryJoin(at, slot));
      if (partner === undefined) return;
    }
  }

  /** Slots of earlier loops that share something with this one. */
  #partners(loop: LoopInstruction, slot: number): readonly number[] {
    const near = loop.inputs.flatMap(({ buffer, strides, shape }) => {
      const writer = this.#writer.get(buffer);
      const full = strides.some((stride, axis) => stride !== 0 && shape[axis] !== 1);
      return [...(writer === undefined ? [] : [writer]), ...(full ? [...(this.#readers.get(buffer) ?? [])].slice(-mostTried) : [])];
    });
    return [...new Set(near)].filter((at) => at !== slot);
  }

  #tryJoin(early: number, late: number): boolean {
    const [a, b] = [this.#slots[early], this.#slots[late]];
    if (a?.kind !== 'loop' || b?.kind !== 'loop' || !fit(a, b)) return false;
    const own = new Set(outputsOf(a));
    const up = b.inputs.every(({ buffer }) => own.has(buffer) || (this.#writer.get(buffer) ?? -1) < early);
    const down = [...own].every((buffer) => [...(this.#readers.get(buffer) ?? [])].every((reader) => reader >= late));
    if (!up && !down) return false;
    this.#remove(a, early);
    this.#remove(b, late);
    this.#place(combine(a, b), up ? early : late);
    return true;
  }

  #place(instruction: Instruction, slot: number): void {
    this.#slots[slot] = instruction;
    for (const output of outputsOf(instruction)) this.#writer.set(output, slot);
    for (const { buffer } of instruction.inputs) {
      const readers = this.#readers.get(buffer);
      if (readers === undefined) this.#readers.set(buffer, new Set([slot]));
      else readers.add(slot);
    }
  }

  #remove(instruction: Instruction, slot: number): void {
    this.#slots[slot] = undefined;
    for (const { buffer } of instruction.inputs) this.#readers.get(buffer)?.delete(slot);
  }
}

/** May the two be one loop, wherever it stands? */
function fit(a: LoopInstruction, b: LoopInstruction): boolean {
  if (a.space.length !== b.space.length || a.space.some((size, axis) => size !== b.space[axis])) return false;
  if (a.body.length + b.body.length > longestBody || a.results.length + b.results.length > mostResults) return false;
  const folds = new Set([...a.results, ...b.results].flatMap(({ reduction }) => (reduction === undefined ? [] : [reduction.axes])));
  if (folds.size > 1) return false;
  const results = new Map(a.results.map((result) => [result.buffer, result]));
  let shared = false;
  let added = 0;
  for (const view of b.inputs) {
    const result = results.get(view.buffer);
    if (result !== undefined) {
      // Only what is computed at the same point of the space is there in time.
      if (result.reduction !== undefined || !isDense(view)) return false;
      shared = true;
    } else if (a.inputs.some((other) => sameView(other, view))) {
      shared ||= view.strides.some((stride) => stride !== 0);
    } else {
      added += 1;
    }
  }
  return shared && a.inputs.length + added <= mostInputs;
}

function combine(a: LoopInstruction, b: LoopInstruction): LoopInstruction {
  const inputs: View[] = [...a.inputs];
  const values = new Map(a.results.map(({ buffer, value }) => [buffer, value]));
  const places = b.inputs.map((view) => {
    if (values.has(view.buffer)) return -1;
    const same = inputs.findIndex((other) => sameView(other, view));
    return same >= 0 ? same : inputs.push(view) - 1;
  });
  const same = a.inputs.map((_, i) => i);
  const fromA = (value: number): number => shifted(value, a.inputs.length, same, inputs.length);
  const table = b.inputs.map((view, i) => (places[i] === -1 ? fromA(values.get(view.buffer) as number) : (places[i] as number)));
  const start = inputs.length + a.body.length;
  return {
    ...b,
    inputs,
    body: [...a.body.map((step) => shift(step, a.inputs.length, same, inputs.length)), ...b.body.map((step) => shift(step, b.inputs.length, table, start))],
    results: [...a.results.map((result) => ({ ...result, value: fromA(result.value) })), ...b.results.map((result) => ({ ...result, value: shifted(result.value, b.inputs.length, table, start) }))],
    origin: { ...b.origin, op: `${a.origin.op} ${b.origin.op}` },
  };
}

/** Without results that only their own loop has read. */
function dropUnused(program: Program): Program {
  const used = new Set([...program.outputs, ...program.updates].map(({ view }) => view.buffer));
  for (const { inputs } of program.instructions) for (const { buffer } of inputs) used.add(buffer);
  return { ...program, instructions: program.instructions.map((instruction) => (instruction.kind === 'loop' ? { ...instruction, results: instruction.results.filter(({ buffer }) => used.has(buffer)) } : instruction)) };
}
