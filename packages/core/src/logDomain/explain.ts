import { scalarValue } from '../graph/constant.js';
import { toNode, type Expression, type Node } from '../graph/node.js';
import { type Site } from '../graph/site.js';
import { topologicalWithin } from '../graph/traverse.js';
import { scanOp, specOf } from '../scan/op.js';
import { largestEpsilon, LogDomain } from './logDomain.js';
import { logDomainRule, recognise } from './recognise.js';

/** A logarithm that is exact for any logits. */
export interface RecognisedEntry {
  readonly found: string;
  readonly site: Site;
}

/** A logarithm (or its gradient) of exponentials that stays as written, and why. */
export interface UnstableEntry {
  /** The op that stands between the logarithm and the exponential. */
  readonly op: string;
  readonly reason: string;
  readonly advice: string;
  readonly site: Site;
}

/** What the log domain made of a graph. `toString()` is meant to be read. */
export interface StabilityReport {
  readonly recognised: readonly RecognisedEntry[];
  readonly unstable: readonly UnstableEntry[];
  toString(): string;
}

/**
 * What was brought to the log domain, and what could not be.
 *
 * @example
 * ```ts
 * import { explain, input, log, softmax } from '@pastina/core';
 * console.log(String(explain(log(softmax(input('x', ['batch', 10]))))));
 * ```
 */
export function explain(expression: Expression): StabilityReport {
  return explainNodes([toNode(expression, 'explain')]);
}

export function explainNodes(roots: readonly Node[]): StabilityReport {
  const recognised = new Map<string, RecognisedEntry>();
  const unstable = new Map<string, UnstableEntry>();
  const note = (found: string, site: Site): unknown => recognised.set(`${found} ${site}`, { found, site });
  const graph = recognise(roots, { report: ({ found, site }) => note(found, site) });
  const domain = new LogDomain();
  for (const scan of topologicalWithin(graph)) if (scan.op === scanOp) specOf(scan).inner.inputs.forEach((input, k) => outside.set(input, scan.inputs[k] as Node));
  for (const node of topologicalWithin(graph)) {
    // A gradient's graph holds no logarithm any more; its nodes tell what they were derived from.
    if (node.rule?.startsWith(logDomainRule) === true) note(node.rule.slice(logDomainRule.length).replace(gradientMark, ''), node.site);
    const operand = logarithmOf(node);
    const obstacle = operand === undefined ? undefined : (complementIn(node, operand) ?? obstacleIn(operand, domain));
    if (obstacle !== undefined) unstable.set(`${obstacle.op} ${node.site}`, { ...obstacle, site: node.site });
  }
  return new Report([...recognised.values()], [...unstable.values()]);
}

/** How a gradient marks the rule of the nodes that it derives. */
export const gradientMark = ' → gradient';

/** What a logarithm is taken of; for the gradient of one, what it divides by. */
function logarithmOf(node: Node): Node | undefined {
  const { name } = node.op;
  if (name === 'log' || name === 'log1p') return node.inputs[0];
  if (name === 'xlogy') return node.inputs[1];
  if (name === 'div' && node.rule !== undefined && /^(log|xlogy|log1p)\b.*gradient/.test(node.rule)) return node.inputs[1];
  return undefined;
}

type Obstacle = Omit<UnstableEntry, 'site'>;

/** The op that keeps an operand out of the log domain, if there is an exponential behind it. */
function obstacleIn(operand: Node, domain: LogDomain): Obstacle | undefined {
  if (!exponentialBehind(operand)) return undefined;
  let node = operand;
  for (;;) {
    const blocked = node.inputs.find((inner) => exponentialBehind(inner) && domain.logOf(inner)?.exponential !== true);
    if (blocked === undefined || seenThrough(node) === false) return describe(clipWithin(node) ?? node, domain);
    node = blocked;
  }
}

const passed: ReadonlySet<string> = new Set(['mul', 'div', 'add', 'maximum', 'minimum', 'where', 'sqrt', 'sum', 'mean', 'prod', 'cumSum', 'cumProd', 'concat', 'pad', 'reshape', 'transpose', 'broadcastTo', 'slice', 'flip', 'gather', 'max', 'min']);

function seenThrough(node: Node): boolean {
  return passed.has(node.op.name);
}

const exponentials: ReadonlySet<string> = new Set(['exp', 'softmax', 'sigmoid']);

/** Is there an exponential behind this value, with nothing but elementwise ops, folds and movements between? */
function exponentialBehind(node: Node): boolean {
  // With a stack of its own: graphs are deeper than the engine's.
  const stack = [outermost(node)];
  for (let last = stack.at(-1); last !== undefined; last = stack.at(-1)) {
    const direct = exponentials.has(last.op.name);
    const transparent = !direct && !opaque.has(last.op.name) && (last.op.kind !== 'call' || passed.has(last.op.name));
    const below = transparent ? last.inputs.map(outermost) : [];
    const open = direct || below.some((one) => behind.get(one) === true) ? [] : below.filter((one) => !behind.has(one));
    if (!behind.has(last) && open.length > 0) stack.push(...open);
    else {
      if (!behind.has(last)) behind.set(last, direct || below.some((one) => behind.get(one) === true));
      stack.pop();
    }
  }
  return behind.get(outermost(node)) === true;
}

