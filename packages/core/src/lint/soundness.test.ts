import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { finfo, isFloat, type DType } from '../graph/dtype.js';
import { input } from '../graph/input.js';
import { type Node } from '../graph/node.js';
import { topological } from '../graph/traverse.js';
import { points, programs } from '../laws/testing.js';
import { allOps } from '../ops/all.js';
import { runPhases, symbolicPhases } from '../phases.js';
import { referenceBackend } from '../reference/interpreter.js';
import { Analysis } from './analysis.js';
import { range, type Range } from './range.js';
import { ends, fractions, leaf, place, steps, type Bounds } from './testing.js';
import { transfers } from './transfers/table.js';


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
