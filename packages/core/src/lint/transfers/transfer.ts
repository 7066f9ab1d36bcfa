import { dtypeFacts, finfo, isFloat, type DType } from '../../graph/dtype.js';
import { type Node } from '../../graph/node.js';
import { type ElementwiseOp } from '../../graph/op.js';
import { isEmpty, range, settled, type Range } from '../range.js';

/**
 * Where all results of an op lie, if its operands lie in the given ranges: sound, so rather too wide than too narrow.
 * The ranges are those of `node.inputs`, none without a number in it.
 */
export type Transfer = (operands: readonly Range[], node: Node) => Range;

export type Transfers = Readonly<Record<string, Transfer>>;

/** The same elements, or some of them. */
export const same: Transfer = ([a]) => a as Range;

/** The reference's arithmetic for one element. */
export function scalarOf(node: Node): (a: number, b: number, c: number) => number {
  return (node.op as ElementwiseOp).scalar;
}

/** What is known of the result whatever the operand: `[0, 1]` of a sigmoid. */
interface Limits {
  readonly lo?: number;
  readonly hi?: number;
  /** The op is defined from here … */
  readonly from?: number;
  /** … to here; NaN outside. */
  readonly to?: number;
}

/** Of functions that rise everywhere, with the reference's own arithmetic at both ends. */
export function rising({ lo = -Infinity, hi = Infinity, from = -Infinity, to = Infinity }: Limits = {}): Transfer {
  return ([a], node) => {
    const x = a as Range;
    const f = (t: number): number => Math.min(Math.max(scalarOf(node)(t, 0, 0), lo), hi);
    const nan = x.nan || x.lo < from || x.hi > to;
    if (x.hi < from || x.lo > to) return { ...range(Infinity, -Infinity), nan };
    const [start, end] = [Math.max(x.lo, from), Math.min(x.hi, to)];
    const [low, high] = [f(start), f(end)];
    const made = (t: number, y: number): boolean => Math.abs(y) === Infinity && (Math.abs(t) !== Infinity || x.inf);
    return settled(node.dtype, range(low, high, { nan, inf: made(start, low) || made(end, high) }));
  };
}

/** An end of a product: nothing is nothing, however large the other. */
export function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

/** Bounds from the values at the corners; an infinity that finite corners make is one. */
export function fromCorners(node: Node, corners: readonly (readonly [number, readonly number[]])[], flags: { readonly nan: boolean; readonly inf: boolean; readonly nonZero?: boolean }): Range {
  let [lo, hi, inf] = [Infinity, -Infinity, flags.inf];
  const { round } = dtypeFacts(node.dtype);
  for (const [value, from] of corners) {
    lo = Math.min(lo, value);
    hi = Math.max(hi, value);
    if (Math.abs(round(value)) === Infinity && from.every((x) => Math.abs(x) !== Infinity)) inf = true;
  }
  return settled(node.dtype, range(lo, hi, { ...flags, inf }));
}

/** Sums of many terms are not rounded as their bounds are: a little wider, where the ends are not exact. */
export function outward(r: Range, dtype: DType): Range {
  if (!isFloat(dtype) || isEmpty(r)) return r;
  const slack = (end: number): number => (Math.abs(end) === Infinity ? 0 : Math.abs(end) * 2 * finfo(dtype).eps);
  return { ...r, lo: r.lo - slack(r.lo), hi: r.hi + slack(r.hi) };
}

/** Without a number among the operands, all that is left is NaN. */
export function lostAmong(operands: readonly Range[]): Range | undefined {
  return operands.some(isEmpty) ? { ...range(Infinity, -Infinity), nan: true } : undefined;
}

export const anyNaN = (operands: readonly Range[]): boolean => operands.some(({ nan }) => nan);
export const anyInf = (operands: readonly Range[]): boolean => operands.some(({ inf }) => inf);

/** May a + b be Infinity - Infinity? The signs of infinities are not told apart: those of zeros are not known. */
export const cancels = (a: Range, b: Range): boolean => a.inf && b.inf;
