import { scalarValue } from '../graph/constant.js';
import { makeNode, type Expression, type Node } from '../graph/node.js';
import { add, mul, neg, sub } from '../ops/arithmetic.js';
import { broadcastNode, countOf } from '../ops/broadcast.js';
import { log, logAddExp, softplus } from '../ops/exponential.js';
import { logSoftmaxNode } from '../ops/softmax.js';
import { logSumExpOp, sizeNode } from '../ops/statistics.js';
import { collecting, getNode, specOf } from '../scan/op.js';
import { Sign, signOf } from './sign.js';

/** The logarithm of a value, written without ever forming the value. `log` makes the nodes, so that nothing is made for a form that is not taken. */
export interface LogForm {
  readonly log: () => Node;
  /** Does the walk end in an exponential? If not, nothing is gained and the graph stays as written. */
  readonly exponential: boolean;
  /** What was walked through, for reports: `gather(softmax)`. */
  readonly path: string;
}

/** Nodes to look at from outside only: the variables of a gradient. */
export type Keep = (node: Node) => boolean;

const keepNone: Keep = () => false;

/** Ops that only move elements, or pick among them: the logarithm passes through to their first operand. */
const movements: ReadonlySet<string> = new Set(['reshape', 'transpose', 'broadcastTo', 'slice', 'flip', 'gather', 'max', 'min']);

/** Below this, a constant that is added to a probability is an epsilon: kept as written, and reported. */
export const largestEpsilon = 1e-3;

/**
 * The log domain: one recursive function.
 *
 *     logOf(exp a) = a                    logOf(softmax a) = logSoftmax a     logOf(sigmoid a) = -softplus(-a)
 *     logOf(1 - sigmoid a) = -softplus a  logOf(a·b) = logOf a + logOf b      logOf(a/b) = logOf a - logOf b
 *     logOf(aᵏ) = k · logOf a             logOf(Σ, a+b, mean) = logSumExp     logOf(move a) = move(logOf a)
 *     logOf(max, min, where) = the same of logOf                              logOf(b ≥ 0) = log b
 *     logOf(what a scan collects) = what the scan collects of logOf
 *
 * Undefined where the value may be negative, or the op has no form.
 */
export function logOf(node: Node, keep: Keep = keepNone): LogForm | undefined {
  if (keep(node)) return leaf(node);
  const of = (inner: Node): LogForm | undefined => logOf(inner, keep);
  const { name } = node.op;
  const [a, b, c] = node.inputs as readonly [Node, Node, Node];
  switch (name) {
    case 'exp':
      return { log: () => a, exponential: true, path: 'exp' };
    case 'softmax':
      return { log: () => logSoftmaxNode(a, node.attrs.axes as readonly number[]), exponential: true, path: 'softmax' };
    case 'sigmoid':
      return { log: () => neg(softplus(neg(a))) as Node, exponential: true, path: 'sigmoid' };
    case 'sub':
      return scalarValue(a) === 1 ? logOfComplement(b, keep) : undefined;
    case 'mul':
      return both(name, of(a), of(b), add);
    case 'div':
      return both(name, of(a), of(b), sub);
    case 'add':
      return logOfSum(a, b, keep);
    case 'maximum': case 'minimum':
      return both(name, of(a), of(b), (x, y) => makeNode(node.op, [x as Node, y as Node]));
    case 'where':
      return both(name, of(b), of(c), (x, y) => makeNode(node.op, [a, x as Node, y as Node]));
    case 'square':
      return signOf(a) === Sign.unknown ? leaf(node) : one(name, of(a), (x) => mul(x, 2));
    case 'sqrt':
      return one(name, of(a), (x) => mul(x, 0.5));
    case 'pow':
      return signOf(a) === Sign.unknown ? undefined : one(name, of(a), (x) => mul(x, b));
    case 'sum':
      return one(name, of(a), (x) => makeNode(logSumExpOp, [x as Node], node.attrs));
    case 'mean':
      return one(name, of(a), (x) => sub(makeNode(logSumExpOp, [x as Node], node.attrs), log(sizeNode(countOf(a, node.attrs.axes as readonly number[]), a.dtype))));
    case 'concat':
      return logOfConcat(node, keep);
    case 'get':
      return logOfCollected(a, node.attrs.index as number) ?? leaf(node);
    default:
      if (movements.has(name)) return one(name, of(a), (x) => makeNode(node.op, [x as Node, ...node.inputs.slice(1)], node.attrs));
      return leaf(node);
  }
}

