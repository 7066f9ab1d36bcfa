import { type CallInstruction, type DType, inIteration, interpretInstruction, type Program, type ScanInstruction, type TypedArray, type View } from '@pastina/core';
import { type Frame } from './frame.js';
import { type Kernel, Shader } from './shader.js';

// What a run may refuse (an index out of range) is found by a shader of its own, which notes it in memory; parameters are
// written only while nothing is noted, and the error is raised where the results are read.

/** Words of a note: the position and 1, the value's bits, the iteration. */
export const noteWords = 4;

/** Ops that may refuse their operands, and which operand it is. */
const refusing: ReadonlyMap<string, number> = new Map([['gather', 1], ['scatterAdd', 1], ['oneHot', 0]]);

/** May the instruction refuse its operands? */
export function mayRefuse(instruction: Program['instructions'][number]): instruction is CallInstruction {
  return instruction.kind === 'call' && refusing.has(instruction.op);
}

const groupSize = 128;

/** The expression that memory is without a note. */
export function calm(shader: Shader, flag: number): string {
  return `${shader.read({ parameter: undefined, offset: flag, dtype: 'uint32', label: 'flag' }, '0u')} == 0u`;
}

/** Looks for the first element that `refuses` names, in one group, and notes it. */
export function lookFor(title: string, count: number, frame: Frame, note: number, element: (shader: Shader, index: string) => { readonly bits: string; readonly refuses: string }): Kernel | undefined {
  if (count === 0) return undefined;
  const shader = new Shader(title);
  shader.declare(`var<workgroup> firsts: array<u32, ${groupSize}>;`);
  shader.line('var first = 0xffffffffu;');
  shader.line(`for (var i = local; i < ${count}u; i += ${groupSize}u) {`);
  const { refuses } = element(shader, 'i');
  shader.line(`if (${refuses}) { first = min(first, i); }`);
  shader.line('}');
  shader.line('firsts[local] = first;');
  shader.line('workgroupBarrier();');
  shader.line('if (local == 0u) {');
  shader.line(`for (var n = 1u; n < ${groupSize}u; n += 1u) { first = min(first, firsts[n]); }`);
  const word = (offset: number): string => shader.read({ parameter: undefined, offset, dtype: 'uint32', label: 'note' }, '0u');
  const store = (offset: number, value: string): void => shader.write({ parameter: undefined, offset, dtype: 'uint32', label: 'note' }, '0u', value);
  shader.line(`if (first != 0xffffffffu && ${word(note)} == 0u) {`);
  store(note, 'first + 1u');
  const { bits } = element(shader, 'first');
  store(note + 1, bits);
  store(note + 2, frame.cell === undefined ? '0u' : word(frame.cell));
  store(frame.flag, '1u');
  shader.line('}');
  shader.line('}');
  return shader.finish(1, groupSize);
}

/** What a note of a call means, as the error that the reference interpreter raises: it gets the value at its place, and nothing else. */
export function refusalOf(call: CallInstruction, program: Program, position: number, bits: number): unknown {
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
  return undefined;
}

function stridesOf(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
}

/** Tells in which iterations it was, from the inner scan to the outer ones. */
export function within(error: unknown, scans: readonly (readonly [ScanInstruction, number])[]): unknown {
  try {
    scans.reduceRight<() => void>((run, [scan, t]) => () => inIteration(scan, t, run), () => {
      throw error;
    })();
  } catch (told) {
    return told;
  }
  return error;
}
