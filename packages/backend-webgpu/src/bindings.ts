import { type Buffer, type Instruction, type LoopInstruction, outputsOf, type Program, type View } from '@pastina/core';

// A shader may touch so many buffers at once. Loops that are joined over many parameters may touch more of them; then
// some are copied into the program's own memory first.

/** Lets no instruction read more than `most` parameters straight from their buffers. */
export function withFewParameters(program: Program, most: number): Program {
  const buffers = [...program.buffers];
  const copied = new Map<number, number>();
  const copies: LoopInstruction[] = [];
  const rest = program.instructions.map((instruction): Instruction => {
    const read = [...new Set(instruction.inputs.map(({ buffer }) => buffer))].filter((buffer) => buffers[buffer]?.role === 'parameter');
    if (read.length <= most) return instruction;
    for (const buffer of read.slice(most)) {
      if (copied.has(buffer)) continue;
      const { dtype, size, label } = buffers[buffer] as Buffer;
      const copy = buffers.push({ dtype, size, role: 'temporary', label }) - 1;
      const whole: View = { buffer, shape: [size], strides: [1], offset: 0 };
      copies.push({ kind: 'loop', space: [size], inputs: [whole], body: [], results: [{ buffer: copy, value: 0, reduction: undefined }], origin: { ...instruction.origin, op: 'copy' } });
      copied.set(buffer, copy);
    }
    const kept = new Set(read.slice(0, most));
    return { ...instruction, inputs: instruction.inputs.map((view) => (kept.has(view.buffer) ? view : { ...view, buffer: copied.get(view.buffer) ?? view.buffer })) };
  });
  return copies.length === 0 ? program : { ...program, buffers, instructions: [...copies, ...rest] };
}

/** Of the new values that may be written over the old ones, those that leave every instruction with at most `most` parameters. */
export function fewInPlace(program: Program, inPlace: ReadonlyMap<number, number>, most: number): ReadonlyMap<number, number> {
  const taken = new Map(inPlace);
  for (const instruction of program.instructions) {
    const old = (buffer: number): number => program.parameters[inPlace.get(buffer) as number]?.view.buffer as number;
    const touched = new Set(instruction.inputs.map(({ buffer }) => buffer).filter((buffer) => program.buffers[buffer]?.role === 'parameter'));
    for (const output of outputsOf(instruction)) {
      if (!inPlace.has(output)) continue;
      touched.add(old(output));
      if (touched.size <= most) continue;
      touched.delete(old(output));
      taken.delete(output);
    }
  }
  return taken;
}
