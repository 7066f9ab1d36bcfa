import { type DType } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { type Plain, type Scalar } from '../emit/opcodes.js';
import { store, widthOf } from '../loop/access.js';
import { roundDoubles } from '../loop/fold.js';
import { pushNumber } from './elements.js';
import { move } from './product.js';

// What the pools make of one window.

/** Locals: the window's entry, the offset of its result, and the planes of operands and result. */
export interface Window {
  readonly entry: number;
  readonly at: number;
  readonly first: number;
  readonly second: number;
  /** Where results go; of float16 that windows add to, float64 sums. */
  readonly out: number;
  readonly strides: readonly [number, number];
  readonly whole: readonly [number, number, number] | undefined;
  readonly dtype: DType;
}

type Step = 'plane' | 'windows' | 'nothing';

export interface PoolKernel {
  readonly window: (code: Code, window: Window) => void;
  /** Do windows add to what others have written? */
  readonly spreads: boolean;
  /** How far the operands and the result go on from plane to plane. */
  readonly advance: readonly [Step, Step, Step];
}

/** How numbers come from memory and go back: float16 as float32. */
interface NumberCode {
  readonly type: 'f32' | 'f64';
  readonly load: Scalar;
  readonly store: Scalar;
  readonly add: Plain;
  readonly lessOrEqual: Plain;
  readonly equal: Plain;
}

const single: NumberCode = { type: 'f32', load: 'f32.load', store: 'f32.store', add: 'f32.add', lessOrEqual: 'f32.le', equal: 'f32.eq' };
const double: NumberCode = { type: 'f64', load: 'f64.load', store: 'f64.store', add: 'f64.add', lessOrEqual: 'f64.le', equal: 'f64.eq' };
const numbersOf = (dtype: DType): NumberCode => (dtype === 'float64' ? double : single);

/** More elements than this are gone through in loops, even where all windows are whole. */
const mostUnrolled = 32;

/** The sizes that all windows have, if they are the same and small: so no loop is needed. */
export function wholeWindow(table: Int32Array): readonly [number, number, number] | undefined {
  if (table.length === 0) return undefined;
  const [, a, b, c] = table as unknown as readonly [number, number, number, number];
  const same = a * b * c <= mostUnrolled && table.every((value, i) => i % 5 === 0 || i % 5 === 4 || value === table[i % 5]);
  return same ? [a, b, c] : undefined;
}

/** Runs `body` for every element of a window; the local `offset` is where it lies in the plane, in bytes. */
function eachElement(code: Code, { entry, whole, strides: [slab, row], dtype }: Window, offset: number, body: () => void): void {
  const width = widthOf(dtype);
  if (whole !== undefined) {
    const start = code.local('i32');
    code.get(entry).load(0).set(start);
    for (let i = 0; i < whole[0]; i += 1) for (let j = 0; j < whole[1]; j += 1) for (let k = 0; k < whole[2]; k += 1) {
      code.get(start).i32((i * slab + j * row + k) * width).op('i32.add').set(offset);
      body();
    }
    return;
  }
  const [i, j, k, iStart, jStart] = Array.from({ length: 5 }, () => code.local('i32')) as [number, number, number, number, number];
  code.get(entry).load(0).set(iStart).i32(0).set(i);
  code.countUp(i, () => code.get(entry).load(4), 1, () => {
    code.get(iStart).set(jStart).i32(0).set(j);
    code.countUp(j, () => code.get(entry).load(8), 1, () => {
      code.get(jStart).set(offset).i32(0).set(k);
      code.countUp(k, () => code.get(entry).load(12), 1, () => {
        body();
        move(code, offset, width);
      });
      move(code, jStart, row * width);
    });
    move(code, iStart, slab * width);
  });
}

/** The offset of the first element that is largest, or NaN, in a local. */
function firstLargest(code: Code, window: Window): number {
  const { type, load, lessOrEqual, equal } = numbersOf(window.dtype);
  const [offset, best, better, largest, element] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local(type), code.local(type)];
  code.get(window.entry).load(0).set(best);
  code.get(window.first).get(best).op('i32.add').scalar(load).set(largest);
  eachElement(code, window, offset, () => {
    code.get(window.first).get(offset).op('i32.add').scalar(load).set(element);
    // Larger, or NaN where none was before; chosen without a branch, which nothing could foresee.
    code.get(element).get(largest).op(lessOrEqual).op('i32.eqz').get(largest).get(largest).op(equal).op('i32.and').set(better);
    code.get(element).get(largest).get(better).op('select').set(largest).get(offset).get(best).get(better).op('select').set(best);
  });
  return best;
}

/** Pushes the number at the sum of two locals, as an f64. */
function pushDouble(code: Code, plane: number, offset: number, dtype: DType): void {
  const address = code.local('i32');
  code.get(plane).get(offset).op('i32.add').set(address);
  pushNumber(code, address, dtype);
}

/** Adds what is pushed by `number` to the result at an offset: in the dtype, but for float16 in float64. */
function addAt(code: Code, { out, dtype }: Window, offset: number, number: () => void): void {
  const target = code.local('i32');
  // Sums of float16 are twice as wide as its elements.
  code.get(out).get(offset);
  if (dtype === 'float16') code.get(offset).op('i32.add');
  code.op('i32.add').tee(target).get(target);
  const { load, store: put, add } = dtype === 'float32' ? single : double;
  code.scalar(load);
  number();
  code.op(add).scalar(put);
}

export const kernels: Readonly<Record<string, PoolKernel>> = {
  maxPool: {
    spreads: false, advance: ['plane', 'plane', 'windows'],
    window: (code, window) => {
      const best = firstLargest(code, window);
      const { load, store: put } = numbersOf(window.dtype);
      code.get(window.out).get(window.at).op('i32.add').get(window.second).get(best).op('i32.add').scalar(load).scalar(put);
    },
  },
  maxPoolGradient: {
    spreads: true, advance: ['plane', 'windows', 'plane'],
    window: (code, window) => {
      const best = firstLargest(code, window);
      addAt(code, window, best, () => {
        if (window.dtype === 'float32') code.get(window.second).get(window.at).op('i32.add').scalar('f32.load');
        else pushDouble(code, window.second, window.at, window.dtype);
      });
    },
  },
  averagePool: {
    spreads: false, advance: ['plane', 'nothing', 'windows'],
    window: (code, window) => {
      const { dtype } = window;
      const [offset, target, sum, mean] = [code.local('i32'), code.local('i32'), code.local('f64'), code.borrow()];
      code.f64(0).set(sum);
      eachElement(code, window, offset, () => {
        code.get(sum);
        pushDouble(code, window.first, offset, dtype);
        code.op('f64.add').set(sum);
      });
      code.get(sum).get(window.entry).load(16).op('f64.convert_i32_s').op('f64.div').simd('f64x2.splat');
      roundDoubles(code, dtype);
      code.set(mean).get(window.out).get(window.at).op('i32.add').set(target);
      store(code, target, dtype, 1, mean);
      code.giveBack([mean]);
    },
  },
  averagePoolGradient: {
    spreads: true, advance: ['windows', 'nothing', 'plane'],
    window: (code, window) => {
      const { dtype } = window;
      const [offset, share] = [code.local('i32'), code.local(dtype === 'float32' ? 'f32' : 'f64')];
      pushDouble(code, window.first, window.at, dtype);
      code.get(window.entry).load(16).op('f64.convert_i32_s').op('f64.div');
      if (dtype === 'float32') code.op('f32.demote_f64');
      code.set(share);
      eachElement(code, window, offset, () => addAt(code, window, offset, () => code.get(share)));
    },
  },
};
