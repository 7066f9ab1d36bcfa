import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { constant } from '../graph/constant.js';
import { finfo, isFloat, type DType } from '../graph/dtype.js';
import { input } from '../graph/input.js';
import { type Expression, type Node } from '../graph/node.js';
import { topological } from '../graph/traverse.js';
import { points, programs } from '../laws/testing.js';
import { allOps } from '../ops/all.js';
import * as ops from '../ops/index.js';
import { xmuly } from '../ops/exponential.js';
import { runPhases, symbolicPhases } from '../phases.js';
import { referenceBackend } from '../reference/interpreter.js';
import { scan } from '../scan/scan.js';
import { Analysis } from './analysis.js';
import { range, type Range } from './range.js';
import { transfers } from './transfers/table.js';

type Bounds = readonly [number, number];
type Make = (x: Expression, y: Expression) => Expression;

const leaf = [4, 3] as const;
const runs = 300;

/** Elements that the ranges of a graph leave out, as text. */
function outside(root: Node, leaves: ReadonlyMap<Node, Range>, feeds: Readonly<Record<string, readonly number[]>>, seed: number): readonly string[] {
  const analysis = new Analysis([root], (node) => leaves.get(node), false);
  const nodes = topological([root]).filter((node) => node.op.kind !== 'leaf' && node.type.tuple === undefined);
  if (nodes.length === 0) return [];
  const inputs = Object.fromEntries([...leaves.keys()].map((node) => [node.name ?? '', node]));
  const arrays = Object.fromEntries(Object.entries(feeds).map(([name, data]) => [name, rowsOf(data, ([...leaves.keys()][0] as Node).shape as readonly number[])]));
  const results = compile({ inputs, outputs: Object.fromEntries(nodes.map((node, i) => [`v${i}`, node])), recognise: false, seed, backend: referenceBackend() })(arrays);
  const [open, rounded] = [new Set<Node>(), new Set<Node>()];
  for (const node of topological([root])) {
    const r = analysis.raw(node);
    // Without a bound, numbers are taken to be of ordinary size: what follows from such may overflow.
    if (isFloat(node.dtype) && (((Math.abs(r.lo) === Infinity || Math.abs(r.hi) === Infinity) && !r.inf) || r.lo === finfo(node.dtype).smallestSubnormal)) open.add(node);
    const i = nodes.indexOf(node);
    if (i < 0) continue;
    // What is known not to be 0 is taken not to be subnormal.
    const loose = node.inputs.some((operand) => open.has(operand)) || (node.op.name === 'where' && open.has(node));
    if (loose) open.add(node);
    const elements = [...(results[`v${i}`]?.dataSync() ?? [])];
    // Behind a result that only rounding took out of its range, a step may be taken at another place.
    if (node.inputs.some((operand) => rounded.has(operand)) || elements.some((element) => element < r.lo || element > r.hi)) rounded.add(node);
    if (node.inputs.some((operand) => rounded.has(operand))) continue;
    const value = elements.find((element) => !holds(r, element, node.dtype, loose));
    if (value !== undefined) return [`${node.op.name} gives ${value}, outside of ${textOf(r)}, from ${node.inputs.map((at) => textOf(analysis.raw(at))).join(' and ')}`];
  }
  return [];
}

const rowsOf = (data: readonly number[], [rows = 0, columns = 0]: readonly number[]): number[][] => Array.from({ length: rows }, (_, i) => data.slice(columns * i, columns * (i + 1)));

const textOf = ({ lo, hi, nan, inf, nonZero }: Range): string => `[${lo}, ${hi}${nan ? ', NaN' : ''}${inf ? ', Inf' : ''}${nonZero ? ', not 0' : ''}]`;

function holds(r: Range, value: number, dtype: DType, loose: boolean): boolean {
  if (value !== value) return r.nan || loose;
  if (Math.abs(value) === Infinity) return r.inf || loose;
  if (!isFloat(dtype)) return loose || (value >= r.lo && value <= r.hi);
  const { eps, tiny } = finfo(dtype);
  const slack = (end: number): number => (Math.abs(end) === Infinity ? 0 : 4 * eps * Math.max(Math.abs(end), Math.abs(value)) + 4 * tiny * eps);
  return value >= r.lo - slack(r.lo) && value <= r.hi + slack(r.hi);
}

