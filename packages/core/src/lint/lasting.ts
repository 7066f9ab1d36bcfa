import { hull, type Range } from './range.js';

/** Ends that growing ranges are widened to, so that the search for ranges that last comes to an end. */
const landmarks: readonly number[] = [-Infinity, -1, 0, 1, Infinity];

/** A range that holds both, and whose ends, where they moved, are landmarks. */
export function widened(before: Range, after: Range): Range {
  const both = hull(before, after);
  const lo = both.lo < before.lo ? Math.max(...landmarks.filter((mark) => mark <= both.lo)) : before.lo;
  const hi = both.hi > before.hi ? Math.min(...landmarks.filter((mark) => mark >= both.hi)) : before.hi;
  return { ...both, lo, hi, nonZero: (both.nonZero && lo <= 0 && hi >= 0 && (before.lo === lo && before.hi === hi)) || lo > 0 || hi < 0 };
}

export const sameRange = (a: Range, b: Range): boolean => a.lo === b.lo && a.hi === b.hi && a.nan === b.nan && a.inf === b.inf && a.nonZero === b.nonZero;

/** Ranges that hold before a step and after it, from those that hold before the first. Each end moves along the landmarks only, so this ends. */
export function lasting<T>(first: readonly Range[], step: (ranges: readonly Range[]) => { readonly next: readonly Range[]; readonly made: T }): { readonly ranges: readonly Range[]; readonly made: T } {
  let ranges = first;
  for (;;) {
    const { next, made } = step(ranges);
    const wider = ranges.map((before, i) => widened(before, next[i] as Range));
    if (wider.every((r, i) => sameRange(r, ranges[i] as Range))) return { ranges, made };
    ranges = wider;
  }
}
