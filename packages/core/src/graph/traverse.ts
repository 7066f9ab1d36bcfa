import { InnerGraph } from './inner.js';
import { makeNode, type Node, withInputs } from './node.js';
import { withOrigin } from './site.js';

/** All nodes that `roots` are made of, each after its inputs, in a fixed order. Iterative: deep graphs do not overflow the stack. */
export function topological(roots: readonly Node[], stop?: (node: Node) => boolean): readonly Node[] {
  const order: Node[] = [];
  const state = new Map<Node, 'open' | 'done'>();
  const stack: Node[] = [...roots].reverse();
  while (stack.length > 0) {
    const node = stack[stack.length - 1] as Node;
    const seen = state.get(node);
    if (seen !== undefined) {
      stack.pop();
      if (seen === 'open') {
        state.set(node, 'done');
        order.push(node);
      }
      continue;
    }
    state.set(node, 'open');
    if (stop?.(node) === true) continue;
    for (let i = node.inputs.length - 1; i >= 0; i -= 1) {
      const input = node.inputs[i] as Node;
      if (!state.has(input)) stack.push(input);
    }
  }
  return order;
}

/**
 * Rebuilds the graph bottom-up: `replace` sees each node over its rebuilt inputs and gives what stands
 * for it, inner graphs included. New nodes inherit the site (and the rule) of the node they are made from.
 */
export function rebuild(roots: readonly Node[], replace: (node: Node, original: Node) => Node, stop?: (node: Node) => boolean): readonly Node[] {
  const made = new Map<Node, Node>();
  for (const node of topological(roots, stop)) {
    const result = withOrigin(node.site, node.rule, () => {
      if (stop?.(node) === true) return replace(node, node);
      const over = withInputs(node, node.inputs.map((input) => made.get(input) ?? input));
      return replace(over.attrs.inner instanceof InnerGraph ? withInner(over, over.attrs.inner, replace) : over, node);
    });
    made.set(node, result);
  }
  return roots.map((root) => made.get(root) ?? root);
}

/** Like {@link topological}, with the nodes of inner graphs before the node that holds them. */
export function topologicalWithin(roots: readonly Node[], stop?: (node: Node) => boolean): readonly Node[] {
  return topological(roots, stop).flatMap((node) => (node.attrs.inner instanceof InnerGraph ? [...topologicalWithin(node.attrs.inner.outputs), node] : [node]));
}

/** The same node with its inner graph rebuilt in the same way. */
function withInner(node: Node, inner: InnerGraph, replace: (node: Node, original: Node) => Node): Node {
  const made = rebuild([...inner.inputs, ...inner.outputs], replace);
  const count = inner.inputs.length;
  const next = new InnerGraph(made.slice(0, count), made.slice(count));
  return next.key === inner.key ? node : makeNode(node.op, node.inputs, { ...node.attrs, inner: next });
}

/** The leaves (inputs, parameters, constants) that `roots` reach, in order of first use. */
export function leavesOf(roots: readonly Node[]): readonly Node[] {
  return topological(roots).filter((node) => node.op.kind === 'leaf');
}