/** ln(1 - p): of a sigmoid, that of the mirrored one; and 1 - (1 - p) is p. */
export function logOfComplement(p: Node, keep: Keep = keepNone): LogForm | undefined {
  if (keep(p)) return undefined;
  const [a, b] = p.inputs as readonly [Node, Node];
  if (p.op.name === 'sigmoid') return { log: () => neg(softplus(a)) as Node, exponential: true, path: '1 - sigmoid' };
  if (p.op.name === 'sub' && scalarValue(a) === 1) return logOf(b, keep);
  if (movements.has(p.op.name) && p.op.kind === 'movement') return one(p.op.name, logOfComplement(a, keep), (x) => makeNode(p.op, [x as Node], p.attrs));
  return undefined;
}

function logOfSum(a: Node, b: Node, keep: Keep): LogForm | undefined {
  for (const [first, other] of [[a, b], [b, a]] as const) {
    // 1 + (-p) is a complement
    if (scalarValue(first) === 1 && other.op.name === 'neg') return logOfComplement(other.inputs[0] as Node, keep);
    const constant = scalarValue(first);
    if (constant !== undefined && constant > 0 && constant <= largestEpsilon) return undefined;
  }
  return both('add', logOf(a, keep), logOf(b, keep), logAddExp);
}

function logOfConcat(node: Node, keep: Keep): LogForm | undefined {
  const forms = node.inputs.map((input) => logOf(input, keep));
  const known = forms.filter((form) => form !== undefined);
  if (known.length < forms.length) return undefined;
  const leading = known.find((form) => form.exponential) ?? known[0];
  return { log: () => makeNode(node.op, known.map((form) => form.log()), node.attrs), exponential: known.some((form) => form.exponential), path: `concat(${leading?.path ?? ''})` };
}

/** What a scan collects: the logarithm is taken inside, where the exponential is in sight. */
function logOfCollected(scan: Node, index: number): LogForm | undefined {
  const { inner, carries } = specOf(scan);
  const value = inner.outputs[index] as Node;
  const form = index < carries ? undefined : logOf(value);
  if (form?.exponential !== true) return undefined;
  return {
    log: () => {
      const whole = collecting(scan, [broadcastNode(form.log(), value.shape)]);
      return getNode(whole.scan, whole.at[0] as number);
    },
    exponential: true,
    path: `scan(${form.path})`,
  };
}

/** A value that is not negative but has no form of its own: its logarithm as it is. */
function leaf(node: Node): LogForm | undefined {
  return signOf(node) === Sign.unknown ? undefined : { log: () => log(node) as Node, exponential: false, path: node.op.name };
}

function one(name: string, form: LogForm | undefined, make: (log: Expression) => Expression): LogForm | undefined {
  return form === undefined ? undefined : { log: () => make(form.log()) as Node, exponential: form.exponential, path: `${name}(${form.path})` };
}

function both(name: string, a: LogForm | undefined, b: LogForm | undefined, make: (a: Expression, b: Expression) => Expression): LogForm | undefined {
  if (a === undefined || b === undefined) return undefined;
  const inner = [a, b].filter((form) => form.exponential).map((form) => form.path);
  return { log: () => make(a.log(), b.log()) as Node, exponential: inner.length > 0, path: `${name}(${inner.join(', ')})` };
}

/** The form of a logarithm's operand, in the operand's shape, if it is worth taking. */
export function exponentialForm(operand: Node, keep: Keep): LogForm | undefined {
  const form = logOf(operand, keep);
  return form?.exponential === true ? { ...form, log: () => broadcastNode(form.log(), operand.shape) } : undefined;
}
