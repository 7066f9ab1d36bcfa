import { isFloat } from '../graph/dtype.js';
import { InnerGraph } from '../graph/inner.js';
import { type Node } from '../graph/node.js';
import { topological } from '../graph/traverse.js';

/** How a message begins: where nothing depends on the variable (and what to do then), and where something does. */
export interface Subject {
  readonly none: string;
  readonly cure: string;
  readonly only: string;
}

export const theCost: Subject = {
  none: 'grad: the cost does not depend on',
  cure: 'leave it out of the variables, or check that the network you trained is the one the cost is computed from',
  only: 'grad: the cost depends on',
};

/** `theOutputs('pullback')` */
export const theOutputs = (where: string): Subject => ({ none: `${where}: no output depends on`, cure: 'leave it out of the variables', only: `${where}: the outputs depend on` });

/** Why no gradient reaches a variable, and the op where the path breaks. */
export function brokenAt(roots: readonly Node[], variable: Node, subject: Subject): { readonly message: string; readonly op: string | undefined } {
  const label = variable.name === undefined ? `the variable made by '${variable.op.name}'` : `'${variable.name}'`;
  const order = topological(roots);
  const depends = dependents(order, variable);
  if (!roots.some((root) => depends.has(root))) {
    return { message: `${subject.none} ${label}; ${subject.cure}`, op: undefined };
  }
  const broken = firstBroken(roots, new Set([variable])) ?? order.find((node) => depends.has(node) && node !== variable);
  const at = broken === undefined || String(broken.site) === '' ? '' : ` (at ${broken.site})`;
  return { message: `${subject.only} ${label} only through '${broken?.op.name ?? '?'}'${at}: ${adviceFor(broken)}`, op: broken?.op.name };
}

function adviceFor(broken: Node | undefined): string {
  if (broken?.op.name === 'stopGradient') return 'that is what stopGradient is for';
  if (broken?.op.name === 'customGradient') return 'its gradient function gives null there';
  return 'it passes no gradient on, since its result is an integer or a truth value; keep it out of the cost';
}

/** The nodes that are made of `variable`, and itself; `order` is topological. */
export function dependents(order: readonly Node[], variable: Node): ReadonlySet<Node> {
  const depends = new Set<Node>([variable]);
  for (const node of order) if (node.inputs.some((input) => depends.has(input))) depends.add(node);
  return depends;
}

/** The first op seen from the variable that passes no gradient on, inside of scans too. */
function firstBroken(roots: readonly Node[], starts: ReadonlySet<Node>): Node | undefined {
  const depends = new Set(starts);
  for (const node of topological(roots)) {
    if (!node.inputs.some((input) => depends.has(input))) continue;
    depends.add(node);
    if (!passesGradient(node)) return node;
    const { inner } = node.attrs;
    const within = inner instanceof InnerGraph ? firstBroken(inner.outputs, new Set(inner.inputs.filter((_, k) => depends.has(node.inputs[k] as Node)))) : undefined;
    if (within !== undefined) return within;
  }
  return undefined;
}

/** A scan and what takes its values apart are handled by the sweep itself. */
function passesGradient({ op, dtype }: Node): boolean {
  if (op.kind === 'scan' || op.kind === 'get') return true;
  return op.gradient !== undefined && isFloat(dtype) && op.name !== 'customGradient';
}
