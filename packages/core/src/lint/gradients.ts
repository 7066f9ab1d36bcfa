import { isFloat } from '../graph/dtype.js';
import { innerInput } from '../graph/input.js';
import { type Node } from '../graph/node.js';
import { withOrigin } from '../graph/site.js';
import { gradientMark } from '../logDomain/explain.js';
import { broadcastNode } from '../ops/broadcast.js';
import { type Analysis, type Scope } from './analysis.js';
import { type Finding } from './hazards.js';
import { formatRange, isLost, range, type Range } from './range.js';

/** Nodes on a differentiable way from the roots to a variable. */
export function differentiated(order: readonly Node[], roots: readonly Node[], variables: ReadonlySet<Node>): ReadonlySet<Node> {
  const onPath = new Set<Node>(variables);
  for (const node of order) if (node.inputs.some((input) => onPath.has(input))) onPath.add(node);
  const reached = new Set<Node>(roots.filter((root) => isFloat(root.dtype) || root.type.tuple !== undefined));
  for (const node of [...order].reverse()) {
    if (!reached.has(node) || !passes(node)) continue;
    // What a custom gradient stands for is not differentiated.
    for (const input of node.op.name === 'customGradient' ? node.inputs.slice(1) : node.inputs) if (isFloat(input.dtype) || input.type.tuple !== undefined) reached.add(input);
  }
  return new Set(order.filter((node) => onPath.has(node) && reached.has(node)));
}

const passes = (node: Node): boolean => node.op.kind === 'get' || node.op.kind === 'scan' || node.op.gradient !== undefined;

/** The parts of a node's gradient over its own values, from the cotangent. */
function partsOf(node: Node, cotangent: Node, on: ReadonlySet<Node>): readonly Node[] {
  if (node.op.kind === 'get' || node.op.kind === 'scan' || node.op.gradient === undefined) return [];
  const { gradient } = node.op;
  const needed = node.inputs.map((input) => on.has(input));
  if (!needed.includes(true)) return [];
  // As the reverse sweep marks them: equal nodes are one node, and its first origin stays.
  const parts = withOrigin(node.site, `${node.rule ?? node.op.name}${node.rule?.endsWith(gradientMark) === true ? '' : gradientMark}`, () => gradient({ node, inputs: node.inputs, attrs: node.attrs, cotangent, needed }));
  return parts.flatMap((part, i) => (part !== null && needed[i] === true ? [broadcastNode(part as Node, (node.inputs[i] as Node).shape)] : []));
}

/** What a gradient makes of ordinary numbers at this node. */
export function gradientHazards(analysis: Analysis, node: Node, scope: Scope, on: ReadonlySet<Node>): readonly Finding[] {
  if (!on.has(node)) return [];
  const cotangent = innerInput('cotangent', node.type);
  const parts = partsOf(node, cotangent, on);
  if (parts.length === 0) return [];
  if (!scope.taken) return notTaken(analysis, node, scope, parts, cotangent);
  return [...slopes(analysis, node, scope, parts, cotangent), ...dead(analysis, node, scope), ...notTaken(analysis, node, scope, parts, cotangent)];
}

/** An infinite slope where the value itself is a number. */
function slopes(analysis: Analysis, node: Node, scope: Scope, parts: readonly Node[], cotangent: Node): readonly Finding[] {
  const raw = analysis.raw(node, scope);
  if (raw.nan || raw.inf) return [];
  const made = analysis.probe(parts, new Map([[cotangent, range(-Infinity, Infinity)]]), scope);
  const bad = made.find(({ nan, inf }) => nan || inf);
  if (bad === undefined) return [];
  const interval = analysis.clean(node.inputs[0] as Node, scope);
  const point = interval.lo === interval.hi;
  const kind = node.op.name === 'sqrt' && isSumOfSquares(node.inputs[0] as Node) ? 'norm' : 'slope';
  const what = `the value is a number, but the slope of ${node.op.name} is infinite ${node.op.name === 'asin' || node.op.name === 'acos' ? 'at -1 and 1' : 'at 0'}, and its operand ${point ? 'is' : 'lies in'} ${formatRange(interval)}: the gradient is infinite, or NaN`;
  return [{ node, kind, phase: 'gradient', certain: point || isLost(bad), interval, what }];
}

/** Is it the square of a norm, or a variance? */
function isSumOfSquares(node: Node): boolean {
  let inner = node;
  while (['reshape', 'broadcastTo', 'div', 'mean', 'sum'].includes(inner.op.name)) inner = inner.inputs[0] as Node;
  return inner !== node && (inner.op.name === 'square' || (inner.op.name === 'mul' && inner.inputs[0] === inner.inputs[1]));
}

/** A clip stops the gradient outside of its bounds. */
function dead(analysis: Analysis, node: Node, scope: Scope): readonly Finding[] {
  if (node.op.name !== 'clip') return [];
  const [x, low, high] = node.inputs.map((input) => analysis.clean(input, scope)) as [Range, Range, Range];
  if (x.lo >= low.hi && x.hi <= high.lo) return [];
  const certain = x.hi < low.lo || x.lo > high.hi;
  return [{ node, kind: 'dead', phase: 'gradient', certain, interval: x, what: `the operand of clip lies in ${formatRange(x)}, the bounds are ${formatRange({ lo: low.lo, hi: high.hi })}: outside of them the gradient is exactly 0, so that what is most wrong is never corrected` }];
}

/**
 * In a branch that is not taken, the cotangent is 0; where the slope is infinite there, or the value NaN, 0 times that is
 * NaN, and it reaches the variables through the branch.
 */
function notTaken(analysis: Analysis, node: Node, scope: Scope, parts: readonly Node[], cotangent: Node): readonly Finding[] {
  if (scope.where === undefined) return [];
  const made = analysis.probe(parts, new Map([[cotangent, range(0, 0)], [node, analysis.raw(node)]]), analysis.base);
  if (!made.some(({ nan }) => nan)) return [];
  const interval = analysis.clean(node.inputs[0] as Node);
  const site = String(scope.where.site);
  return [{ node, kind: 'where', phase: 'gradient', certain: false, interval, what: `where(…)${site === '' ? '' : ` at ${site}`} does not take this value where it would be wrong, but its gradient is computed there too: the operand of ${node.op.name} lies in ${formatRange(interval)}, and 0 times an infinite slope is NaN` }];
}