function outermost(node: Node): Node {
  let at = node;
  for (let outer = outside.get(at); outer !== undefined; outer = outside.get(at)) at = outer;
  return at;
}

/** What an input of an inner graph is outside. */
const outside = new WeakMap<Node, Node>();
const behind = new WeakMap<Node, boolean>();
/** Behind these, an exponential has become something else than a probability. */
const opaque: ReadonlySet<string> = new Set(['log', 'xlogy', 'xmuly', 'log1p', 'logSumExp', 'logAddExp', 'logSoftmax', 'softplus', 'tanh', 'relu', 'sin', 'cos', 'stopGradient']);

/** ln(1 - p) has become log1p(-p): what is told is what was written. */
function complementIn(node: Node, operand: Node): Obstacle | undefined {
  if (node.op.name !== 'log1p' || operand.op.name !== 'neg' || !exponentialBehind(operand) || clipWithin(operand) !== undefined) return undefined;
  return { op: 'sub', reason: 'the logarithm is taken of 1 - p, where p is not a sigmoid that was only moved: 1 - p is formed, and is 0 where p rounds to 1', advice: 'take the complement of each sigmoid before they are mixed, masked or joined: 1 - sigmoid(a) is sigmoid(-a)' };
}

/** In 1 - p, however it is written by now, the clip that stands around p. */
function clipWithin(node: Node): Node | undefined {
  const seen = new Set<Node>(), stack = [node];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at.op.name === 'clip') return at;
    if (seen.has(at) || !complements.has(at.op.name)) continue;
    seen.add(at);
    stack.push(...[...at.inputs].reverse());
  }
  return undefined;
}

const complements: ReadonlySet<string> = new Set(['neg', 'sub', 'where']);

function describe(node: Node, domain: LogDomain): Obstacle {
  const { name } = node.op;
  if (name === 'clip') return describeClip(node, domain);
  const epsilon = name === 'add' ? node.inputs.map(scalarValue).find((value) => value !== undefined && value <= largestEpsilon) : undefined;
  if (epsilon !== undefined) {
    return { op: name, reason: `${epsilon} is added to a probability: the loss cannot exceed ${(-Math.log(epsilon)).toFixed(1)}, and the gradient vanishes below it`, advice: 'leave the epsilon out: the logarithm is then computed in the log domain, where none is needed' };
  }
  if (name === 'input') return { op: 'scan', reason: `'${node.name}' comes into a scan as a probability, and the logarithm is taken inside: it cannot see the exponential`, advice: 'take the logarithm of the whole before the scan and go along that, or move the softmax into the step' };
  if (name === 'cast') return { op: name, reason: 'a cast stands between the logarithm and the exponential', advice: 'cast the logits instead of the probabilities' };
  return { op: name, reason: `'${name}' has no form in the log domain, or its operand may be negative: the exponential is formed, and may under- or overflow before the logarithm is taken`, advice: fromLogits };
}

const fromLogits = 'write the loss from the logits (logSoftmax, logSumExp, softplus), or keep the operand provably non-negative (exp, softmax, sigmoid, square, abs)';

/** What the bounds cost, and the line that needs none. */
function describeClip(node: Node, domain: LogDomain): Obstacle {
  const [p, low] = node.inputs as readonly [Node, Node];
  const bound = scalarValue(low);
  const ceiling = bound === undefined || bound <= 0 ? '-ln of its lower bound' : `${(-Math.log(bound)).toFixed(1)}, which is -ln of its lower bound`;
  const form = domain.logOf(p);
  return {
    op: 'clip',
    reason: `clip stands between the logarithm and the probability: the loss cannot exceed ${ceiling}, and the gradient is exactly 0 outside the bounds, that is, biased to zero for the items that are most wrong`,
    advice: form?.exponential === true ? `leave the clip out (of an objective: the option epsilon); write log(${form.path}): the logarithm is then computed in the log domain, where no bound is needed` : fromLogits,
  };
}

class Report implements StabilityReport {
  readonly recognised: readonly RecognisedEntry[];
  readonly unstable: readonly UnstableEntry[];

  constructor(recognised: readonly RecognisedEntry[], unstable: readonly UnstableEntry[]) {
    this.recognised = recognised;
    this.unstable = unstable;
  }

  toString(): string {
    const at = (site: Site): string => (String(site) === '' ? '' : `   at ${site}`);
    const stable = this.recognised.map(({ found, site }) => `  stable    ${found}${at(site)}`);
    const rest = this.unstable.map(({ op, reason, advice, site }) => `  UNSTABLE  ${op}${at(site)}\n            why:  ${reason}\n            cure: ${advice}`);
    const lines = [...stable, ...rest];
    return lines.length === 0 ? 'stability: no logarithm of an exponential in this graph' : `stability: ${stable.length} computed in the log domain, ${rest.length} as written\n${lines.join('\n')}`;
  }
}
