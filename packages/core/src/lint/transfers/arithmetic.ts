import { finfo, isFloat } from '../../graph/dtype.js';
import { type Node } from '../../graph/node.js';
import { anything, hull, isEmpty, mayBeZero, range, settled, type Range } from '../range.js';
import { anyNaN, cancels, fromCorners, rising, scalarOf, times, type Transfer, type Transfers } from './transfer.js';

const negated = (a: Range): Range => ({ ...a, lo: -a.hi, hi: -a.lo });

/** Ends of a sum: where one side has no bound, the sum has none. */
function sumOf(node: Node, a: Range, b: Range): Range {
  const end = (x: number, y: number, otherwise: number): number => (x + y !== x + y ? otherwise : x + y);
  const corners = [[end(a.lo, b.lo, -Infinity), [a.lo, b.lo]], [end(a.hi, b.hi, Infinity), [a.hi, b.hi]]] as const;
  return fromCorners(node, corners, { nan: a.nan || b.nan || cancels(a, b), inf: a.inf || b.inf });
}

function productOf(node: Node, a: Range, b: Range): Range {
  const ends = [[a.lo, b.lo], [a.lo, b.hi], [a.hi, b.lo], [a.hi, b.hi]] as const;
  const nan = a.nan || b.nan || (a.inf && mayBeZero(b)) || (b.inf && mayBeZero(a));
  const least = isFloat(node.dtype) ? finfo(node.dtype).smallestSubnormal : 0;
  // What is only known not to be 0 is taken not to be subnormal, so that its products are not 0 either.
  const product = (x: number, y: number): number => (Math.abs(x) === least || Math.abs(y) === least ? Math.sign(x) * Math.sign(y) * Math.max(Math.abs(x * y), least) : times(x, y));
  return fromCorners(node, ends.map(([x, y]) => [x === 0 || y === 0 ? 0 : product(x, y), [x, y]] as const), { nan, inf: a.inf || b.inf });
}

/** a/b. Beside a 0, whose sign is not known, there is no bound; what is only known not to be 0 is taken not to be subnormal. */
function quotientOf(node: Node, a: Range, b: Range): Range {
  const zero = mayBeZero(b);
  const nan = a.nan || b.nan || (zero && mayBeZero(a)) || (a.inf && b.inf);
  if (a.lo === 0 && a.hi === 0) return range(0, 0, { nan });
  if (zero || (b.lo < 0 && b.hi > 0)) return range(-Infinity, Infinity, { nan, inf: a.inf || zero });
  if (b.hi < 0) return quotientOf(node, negated(a), negated(b));
  const least = finfo(node.dtype).smallestSubnormal;
  const quotient = (x: number, y: number): number => (Math.abs(y) === Infinity ? 0 : y === least && b.hi > y ? times(x, Infinity) : x / y);
  const ends = [[a.lo, b.lo], [a.lo, b.hi], [a.hi, b.lo], [a.hi, b.hi]] as const;
  return fromCorners(node, ends.map(([x, y]) => [quotient(x, y), y === least ? [Infinity] : [x, y]] as const), { nan, inf: a.inf });
}

export function squared(node: Node, a: Range): Range {
  const ends = [[times(a.lo, a.lo), [a.lo]], [times(a.hi, a.hi), [a.hi]]] as const;
  const made = fromCorners(node, ends, { nan: a.nan, inf: a.inf });
  return a.lo <= 0 && a.hi >= 0 && isFloat(node.dtype) ? { ...made, lo: 0, nonZero: false } : made;
}

const sign: Transfer = ([a], node) => {
  const x = a as Range;
  return { ...range(Math.sign(x.lo), Math.sign(x.hi), { nan: x.nan }), nonZero: x.nonZero && isFloat(node.dtype) };
};

function absolute(a: Range): Range {
  if (a.lo >= 0) return a;
  if (a.hi <= 0) return negated(a);
  return { ...a, lo: 0, hi: Math.max(-a.lo, a.hi) };
}

/** Roots: NaN below 0; -0 is a root of itself. */
const sqrt: Transfer = rising({ from: 0 });

