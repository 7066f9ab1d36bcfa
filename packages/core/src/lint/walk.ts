import { type Node } from '../graph/node.js';
import { isFloat } from '../graph/dtype.js';
import { specOf } from '../scan/op.js';
import { type Analysis, type Scope } from './analysis.js';
import { differentiated, gradientHazards } from './gradients.js';
import { valueHazard, type Finding } from './hazards.js';

/** What is found in an analysed graph, in the order in which it is computed, each thing once. Gradients are those of `costs`. */
export function walk(analysis: Analysis, roots: readonly Node[], costs: readonly Node[], variables: ReadonlySet<Node>): readonly Finding[] {
  const on = differentiated(analysis.order, costs, variables);
  const seen = reached(analysis, roots);
  const found: Finding[] = [];
  for (const node of analysis.order) {
    const findings = (seen.get(node) ?? []).flatMap((scope) => {
      const value = valueHazard(analysis, node, scope);
      return [...(value === undefined ? [] : [value]), ...gradientHazards(analysis, node, scope, on)];
    });
    for (const finding of findings) if (!found.some((other) => other.node === node && other.kind === finding.kind && other.phase === finding.phase)) found.push(finding);
    const inside = analysis.scans.get(node);
    if (inside !== undefined) {
      const { inner } = specOf(node);
      const wanted = new Set(inner.inputs.filter((input, i) => isFloat(input.dtype) && on.has(node.inputs[i] as Node)));
      found.push(...walk(inside.inner, inner.outputs, inner.outputs, on.has(node) ? wanted : new Set()));
    }
  }
  return found;
}

/** Under which conditions each node is used: a value that only a branch of a `where` takes matters where it is taken. */
function reached(analysis: Analysis, roots: readonly Node[]): ReadonlyMap<Node, readonly Scope[]> {
  const seen = new Map<Node, Scope[]>();
  const work: (readonly [Node, Scope])[] = roots.map((root) => [root, analysis.base] as const);
  for (;;) {
    const next = work.pop();
    if (next === undefined) return seen;
    const [node, from] = next;
    const scope = from.home(node);
    const scopes = seen.get(node) ?? [];
    if (scopes.includes(scope)) continue;
    seen.set(node, [...scopes, scope]);
    const branches = scope.branches.get(node);
    node.inputs.forEach((input, i) => work.push([input, i === 0 || branches === undefined ? scope : (branches[i - 1] as Scope)]));
  }
}
