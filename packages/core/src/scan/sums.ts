import { scalarValue } from '../graph/constant.js';
import { InnerGraph } from '../graph/inner.js';
import { type Node } from '../graph/node.js';
import { rebuild, topological } from '../graph/traverse.js';
import { add } from '../ops/arithmetic.js';
import { getNode, scanNode, scanOp, specOf, type ScanSpec } from './op.js';
import { movedSum, Stacks, valuesSummed } from './stacks.js';

/**
 * Sums that gradients gather over the iterations leave the loop: instead of `sum + a b` in every iteration, where all a
 * and b are there one after another (or are smaller than the sum), one large product gives all of it. Loops that the
 * user wrote keep their order of sums. Sizes are known by now.
 *
 *     Σₜ aₜ bₜ = [a₀ a₁ …] [b₀; b₁; …]        Σₜ sum(aₜ) = sum([a₀ a₁ …])        Σₜ aₜ, where aₜ are stacked anyway
 */
export function sumsOutside(roots: readonly Node[]): readonly Node[] {
  const moved = new Map<Node, readonly Node[]>();
  return rebuild(roots, (node) => {
    const values = node.op === scanOp ? withoutSums(node) : undefined;
    if (values !== undefined) moved.set(node, values);
    const found = node.op.kind === 'get' ? moved.get(node.inputs[0] as Node) : undefined;
    return found === undefined ? node : (found[node.attrs.index as number] as Node);
  });
}

/** A carry that gathers: what is added to it, and what of that stays in the loop. */
interface Sum {
  readonly carry: number;
  readonly outside: readonly Node[];
  readonly inside: readonly Node[];
}

/** The values of the scan that leaves these sums to what comes behind it; undefined where there are none. */
function withoutSums(scan: Node): readonly Node[] | undefined {
  const spec = specOf(scan);
  if ((spec.length as number) < 2) return undefined;
  const stacks = new Stacks(spec);
  const sums = gathering(spec).map(({ carry, terms }): Sum => {
    const outside = terms.filter((term) => {
      const { values, most } = valuesSummed(term);
      return stacks.take(values, most);
    });
    return { carry, outside, inside: terms.filter((term) => !outside.includes(term)) };
  }).filter(({ outside }) => outside.length > 0);
  if (sums.length === 0) return undefined;

  const { inner, carries } = spec;
  const gone = new Set(sums.filter(({ inside }) => inside.length === 0).map(({ carry }) => carry));
  const staying = inner.inputs.map((_, k) => k).filter((k) => !gone.has(k));
  const left = new Map(sums.map(({ carry, inside }) => [carry, [inner.inputs[carry] as Node, ...inside].reduce(plus)]));
  const next = staying.filter((k) => k < carries).map((k) => left.get(k) ?? (inner.outputs[k] as Node));
  const made = scanNode({
    ...spec, carries: next.length, gathers: carries - gone.size - firstGathering(spec),
    inner: new InnerGraph(staying.map((k) => inner.inputs[k] as Node), [...next, ...inner.outputs.slice(carries), ...stacks.added]),
  }, staying.map((k) => scan.inputs[k] as Node));
  const stackOf = (node: Node): Node | undefined => {
    const [given, at] = [inner.inputs.indexOf(node), stacks.collected.indexOf(node)];
    if (given >= carries && given < carries + spec.sequences) return scan.inputs[given];
    return at < 0 ? undefined : getNode(made, next.length + at);
  };
  return inner.outputs.map((_, k) => {
    if (k >= carries) return getNode(made, next.length + k - carries);
    const sum = sums.find(({ carry }) => carry === k);
    const before = gone.has(k) ? (scan.inputs[k] as Node) : getNode(made, staying.indexOf(k));
    if (sum === undefined) return before;
    const total = sum.outside.map((term) => movedSum(term, spec.length as number, stackOf)).reduce(plus);
    // A sum begins with 0 anyway.
    return isZero(before) ? total : plus(before, total);
  });
}

/** Of the carries that gather, those that nobody sees but the addition to them, and what is added. */
function gathering(spec: ScanSpec): readonly { readonly carry: number; readonly terms: readonly Node[] }[] {
  const { inner, carries } = spec;
  const uses = new Map<Node, number>();
  const use = (node: Node): unknown => uses.set(node, (uses.get(node) ?? 0) + 1);
  for (const node of topological(inner.outputs)) node.inputs.forEach(use);
  inner.outputs.forEach(use);
  return inner.inputs.slice(0, carries).flatMap((before, carry) => {
    if (carry < firstGathering(spec)) return [];
    const after = inner.outputs[carry] as Node;
    if (after.op.name !== 'add' || uses.get(after) !== 1 || uses.get(before) !== 1) return [];
    const added = after.inputs.filter((input) => input !== before);
    return added.length === 1 ? [{ carry, terms: termsOf(added[0] as Node) }] : [];
  });
}

function firstGathering({ carries, gathers }: ScanSpec): number {
  return gathers === undefined ? carries : carries - gathers;
}

function termsOf(node: Node): readonly Node[] {
  return node.op.name === 'add' ? node.inputs.flatMap(termsOf) : [node];
}

function isZero(node: Node): boolean {
  return Object.is(scalarValue(node), 0);
}

function plus(a: Node, b: Node): Node {
  return add(a, b) as Node;
}
