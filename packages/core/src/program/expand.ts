import { type Node } from '../graph/node.js';
import { withOrigin } from '../graph/site.js';
import { rebuild } from '../graph/traverse.js';

/** Composites (mean, softmax, …) become the plain ops they are made of. Their gradients were taken before. */
export function expand(roots: readonly Node[]): readonly Node[] {
  return rebuild(roots, (node, original) => {
    const { op } = node;
    return op.kind === 'composite' ? withOrigin(original.site, original.rule ?? op.name, () => op.expand(node.inputs, node.attrs) as Node) : node;
  });
}
