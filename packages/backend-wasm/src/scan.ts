import { type Instruction, type Port, type Program, type ScanInstruction, type View } from '@pastina/core';
import { withDenseViews } from './denseViews.js';
import { type Code } from './emit/code.js';
import { sumsInPlace } from './sums.js';
import { Frame } from './frame.js';

// A scan is a loop around the code of its inner program, whose inputs lie at fixed places: what stays the same is copied
// there once, slices and carries in every iteration. So the inner code is compiled like any other.

/** The frames of all scans, those in scans included. */
export function innerFrames(program: Program, found: Map<Instruction, Frame>): readonly Frame[] {
  return program.instructions.flatMap((instruction) => {
    if (instruction.kind !== 'scan') return [];
    // The next carries have memory of their own, so that none is overwritten too early.
    const frame = new Frame(withDenseViews(instruction.inner, instruction.carries), false);
    found.set(instruction, frame);
    return [frame, ...innerFrames(frame.program, found)];
  });
}

/** Emits the loop; `emit` appends the code of one instruction of the inner program, added `into` what lies at an address if that is given. */
export function emitScan(code: Code, scan: ScanInstruction, outer: Frame, inner: Frame, copyView: (view: View, target: number) => void, emit: (instruction: Instruction, into?: number) => void): void {
  const { length, reverse, carries, sequences, inputs, outputs } = scan;
  const { inputs: ports, outputs: results, instructions } = inner.program;
  const place = (k: number): number => inner.address(ports[k]?.view.buffer as number);
  const bytes = (k: number): number => inner.sizeOf(ports[k]?.view.buffer as number);
  const sums = sumsInPlace(inner.program, carries);
  const isSequence = (k: number): boolean => k >= carries && k < carries + sequences;
  inputs.forEach((view, k) => {
    if (!isSequence(k)) copyView(view, place(k));
  });

  const [counter, t] = [code.local('i32'), code.local('i32')];
  const along = (pointer: () => void, size: number): void => {
    pointer();
    code.get(t).i32(size).op('i32.mul').op('i32.add');
  };
  code.i32(0).set(counter);
  code.countUp(counter, () => code.i32(length), 1, () => {
    if (reverse) code.i32(length - 1).get(counter).op('i32.sub').set(t);
    else code.get(counter).set(t);
    // For errors, which tell the iteration.
    code.i32(inner.cell).get(t).scalar('i32.store');
    inputs.forEach((view, k) => {
      if (!isSequence(k) || bytes(k) === 0) return;
      code.i32(place(k));
      along(() => {
        outer.push(code, view.buffer);
        if (view.offset !== 0) code.i32(view.offset * (bytes(k) / elements(ports[k]?.shape ?? []))).op('i32.add');
      }, bytes(k));
      code.i32(bytes(k)).copy();
    });
    for (const instruction of instructions) {
      const carry = sums.into.get(instruction);
      if (!sums.done.has(instruction)) emit(instruction, carry === undefined ? undefined : place(carry));
    }
    // What is collected comes first: it may be a carry as it was before.
    const order = results.map((_, k) => k).sort((a, b) => Number(a < carries) - Number(b < carries));
    for (const k of order) {
      const { buffer } = (results[k] as Port).view;
      const size = inner.sizeOf(buffer);
      if (size === 0 || sums.carries.has(k)) continue;
      if (k < carries) code.i32(place(k));
      else along(() => outer.push(code, outputs[k] as number), size);
      inner.push(code, buffer);
      code.i32(size).copy();
    }
  });
  for (let k = 0; k < carries; k += 1) {
    outer.push(code, outputs[k] as number);
    code.i32(place(k)).i32(bytes(k)).copy();
  }
}

function elements(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