const unary: readonly ((a: Expression) => Expression)[] = [
  ops.neg, ops.square, ops.sqrt, ops.rsqrt, ops.reciprocal, ops.sign, ops.abs, ops.relu, ops.exp, ops.expm1, ops.log, ops.log1p, ops.sigmoid, ops.softplus, ops.log1mexp,
  ops.sin, ops.cos, ops.tan, ops.asin, ops.acos, ops.atan, ops.sinh, ops.cosh, ops.tanh, ops.erf, ops.erfc, ops.floor, ops.ceil, ops.round, ops.trunc,
  (a) => ops.add(a, 3), (a) => ops.sub(1, a), (a) => ops.mul(a, a), (a) => ops.mul(a, -40), (a) => ops.div(a, a), (a) => ops.sub(a, a), (a) => ops.div(1, a), (a) => ops.clip(a, -0.5, 2),
  (a) => ops.pow(a, 2), (a) => ops.pow(a, 3), (a) => ops.pow(a, -1), (a) => ops.pow(a, -2), (a) => ops.pow(a, 0.5), (a) => ops.pow(a, 1.5), (a) => ops.pow(a, -0.5), (a) => ops.pow(2, a), (a) => ops.pow(0.5, a), (a) => ops.pow(ops.abs(a), a),
  (a) => ops.where(ops.greater(a, 0), ops.log(a), ops.neg(a)), (a) => ops.where(ops.lessEqual(a, 0), a, ops.sqrt(a)), (a) => ops.where(ops.equal(a, 0), 1, ops.div(1, a)), (a) => ops.where(ops.logicalNot(ops.less(ops.abs(a), 1)), ops.reciprocal(a), 0), (a) => ops.where(ops.isFinite(a), a, 7),
  (a) => ops.where(ops.logicalAnd(ops.greater(a, -1), ops.less(a, 1)), ops.asin(a), 9), (a) => ops.where(ops.isNaN(a), 0, a), (a) => ops.where(ops.notEqual(a, 0), ops.log(ops.abs(a)), 0), (a) => ops.where(ops.logicalOr(ops.less(a, 1), ops.greater(a, 5)), 0, ops.where(ops.greater(a, 2), ops.sub(a, 2), ops.sub(2, a))),
  (a) => ops.cast(ops.cast(a, 'int32'), a.dtype), (a) => ops.cast(ops.cast(a, 'bool'), a.dtype), (a) => ops.cast(ops.cast(a, 'float16'), a.dtype), (a) => ops.cast(ops.greaterEqual(a, 1), a.dtype),
];
const binary: readonly Make[] = [ops.add, ops.sub, ops.mul, ops.div, ops.maximum, ops.minimum, ops.logAddExp, ops.xlogy, xmuly, ops.pow, ops.mod, ops.atan2, (a, b) => ops.where(ops.less(a, b), ops.sub(b, a), ops.div(a, b)), (a, b) => ops.clip(a, ops.neg(ops.abs(b)), ops.abs(b))];
const folds: readonly ((a: Expression) => Expression)[] = [
  ops.sum, ops.mean, ops.prod, ops.max, ops.min, ops.logSumExp, ops.norm, ops.variance, ops.std,
].map((fold): ((a: Expression) => Expression) => (a) => ops.broadcastTo(fold(a, { axis: 1, keepDims: true }), leaf));
/** What a loop over the rows collects. */
function running(a: Expression, next: (before: Expression, row: Expression) => Expression): Expression {
  return scan((before: Expression, row: Expression) => { const after = next(before, row); return { carry: after, outputs: after }; }, { carry: constant([0, 0, 0], a.dtype), sequences: a }).outputs as Expression;
}
const moves: readonly ((a: Expression) => Expression)[] = [
  (a) => ops.flip(a, 1), (a) => ops.pad(ops.slice(a, [1], [null]), [[1, 0], [0, 0]], 5), (a) => ops.cumSum(a, { axis: 1 }), (a) => ops.cumProd(a, { axis: 0 }), (a) => ops.softmax(a), (a) => ops.logSoftmax(a), (a) => ops.sub(a, ops.max(a, { axis: 1, keepDims: true })), (a) => ops.div(ops.exp(a), ops.sum(ops.exp(a), { axis: 1, keepDims: true })),
  (a) => ops.div(a, ops.norm(a, { axis: 1, keepDims: true })), (a) => ops.div(a, ops.sum(a, { axis: 0 })), (a) => ops.div(a, ops.sum(ops.slice(a, [0, 0], [3, null]), { axis: 1 })), (a) => ops.matmul(ops.matmul(a, ops.transpose(a)), a), (a) => ops.gather(a, constant([3, 0, 0, 1], 'int32')),
  (a) => running(a, (before, row) => ops.add(ops.mul(before, 0.5), row)), (a) => running(a, (before, row) => ops.sub(row, before)), (a) => running(a, (before, row) => ops.mul(ops.add(before, 2), ops.tanh(row))), (a) => running(a, (before, row) => ops.maximum(before, ops.log(row))),
];

