import { type Instruction, type Program, UnsupportedError } from '@pastina/core';
import { calls, scratchWords } from './calls/calls.js';
import { type Frame } from './frame.js';
import { compileLoop } from './loop/compileLoop.js';
import { type Kernel } from './shader.js';

/** A shader, with the instruction that it is for. */
export interface Step {
  readonly kernel: Kernel;
  readonly origin: Instruction['origin'];
}

/** The shaders of an instruction. @throws UnsupportedError for an op that has none */
export function emit(instruction: Instruction, frame: Frame): readonly Step[] {
  const { origin } = instruction;
  const step = (kernel: Kernel | undefined): readonly Step[] => (kernel === undefined ? [] : [{ kernel, origin }]);
  if (instruction.kind === 'loop') return step(compileLoop(instruction, frame));
  const kernels = instruction.kind === 'call' ? calls[instruction.op]?.(instruction, frame) : undefined;
  if (kernels !== undefined) return kernels.flatMap(step);
  const op = instruction.kind === 'scan' ? 'scan' : instruction.op;
  const line = String(origin.site);
  throw new UnsupportedError('WEBGPU_OP', `webgpu: there is no shader for '${op}'${line === '' ? '' : ` (at ${line})`}; compile this function with { backend: referenceBackend() }, or with await wasmBackend()`, { op, site: line });
}

/** Words that the shaders of one instruction hand to each other: the most that any of the program needs. */
export function scratchOf({ instructions }: Program): number {
  return Math.max(0, ...instructions.map((instruction) => {
    if (instruction.kind === 'scan') return scratchOf(instruction.inner);
    return instruction.kind === 'call' ? scratchWords(instruction) : 0;
  }));
}
