import { type Arriving, type CallInstruction, checkFinite, checkFiniteArrays, type DType, inIteration, InputError, type Instruction, interpretInstruction, NonFiniteError, type Port, type Program, type ScanInstruction, type TypedArray, type View } from '@pastina/core';
import { type Scanned } from './emit.js';
import { type Frame } from './frame.js';
import { noteWords, refusing } from './status.js';

/** What lay in a buffer of a frame when the run stopped. */
export type Look = (frame: Frame, buffer: number) => TypedArray;

/** @throws what was noted first, in the order in which things ran; the notes of all frames lie one after another */
export function raiseNoted(frames: readonly Scanned[], notes: Uint32Array, look: Look): void {
  let at = 0;
  const found: { readonly when: readonly number[]; readonly error: () => unknown }[] = [];
  for (const { frame, scans } of frames) {
    const path = scans.map((scan, level) => frames[frames.findIndex((other) => other.scans.length === level && other.frame.program.instructions.includes(scan))]?.frame.program.instructions.indexOf(scan) ?? 0);
    const place = (subject: Instruction | Port): number => ('view' in subject ? -1 : frame.program.instructions.indexOf(subject));
    for (const [subject, refused] of [...[...frame.notes.keys()].map((key) => [key, true] as const), ...[...frame.checks.keys()].map((key) => [key, false] as const)]) {
      const [position, bits, ...iterations] = [...notes.subarray(at, at + noteWords)] as [number, number, ...number[]];
      at += noteWords;
      if (position === 0) continue;
      const turns = scans.slice(0, iterations.length).map((scan, level) => (scan.reverse ? scan.length - 1 - (iterations[level] as number) : (iterations[level] as number)));
      const when = [...path.flatMap((step, level) => [step, turns[level] ?? 0]), place(subject)];
      const error = (): unknown => (refused ? refusalOf(subject as CallInstruction, frame.program, position - 1, bits) : nonFinite(subject, frame, look));
      found.push({ when, error: () => within(error(), scans, iterations.slice(0, scans.length)) });
    }
  }
  const [first] = found.sort((a, b) => compare(a.when, b.when));
  if (first !== undefined) throw first.error();
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : (a[at] as number) - (b[at] ?? 0);
}

function nonFinite(subject: Instruction | Port, frame: Frame, look: Look): unknown {
  try {
    if ('view' in subject) checkFiniteArrays(arriving(frame, look));
    else checkFinite(frame.program, subject, frame.program.buffers.map((_, buffer) => look(frame, buffer)));
  } catch (error) {
    return error;
  }
  return new NonFiniteError('NON_FINITE', 'a result that is not finite was noted on the device', {});
}

/** All parameters that are looked at when they arrive: the error names each that is not finite. */
function arriving(frame: Frame, look: Look): readonly Arriving[] {
  return [...frame.checks.keys()].filter((subject) => 'view' in subject).map(({ name, shape, view }) => ({ data: look(frame, view.buffer), shape, label: `parameter '${name}'`, details: { parameter: name } }));
}

/** What a note of a call means, as the error that the reference interpreter raises: it gets the value at its place, and nothing else. */
function refusalOf(call: CallInstruction, program: Program, position: number, bits: number): unknown {
  const which = refusing.get(call.op) as number;
  const dense = call.inputs.map((view): View => ({ ...view, offset: 0, strides: stridesOf(view.shape) }));
  const zeros = (dtype: DType, size: number): TypedArray => (dtype === 'int32' ? new Int32Array(size) : dtype === 'uint32' ? new Uint32Array(size) : new Float32Array(size));
  const sizes = new Map<number, number>([[call.output, call.shape.reduce((a, b) => a * b, 1)]]);
  const arrays = program.buffers.map(() => new Float32Array(0) as TypedArray);
  const inputs = dense.map((view, i): View => ({ ...view, buffer: program.buffers.length + i }));
  inputs.forEach((view, i) => {
    const { dtype } = program.buffers[(call.inputs[i] as View).buffer] as Program['buffers'][0];
    arrays[view.buffer] = zeros(dtype, view.shape.reduce((a, b) => a * b, 1));
  });
  for (const [buffer, size] of sizes) arrays[buffer] = zeros((program.buffers[buffer] as Program['buffers'][0]).dtype, size);
  (arrays[program.buffers.length + which] as TypedArray)[position] = bits;
  // The buffers that the operands come from stay known, so that the message can tell the input.
  const buffers = [...program.buffers, ...call.inputs.map(({ buffer }) => program.buffers[buffer] as Program['buffers'][0])];
  const copies = call.inputs.map((view, i) => ({ kind: 'loop' as const, space: view.shape, inputs: [view], body: [], results: [{ buffer: program.buffers.length + i, value: 0, reduction: undefined }], origin: call.origin }));
  const moved: CallInstruction = { ...call, inputs };
  try {
    interpretInstruction(moved, { ...program, buffers, instructions: [...program.instructions, ...copies] }, false)(arrays);
  } catch (error) {
    return error;
  }
  // Only a device that computes wrongly gets here; nothing goes on as if all were well.
  return new InputError('INDEX_RANGE', `${call.op}: index ${bits} at position ${position} was refused on the device`, { op: call.op, index: bits, position });
}

function stridesOf(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
}

/** Tells in which iterations it was, from the inner scan to the outer ones. */
function within(error: unknown, scans: readonly ScanInstruction[], iterations: readonly number[]): unknown {
  const told = scans.slice(0, iterations.length).reduceRight<() => unknown>((run, scan, level) => () => inIteration(scan, iterations[level] as number, run), () => {
    throw error;
  });
  try {
    return told();
  } catch (more) {
    return more;
  }
}
