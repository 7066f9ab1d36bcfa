import { finfo, isFloat } from '../../graph/dtype.js';
import { type Dim } from '../../graph/dim.js';
import { type Node } from '../../graph/node.js';
import { anything, hull, mayBeZero, range, settled, type Range } from '../range.js';
import { anyInf, anyNaN, fromCorners, same, times, type Transfer, type Transfers } from './transfer.js';

/** How many elements a fold takes; undefined where that is known only when inputs arrive (then: at least 1). */
function countOf(node: Node): number | undefined {
  const shape = (node.inputs[0] as Node).shape;
  return product((node.attrs.axes as readonly number[]).map((axis) => shape[axis] as Dim));
}

export function product(sizes: readonly Dim[]): number | undefined {
  return sizes.every((size) => typeof size === 'number') ? sizes.reduce<number>((n, size) => n * (size as number), 1) : undefined;
}

/** A sum of n terms; of unknown many, at least as far from 0 as one of them. */
export function sumOf(node: Node, r: Range, n: number | undefined): Range {
  if (n === 0) return range(0, 0);
  const nan = r.nan || (r.inf && r.lo === -Infinity && r.hi === Infinity);
  const [lo, hi] = n === undefined ? [r.lo >= 0 ? r.lo : -Infinity, r.hi <= 0 ? r.hi : Infinity] : [times(r.lo, n), times(r.hi, n)];
  const made = fromCorners(node, [[lo, [r.lo, n ?? Infinity]], [hi, [r.hi, n ?? Infinity]]], { nan, inf: r.inf });
  return made;
}

const prod: Transfer = ([a], node) => {
  const r = a as Range;
  const n = countOf(node);
  if (n === 0) return range(1, 1);
  const nan = r.nan || (r.inf && mayBeZero(r));
  if (r.lo >= 0 && r.hi <= 1) return settled(node.dtype, range(n === undefined ? 0 : wholePower(r.lo, n), r.hi, { nan }));
  const size = Math.max(Math.abs(r.lo), Math.abs(r.hi));
  const bound = n === undefined ? Infinity : wholePower(size, n);
  return fromCorners(node, [[r.lo >= 0 ? 0 : -bound, [size]], [bound, n === undefined ? [Infinity] : [size]]], { nan, inf: r.inf });
};

function wholePower(x: number, n: number): number {
  let y = 1;
  for (let i = 0; i < Math.min(n, 1e5); i += 1) y *= x;
  return y;
}

/** The extrema of nothing are refused when the function runs. */
const extremum: Transfer = same;

/** Σ over k of a · b: the products, as often as there are. */
const sumOfProducts = (count: (node: Node) => number | undefined): Transfer => (operands, node) => {
  const [a, b] = operands as readonly [Range, Range];
  const ends = [a.lo, a.hi].flatMap((x) => [b.lo, b.hi].map((y) => times(x, y)));
  const nan = anyNaN(operands) || (a.inf && mayBeZero(b)) || (b.inf && mayBeZero(a));
  const term = { ...range(Math.min(...ends), Math.max(...ends)), nan, inf: anyInf(operands) || (ends.some((end) => Math.abs(end) === Infinity) && operands.every(({ lo, hi }) => lo !== -Infinity && hi !== Infinity)) };
  const made = sumOf(node, term, count(node));
  return { ...made, nonZero: made.lo > 0 || made.hi < 0 };
};

/** The matrix product: the last axis of the first operand is summed over. */
const dotCount = (node: Node): number | undefined => product((node.inputs[0] as Node).shape.slice(-1));

const index: Transfer = (_, node) => anything(node.dtype);
const elementsOf = (...which: readonly number[]): Transfer => (operands) => which.map((i) => operands[i] as Range).reduce(hull);

/** Averages of elements, and of the zeros of padding. */
const withZero: Transfer = ([a]) => {
  const x = a as Range;
  return { ...hull(x, range(0, 0)), nan: x.nan || x.inf };
};

/** Running sums, of one element up to all. */
const cumSum: Transfer = ([a], node) => {
  const r = a as Range;
  const size = (node.inputs[0] as Node).shape[node.attrs.axis as number];
  return hull(r, sumOf(node, r, typeof size === 'number' ? size : undefined));
};

