import { scalarValue } from '../graph/constant.js';
import { makeNode, type Node } from '../graph/node.js';
import { mul, neg, sub } from '../ops/arithmetic.js';
import { softplus } from '../ops/exponential.js';
import { type Keep, type LogForm } from './form.js';

// Probabilities that are a sigmoid of something: v with p = 1/(1 + e⁻ᵛ). From v follow the logarithms of p, of
// 1 - p and of the odds p/(1 - p), none of which cancels.

/** The logit of a value, and what was walked through to find it. */
export interface LogitForm {
  readonly logit: () => Node;
  readonly path: string;
}

/** Ops that only move elements. */
export const movements: ReadonlySet<string> = new Set(['reshape', 'transpose', 'broadcastTo', 'slice', 'flip', 'gather']);

/**
 * The movement `node` over `x`, which rises with the operand that it moves. What puts the operand in order is taken from
 * `x` too: that still differs where the operand has become 0, or 1.
 */
export function moved(node: Node, x: Node): Node {
  const [operand, ...others] = node.inputs;
  const sorts = (other: Node): boolean => other.op.name === 'argSort' && other.inputs[0] === operand;
  return makeNode(node.op, [x, ...others.map((other) => (sorts(other) ? makeNode(other.op, [x], other.attrs) : other))], node.attrs);
}

/**
 *     logitOf(sigmoid a) = a               logitOf(a / (a + c)) = log a - log c     (1/(1 + e⁻ᵛ), eᵛ/(1 + eᵛ))
 *     logitOf(1 - p) = -logitOf p          logitOf(½(1 ± tanh u)) = ±2u
 *     logitOf(move p) = move(logitOf p)
 */
export function logitOf(node: Node, of: (node: Node) => LogForm | undefined, keep: Keep): LogitForm | undefined {
  if (keep(node)) return undefined;
  const inner = (p: Node): LogitForm | undefined => logitOf(p, of, keep);
  const { name } = node.op;
  const [a, b] = node.inputs as readonly [Node, Node];
  if (name === 'sigmoid') return { logit: () => a, path: 'sigmoid' };
  if (movements.has(name)) return through(name, inner(a), (v) => moved(node, v));
  const p = complemented(node);
  if (p !== undefined) return through('1 - ', inner(p), (v) => neg(v) as Node);
  const u = halfOfTanh(node);
  if (u !== undefined) return u;
  return name === 'div' ? shareOf(a, b, of) : undefined;
}

function through(name: string, form: LogitForm | undefined, make: (logit: Node) => Node): LogitForm | undefined {
  return form === undefined ? undefined : { logit: () => make(form.logit()), path: name.endsWith(' ') ? `${name}${form.path}` : `${name}(${form.path})` };
}

/** p, where the value is 1 - p: also written as 1 + (-p) or -(p - 1). */
export function complemented(node: Node): Node | undefined {
  const [a, b] = node.inputs as readonly [Node, Node];
  if (node.op.name === 'sub') return scalarValue(a) === 1 ? b : undefined;
  if (node.op.name === 'add') return scalarValue(a) === 1 ? negated(b) : scalarValue(b) === 1 ? negated(a) : undefined;
  const inside = negated(node);
  if (inside?.op.name === 'sub' && scalarValue(inside.inputs[1] as Node) === 1) return inside.inputs[0];
  return inside?.op.name === 'add' && scalarValue(inside.inputs[1] as Node) === -1 ? inside.inputs[0] : undefined;
}

/** x, where the value is -x or x · -1. */
function negated(node: Node): Node | undefined {
  const [a, b] = node.inputs as readonly [Node, Node];
  if (node.op.name === 'neg') return a;
  if (node.op.name !== 'mul') return undefined;
  return scalarValue(b) === -1 ? a : scalarValue(a) === -1 ? b : undefined;
}

/** a / (a + c): the share of one of two. */
function shareOf(a: Node, whole: Node, of: (node: Node) => LogForm | undefined): LogitForm | undefined {
  if (whole.op.name !== 'add') return undefined;
  const [x, y] = whole.inputs as readonly [Node, Node];
  const other = x === a ? y : y === a ? x : undefined;
  if (other === undefined) return undefined;
  const [one, two] = [of(a), of(other)];
  if (one === undefined || two === undefined || !(one.exponential || two.exponential)) return undefined;
  return { logit: () => sub(one.log(), two.log()) as Node, path: `share(${[one, two].filter((form) => form.exponential).map(({ path }) => path).join(', ')})` };
}

/** ½(1 ± tanh u), in its three spellings. */
function halfOfTanh(node: Node): LogitForm | undefined {
  const [a, b] = node.inputs as readonly [Node, Node];
  const halved = node.op.name === 'mul' ? otherThan(0.5, a, b) : node.op.name === 'div' && scalarValue(b) === 2 ? a : undefined;
  if (halved !== undefined) return tanhBeside(1, halved);
  const scaled = node.op.name === 'add' ? otherThan(0.5, a, b) : undefined;
  const half = scaled?.op.name === 'mul' ? otherThan(0.5, scaled.inputs[0] as Node, scaled.inputs[1] as Node) : undefined;
  return half?.op.name === 'tanh' ? { logit: () => mul(half.inputs[0] as Node, 2) as Node, path: 'tanh' } : undefined;
}

/** 1 + tanh u or 1 - tanh u. */
function tanhBeside(one: number, node: Node): LogitForm | undefined {
  const [a, b] = node.inputs as readonly [Node, Node];
  const u = node.op.name === 'add' ? otherThan(one, a, b) : node.op.name === 'sub' && scalarValue(a) === one ? b : undefined;
  if (u?.op.name !== 'tanh') return undefined;
  const twice = node.op.name === 'add' ? 2 : -2;
  return { logit: () => mul(u.inputs[0] as Node, twice) as Node, path: 'tanh' };
}

/** The operand beside a number. */
function otherThan(value: number, a: Node, b: Node): Node | undefined {
  return scalarValue(a) === value ? b : scalarValue(b) === value ? a : undefined;
}

/** ln σ(v) */
export const logSigmoidOf = ({ logit, path }: LogitForm): LogForm => ({ log: () => neg(softplus(neg(logit()))) as Node, exponential: true, path });
/** ln(1 - σ(v)) */
export const logOfOther = ({ logit, path }: LogitForm): LogForm => ({ log: () => neg(softplus(logit())) as Node, exponential: true, path: `1 - ${path}` });