const abs: Transfer = ([a], node) => {
  const x = absolute(a as Range);
  // A value that is not 0 has a size of at least the smallest number.
  const lo = x.lo === 0 && x.nonZero && isFloat(node.dtype) ? finfo(node.dtype).smallestSubnormal : x.lo;
  return settled(node.dtype, { ...x, lo });
};

const extremum = (larger: boolean): Transfer => ([a, b]) => {
  const [x, y, pick] = [a as Range, b as Range, larger ? Math.max : Math.min];
  const [lo, hi] = [pick(x.lo, y.lo), pick(x.hi, y.hi)];
  return range(lo, hi, { nan: x.nan || y.nan, inf: (x.inf || y.inf) && (Math.abs(lo) === Infinity || Math.abs(hi) === Infinity), nonZero: x.nonZero && y.nonZero });
};

const clip: Transfer = (operands, node) => {
  const [a, low, high] = operands as readonly [Range, Range, Range];
  const up = extremum(true)([a, low], node);
  return extremum(false)([up, high], node);
};

/** Reciprocals are quotients. */
const one = range(1, 1);

/** 1/√a; of -0 it is -Infinity. */
const rsqrt: Transfer = ([a], node) => {
  const x = a as Range;
  if (x.hi < 0) return { ...range(Infinity, -Infinity), nan: true };
  const root = (t: number): number => (t <= 0 ? Infinity : 1 / Math.sqrt(t));
  const r = range(mayBeZero(x) ? -Infinity : root(x.hi), root(x.lo), { nan: x.nan || x.lo < 0, inf: mayBeZero(x) });
  return settled(node.dtype, r);
};

const mod: Transfer = (operands, node) => {
  const [a, b] = operands as readonly [Range, Range];
  const nan = anyNaN(operands) || a.inf || (mayBeZero(b) && isFloat(node.dtype));
  return settled(node.dtype, range(Math.min(0, b.lo, b.lo < 0 ? b.lo : a.lo), Math.max(0, b.hi), { nan, inf: b.inf }));
};

const whole: Transfer = ([a], node) => {
  const x = a as Range;
  return settled(node.dtype, range(scalarOf(node)(x.lo, 0, 0), scalarOf(node)(x.hi, 0, 0), { nan: x.nan, inf: x.inf }));
};

/** Elementwise arithmetic. Where both operands are one node, see relations.ts. */
export const arithmetic: Transfers = {
  add: ([a, b], node) => sumOf(node, a as Range, b as Range),
  sub: ([a, b], node) => sumOf(node, a as Range, negated(b as Range)),
  mul: ([a, b], node) => productOf(node, a as Range, b as Range),
  div: ([a, b], node) => quotientOf(node, a as Range, b as Range),
  neg: ([a], node) => settled(node.dtype, negated(a as Range)),
  square: ([a], node) => squared(node, a as Range),
  sqrt,
  rsqrt,
  reciprocal: ([a], node) => quotientOf(node, one, a as Range),
  sign,
  abs,
  maximum: extremum(true),
  minimum: extremum(false),
  clip,
  relu: (operands, node) => extremum(true)([operands[0] as Range, range(0, 0)], node),
  floor: whole,
  ceil: whole,
  round: whole,
  trunc: whole,
  mod,
  where: ([condition, a, b]) => {
    const c = condition as Range;
    if (c.lo === 1) return a as Range;
    return c.hi === 0 ? (b as Range) : hull(a as Range, b as Range);
  },
  cast: ([a], node) => {
    const x = a as Range;
    if (node.dtype === 'bool') return range(mayBeZero(x) || x.nan ? 0 : 1, x.lo === 0 && x.hi === 0 && !x.nan ? 0 : 1);
    if (isFloat(node.dtype)) return settled(node.dtype, { ...x, nonZero: false });
    return x.nan || x.inf || isEmpty(x) ? anything(node.dtype) : settled(node.dtype, range(Math.trunc(x.lo), Math.trunc(x.hi)));
  },
};