const cumProd: Transfer = ([a], node) => {
  const r = a as Range;
  if (r.lo >= 0 && r.hi <= 1) return range(0, r.hi, { nan: r.nan });
  const size = Math.max(Math.abs(r.lo), Math.abs(r.hi), 1);
  const n = (node.inputs[0] as Node).shape[node.attrs.axis as number];
  const most = typeof n === 'number' ? wholePower(size, n) : Infinity;
  const from = [typeof n === 'number' ? size : Infinity];
  return fromCorners(node, [[r.lo >= 0 ? 0 : -most, from], [most, from]], { nan: r.nan || (r.inf && mayBeZero(r)), inf: r.inf });
};

/** ln Σ eˣ lies between the largest x and that plus ln n. */
const logSumExp = (n: number | undefined, r: Range, node: Node): Range =>
  settled(node.dtype, range(r.lo, n === undefined ? (r.hi === -Infinity ? r.hi : Infinity) : r.hi + Math.log(n), { nan: r.nan, inf: r.inf }));

/** Inf - Inf of a softmax of infinities is NaN. */
const softmax: Transfer = ([a]) => range(0, 1, { nan: (a as Range).nan || (a as Range).inf });

const mean: Transfer = ([a], node) => {
  const r = a as Range;
  const n = countOf(node);
  const largest = isFloat(node.dtype) ? finfo(node.dtype).max : Infinity;
  const size = Math.max(Math.abs(r.lo), Math.abs(r.hi));
  return settled(node.dtype, { ...r, nan: r.nan || (r.inf && r.lo === -Infinity && r.hi === Infinity), inf: r.inf || (size !== Infinity && n !== undefined && size * n > largest) });
};

/** Moves, folds, products of matrices, and what is made of them. */
export const arrays: Transfers = {
  reshape: same, transpose: same, flip: same, broadcastTo: same, slice: same, stopGradient: same, gather: same,
  customGradient: same,
  pad: elementsOf(0, 1),
  concat: (operands) => operands.reduce(hull),
  maxPool: elementsOf(1),
  averagePool: withZero,
  scatterAdd: (operands, node) => {
    const [x, , updates] = operands as readonly [Range, Range, Range];
    const many = sumOf(node, hull(updates, range(0, 0)), undefined);
    return { ...range(x.lo + many.lo, x.hi + many.hi), nan: x.nan || many.nan || (x.inf && many.inf), inf: x.inf || many.inf };
  },
  sum: ([a], node) => sumOf(node, a as Range, countOf(node)),
  mean,
  prod,
  max: extremum,
  min: extremum,
  any: same,
  all: same,
  argMax: index,
  argMin: index,
  argSort: index,
  cumSum,
  cumProd,
  logSumExp: ([a], node) => logSumExp(countOf(node), a as Range, node),
  cumLogSumExp: ([a], node) => logSumExp(undefined, a as Range, node),
  softmax,
  logSoftmax: ([a]) => range(-Infinity, 0, { nan: (a as Range).nan || (a as Range).inf, inf: (a as Range).inf }),
  norm: ([a], node) => {
    const r = a as Range;
    const size = Math.max(Math.abs(r.lo), Math.abs(r.hi));
    const n = countOf(node);
    const least = r.lo > 0 || r.hi < 0 ? Math.min(Math.abs(r.lo), Math.abs(r.hi)) : 0;
    return fromCorners(node, [[n === 0 ? 0 : least * Math.sqrt(n ?? 1), [least]], [n === undefined ? Infinity : times(size, Math.sqrt(n)), n === undefined ? [Infinity] : [size]]], { nan: r.nan, inf: r.inf });
  },
  matmul: sumOfProducts(dotCount),
  // Windows at the border see less.
  conv: (operands, node) => {
    const made = sumOfProducts((at) => product((at.inputs[1] as Node).shape.slice(1)))(operands, node);
    return { ...hull(made, range(0, 0)), nan: made.nan, inf: made.inf };
  },
  oneHot: () => range(0, 1),
  arange: (_, node) => range(0, typeof node.attrs.size === 'number' ? Math.max(0, node.attrs.size - 1) : Infinity),
  randomUniform: () => range(0, 1),
  randomNormal: (_, node) => anything(node.dtype),
  randomGumbel: (_, node) => anything(node.dtype),
};

