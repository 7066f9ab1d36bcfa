import { type Code } from '../emit/code.js';
import { advance, pushLanes } from './access.js';
import { type Cursor, type Nest } from './nest.js';

// Sums of float32 down the columns of what lies row by row. Along a column elements are far apart, so neighbouring
// columns are summed side by side: each in float64 in the order of its rows, with the bits that it has alone.

/** Vectors of columns that are summed at once: a cache line. */
const abreast = 4;

/** What the loop computes from values in lanes, which are then summed. */
export interface ColumnLoop {
  readonly nest: Nest;
  /** Locals with the addresses where the inputs begin, and of the result. */
  readonly inputs: readonly number[];
  readonly result: number;
  /** Locals that the elements of the inputs are put into. */
  readonly values: readonly number[];
  /** Computes what is summed, into this local. */
  readonly compute: (lanes: 1 | 4) => void;
  readonly summed: number;
}

/** Is the fold along axes that jump, while the last one that is kept goes from element to element? */
export function foldsColumns({ kept, folded, cursors }: Nest): boolean {
  const [last, inner] = [kept.length - 1, kept.length + folded.length - 1];
  const columns = kept[last];
  return columns !== undefined && columns >= 4 && folded.length > 0 && cursors.length > 0
    && cursors.every(({ strides }) => strides[last] === 1 || strides[last] === 0)
    && cursors.some(({ strides }) => strides[last] === 1 && strides[inner] !== 1 && strides[inner] !== 0);
}

export function emitColumns(code: Code, { nest: { kept, folded, cursors }, inputs, result, values, compute, summed }: ColumnLoop): void {
  const [last, inner] = [kept.length - 1, kept.length];
  const columns = kept[last] as number;
  const stride = (i: number, axis: number): number => ((cursors[i] as Cursor).strides[axis] as number) * 4;
  const sums = Array.from({ length: abreast }, () => [code.local('v128'), code.local('v128')] as const);
  const counted = (size: number, step: number, body: () => void): void => {
    if (size === 0) return;
    const counter = code.local('i32');
    code.i32(0).set(counter);
    code.countUp(counter, () => code.i32(size), step, body);
  };
  /** Goes through the folded axes; each moves the pointers over all of it. */
  const rowsOf = (axis: number, body: () => void): void => counted(folded[axis] as number, 1, () => {
    const within = axis + 1 < folded.length;
    if (within) rowsOf(axis + 1, body);
    else body();
    inputs.forEach((pointer, i) => advance(code, pointer, stride(i, inner + axis) - (within ? stride(i, inner + axis + 1) * (folded[axis + 1] as number) : 0)));
  });
  const some = (vectors: number, lanes: 1 | 4): void => {
    const own = sums.slice(0, vectors);
    for (const pair of own) for (const sum of pair) code.f64x2(0).set(sum);
    rowsOf(0, () => {
      own.forEach(([low, high], n) => {
        inputs.forEach((pointer, i) => {
          const still = stride(i, last) === 0;
          pushLanes(code, pointer, 'float32', still ? 1 : lanes, still ? 0 : n * 16);
          code.set(values[i] as number);
        });
        compute(lanes);
        code.get(low).get(summed).simd('f64x2.promote_low_f32x4').simd('f64x2.add').set(low);
        if (lanes === 4) code.get(high).get(summed).get(summed).simd('i8x16.shuffle', ...upperHalf).simd('f64x2.promote_low_f32x4').simd('f64x2.add').set(high);
      });
    });
    own.forEach(([low, high], n) => {
      code.get(result).get(low).simd('f32x4.demote_f64x2_zero');
      if (lanes === 1) code.memory('v128.store32_lane', 0);
      else code.get(high).simd('f32x4.demote_f64x2_zero').simd('i8x16.shuffle', ...lowerHalves).memoryAt('v128.store', n * 16);
    });
    advance(code, result, vectors * lanes * 4);
    inputs.forEach((pointer, i) => advance(code, pointer, stride(i, last) * vectors * lanes - stride(i, inner) * (folded[0] as number)));
  };
  const level = (axis: number): void => {
    if (axis < last) {
      counted(kept[axis] as number, 1, () => {
        level(axis + 1);
        inputs.forEach((pointer, i) => advance(code, pointer, stride(i, axis) - stride(i, axis + 1) * (kept[axis + 1] as number)));
      });
      return;
    }
    const wide = columns - (columns % (4 * abreast));
    const whole = columns - (columns % 4);
    counted(wide, 4 * abreast, () => some(abreast, 4));
    counted(whole - wide, 4, () => some(1, 4));
    counted(columns - whole, 1, () => some(1, 1));
  };
  level(0);
}

const upperHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15] as const;
const lowerHalves = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] as const;
