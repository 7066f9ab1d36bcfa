import { scalarValue } from '../graph/constant.js';
import { makeNode, type Expression, type Node } from '../graph/node.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { broadcastNode, countOf, sumOp } from '../ops/broadcast.js';
import { cumLogSumExpOp } from '../ops/cumLogSumExp.js';
import { cumSumOp } from '../ops/cumulative.js';
import { zerosOf } from '../ops/comparison.js';
import { log, logAddExp } from '../ops/exponential.js';
import { logSoftmaxNode } from '../ops/softmax.js';
import { logSumExpOp, sizeNode } from '../ops/statistics.js';
import { collecting, getNode, specOf } from '../scan/op.js';
import { type Keep, type LogForm } from './form.js';
import { complemented, logitOf, logOfOther, logSigmoidOf, moved, movements, type LogitForm } from './logit.js';
import { Sign, signOf } from './sign.js';

/** Ops that move elements or pick among them: the logarithm passes through to their first operand. */
const carriers: ReadonlySet<string> = new Set([...movements, 'max', 'min']);

/** Below this, a constant that is added to a probability is an epsilon: kept as written, and reported. */
export const largestEpsilon = 1e-3;

/** Reports name what was walked through; of long walks, the beginning. */
const longestPath = 80;

/**
 * The log domain: one recursive function.
 *
 *     logOf(exp a) = a                    logOf(softmax a) = logSoftmax a     logOf(σ(v)) = -softplus(-v)
 *     logOf(1 - σ(v)) = -softplus v       logOf(σ(v)/(1 - σ(v))) = v          logOf(a/Σa) = logSoftmax(logOf a)
 *     logOf(a·b) = logOf a + logOf b      logOf(a/b) = logOf a - logOf b      logOf(aᵏ) = k · logOf a
 *     logOf(Σ, a+b, mean) = logSumExp     logOf(move a) = move(logOf a)       logOf(max, min, where) = the same of logOf
 *     logOf(Π) = Σ logOf                  logOf(running Σ) = running logSumExp
 *     logOf(sort a) = sort(logOf a)
 *     logOf(what a scan collects) = what the scan collects of logOf           logOf(b ≥ 0) = log b
 *
 * σ(v) is whatever {@link logitOf} knows as one, written out or not.
 * Undefined where the value may be negative, or the op has no form.
 */
export class LogDomain {
  readonly #keep: Keep;
  /** A value that is used many times is walked once. */
  readonly #known = new Map<Node, LogForm | undefined>();

  /** @param keep - nodes to look at from outside only: the variables of a gradient */
  constructor(keep: Keep = () => false) {
    this.#keep = keep;
  }

