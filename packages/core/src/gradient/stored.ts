import { type Node } from '../graph/node.js';
import { topological } from '../graph/traverse.js';
import { sliceOp } from '../ops/slicePad.js';

/** Ops that cost no more than to read a stored result. */
const cheap: ReadonlySet<string> = new Set([
  'add', 'sub', 'mul', 'div', 'neg', 'abs', 'square', 'sqrt', 'reciprocal', 'rsqrt', 'sign', 'maximum', 'minimum', 'relu', 'clip', 'xmuly',
  'ceil', 'floor', 'round', 'trunc', 'cast', 'where', 'equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual',
  'logicalAnd', 'logicalOr', 'logicalNot', 'isNaN', 'isFinite', 'customGradient', 'stopGradient',
]);

/**
 * What the forward scan stores for its gradient: values of its step that the backward scan reads and that cost more to
 * compute again than to read. A product of n elements with inner size k costs n · k, a tanh some twenty operations, a
 * stored element two. What is cheap behind those is computed again; so is a scan in the scan, whose values are many.
 *
 * @param outputs - of one iteration backwards
 * @param arriving - its inputs that the step has not
 * @param varying - the step's inputs that are not the same in all iterations
 */
export function storedFor(outputs: readonly Node[], arriving: readonly Node[], varying: readonly Node[]): readonly Node[] {
  const [backward, moving] = [dependentsOf(arriving, outputs), dependentsOf(varying, outputs)];
  const found = new Set<Node>();
  topological(outputs, (node) => {
    if (backward.has(node)) return false;
    if (!moving.has(node)) return true;
    if (!isCostly(node) && !(node.op === sliceOp && isCostly(sourceOf(node)))) return false;
    found.add(node);
    return true;
  });
  // A slice of what is stored anyway is no work.
  return [...found].filter((node) => node.op !== sliceOp || !found.has(sourceOf(node)));
}

/** What depends on any of these, themselves included. */
function dependentsOf(leaves: readonly Node[], outputs: readonly Node[]): ReadonlySet<Node> {
  const found = new Set(leaves);
  for (const node of topological(outputs)) if (node.inputs.some((input) => found.has(input))) found.add(node);
  return found;
}

function isCostly({ op }: Node): boolean {
  return op.kind === 'call' || op.kind === 'reduce' || ((op.kind === 'elementwise' || op.kind === 'composite') && !cheap.has(op.name));
}

/** The value whose elements a view shows. */
function sourceOf(node: Node): Node {
  let source = node;
  while (source.op.kind === 'movement') source = source.inputs[0] as Node;
  return source;
}
