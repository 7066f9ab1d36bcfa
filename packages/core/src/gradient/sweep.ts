import { makeNode, type Node } from '../graph/node.js';
import { type GradientRule } from '../graph/op.js';
import { withOrigin } from '../graph/site.js';
import { topological } from '../graph/traverse.js';
import { gradientMark } from '../logDomain/explain.js';
import { addOp } from '../ops/arithmetic.js';
import { broadcastNode } from '../ops/broadcast.js';
import { gradientOfScan } from './scan.js';
import { tiles } from './tiles.js';

/**
 * The reverse sweep: from the cotangents of the roots, each node on a path to a variable passes its adjoint
 * on to its inputs. Gives the adjoint of each variable; undefined where no path carries one.
 */
export function reverseSweep(roots: readonly Node[], variables: readonly Node[], cotangents: readonly Node[]): readonly (Node | undefined)[] {
  const order = topological(roots);
  const onPath = new Set(variables);
  for (const node of order) if (node.inputs.some((input) => onPath.has(input))) onPath.add(node);
  const adjoints = new Adjoints();
  /** Of the values of a tuple, by their index. */
  const tuples = new Map<Node, Map<number, Node>>();
  roots.forEach((root, i) => adjoints.add(root, cotangents[i] as Node));
  for (let i = order.length - 1; i >= 0; i -= 1) {
    const node = order[i] as Node;
    if (!onPath.has(node)) continue;
    const cotangent = adjoints.get(node);
    const needed = node.inputs.map((input) => onPath.has(input));
    if (node.op.kind === 'get' && cotangent !== undefined) {
      const tuple = node.inputs[0] as Node;
      tuples.set(tuple, (tuples.get(tuple) ?? new Map<number, Node>()).set(node.attrs.index as number, cotangent));
      continue;
    }
    const ofTuple = tuples.get(node);
    const answer = ofTuple === undefined ? answerOf(node.op.kind === 'get' ? undefined : node.op.gradient, node, cotangent, needed) : (): readonly (Node | null)[] => gradientOfScan(node, ofTuple, needed, reverseSweep);
    if (answer === undefined || !needed.includes(true)) continue;
    withOrigin(node.site, `${node.rule ?? node.op.name}${node.rule?.endsWith(gradientMark) === true ? '' : gradientMark}`, () => {
      answer().forEach((part, k) => {
        const input = node.inputs[k] as Node;
        if (part !== null && needed[k] === true) adjoints.add(input, broadcastNode(part, input.shape));
      });
    });
  }
  return variables.map((variable) => adjoints.get(variable));
}

function answerOf(gradient: GradientRule | undefined, node: Node, cotangent: Node | undefined, needed: readonly boolean[]): (() => readonly (Node | null)[]) | undefined {
  if (gradient === undefined || cotangent === undefined) return undefined;
  return () => gradient({ node, inputs: node.inputs, attrs: node.attrs, cotangent, needed }) as readonly (Node | null)[];
}

/** What each node's adjoint is the sum of. */
class Adjoints {
  readonly #sums = new Map<Node, { readonly parts: Node[]; sum: Node }>();

  add(node: Node, part: Node): void {
    const before = this.#sums.get(node);
    if (before === undefined) {
      this.#sums.set(node, { parts: [part], sum: part });
      return;
    }
    before.parts.push(part);
    before.sum = tiles(before.parts) ?? makeNode(addOp, [before.sum, part]);
  }

  get(node: Node): Node | undefined {
    return this.#sums.get(node)?.sum;
  }
}
