import { InnerGraph } from '../graph/inner.js';
import { type Node } from '../graph/node.js';
import { type Op } from '../graph/op.js';
import { topological } from '../graph/traverse.js';

/** Why no gradient reaches a variable, and the op where the path breaks. */
export function brokenAt(roots: readonly Node[], variable: Node): { readonly message: string; readonly op: string | undefined } {
  const label = variable.name === undefined ? `the variable made by '${variable.op.name}'` : `'${variable.name}'`;
  const depends = new Set<Node>([variable]);
  const order = topological(roots);
  for (const node of order) if (node.inputs.some((input) => depends.has(input))) depends.add(node);
  if (!roots.some((root) => depends.has(root))) {
    return { message: `grad: the cost does not depend on ${label}; leave it out of the variables, or check that the network you trained is the one the cost is computed from`, op: undefined };
  }
  const broken = firstBroken(roots, new Set([variable])) ?? order.find((node) => depends.has(node) && node !== variable);
  const at = broken === undefined || String(broken.site) === '' ? '' : ` (at ${broken.site})`;
  const advice = broken?.op.name === 'stopGradient' ? 'that is what stopGradient is for' : 'it passes no gradient on, since its result is an integer or a truth value; keep it out of the cost';
  return { message: `grad: the cost depends on ${label} only through '${broken?.op.name ?? '?'}'${at}: ${advice}`, op: broken?.op.name };
}

/** The first op seen from the variable that passes no gradient on, inside of scans too. */
function firstBroken(roots: readonly Node[], starts: ReadonlySet<Node>): Node | undefined {
  const depends = new Set(starts);
  for (const node of topological(roots)) {
    if (!node.inputs.some((input) => depends.has(input))) continue;
    depends.add(node);
    if (!passesGradient(node.op)) return node;
    const { inner } = node.attrs;
    const within = inner instanceof InnerGraph ? firstBroken(inner.outputs, new Set(inner.inputs.filter((_, k) => depends.has(node.inputs[k] as Node)))) : undefined;
    if (within !== undefined) return within;
  }
  return undefined;
}

/** A scan and what takes its values apart are handled by the sweep itself. */
function passesGradient(op: Op): boolean {
  return op.kind === 'scan' || op.kind === 'get' || op.gradient !== undefined;
}
