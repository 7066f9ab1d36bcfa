import { scalarValue } from '../graph/constant.js';
import { dtypeFacts, finfo, isFloat } from '../graph/dtype.js';
import { type Node } from '../graph/node.js';
import { isBorn, type Analysis, type Scope } from './analysis.js';
import { kindOfOp, type HazardKind } from './kinds.js';
import { formatRange, isLost, mayBeZero, type Range } from './range.js';

/** A hazard, before it is put into words. */
export interface Finding {
  readonly node: Node;
  readonly kind: HazardKind;
  readonly phase: 'value' | 'gradient';
  readonly certain: boolean;
  /** Of the operand at fault. */
  readonly interval: Range;
  readonly what: string;
}

/** The operand that decides, by position: the first, but of these. */
const deciding: Readonly<Record<string, number>> = { div: 1, mod: 1, xlogy: 1 };

/** What an op makes of ordinary numbers; undefined where nothing is wrong. */
export function valueHazard(analysis: Analysis, node: Node, scope: Scope): Finding | undefined {
  if (!scope.taken || !isFloat(node.dtype) || node.op.kind === 'leaf' || node.op.kind === 'get') return undefined;
  const operands = node.inputs.map((input) => analysis.clean(input, scope));
  const raw = analysis.raw(node, scope);
  if (!isBorn(raw, operands)) return vanishing(node, operands);
  const { name } = node.op;
  const at = deciding[name] ?? 0;
  const interval = operands[at] ?? raw;
  // An infinity that was there before is what makes the NaN, not the op.
  const kind = operands.some(({ inf }) => inf) ? 'infinities' : kindOfOp(name);
  const zero = interval.lo === 0 && interval.hi === 0;
  const certain = isLost(raw) || (kind === 'division' && zero);
  return { node, kind, phase: 'value', certain, interval, what: `${subject(name, at)} ${lies(interval)}, ${consequence(kind, node, interval, raw)}` };
}

const subject = (name: string, at: number): string => (name === 'div' ? 'the denominator' : `the ${at === 0 ? '' : 'second '}operand of ${name}`);
const lies = (r: Range): string => (r.lo === r.hi ? `is ${formatRange(r)}` : r.lo <= r.hi ? `lies in ${formatRange(r)}` : 'is no number');

function consequence(kind: HazardKind, node: Node, interval: Range, raw: Range): string {
  const { dtype, op: { name } } = node;
  switch (kind) {
    case 'log':
      return `and the logarithm is -Infinity at ${name === 'log1p' ? '-1' : '0'}, NaN below`;
    case 'division':
      return 'and x / 0 is infinite, 0 / 0 is NaN';
    case 'root':
      return name === 'rsqrt' && mayBeZero(interval) ? 'and 1/√0 is infinite, roots of negative numbers are NaN' : 'and the root of a negative number is NaN';
    case 'exp':
      return `and ${name} overflows ${dtype} from ${limitOf(node)} on`;
    case 'overflow':
      return `and the result exceeds ${Number(finfo(dtype).max.toPrecision(4))}, the largest number of ${dtype}`;
    case 'power':
      return raw.nan ? 'and a broken power of a negative number is NaN' : 'and a negative power of 0, or a large power, is infinite';
    case 'domain':
      return 'and outside of [-1, 1] there is no angle: NaN';
    default:
      return 'and infinities meet there: Inf - Inf, 0 · Inf and Inf / Inf are NaN';
  }
}

/** From where on an exponential is infinite. */
function limitOf(node: Node): number {
  const shift = node.op.name === 'sinh' || node.op.name === 'cosh' ? Math.LN2 : 0;
  return Number((Math.log(finfo(node.dtype).max) + shift).toFixed(2));
}

/** A number that is added and changes nothing. */
function vanishing(node: Node, operands: readonly Range[]): Finding | undefined {
  const { name } = node.op;
  if (name !== 'add' && name !== 'sub') return undefined;
  for (const at of [1, 0]) {
    const added = scalarValue(node.inputs[at] as Node);
    const other = operands[1 - at] as Range;
    if (added === undefined || scalarIsZero(node, 1 - at)) continue;
    const least = other.lo > 0 ? other.lo : other.hi < 0 ? -other.hi : 0;
    const what = (): string => `${name === 'add' ? 'adds' : 'subtracts'} ${Number(added.toPrecision(7))} ${at === 1 ? 'where' : 'as'} the other operand ${lies(other)}`;
    if (added === 0 && at === 1) return { node, kind: 'epsilon', phase: 'value', certain: true, interval: other, what: `${what()}: the number that was written is 0 in ${node.dtype}, or was 0, and protects from nothing` };
    if (added !== 0 && least > 0 && unchanged(node, least, Math.abs(added)) && unchanged(node, least, -Math.abs(added))) return { node, kind: 'epsilon', phase: 'value', certain: true, interval: other, what: `${what()}: in ${node.dtype} the sum is that operand, bit for bit` };
  }
  return undefined;
}

const scalarIsZero = (node: Node, at: number): boolean => scalarValue(node.inputs[at] as Node) === 0;

function unchanged(node: Node, value: number, added: number): boolean {
  return dtypeFacts(node.dtype).round(value + added) === value;
}
