import { type CallInstruction, type View } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { type Places } from '../loop/compileLoop.js';

// Products of float32 matrices by tiles of 5 rows and 8 columns: ten accumulators, two vectors of b and one element of
// a at a time, which is what sixteen registers hold. b is packed, panel by panel of 8 columns, so that any strides cost
// the same; a is read where it lies. Every element is Σₖ in order of k in float32, wherever it stands.

const rowsOfTile = 5;
const columnsOfPanel = 8;
const panelBytes = columnsOfPanel * 4;

interface Sizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

function sizesOf({ inputs: [a, b] }: CallInstruction): Sizes {
  const [left, right] = [(a as View).shape, (b as View).shape];
  return { rows: left[left.length - 2] as number, inner: left[left.length - 1] as number, columns: right[right.length - 1] as number };
}

/** One panel of b. */
export function matmulScratch(call: CallInstruction): number {
  return sizesOf(call).inner * panelBytes;
}

/** Strides of the last two axes, in bytes. */
function lastStrides({ strides }: View): readonly [number, number] {
  return [(strides[strides.length - 2] as number) * 4, (strides[strides.length - 1] as number) * 4];
}

export function emitMatmul(code: Code, call: CallInstruction, places: Places): void {
  const sizes = sizesOf(call);
  const [a, b] = call.inputs as readonly [View, View];
  const [pa, pb, pc] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const start = (pointer: number, buffer: number, offset: number): void => {
    places.push(code, buffer);
    code.i32(offset * 4).op('i32.add').set(pointer);
  };
  start(pa, a.buffer, a.offset);
  start(pb, b.buffer, b.offset);
  start(pc, call.output, 0);
  const leading = a.shape.slice(0, -2);
  const one = (): void => {
    product(code, sizes, lastStrides(a), lastStrides(b), places.scratch, pa, pb, pc);
    code.get(pc).i32(sizes.rows * sizes.columns * 4).op('i32.add').set(pc);
  };
  // Batches: a product for each index of the leading axes; strides may be 0.
  const batch = (axis: number): void => {
    if (axis === leading.length) {
      one();
      return;
    }
    const counter = code.local('i32');
    code.i32(0).set(counter);
    code.countUp(counter, () => code.i32(leading[axis] as number), 1, () => {
      batch(axis + 1);
      [[pa, a], [pb, b]].forEach(([pointer, view]) => move(code, pointer as number, stepOf(view as View, axis, leading) * 4));
    });
  };
  batch(0);
}

/** How far to go on along a leading axis, when the axes inside have been gone through. */
function stepOf({ strides }: View, axis: number, leading: readonly number[]): number {
  const inside = axis + 1 < leading.length ? (strides[axis + 1] as number) * (leading[axis + 1] as number) : 0;
  return (strides[axis] as number) - inside;
}

function move(code: Code, pointer: number, bytes: number): void {
  if (bytes !== 0) code.get(pointer).i32(bytes).op('i32.add').set(pointer);
}

function product(code: Code, { rows, inner, columns }: Sizes, ofA: readonly [number, number], ofB: readonly [number, number], scratch: number, pa: number, pb: number, pc: number): void {
  const [panelB, panelC, counter] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const panel = (width: number): void => {
    pack(code, inner, width, ofB, panelB, scratch);
    allRows(code, { rows, inner, columns }, width, ofA, scratch, pa, panelC);
  };
  code.get(pb).set(panelB).get(pc).set(panelC).i32(0).set(counter);
  const whole = Math.floor(columns / columnsOfPanel);
  if (whole > 0) {
    code.countUp(counter, () => code.i32(whole), 1, () => {
      panel(columnsOfPanel);
      move(code, panelB, columnsOfPanel * ofB[1]);
      move(code, panelC, panelBytes);
    });
  }
  if (columns % columnsOfPanel > 0) panel(columns % columnsOfPanel);
}

/** Copies `width` columns of b, row after row, with zeros up to the width of a panel. */
function pack(code: Code, inner: number, width: number, [byRow, byColumn]: readonly [number, number], from: number, scratch: number): void {
  const [source, target, counter] = [code.local('i32'), code.local('i32'), code.local('i32')];
  code.get(from).set(source).i32(scratch).set(target).i32(0).set(counter);
  code.countUp(counter, () => code.i32(inner), 1, () => {
    if (byColumn === 4 && width === columnsOfPanel) {
      for (const half of [0, 16]) code.get(target).get(source).memoryAt('v128.load', half).memoryAt('v128.store', half);
    } else {
      if (width < columnsOfPanel) for (const half of [0, 16]) code.get(target).f32x4(0).memoryAt('v128.store', half);
      for (let column = 0; column < width; column += 1) {
        code.get(target).i32(column * 4).op('i32.add').get(source).i32(column * byColumn).op('i32.add').scalar('f32.load').scalar('f32.store');
      }
    }
    move(code, source, byRow);
    move(code, target, panelBytes);
  });
}

function allRows(code: Code, { rows, inner, columns }: Sizes, width: number, [byRow, byInner]: readonly [number, number], scratch: number, pa: number, pc: number): void {
  const [rowA, rowC, counter] = [code.local('i32'), code.local('i32'), code.local('i32')];
  code.get(pa).set(rowA).get(pc).set(rowC).i32(0).set(counter);
  const tile = (height: number): void => emitTile(code, height, width, inner, byRow, byInner, columns * 4, scratch, rowA, rowC);
  const whole = Math.floor(rows / rowsOfTile);
  if (whole > 0) {
    code.countUp(counter, () => code.i32(whole), 1, () => {
      tile(rowsOfTile);
      move(code, rowA, rowsOfTile * byRow);
      move(code, rowC, rowsOfTile * columns * 4);
    });
  }
  if (rows % rowsOfTile > 0) tile(rows % rowsOfTile);
}

function emitTile(code: Code, height: number, width: number, inner: number, byRow: number, byInner: number, rowBytes: number, scratch: number, rowA: number, rowC: number): void {
  const sums = Array.from({ length: height }, () => [code.local('v128'), code.local('v128')] as const);
  const pointers = sums.map(() => code.local('i32'));
  const [b0, b1, element] = [code.local('v128'), code.local('v128'), code.local('v128')];
  const [panel, counter] = [code.local('i32'), code.local('i32')];
  for (const sum of sums.flat()) code.f32x4(0).set(sum);
  pointers.forEach((pointer, i) => code.get(rowA).i32(i * byRow).op('i32.add').set(pointer));
  code.i32(scratch).set(panel).i32(0).set(counter);
  code.countUp(counter, () => code.i32(inner), 1, () => {
    code.get(panel).memory('v128.load').set(b0).get(panel).memoryAt('v128.load', 16).set(b1);
    pointers.forEach((pointer, i) => {
      const [left, right] = sums[i] as readonly [number, number];
      code.get(pointer).memory('v128.load32_splat').set(element);
      code.get(left).get(element).get(b0).simd('f32x4.mul').simd('f32x4.add').set(left);
      code.get(right).get(element).get(b1).simd('f32x4.mul').simd('f32x4.add').set(right);
      move(code, pointer, byInner);
    });
    move(code, panel, panelBytes);
  });
  sums.forEach(([left, right], i) => {
    if (width === columnsOfPanel) {
      code.get(rowC).get(left).memoryAt('v128.store', i * rowBytes).get(rowC).get(right).memoryAt('v128.store', i * rowBytes + 16);
      return;
    }
    for (let column = 0; column < width; column += 1) {
      code.get(rowC).get(column < 4 ? left : right).memoryAt('v128.store32_lane', i * rowBytes + column * 4, column % 4);
    }
  });
}
