import { type Range, range } from '../range.js';
import { anyNaN, type Transfer, type Transfers } from './transfer.js';

/** A truth: 1 where it always holds, 0 where it never does. */
const truth = (always: boolean, never: boolean): Range => range(always ? 1 : 0, never ? 0 : 1);

const compare = (always: (a: Range, b: Range) => boolean, never: (a: Range, b: Range) => boolean): Transfer => (operands) => {
  const [a, b] = operands as readonly [Range, Range];
  return truth(!anyNaN(operands) && always(a, b), never(a, b));
};

const apart = (a: Range, b: Range): boolean => a.hi < b.lo || a.lo > b.hi || (a.nonZero && b.lo === 0 && b.hi === 0) || (b.nonZero && a.lo === 0 && a.hi === 0);
const alike = (a: Range, b: Range): boolean => a.lo === a.hi && b.lo === b.hi && a.lo === b.lo;

const both = (operands: readonly Range[]): readonly [Range, Range] => operands as readonly [Range, Range];

/** Comparisons and logic. NaN compares as false. */
export const comparison: Transfers = {
  equal: compare(alike, apart),
  notEqual: compare(apart, (a, b) => !a.nan && !b.nan && alike(a, b)),
  less: compare((a, b) => a.hi < b.lo, (a, b) => a.lo >= b.hi),
  lessEqual: compare((a, b) => a.hi <= b.lo, (a, b) => a.lo > b.hi),
  greater: compare((a, b) => a.lo > b.hi, (a, b) => a.hi <= b.lo),
  greaterEqual: compare((a, b) => a.lo >= b.hi, (a, b) => a.hi < b.lo),
  logicalAnd: (operands) => {
    const [a, b] = both(operands);
    return range(Math.min(a.lo, b.lo), Math.min(a.hi, b.hi));
  },
  logicalOr: (operands) => {
    const [a, b] = both(operands);
    return range(Math.max(a.lo, b.lo), Math.max(a.hi, b.hi));
  },
  logicalNot: ([a]) => range(1 - (a as Range).hi, 1 - (a as Range).lo),
  isNaN: ([a]) => truth(false, !(a as Range).nan),
  // An end without a bound is a finite number; only the flags tell of others.
  isFinite: ([a]) => truth(!(a as Range).nan && !(a as Range).inf, false),
};
