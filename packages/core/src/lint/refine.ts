import { isFloat } from '../graph/dtype.js';
import { type Node } from '../graph/node.js';
import { nextDown, nextUp, range, type Range } from './range.js';

/** What a condition tells of a value where it holds. */
export type Constraint = readonly [Node, Range];

const everything: Range = { lo: -Infinity, hi: Infinity, nan: true, inf: true, nonZero: false };

/** Comparisons as `a ? b`, and their negations. NaN makes each of them false. */
const negation: Readonly<Record<string, string>> = { less: 'greaterEqual', lessEqual: 'greater', greater: 'lessEqual', greaterEqual: 'less', equal: 'notEqual', notEqual: 'equal' };
const mirrored: Readonly<Record<string, string>> = { less: 'greater', lessEqual: 'greaterEqual', greater: 'less', greaterEqual: 'lessEqual', equal: 'equal', notEqual: 'notEqual' };

/** The values that `condition` is about, and where they lie if it holds (or does not). */
export function constraints(condition: Node, holds: boolean, of: (node: Node) => Range): readonly Constraint[] {
  const { op: { name }, inputs } = condition;
  const [a, b] = inputs as readonly [Node, Node];
  switch (name) {
    case 'broadcastTo': case 'stopGradient':
      return constraints(a, holds, of);
    case 'logicalNot':
      return constraints(a, !holds, of);
    case 'logicalAnd': case 'logicalOr':
      return (name === 'logicalAnd') === holds ? [...constraints(a, holds, of), ...constraints(b, holds, of)] : [];
    case 'isFinite':
      return holds ? spread(a, { ...everything, nan: false, inf: false }) : [];
    case 'isNaN':
      return holds ? [] : spread(a, { ...everything, nan: false });
    default:
      return negation[name] === undefined ? [] : compared(name, holds, a, b, of);
  }
}

function compared(name: string, holds: boolean, a: Node, b: Node, of: (node: Node) => Range): readonly Constraint[] {
  const relation = holds ? name : (negation[name] as string);
  // Where a comparison does not hold, one side may be NaN; `notEqual` holds for NaN.
  const nan = holds ? name === 'notEqual' : name !== 'notEqual';
  return [...about(a, relation, of(b), of(a), nan), ...about(b, mirrored[relation] as string, of(a), of(b), nan)];
}

/** What `x relation y` tells of x. */
function about(x: Node, relation: string, y: Range, own: Range, nan: boolean): readonly Constraint[] {
  if (!(y.lo <= y.hi) || (y.nan && nan)) return [];
  const { dtype } = x;
  const within = (lo: number, hi: number): Range => ({ ...range(lo, hi, { inf: lo === -Infinity || hi === Infinity }), nan });
  switch (relation) {
    case 'greater':
      return spread(x, within(nextUp(y.lo, dtype), Infinity));
    case 'greaterEqual':
      return spread(x, within(y.lo, Infinity));
    case 'less':
      return spread(x, within(-Infinity, nextDown(y.hi, dtype)));
    case 'lessEqual':
      return spread(x, within(-Infinity, y.hi));
    case 'equal':
      return spread(x, within(y.lo, y.hi));
    default: // notEqual: an end that is left out, or 0 in between
      if (y.lo !== y.hi) return [];
      if (own.lo === y.lo) return spread(x, within(nextUp(own.lo, dtype), Infinity));
      if (own.hi === y.lo) return spread(x, within(-Infinity, nextDown(own.hi, dtype)));
      return y.lo === 0 ? spread(x, { ...within(-Infinity, Infinity), nonZero: true }) : [];
  }
}

/** The same of the value that is repeated, and of what a size or a sign tells of it. */
function spread(x: Node, r: Range): readonly Constraint[] {
  const inner = x.inputs[0] as Node;
  if (x.op.name === 'broadcastTo' || x.op.name === 'stopGradient') return [[x, r], ...spread(inner, r)];
  if (x.op.name === 'neg' && isFloat(x.dtype)) return [[x, r], ...spread(inner, { ...r, lo: -r.hi, hi: -r.lo })];
  if (x.op.name !== 'abs') return [[x, r]];
  return [[x, r], ...spread(inner, { ...range(-r.hi, r.hi, r), nan: r.nan, nonZero: r.nonZero && !r.nan })];
}
