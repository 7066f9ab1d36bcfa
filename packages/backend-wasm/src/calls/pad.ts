import { type CallInstruction, type LoopInstruction, type View } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { compileLoop, type Places } from '../loop/compileLoop.js';
import { bytesOf } from '../memory/heapBuffer.js';
import { move } from './product.js';

/** Fills with the value, then puts the elements where they belong: rows of the last axis as they are, if it has no gaps. */
export function emitPad(code: Code, call: CallInstruction, places: Places): void {
  const [x, value] = call.inputs as readonly [View, View];
  const { before, gaps } = call.attrs as unknown as { readonly before: readonly number[]; readonly gaps: readonly number[] };
  const everywhere: View = { ...value, shape: call.shape, strides: call.shape.map(() => 0) };
  const fill: LoopInstruction = { kind: 'loop', space: call.shape, inputs: [everywhere], body: [], results: [{ buffer: call.output, value: 0, reduction: undefined }], origin: call.origin };
  compileLoop(code, fill, places);

  const element = bytesOf(places.dtypeOf(x.buffer));
  const strides = call.shape.map((_, axis) => call.shape.slice(axis + 1).reduce((a, b) => a * b, element));
  const step = (axis: number): number => (strides[axis] as number) * ((gaps[axis] as number) + 1);
  const [from, to] = [code.local('i32'), code.local('i32')];
  places.push(code, x.buffer);
  code.i32(x.offset * element).op('i32.add').set(from);
  places.push(code, call.output);
  code.i32(before.reduce((at, width, axis) => at + width * (strides[axis] as number), 0)).op('i32.add').set(to);
  // The innermost axes that are whole are one run.
  let runAxis = x.shape.length;
  while (runAxis > 0 && gaps[runAxis - 1] === 0 && (runAxis === x.shape.length || x.shape.slice(runAxis).every((size, i) => size === call.shape[runAxis + i]))) runAxis -= 1;
  const run = x.shape.slice(runAxis).reduce((a, b) => a * b, element);
  const along = (axis: number): void => {
    if (axis === runAxis) {
      if (run === element && element === 4) code.get(to).get(from).scalar('f32.load').scalar('f32.store');
      else code.get(to).get(from).i32(run).copy();
      move(code, from, run);
      return;
    }
    const counter = code.local('i32');
    code.i32(0).set(counter);
    code.countUp(counter, () => code.i32(x.shape[axis] as number), 1, () => {
      along(axis + 1);
      const inside = axis + 1 < runAxis ? step(axis + 1) * (x.shape[axis + 1] as number) : 0;
      move(code, to, step(axis) - inside);
    });
  };
  along(0);
}
