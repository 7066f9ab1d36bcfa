import { finfo } from '../../graph/dtype.js';
import { type Node } from '../../graph/node.js';
import { isEmpty, mayBeZero, range, settled, type Range } from '../range.js';
import { anyInf, anyNaN, fromCorners, rising, scalarOf, times, type Transfer, type Transfers } from './transfer.js';

/** What grows like an exponential overflows for arguments of quite ordinary size, so that no bound means an infinity. */
const explosive = (transfer: Transfer): Transfer => (operands, node) => {
  const made = transfer(operands, node);
  return Math.abs(made.hi) === Infinity || made.lo === -Infinity ? { ...made, inf: true } : made;
};

/** Even functions with their least value at 0. */
const cosh: Transfer = ([a], node) => {
  const x = a as Range;
  const [lo, hi] = x.lo <= 0 && x.hi >= 0 ? [0, Math.max(-x.lo, x.hi)] : [Math.min(Math.abs(x.lo), Math.abs(x.hi)), Math.max(Math.abs(x.lo), Math.abs(x.hi))];
  return rising({ lo: 1 })([{ ...x, lo, hi, nonZero: false }], node);
};

const periodic: Transfer = ([a]) => {
  const x = a as Range;
  return range(-1, 1, { nan: x.nan || x.inf });
};

/** Powers up to here of a number without bound are taken to fit. */
const highest = 16;

/** aᵇ: at the corners, since it is monotone in each operand where a > 0. */
const pow: Transfer = (operands, node) => {
  const [a, b] = operands as readonly [Range, Range];
  if (b.lo === 0 && b.hi === 0) return range(1, 1, { nan: b.nan });
  // NaN⁰ is 1.
  if (isEmpty(a) || isEmpty(b)) return isEmpty(b) || !mayBeZero(b) ? { ...range(Infinity, -Infinity), nan: true } : range(1, 1, { nan: true });
  const f = scalarOf(node);
  const at = (x: number, y: number): number => (x === Infinity ? times(Infinity, y) === 0 ? 1 : y > 0 ? Infinity : 0 : Math.abs(y) === Infinity ? limit(x, y) : f(x, y, 0));
  const nan = anyNaN(operands);
  const zero = mayBeZero(a) && b.lo < 0;
  const fixed = b.lo === b.hi && Number.isInteger(b.lo) && Math.abs(b.lo) <= 1024;
  if (fixed && a.lo < 0) return wholePower(node, a, b.lo, nan, zero);
  if (a.lo < 0) return range(-Infinity, Infinity, { nan: true, inf: true });
  const ends = [[a.lo, b.lo], [a.lo, b.hi], [a.hi, b.lo], [a.hi, b.hi]] as const;
  const least = finfo(node.dtype).smallestSubnormal;
  const made = fromCorners(node, ends.map(([x, y]) => [at(x, y), x === 0 || x === least ? [Infinity] : [x, y]] as const), { nan: nan || (anyInf(operands) && !fixed), inf: anyInf(operands) || zero });
  // Without a bound to the exponent it is an exponential; and high powers of ordinary numbers are no ordinary numbers.
  const exponential = (b.hi === Infinity && a.hi > 1) || (b.lo === -Infinity && a.lo < 1) || (a.hi === Infinity && b.hi > highest);
  const withOne = (b.lo <= 0 && b.hi >= 0) || (a.lo <= 1 && a.hi >= 1);
  if (zero) return { ...made, lo: -Infinity, hi: Infinity, nonZero: false };
  return { ...made, lo: withOne ? Math.min(made.lo, 1) : made.lo, hi: withOne ? Math.max(made.hi, 1) : made.hi, inf: made.inf || exponential };
};

/** xᵇ as b grows without bound. */
function limit(x: number, b: number): number {
  if (x === 1) return 1;
  return x > 1 === b > 0 ? Infinity : 0;
}

