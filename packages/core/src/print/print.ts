import { constantOp } from '../graph/constant.js';
import { toNode, type Expression, type Node } from '../graph/node.js';
import { ParameterNode } from '../graph/parameter.js';
import { topological } from '../graph/traverse.js';
import { formatType } from '../graph/type.js';
import { scanOp, specOf } from '../scan/op.js';
import { expressionText, nameable } from './expression.js';

/**
 * A graph as text: one line for each value that is used more than once, in an order that can be run.
 *
 * @example
 * ```ts
 * import { input, mean, print, square } from '@pastina/core';
 * console.log(print(mean(square(input('x', ['batch'])))));
 * ```
 */
export function print(value: Expression | { readonly print: () => string }): string {
  if (typeof value === 'function') return (value as { readonly print: () => string }).print();
  return printNodes({ inputs: [], roots: [{ label: 'result', node: toNode(value, 'print') }] });
}

interface PrintRequest {
  readonly inputs: readonly (readonly [string, Node])[];
  readonly roots: readonly { readonly label: string; readonly node: Node }[];
}

/** Longest expression that is written into the one that uses it. */
const longestInline = 48;

export function printNodes({ inputs, roots }: PrintRequest): string {
  const order = topological(roots.map(({ node }) => node));
  const names = new Map<Node, string>(inputs.map(([name, node]) => [node, name]));
  const head = [
    ...inputs.map(([name, node]) => ({ text: `input     ${name}`, node })),
    ...order.filter((node) => node.op.kind === 'leaf' && nameable(node) && !names.has(node)).map((node) => ({ text: `${node.op.name.padEnd(9)} ${labelOf(node)}`, node })),
  ];
  return align([...head.map(({ text, node }) => ({ text, type: formatType(node.type), site: '' })), ...graphLines(roots, names, { values: 0 })]);
}

interface Line {
  readonly text: string;
  readonly type: string;
  readonly site: string;
}

/** A line for each value that gets a name, then one for each root. Scans are followed by the lines of their inner graph. */
function graphLines(roots: PrintRequest['roots'], names: Map<Node, string>, counter: { values: number }): readonly Line[] {
  const order = topological(roots.map(({ node }) => node));
  const uses = countUses(order, roots.map(({ node }) => node));
  const lines: Line[] = [];
  const texts = new Map<Node, string>();
  const textOf = (node: Node): string => names.get(node) ?? texts.get(node) ?? '?';
  for (const node of order) if (node.op.kind === 'leaf' && !names.has(node) && node.op !== constantOp) names.set(node, labelOf(node));
  for (const node of order) {
    if (names.has(node)) continue;
    const text = expressionText(node, textOf);
    texts.set(node, text);
    if (node.op !== scanOp && (!nameable(node) || ((uses.get(node) ?? 0) < 2 && text.length <= longestInline))) continue;
    counter.values += 1;
    names.set(node, `v${counter.values}`);
    lines.push({ text: `v${counter.values} = ${text}`, type: node.op === scanOp ? '' : formatType(node.type), site: origin(node) });
    if (node.op === scanOp) lines.push(...scanLines(node, textOf, counter).map((line) => ({ ...line, text: `    ${line.text}` })));
  }
  for (const { label, node } of roots) lines.push({ text: `${label} = ${textOf(node)}`, type: formatType(node.type), site: names.has(node) ? '' : origin(node) });
  return lines;
}

/** What comes in, and what one iteration computes of it. */
function scanLines(scan: Node, textOf: (outer: Node) => string, counter: { values: number }): readonly Line[] {
  const { inner, carries, sequences } = specOf(scan);
  const names = new Map(inner.inputs.map((input) => [input, labelOf(input)]));
  const arriving = inner.inputs.map((input, k) => {
    const outer = textOf(scan.inputs[k] as Node);
    const text = k < carries ? `carry ${labelOf(input)} from ${outer}` : k < carries + sequences ? `slice ${labelOf(input)} of ${outer}` : `given ${labelOf(input)} = ${outer}`;
    return { text, type: formatType(input.type), site: '' };
  }).filter(({ text }) => !/^given (.*) = \1$/.test(text));
  const roots = inner.outputs.map((node, i) => ({ label: i < carries ? `next ${labelOf(inner.inputs[i] as Node)}` : `collect [${i}]`, node }));
  return [...arriving, ...graphLines(roots, names, counter)];
}

function labelOf(node: Node): string {
  return node.name ?? (node instanceof ParameterNode ? `#${node.id}` : node.op.name === 'size' ? String(node.attrs.size) : node.op.name);
}

function origin(node: Node): string {
  const site = String(node.site);
  return [node.rule ?? '', site].filter((part) => part !== '').join(' at ');
}

function countUses(order: readonly Node[], roots: readonly Node[]): ReadonlyMap<Node, number> {
  const uses = new Map<Node, number>();
  const use = (node: Node): void => {
    // what is never named (broadcasts, constants) hands the use on
    if (!nameable(node)) node.inputs.forEach(use);
    uses.set(node, (uses.get(node) ?? 0) + 1);
  };
  for (const node of order) if (nameable(node)) node.inputs.forEach(use);
  roots.forEach(use);
  return uses;
}

function align(lines: readonly Line[]): string {
  const width = Math.min(72, Math.max(...lines.map(({ text }) => text.length)));
  const typeWidth = Math.max(...lines.map(({ type }) => type.length));
  return lines.map(({ text, type, site }) => `${text.padEnd(width)}  ${type.padEnd(typeWidth)}  ${site === '' ? '' : `# ${site}`}`.trimEnd()).join('\n');
}
