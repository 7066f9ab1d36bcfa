import { type CallInstruction, type DType, type View } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { advance, pushLanes, store, widthOf } from '../loop/access.js';
import { roundDoubles } from '../loop/fold.js';
import { type Places } from '../loop/compileLoop.js';
import { addressOf, outputOf, repeat } from './elements.js';

// Products of float64 and float16 matrices, with any strides, in batches: every element is Σₖ in float64 in order of k,
// rounded once, as the interpreter has it, to the bit. Results of neighbouring columns stay in registers meanwhile.

/** Registers that hold sums. */
const most = 4;

/** Strides in bytes: from row to row, and along it. */
function lastStrides({ strides }: View, width: number): readonly [number, number] {
  return [(strides[strides.length - 2] as number) * width, (strides[strides.length - 1] as number) * width];
}

export function emitExactMatmul(code: Code, call: CallInstruction, places: Places): void {
  const [a, b] = call.inputs as readonly [View, View];
  const dtype = places.dtypeOf(call.output);
  const width = widthOf(dtype);
  const [pa, pb, pc] = [addressOf(code, places, a), addressOf(code, places, b), outputOf(code, places, call)];
  const [rows, inner, columns] = [a.shape[a.shape.length - 2] as number, a.shape[a.shape.length - 1] as number, b.shape[b.shape.length - 1] as number];
  const [ofA, ofB] = [lastStrides(a, width), lastStrides(b, width)];
  const panel = { dtype, inner, a: pa, stepA: ofA[1], b: pb, stepB: ofB[0], columnBytes: ofB[1], c: pc };
  const leading = a.shape.slice(0, -2);
  const batch = (axis: number): void => {
    if (axis < leading.length) {
      repeat(code, leading[axis] as number, () => {
        batch(axis + 1);
        advance(code, pa, stepOf(a, axis, leading) * width);
        advance(code, pb, stepOf(b, axis, leading) * width);
      });
      return;
    }
    repeat(code, rows, () => {
      emitRow(code, columns, panel);
      advance(code, pa, ofA[0]);
    });
    advance(code, pa, -rows * ofA[0]);
  };
  batch(0);
}

/** How far to go on along a leading axis, when the axes inside have been gone through. */
function stepOf({ strides }: View, axis: number, leading: readonly number[]): number {
  const inside = axis + 1 < leading.length ? (strides[axis + 1] as number) * (leading[axis + 1] as number) : 0;
  return (strides[axis] as number) - inside;
}

interface Panel {
  readonly dtype: DType;
  readonly inner: number;
  /** Locals: where the row of a begins, where the columns of b do, and where the results go. */
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Bytes from k to k + 1. */
  readonly stepA: number;
  readonly stepB: number;
  /** Bytes from column to column of b. */
  readonly columnBytes: number;
}

/** One row of results; b is put back to its first column. */
function emitRow(code: Code, columns: number, panel: Panel): void {
  const lanes = panel.columnBytes === widthOf(panel.dtype) ? 2 : 1;
  const wide = most * lanes;
  const whole = Math.floor(columns / wide);
  repeat(code, whole, () => emitColumns(code, most, lanes, panel));
  let rest = columns - whole * wide;
  if (rest >= lanes) {
    emitColumns(code, Math.floor(rest / lanes), lanes, panel);
    rest %= lanes;
  }
  if (rest > 0) emitColumns(code, 1, 1, panel);
  advance(code, panel.b, -columns * panel.columnBytes);
}

/** `count` registers of results, each of so many columns. */
function emitColumns(code: Code, count: number, lanes: 1 | 2, { dtype, inner, a, b, c, stepA, stepB, columnBytes }: Panel): void {
  const sums = Array.from({ length: count }, () => code.borrow());
  const [factor, left, right] = [code.borrow(), code.local('i32'), code.local('i32')];
  for (const sum of sums) code.f64x2(0).set(sum);
  code.get(a).set(left).get(b).set(right);
  const behind = code.local('i32');
  const pushDoubles = (pointer: number, own: 1 | 2, offset: number): void => {
    // An instruction's own offset only goes forward; columns may lie in reverse.
    if (offset < 0) code.get(pointer).i32(offset).op('i32.add').set(behind);
    pushLanes(code, offset < 0 ? behind : pointer, dtype, own, Math.max(0, offset));
    if (dtype !== 'float64') code.simd('f64x2.promote_low_f32x4');
  };
  repeat(code, inner, () => {
    pushDoubles(left, 1, 0);
    code.set(factor);
    sums.forEach((sum, i) => {
      code.get(sum).get(factor);
      pushDoubles(right, lanes, i * lanes * columnBytes);
      code.simd('f64x2.mul').simd('f64x2.add').set(sum);
    });
    advance(code, left, stepA);
    advance(code, right, stepB);
  });
  for (const sum of sums) {
    code.get(sum);
    roundDoubles(code, dtype);
    code.set(sum);
    store(code, c, dtype, lanes, sum);
    advance(code, c, lanes * widthOf(dtype));
  }
  advance(code, b, count * lanes * columnBytes);
  code.giveBack([...sums, factor]);
}
