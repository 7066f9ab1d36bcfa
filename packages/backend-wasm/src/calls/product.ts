import { type Code } from '../emit/code.js';

// Products of float32 matrices by tiles of 5 rows and 8 columns: ten accumulators, two vectors of b and one element of
// a at a time, which is what sixteen registers hold. b is packed, panel by panel of 8 columns, so that any strides cost
// the same; a is read where it lies. Every element is Σₖ in order of k in float32, wherever it stands.

const rowsOfTile = 5;
const columnsOfPanel = 8;
export const panelBytes: number = columnsOfPanel * 4;

export interface Sizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** Locals that hold addresses, and strides in bytes: from row to row, and along it. c is dense. */
export interface Operands {
  readonly a: number;
  readonly ofA: readonly [number, number];
  readonly b: number;
  readonly ofB: readonly [number, number];
  readonly c: number;
  /** Room for one panel: `inner` times {@link panelBytes}. */
  readonly scratch: number;
  /** Adds to what is there, instead of replacing it. */
  readonly accumulate: boolean;
}

/** c = a · b. */
export function product(code: Code, { rows, inner, columns }: Sizes, { a, ofA, b, ofB, c, scratch, accumulate }: Operands): void {
  const [panelB, panelC, counter] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const panel = (width: number): void => {
    pack(code, inner, width, ofB, panelB, scratch);
    allRows(code, { rows, inner, columns }, width, { a, ofA, scratch, accumulate, c: panelC });
  };
  code.get(b).set(panelB).get(c).set(panelC).i32(0).set(counter);
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

function allRows(code: Code, { rows, inner, columns }: Sizes, width: number, { a, ofA: [byRow, byInner], scratch, accumulate, c }: Omit<Operands, 'b' | 'ofB'>): void {
  const [rowA, rowC, counter] = [code.local('i32'), code.local('i32'), code.local('i32')];
  code.get(a).set(rowA).get(c).set(rowC).i32(0).set(counter);
  const tile = (height: number): void => emitTile(code, { height, width, inner, byRow, byInner, rowBytes: columns * 4, scratch, accumulate }, rowA, rowC);
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

interface Tile {
  readonly height: number;
  readonly width: number;
  readonly inner: number;
  readonly byRow: number;
  readonly byInner: number;
  readonly rowBytes: number;
  readonly scratch: number;
  readonly accumulate: boolean;
}

function emitTile(code: Code, { height, width, inner, byRow, byInner, rowBytes, scratch, accumulate }: Tile, rowA: number, rowC: number): void {
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
  // What was there before counts too: added at the end, so that a row's order of summation does not depend on the tile.
  if (accumulate) sums.forEach(([left, right], i) => addBefore(code, rowC, i * rowBytes, width, left, right));
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

function addBefore(code: Code, row: number, offset: number, width: number, left: number, right: number): void {
  if (width === columnsOfPanel) {
    code.get(left).get(row).memoryAt('v128.load', offset).simd('f32x4.add').set(left);
    code.get(right).get(row).memoryAt('v128.load', offset + 16).simd('f32x4.add').set(right);
    return;
  }
  const before = code.local('v128');
  for (const [first, sum] of [[0, left], [4, right]] as const) {
    code.f32x4(0).set(before);
    for (let column = first; column < Math.min(first + 4, width); column += 1) code.get(row).get(before).memoryAt('v128.load32_lane', offset + column * 4, column - first).set(before);
    code.get(sum).get(before).simd('f32x4.add').set(sum);
  }
}

export function move(code: Code, pointer: number, bytes: number): void {
  if (bytes !== 0) code.get(pointer).i32(bytes).op('i32.add').set(pointer);
}
