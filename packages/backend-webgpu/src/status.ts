import { type CallInstruction, type Program } from '@pastina/core';
import { type Frame } from './frame.js';
import { type Kernel, Shader } from './shader.js';

// What a run may refuse (an index out of range) is found by a shader of its own, which notes it in memory; parameters are
// written only while nothing is noted, and the error is raised where the results are read.

/** Words of a note: the position and 1, the value's bits, the iterations of the two outermost scans. */
export const noteWords = 4;

/** Ops that may refuse their operands, and which operand it is. */
export const refusing: ReadonlyMap<string, number> = new Map([['gather', 1], ['scatterAdd', 1], ['oneHot', 0]]);

/** May the instruction refuse its operands? */
export function mayRefuse(instruction: Program['instructions'][number]): instruction is CallInstruction {
  return instruction.kind === 'call' && refusing.has(instruction.op);
}

const groupSize = 128;

/** The expression that memory is without a note. */
export function calm(shader: Shader, flag: number): string {
  return `${shader.read({ parameter: undefined, offset: flag, dtype: 'uint32', label: 'flag' }, '0u')} == 0u`;
}

/** Looks for the first element of a result that is not finite. */
export function lookForNonFinite(op: string, buffer: number, count: number, frame: Frame, note: number): Kernel | undefined {
  return lookFor(`${op}: is the result finite?`, count, frame, note, (shader, index) => {
    const element = shader.read(frame.placeOf(buffer), index);
    return { bits: `bitcast<u32>(${element})`, refuses: `!${shader.call('is_finite', element)}` };
  });
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
  frame.cells.slice(0, 2).forEach((cell, level) => store(note + 2 + level, word(cell)));
  store(frame.flag, '1u');
  shader.line('}');
  shader.line('}');
  return shader.finish(1, groupSize);
}
