import { dtypeFacts, finfo, isFloat, type DType } from '../graph/dtype.js';

/**
 * What is known of all elements of a value: they lie in [lo, hi]. An end that is infinite while `inf` is false is no
 * bound at all: the numbers there are finite, of a size whose sums and products still fit the dtype.
 */
export interface Range {
  readonly lo: number;
  readonly hi: number;
  /** May an element be NaN? Where all of them are, lo > hi. */
  readonly nan: boolean;
  /** May an element be infinite? On the sides where the end is. */
  readonly inf: boolean;
  /** Is 0 known to be left out, though it may lie between the ends? */
  readonly nonZero: boolean;
}

const nothing: Range = { lo: Infinity, hi: -Infinity, nan: false, inf: false, nonZero: false };

/** Limits of the whole numbers of a dtype. */
const wholes: Readonly<Partial<Record<DType, readonly [number, number]>>> = { int32: [-0x80000000, 0x7fffffff], uint32: [0, 0xffffffff], bool: [0, 1] };

export function range(lo: number, hi: number, flags: { readonly nan?: boolean; readonly inf?: boolean; readonly nonZero?: boolean } = {}): Range {
  return { lo, hi, nan: flags.nan === true, inf: flags.inf === true, nonZero: flags.nonZero === true || lo > 0 || hi < 0 };
}

/** Any value of the dtype that is a number. */
export function anything(dtype: DType): Range {
  const [lo, hi] = wholes[dtype] ?? [-Infinity, Infinity];
  return range(lo, hi);
}

/** All elements of an array. */
export function rangeOfData(data: ArrayLike<number>): Range {
  let { lo, hi, nan, inf } = nothing;
  let zero = false;
  for (let i = 0; i < data.length; i += 1) {
    const element = data[i] as number;
    if (element !== element) nan = true;
    else {
      if (element < lo) lo = element;
      if (element > hi) hi = element;
      if (element === 0) zero = true;
      if (Math.abs(element) === Infinity) inf = true;
    }
  }
  return { lo, hi, nan, inf, nonZero: !zero };
}

/** Is no element a number? */
export function isEmpty({ lo, hi }: Range): boolean {
  return !(lo <= hi);
}

export function mayBeZero(r: Range): boolean {
  return !r.nonZero && r.lo <= 0 && r.hi >= 0;
}

/** Is every element NaN or infinite? */
export function isLost(r: Range): boolean {
  return (r.nan || r.inf) && (isEmpty(r) || (r.lo === r.hi && Math.abs(r.lo) === Infinity));
}

/** The same bounds, taken to be finite numbers. */
export function cleared(r: Range, dtype: DType): Range {
  if (!r.nan && !r.inf) return r;
  return isLost(r) ? anything(dtype) : { ...r, nan: false, inf: false };
}

/** One or the other. */
export function hull(a: Range, b: Range): Range {
  return { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi), nan: a.nan || b.nan, inf: a.inf || b.inf, nonZero: (a.nonZero || isEmpty(a)) && (b.nonZero || isEmpty(b)) };
}

/** Both at once; where they exclude each other, the first as it is, since then nothing is computed from it. */
export function meet(a: Range, b: Range): Range {
  const [lo, hi] = [Math.max(a.lo, b.lo), Math.min(a.hi, b.hi)];
  return lo <= hi ? { lo, hi, nan: a.nan && b.nan, inf: a.inf && b.inf && (Math.abs(lo) === Infinity || Math.abs(hi) === Infinity), nonZero: a.nonZero || b.nonZero || lo > 0 || hi < 0 } : a;
}

/** The next number of the dtype above a finite one. */
export function nextUp(x: number, dtype: DType): number {
  if (!isFloat(dtype)) return x + 1;
  if (Math.abs(x) === Infinity) return x;
  const { round } = dtypeFacts(dtype);
  for (let step = finfo(dtype).smallestSubnormal; step < Infinity; step *= 2) if (round(x + step) > x) return round(x + step);
  return Infinity;
}

export const nextDown = (x: number, dtype: DType): number => -nextUp(-x, dtype);

/**
 * A result computed in float64, in the dtype: whole numbers that wrap around may be any; a finite number that rounds to
 * an infinity makes one.
 */
export function settled(dtype: DType, r: Range): Range {
  const limits = wholes[dtype];
  if (limits !== undefined) return r.lo >= limits[0] && r.hi <= limits[1] ? r : anything(dtype);
  if (isEmpty(r)) return r;
  const { round } = dtypeFacts(dtype);
  const [lo, hi] = [round(r.lo), round(r.hi)];
  const inf = r.inf || (Math.abs(lo) === Infinity && Math.abs(r.lo) !== Infinity) || (Math.abs(hi) === Infinity && Math.abs(r.hi) !== Infinity);
  // A small number may round to 0.
  return { lo, hi, nan: r.nan, inf, nonZero: lo > 0 || hi < 0 || (r.nonZero && r.lo < 0 && r.hi > 0) };
}

/** `[0, 1]`, `(-∞, ∞)` */
export function formatRange({ lo, hi }: { readonly lo: number; readonly hi: number }): string {
  const number = (x: number): string => String(Number(x.toPrecision(7))).replace('Infinity', '∞');
  if (!(lo <= hi)) return 'no number at all';
  return lo === hi ? number(lo) : `${lo === -Infinity ? '(' : '['}${number(lo)}, ${number(hi)}${hi === Infinity ? ')' : ']'}`;
}