/** Up to six ops, each over the value before it and, where it takes two, any earlier one. */
const ofOne: readonly Make[] = [...unary, ...folds, ...moves];
const steps: fc.Arbitrary<Make> = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...ofOne), fc.constantFrom(...binary)), fc.nat()), { minLength: 1, maxLength: 6, size: 'max' }).map((chosen): Make => (x, y) => {
  const values = [y, x];
  for (const [step, pick] of chosen) values.push(step(values[values.length - 1] as Expression, values[pick % values.length] as Expression));
  return values[values.length - 1] as Expression;
});

const ends: readonly Bounds[] = [[0, 1], [-1, 1], [-3, 5], [0.25, 4], [1, 1], [0, 0], [-100, 0], [1, 300], [-0.001, 0.001], [-20, -2]];
const fractions = fc.array(fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 12, maxLength: 12 });
const place = ([lo, hi]: Bounds, at: readonly number[]): readonly number[] => at.map((t) => Math.min(Math.max(lo + t * (hi - lo), lo), hi));

const dtypes = ['float32', 'float64', 'float16'] as const;

describe.each(dtypes)('%s', (dtype) => {
  test.each([['as written', false], ['in the log domain', true]])('random programs stay within their ranges, %s', (_, recognise) => {
    fc.assert(fc.property(steps, fc.constantFrom(...ends), fc.constantFrom(...ends), fractions, fractions, (make, bx, by, px, py) => {
      const [x, y] = [input('x', leaf, dtype) as Node, input('y', leaf, dtype) as Node];
      const root = make(x, y) as Node;
      const [graph] = recognise ? runPhases(symbolicPhases, [root], { bindings: new Map() }) : [root];
      const leaves = new Map([[x, widen(bx, dtype)], [y, widen(by, dtype)]]);
      expect(outside(graph as Node, leaves, { x: place(bx, px), y: place(by, py) }, 1)).toEqual([]);
    }), { numRuns: runs });
  });
});

/** Numbers that arrive are rounded to the dtype. */
function widen([lo, hi]: Bounds, dtype: DType): Range {
  const { eps } = finfo(dtype);
  return range(lo - (lo === Math.round(lo) ? 0 : Math.abs(lo) * eps), hi + (hi === Math.round(hi) ? 0 : Math.abs(hi) * eps));
}

test('random programs of the laws stay within their ranges', () => {
  const [x, y] = [input('x', [3, 4]) as Node, input('y', [3, 4]) as Node];
  fc.assert(fc.property(programs, points, points, (make, px, py) => {
    expect(outside(make(x, y) as Node, new Map([[x, range(-2, 2)], [y, range(-2, 2)]]), { x: px, y: py }, 3)).toEqual([]);
  }), { numRuns: runs });
});

test('ops whose results may be anything', () => {
  const free = allOps.filter(({ name, kind }) => !Object.hasOwn(transfers, name) && kind !== 'scan' && kind !== 'get').map(({ name }) => name);
  // Gradients of products and pools, and what comes from outside. A new op appears here until lint/transfers has a rule for it.
  expect(free.sort()).toEqual(['averagePoolGradient', 'convFilterGradient', 'convInputGradient', 'cumLogOdds', 'maxPoolGradient', 'randomSplit', 'randomState', 'recurrence']);
  expect(Object.keys(transfers).filter((name) => name !== 'customGradient' && name !== 'constant' && !allOps.some((op) => op.name === name))).toEqual([]);
});
