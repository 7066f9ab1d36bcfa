import { type Buffer, type CallInstruction, type Instruction, type LoopInstruction, outputsOf, type Program, type View } from '@pastina/core';

/** Calls whose shader writes every element once, from a sum that one invocation holds. */
const products: ReadonlySet<string> = new Set(['matmul', 'conv', 'convInputGradient', 'convFilterGradient']);

/**
 * A loop with the product that it takes the elements of, as one instruction. The operands of the product are its last
 * inputs; steps count the loop's `own` inputs alone.
 */
export interface Epilogue extends LoopInstruction {
  readonly product: CallInstruction;
  readonly own: number;
  /** Names of the loop's ops. */
  readonly loopOp: string;
}

export function isEpilogue(instruction: Instruction): instruction is Epilogue {
  return 'product' in instruction;
}

/** Does the view show its elements in the order in which they lie, from the first on? */
export function isInOrder({ shape, strides, offset }: View): boolean {
  let dense = 1;
  return offset === 0 && [...shape.keys()].reverse().every((axis) => {
    const fits = shape[axis] === 1 || strides[axis] === dense;
    dense *= shape[axis] as number;
    return fits;
  });
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/**
 * Products whose first reader is an elementwise loop over their elements become one instruction with it, at its place:
 * the elements are then not written and read again, unless others read them too. No instruction gets more than `most`
 * parameters to touch. A product that reads a parameter stays where it is if the loop, or anything between the two, writes
 * that parameter's new value: it can then go straight over the old one, which a product that is read later would forbid.
 */
export function withEpilogues(program: Program, most: number): Program {
  const slots: (Instruction | undefined)[] = [...program.instructions];
  const buffers = [...program.buffers];
  const [readers, writers] = [readersOf(program), writersOf(program)];
  program.instructions.forEach((call, at) => {
    if (call.kind !== 'call' || !products.has(call.op)) return;
    const [first = Infinity, ...others] = readers.get(call.output) ?? [];
    const loop = slots[first];
    if (loop?.kind !== 'loop' || isEpilogue(loop) || !walks(loop, call)) return;
    const written = program.updates.filter(({ parameter }) => call.inputs.some(({ buffer }) => buffer === program.parameters[parameter]?.view.buffer));
    if (written.some(({ view }) => (writers.get(view.buffer) ?? -1) > at && (writers.get(view.buffer) as number) <= first)) return;
    const inputs = [...loop.inputs, ...call.inputs];
    if (parametersOf(program, inputs, loop).size > most) return;
    slots[at] = undefined;
    slots[first] = join(call, loop, inputs, others.length > 0);
    if (others.length === 0) buffers[call.output] = { ...(buffers[call.output] as Buffer), size: 0 };
  });
  return { ...program, buffers, instructions: slots.filter((slot) => slot !== undefined) };
}

function join(call: CallInstruction, loop: LoopInstruction, inputs: readonly View[], stored: boolean): Epilogue {
  const value = loop.inputs.findIndex(({ buffer }) => buffer === call.output);
  const results = stored ? [...loop.results, { buffer: call.output, value, reduction: undefined }] : loop.results;
  return { ...loop, inputs, results, own: loop.inputs.length, product: call, loopOp: loop.origin.op, origin: { ...loop.origin, op: `${call.origin.op} ${loop.origin.op}` } };
}

/** Is every point of the loop's space the element of the product at the same place? */
function walks(loop: LoopInstruction, call: CallInstruction): boolean {
  return sizeOf(loop.space) === sizeOf(call.shape)
    && loop.results.every(({ reduction }) => reduction === undefined)
    && loop.inputs.every((view) => view.buffer !== call.output || isInOrder(view));
}

/** Where each buffer is read, each reader once; outputs and updates read at the very end. */
function readersOf({ instructions, outputs, updates }: Program): ReadonlyMap<number, readonly number[]> {
  const readers = new Map<number, number[]>();
  const read = (buffer: number, at: number): unknown => readers.set(buffer, [...(readers.get(buffer) ?? []), at]);
  instructions.forEach(({ inputs }, at) => new Set(inputs.map(({ buffer }) => buffer)).forEach((buffer) => read(buffer, at)));
  for (const { view } of [...outputs, ...updates]) read(view.buffer, Infinity);
  return readers;
}

function writersOf({ instructions }: Program): ReadonlyMap<number, number> {
  return new Map(instructions.flatMap((instruction, at) => outputsOf(instruction).map((buffer) => [buffer, at] as const)));
}

/** Parameters that an instruction reads or, where new values go straight into them, writes. */
function parametersOf(program: Program, inputs: readonly View[], loop: LoopInstruction): ReadonlySet<number> {
  const written = program.updates.filter(({ view }) => outputsOf(loop).includes(view.buffer)).map(({ parameter }) => program.parameters[parameter]?.view.buffer as number);
  return new Set([...inputs.map(({ buffer }) => buffer).filter((buffer) => program.buffers[buffer]?.role === 'parameter'), ...written]);
}

/**
 * The program as memory is planned for it: operands of products are read all over, so they are shown as views that do not
 * start at the first element, which no new value of a parameter is written over in step with.
 */
export function readAllOver(instruction: Instruction): Instruction {
  if (!isEpilogue(instruction)) return instruction;
  return { ...instruction, inputs: instruction.inputs.map((view, i) => (i < instruction.own ? view : { ...view, offset: view.offset + 1 })) };
}
