import { type Node } from '../graph/node.js';
import { withOrigin } from '../graph/site.js';
import { rebuild } from '../graph/traverse.js';

/** One rewrite. The comment beside each rule reads `lhs → rhs`; the result has the type of the node, and fewer ops. */
export interface Rule {
  readonly name: string;
  /** What stands for the node, or undefined where the rule does not apply. */
  readonly apply: (node: Node) => Node | undefined;
}

/** Rules shrink the graph, so a node is rewritten a few times at most; the bound catches a rule that does not. */
const longestChain = 16;

/** Applies the rules bottom-up, each node until none applies. New nodes keep the site and are marked with the rule's name. */
export function rewrite(roots: readonly Node[], rules: readonly Rule[]): readonly Node[] {
  return rebuild(roots, (start) => {
    let node = start;
    for (let chain = 0; chain < longestChain; chain += 1) {
      const next = applyFirst(node, rules);
      if (next === undefined) return node;
      node = next;
    }
    return node;
  });
}

function applyFirst(node: Node, rules: readonly Rule[]): Node | undefined {
  for (const rule of rules) {
    const next = withOrigin(node.site, node.rule ?? rule.name, () => rule.apply(node));
    if (next !== undefined && next !== node) return next;
  }
  return undefined;
}
