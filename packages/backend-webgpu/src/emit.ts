import { type Instruction, outputsOf, type Port, type Program, type ScanInstruction, UnsupportedError } from '@pastina/core';
import { calls, compileEpilogue, scratchWords } from './calls/calls.js';
import { isEpilogue } from './epilogue.js';
import { align, Frame, type FrameOptions } from './frame.js';
import { compileLoop } from './loop/compileLoop.js';
import { partWords } from './loop/extent.js';
import { scanKernels } from './scan.js';
import { type Kernel } from './shader.js';
import { lookForNonFinite } from './status.js';

/** A shader, with the instruction that it is for. */
export interface Step {
  readonly kernel: Kernel;
  readonly origin: Instruction['origin'];
}

/** Steps that run several times. */
export interface Repeated {
  readonly origin: Instruction['origin'];
  readonly times: number;
  readonly steps: readonly (Step | Repeated)[];
}

/** A program's frame, and those of the scans in it. */
export interface Scanned {
  readonly frame: Frame;
  /** The scans that it is the inner program of, the outermost first. */
  readonly scans: readonly ScanInstruction[];
}

/** Lays programs out and writes their shaders. */
export class Emitter {
  readonly frames: Scanned[] = [];
  readonly #options: Omit<FrameOptions, 'start' | 'inPlace'>;
  /** The first word that is free. */
  end: number;

  constructor(program: Program, { keep, mostParameters, products }: Pick<FrameOptions, 'keep' | 'mostParameters' | 'products'>) {
    const scratch = align(1);
    this.#options = { flag: 0, scratch, keep, mostParameters, products, cells: [] };
    this.end = scratch + align(scratchOf(program));
  }

  /** The shaders of a program, in the order to run. */
  program(program: Program, scans: readonly ScanInstruction[], cells: readonly number[]): { readonly frame: Frame; readonly steps: readonly (Step | Repeated)[] } {
    const frame = new Frame(program, { ...this.#options, start: this.end, inPlace: scans.length === 0, cells });
    this.end = align(frame.end);
    this.frames.push({ frame, scans });
    const arriving = [...frame.checks.keys()].flatMap((port) => ('view' in port ? check(frame, port.name, port, port.view.buffer, frame.program.instructions[0]?.origin) : []));
    return { frame, steps: [...arriving, ...frame.program.instructions.flatMap((instruction) => [...this.#emit(instruction, frame, scans), ...check(frame, instruction.origin.op, instruction, outputsOf(instruction)[0] as number, instruction.origin)])] };
  }

  /** @throws UnsupportedError for an op that has no shader */
  #emit(instruction: Instruction, frame: Frame, scans: readonly ScanInstruction[]): readonly (Step | Repeated)[] {
    const { origin } = instruction;
    const step = (kernel: Kernel | undefined): readonly Step[] => (kernel === undefined ? [] : [{ kernel, origin }]);
    if (isEpilogue(instruction)) return compileEpilogue(instruction, frame).flatMap(step);
    if (instruction.kind === 'loop') return compileLoop(instruction, frame).flatMap(step);
    if (instruction.kind === 'scan') return this.#scan(instruction, frame, scans, step);
    const compile = calls[instruction.op];
    if (compile !== undefined) return compile(instruction, frame).flatMap(step);
    const line = String(origin.site);
    throw new UnsupportedError('WEBGPU_OP', `webgpu: there is no shader for '${instruction.op}'${line === '' ? '' : ` (at ${line})`}; compile this function with { backend: referenceBackend() }, or with await wasmBackend()`, { op: instruction.op, site: line });
  }

  #scan(scan: ScanInstruction, outer: Frame, scans: readonly ScanInstruction[], step: (kernel: Kernel | undefined) => readonly Step[]): readonly (Step | Repeated)[] {
    const cell = this.end;
    this.end += align(2);
    const { frame, steps } = this.program(scan.inner, [...scans, scan], [...outer.cells, cell]);
    const { start, bring, keep, end } = scanKernels(scan, outer, frame, cell);
    if (scan.length === 0) return step(start);
    return [...step(start), { origin: scan.origin, times: scan.length, steps: [...step(bring), ...steps, ...step(keep)] }, ...step(end)];
  }
}

/** The shader that looks at a result, where results are checked. */
function check(frame: Frame, op: string, subject: Instruction | Port, buffer: number, origin: Step['origin'] | undefined): readonly Step[] {
  const note = frame.checks.get(subject);
  if (note === undefined || origin === undefined) return [];
  const kernel = lookForNonFinite(op, buffer, frame.program.buffers[buffer]?.size as number, frame, note);
  return kernel === undefined ? [] : [{ kernel, origin }];
}

/** Words that the shaders of one instruction hand to each other: the most that any of the program needs. */
function scratchOf({ instructions }: Program): number {
  return Math.max(0, ...instructions.map((instruction) => {
    if (instruction.kind === 'scan') return scratchOf(instruction.inner);
    return instruction.kind === 'call' ? scratchWords(instruction) : partWords(instruction);
  }));
}
