import { makeNode, type Node } from '../graph/node.js';
import { topological } from '../graph/traverse.js';
import { sumNode, sumOp } from '../ops/broadcast.js';
import { dotOp } from '../ops/matmul.js';
import { reshapeNode, reshapeOp } from '../ops/reshape.js';
import { sliceOp } from '../ops/slicePad.js';
import { transposeNode, transposeOp } from '../ops/transpose.js';
import { type ScanSpec } from './op.js';

/** What the iterations of a scan give, one after another: sequences that it goes through, and what it collects. */
export class Stacks {
  /** All inner nodes that are collected, and those among them that were not before. */
  readonly collected: Node[];
  readonly added: Node[] = [];
  readonly #sequences: ReadonlySet<Node>;
  readonly #varying: ReadonlySet<Node>;

  constructor({ inner, carries, sequences }: ScanSpec) {
    this.collected = inner.outputs.slice(carries);
    this.#sequences = new Set(inner.inputs.slice(carries, carries + sequences));
    const varying = new Set(inner.inputs.slice(0, carries + sequences));
    for (const node of topological(inner.outputs)) if (node.inputs.some((input) => varying.has(input))) varying.add(node);
    this.#varying = varying;
  }

  /** Sees to it that these are stacked, where that takes at most `most` elements an iteration. */
  take(nodes: readonly Node[], most: number): boolean {
    const missing = [...new Set(nodes.map((node) => this.#source(node)))].filter((node) => !this.#isThere(node));
    // What is the same in all iterations would be stacked for nothing.
    if (nodes.some((node) => !this.#varying.has(node)) || missing.reduce((total, node) => total + sizeOf(node), 0) > most) return false;
    this.collected.push(...missing);
    this.added.push(...missing);
    return true;
  }

  #isThere(node: Node): boolean {
    return this.#sequences.has(node) || this.collected.includes(node);
  }

  /** What is stacked for a node: itself, or what it is a view of. */
  #source(node: Node): Node {
    let whole = node;
    let found = node;
    while (!this.#isThere(whole)) {
      const [input] = whole.inputs;
      if (!canLift(whole) || input === undefined) return found;
      // A slice of what would have to be stacked is less to stack.
      if (whole.op !== sliceOp && found === whole) found = input;
      whole = input;
    }
    return whole;
  }
}

/** What has to be stacked to have the sum of a node over the iterations, and how many elements that may take. */
export function valuesSummed(node: Node): { readonly values: readonly Node[]; readonly most: number } {
  if (isProduct(node) || node.op === sumOp) return { values: node.inputs, most: sizeOf(node) };
  // To stack it for its sum alone would be no gain.
  return passesSums(node) ? valuesSummed(node.inputs[0] as Node) : { values: [node], most: 0 };
}

/** The sum of a node over the iterations, from stacks. */
export function movedSum(node: Node, length: number, stackOf: (node: Node) => Node | undefined): Node {
  const lifted = (inner: Node): Node => stackOf(inner) ?? lift(inner, lifted(inner.inputs[0] as Node), length);
  const [a, b] = node.inputs as readonly [Node, Node];
  if (node.op === sumOp) {
    const axes = node.attrs.axes as readonly number[];
    return reshapeNode(sumNode(lifted(a), [0, ...axes.map((axis) => axis + 1)], false), node.shape);
  }
  if (passesSums(node)) return makeNode(node.op, [movedSum(a, length, stackOf)], node.attrs);
  if (!isProduct(node)) return sumNode(lifted(node), [0], false);
  const inner = length * (a.shape[1] as number);
  const left = reshapeNode(transposeNode(lifted(a), [0, 2, 1]), [inner, a.shape[0] as number]);
  return makeNode(dotOp, [transposeNode(left, [1, 0]), reshapeNode(lifted(b), [inner, b.shape[1] as number])]);
}

function isProduct({ op, rank }: Node): boolean {
  return op === dotOp && rank === 2;
}

/** Is the sum of what it gives what it gives for the sum? */
function passesSums({ op }: Node): boolean {
  return op === transposeOp || op === reshapeOp || op.name === 'neg';
}

function canLift({ op }: Node): boolean {
  return op === transposeOp || op === reshapeOp || op === sliceOp;
}

/** The same view of every slice of a stack. */
function lift({ op, attrs, shape }: Node, stack: Node, length: number): Node {
  const more = (name: string, first: number): readonly number[] => [first, ...(attrs[name] as readonly number[])];
  if (op === transposeOp) return transposeNode(stack, [0, ...(attrs.perm as readonly number[]).map((axis) => axis + 1)]);
  if (op === reshapeOp) return reshapeNode(stack, [length, ...shape]);
  return makeNode(sliceOp, [stack], { begin: more('begin', 0), step: more('step', 1), shape: [length, ...shape] });
}

function sizeOf({ shape }: Node): number {
  return (shape as readonly number[]).reduce((a, b) => a * b, 1);
}
