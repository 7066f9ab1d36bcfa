import { type CallInstruction, type View } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { widthOf } from '../loop/access.js';
import { type Places } from '../loop/compileLoop.js';
import { addressOf, outputOf, product, pushNumber, repeat, repeatBy } from './elements.js';
import { move } from './product.js';

// Positions in order: elements become whole numbers in the same order, which are merged from runs of 1, 2, 4, … The left
// one goes first on ties, so that equal elements keep their order.

/** A number to compare by, and the position. */
const recordBytes = 16;

const sizeOf = ({ shape }: CallInstruction): number => shape[shape.length - 1] as number;

/** Records, once more to merge into, and one behind each that is read but does not count. */
export function argSortScratch(call: CallInstruction): number {
  return 2 * (sizeOf(call) + 1) * recordBytes;
}

export function emitArgSort(code: Code, call: CallInstruction, places: Places): void {
  const size = sizeOf(call);
  const x = call.inputs[0] as View;
  const dtype = places.dtypeOf(x.buffer);
  const [from, to, target] = [addressOf(code, places, x), outputOf(code, places, call), code.local('i32')];
  const [source, sink, swap] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const [first, second] = [places.scratch, places.scratch + (size + 1) * recordBytes];
  repeat(code, size === 0 ? 0 : product(call.shape) / size, () => {
    code.i32(first).set(source).i32(second).set(sink).get(source).set(target);
    repeat(code, size, (k) => {
      code.get(target);
      pushKey(code, () => pushNumber(code, from, dtype), call.attrs.descending === true);
      code.scalar('i64.store').get(target).i32(8).op('i32.add').get(k).scalar('i32.store');
      move(code, target, recordBytes);
      move(code, from, widthOf(dtype));
    });
    // The widths of runs are known: each has code of its own.
    for (let run = recordBytes; run < size * recordBytes; run *= 2) {
      mergeRuns(code, source, sink, run, size * recordBytes);
      code.get(source).set(swap).get(sink).set(source).get(swap).set(sink);
    }
    repeat(code, size, () => {
      code.get(to).get(source).load(8).scalar('i32.store');
      move(code, source, recordBytes);
      move(code, to, 4);
    });
  });
}

/** Pushes an i64 that is larger for larger numbers, the largest for NaN, and the same for both zeros; unsigned. */
function pushKey(code: Code, number: () => void, descending: boolean): void {
  const [value, bits] = [code.local('f64'), code.local('i64')];
  number();
  code.f64(0).op('f64.add').tee(value).op('i64.reinterpret_f64').tee(bits);
  // Negative numbers are turned around; positive ones come behind them.
  code.get(bits).i64(63).op('i64.shr_s').f64(-0).op('i64.reinterpret_f64').op('i64.or').op('i64.xor');
  code.i64(-1).get(value).get(value).op('f64.eq').op('select');
  // select takes the first where the condition holds
  if (descending) code.i64(-1).op('i64.xor');
}

/** Merges pairs of runs of so many bytes. */
function mergeRuns(code: Code, source: number, sink: number, run: number, bytes: number): void {
  const local = (): number => code.local('i32');
  const [left, right, middle, end, last, to, stop, takesLeft] = [local(), local(), local(), local(), local(), local(), local(), local()];
  const least = (target: number, offset: number): void => {
    code.get(left).i32(offset).op('i32.add').get(last).get(left).i32(offset).op('i32.add').get(last).op('i32.lt_u').op('select').set(target);
  };
  code.get(source).i32(bytes).op('i32.add').set(last).get(sink).set(to);
  repeatBy(code, bytes, 2 * run, (start) => {
    code.get(source).get(start).op('i32.add').set(left);
    least(middle, run);
    least(end, 2 * run);
    code.get(middle).set(right);
    code.get(to).get(end).get(left).op('i32.sub').op('i32.add').set(stop);
    code.countUp(to, () => code.get(stop), recordBytes, () => {
      code.get(left).get(middle).op('i32.lt_u');
      code.get(right).get(end).op('i32.ge_u').get(left).scalar('i64.load').get(right).scalar('i64.load').op('i64.le_u').op('i32.or').op('i32.and').set(takesLeft);
      code.get(to).get(left).get(right).get(takesLeft).op('select').memory('v128.load').memory('v128.store');
      code.get(left).get(takesLeft).i32(4).op('i32.shl').op('i32.add').set(left);
      code.get(right).get(takesLeft).i32(1).op('i32.xor').i32(4).op('i32.shl').op('i32.add').set(right);
    });
  });
}
