import { isFloat } from '../graph/dtype.js';
import { type Dim } from '../graph/dim.js';
import { type Node } from '../graph/node.js';
import { sameShape } from '../graph/type.js';
import { mayBeZero, range, type Range } from './range.js';
import { squared } from './transfers/arithmetic.js';

// What follows from one value occurring twice; a table of intervals by themselves cannot see it.

const moves: ReadonlySet<string> = new Set(['broadcastTo', 'reshape', 'stopGradient']);

/** The axes of the fold `name` of `x` that `node` is, spread along x again; undefined where it is none, or lies across. */
function foldedAxes(node: Node, name: string, x: Node): readonly number[] | undefined {
  let inner = node;
  while (inner.op.name === 'broadcastTo' || inner.op.name === 'stopGradient') inner = inner.inputs[0] as Node;
  const { shape } = inner;
  while (moves.has(inner.op.name)) inner = inner.inputs[0] as Node;
  if (inner.op.name !== name || inner.inputs[0] !== x) return undefined;
  const axes = inner.attrs.axes as readonly number[];
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return sameShape(trailing(shape), trailing(kept)) ? axes : undefined;
}

/** A shape as broadcasting sees it: without ones in front. */
function trailing(shape: readonly Dim[]): readonly Dim[] {
  const first = shape.findIndex((size) => size !== 1);
  return first < 0 ? [] : shape.slice(first);
}

const foldOf = (node: Node, name: string, x: Node): boolean => foldedAxes(node, name, x) !== undefined;

const limited = (r: Range, lo: number, hi: number): Range => {
  const [from, to] = [Math.max(r.lo, lo), Math.min(r.hi, hi)];
  return { ...range(from, to, r), nonZero: from > 0 || to < 0, inf: r.inf && (Math.abs(from) === Infinity || Math.abs(to) === Infinity) };
};

/** The range of a result, from the ranges of its operands and what they have to do with each other. */
export function related(node: Node, operands: readonly Range[], made: Range): Range {
  const [a, b] = node.inputs as readonly [Node, Node];
  switch (node.op.name) {
    case 'mul': // x · x
      return a === b && isFloat(node.dtype) ? squared(node, operands[0] as Range) : made;
    case 'sub':
      return isFloat(node.dtype) ? difference(a, b, operands[0] as Range, made) : made;
    case 'div':
      return quotient(a, b, operands as readonly [Range, Range], made);
    case 'xlogy': // x ln x is 0 at 0, and never below -1/e
      return a === b && (operands[0] as Range).lo >= 0 && !(operands[0] as Range).inf ? limited({ ...made, inf: (operands[0] as Range).hi < Infinity && made.hi === Infinity }, -0.3679, Infinity) : made;
    case 'sum': // one element at least reaches the extremum, and e⁰ is 1
      return made.lo >= 0 && coversExtremum(a, node.attrs.axes as readonly number[]) ? limited(made, 1, Infinity) : made;
    default:
      return made;
  }
}

function difference(a: Node, b: Node, first: Range, made: Range): Range {
  if (a === b) return range(0, 0, { nan: first.nan || first.inf });
  // x - max x, x - logSumExp x
  if (foldOf(b, 'max', a) || foldOf(b, 'logSumExp', a) || foldOf(a, 'min', b)) return limited(made, -Infinity, 0);
  if (foldOf(b, 'min', a) || foldOf(a, 'max', b) || foldOf(a, 'logSumExp', b)) return limited(made, 0, Infinity);
  return made;
}

function quotient(a: Node, b: Node, [x, y]: readonly [Range, Range], made: Range): Range {
  if (a === b) return range(1, 1, { nan: x.nan || x.inf || mayBeZero(y), inf: false });
  if (x.lo >= 0 && (foldOf(b, 'sum', a) || foldOf(b, 'max', a))) return atMostOne(limited(made, 0, 1), made);
  return foldOf(b, 'norm', a) ? atMostOne(limited(made, -1, 1), made) : made;
}

/** A part of a whole: NaN only as 0/0, since neither is without the other. */
const atMostOne = (r: Range, made: Range): Range => ({ ...r, nan: made.nan, inf: false });

/** Is it 1 where x is its own maximum or minimum, which one of the elements along the axes is? */
function coversExtremum(node: Node, along: readonly number[]): boolean {
  const inner = node.op.name === 'cast' || node.op.name === 'exp' ? (node.inputs[0] as Node) : node;
  const ofExp = node.op.name === 'exp' && inner.op.name === 'sub';
  if (!ofExp && inner.op.name !== 'equal') return false;
  const [x, y] = inner.inputs as readonly [Node, Node];
  const axes = foldedAxes(y, 'max', x) ?? foldedAxes(y, 'min', x);
  return axes !== undefined && axes.every((axis) => along.includes(axis));
}