  readonly logOf = (node: Node): LogForm | undefined => {
    if (this.#known.has(node)) return this.#known.get(node);
    const form = this.#keep(node) ? leaf(node) : this.#walk(node);
    const once = form === undefined ? undefined : onlyOnce(form);
    this.#known.set(node, once);
    return once;
  };

  /** ln(1 - p), where p is a sigmoid; and 1 - (1 - p) is p. */
  logOfComplement(p: Node): LogForm | undefined {
    if (this.#keep(p)) return undefined;
    const again = complemented(p);
    if (again !== undefined) return this.logOf(again);
    const logit = this.#logitOf(p);
    return logit === undefined ? undefined : logOfOther(logit);
  }

  /** The form of a logarithm's operand, in the operand's shape, if it is worth taking. */
  exponentialForm(operand: Node): LogForm | undefined {
    const form = this.logOf(operand);
    return form?.exponential === true ? { ...form, log: () => broadcastNode(form.log(), operand.shape) } : undefined;
  }

  #logitOf(node: Node): LogitForm | undefined {
    return logitOf(node, this.logOf, this.#keep);
  }

  #walk(node: Node): LogForm | undefined {
    const of = this.logOf;
    const complement = complemented(node);
    if (complement !== undefined && !this.#keep(complement)) return this.logOfComplement(complement);
    const logit = this.#logitOf(node);
    if (logit !== undefined) return logSigmoidOf(logit);
    const { name } = node.op;
    const [a, b, c] = node.inputs as readonly [Node, Node, Node];
    switch (name) {
      case 'exp':
        return { log: () => a, exponential: true, path: 'exp' };
      case 'softmax':
        return { log: () => logSoftmaxNode(a, node.attrs.axes as readonly number[]), exponential: true, path: 'softmax' };
      case 'mul':
        return both(name, of(a), of(b), add);
      case 'div':
        return this.#quotient(a, b);
      case 'add':
        return isEpsilon(a) || isEpsilon(b) ? undefined : both(name, of(a), of(b), logAddExp);
      case 'maximum': case 'minimum': case 'pad':
        return both(name, of(a), of(b), (x, y) => makeNode(node.op, [x as Node, y as Node], node.attrs));
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
      case 'prod':
        return one(name, of(a), (x) => makeNode(sumOp, [x as Node], node.attrs));
      case 'cumSum':
        return one(name, of(a), (x) => makeNode(cumLogSumExpOp, [x as Node], node.attrs));
      case 'cumProd':
        return one(name, of(a), (x) => makeNode(cumSumOp, [x as Node], node.attrs));
      case 'mean':
        return one(name, of(a), (x) => sub(makeNode(logSumExpOp, [x as Node], node.attrs), log(sizeNode(countOf(a, node.attrs.axes as readonly number[]), a.dtype))));
      case 'concat':
        return this.#concat(node);
      case 'get':
        return logOfCollected(a, node.attrs.index as number) ?? leaf(node);
      default:
        if (carriers.has(name)) return one(name, of(a), (x) => moved(node, x as Node));
        return leaf(node);
    }
  }

  /** ln(a/b), where nothing is formed that would cancel again. */
  #quotient(a: Node, b: Node): LogForm | undefined {
    const odds = complemented(b) === a ? this.#logitOf(a) : undefined;
    if (odds !== undefined) return { log: odds.logit, exponential: true, path: `odds(${odds.path})` };
    const axes = normalisedAxes(a, b);
    return axes === undefined ? both('div', this.logOf(a), this.logOf(b), sub) : one('normalised', this.logOf(a), (x) => logSoftmaxNode(x as Node, axes));
  }

  #concat(node: Node): LogForm | undefined {
    const forms = node.inputs.map(this.logOf);
    const known = forms.filter((form) => form !== undefined);
    if (known.length < forms.length) return undefined;
    const leading = known.find((form) => form.exponential) ?? known[0];
    return { log: () => makeNode(node.op, known.map((form) => form.log()), node.attrs), exponential: known.some((form) => form.exponential), path: `concat(${leading?.path ?? ''})` };
  }
}

/** Makes its nodes the first time only, and keeps its path readable. */
function onlyOnce({ log: make, exponential, path }: LogForm): LogForm {
  let made: Node | undefined;
  return { log: () => (made ??= make()), exponential, path: path.length > longestPath ? `${path.slice(0, longestPath)}…` : path };
}

function isEpsilon(node: Node): boolean {
  const value = scalarValue(node);
  return value !== undefined && value > 0 && value <= largestEpsilon;
}

/** The axes along which b is the sum of a, repeated. */
function normalisedAxes(a: Node, b: Node): readonly number[] | undefined {
  const sum = b.op.name === 'broadcastTo' ? (b.inputs[0] as Node) : b;
  return sum.op.name === 'sum' && sum.inputs[0] === a && sum.rank === a.rank ? (sum.attrs.axes as readonly number[]) : undefined;
}

/** What a scan collects: the logarithm is taken inside, where the exponential is in sight. */
function logOfCollected(scan: Node, index: number): LogForm | undefined {
  const { inner, carries } = specOf(scan);
  const value = inner.outputs[index] as Node;
  const form = index < carries ? undefined : new LogDomain().logOf(value);
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
  if (scalarValue(node) === 1) return { log: () => zerosOf(node), exponential: false, path: 'constant' };
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