/** aᵏ for a whole k and an a that may be negative. */
function wholePower(node: Node, a: Range, k: number, nan: boolean, zero: boolean): Range {
  if (zero) return range(k % 2 === 0 ? 0 : -Infinity, Infinity, { nan, inf: true });
  if (k < 0 && a.lo < 0 && a.hi > 0) return range(k % 2 === 0 ? 0 : -Infinity, Infinity, { nan, inf: a.inf, nonZero: false });
  const f = (x: number): number => scalarOf(node)(x, k, 0);
  const made = fromCorners(node, [[f(a.lo), [a.lo]], [f(a.hi), [a.hi]]], { nan, inf: a.inf });
  return k > 0 && k % 2 === 0 && a.lo <= 0 && a.hi >= 0 ? { ...made, lo: 0, nonZero: false } : made;
}

/** a · ln b, and a · b of a logarithm b: 0 where a is. */
const timesLog = (logOf: (b: Range, node: Node) => Range): Transfer => (operands, node) => {
  const [a, given] = operands as readonly [Range, Range];
  const b = logOf(given, node);
  if (a.lo === 0 && a.hi === 0) return range(0, 0, { nan: a.nan || given.nan });
  const ends = [[a.lo, b.lo], [a.lo, b.hi], [a.hi, b.lo], [a.hi, b.hi]] as const;
  return fromCorners(node, ends.map(([x, y]) => [times(x, y), [x, y]] as const), { nan: a.nan || b.nan || (a.inf && mayBeZero(b)), inf: a.inf || b.inf });
};

const logOfRange = (x: Range, node: Node): Range => {
  const ln = (t: number): number => (t <= 0 ? -Infinity : Math.log(t));
  return x.hi < 0 ? { ...range(-Infinity, Infinity), nan: true } : settled(node.dtype, range(ln(x.lo), ln(x.hi), { nan: x.nan || x.lo < 0, inf: x.inf || mayBeZero(x) }));
};

/** ln(eᵃ + eᵇ) lies above the larger of both, by no more than ln 2. */
const logAddExp: Transfer = (operands, node) => {
  const [a, b] = operands as readonly [Range, Range];
  return settled(node.dtype, range(scalarOf(node)(a.lo, b.lo, 0), scalarOf(node)(a.hi, b.hi, 0), { nan: anyNaN(operands) || cancelling(a, b), inf: anyInf(operands) }));
};

const cancelling = (a: Range, b: Range): boolean => a.inf && b.inf && (a.lo === -Infinity || b.lo === -Infinity);

/** Exponentials, logarithms, trigonometric functions: rising ones by their values at both ends. */
export const exponential: Transfers = {
  exp: explosive(rising({ lo: 0 })),
  expm1: explosive(rising({ lo: -1 })),
  log: rising({ from: 0 }),
  log1p: rising({ from: -1 }),
  sigmoid: rising({ lo: 0, hi: 1 }),
  softplus: rising({ lo: 0 }),
  log1mexp: rising({ from: 0, hi: 0 }),
  logAddExp,
  xlogy: timesLog(logOfRange),
  xmuly: timesLog((b) => b),
  pow,
  sin: periodic,
  cos: periodic,
  tan: ([a]) => range(-Infinity, Infinity, { nan: (a as Range).nan || (a as Range).inf }),
  asin: rising({ from: -1, to: 1 }),
  acos: ([a], node) => {
    const x = a as Range;
    const nan = x.nan || x.lo < -1 || x.hi > 1;
    if (x.hi < -1 || x.lo > 1) return { ...range(Infinity, -Infinity), nan };
    return settled(node.dtype, range(Math.acos(Math.min(x.hi, 1)), Math.acos(Math.max(x.lo, -1)), { nan }));
  },
  atan: rising(),
  atan2: (operands, node) => settled(node.dtype, range(-Math.PI, Math.PI, { nan: anyNaN(operands) })),
  sinh: explosive(rising()),
  cosh: explosive(cosh),
  tanh: rising({ lo: -1, hi: 1 }),
  erf: rising({ lo: -1, hi: 1 }),
  erfc: ([a], node) => {
    const x = a as Range;
    const f = (t: number): number => Math.min(Math.max(scalarOf(node)(t, 0, 0), 0), 2);
    return settled(node.dtype, range(f(x.hi), f(x.lo), { nan: x.nan }));
  },
};
