import { toNode, type Expression, type Node } from '../graph/node.js';
import { topological } from '../graph/traverse.js';
import { formatType } from '../graph/type.js';
import { expressionText, nameable } from './expression.js';

/**
 * The graph of an expression, or of what a compiled function computes, as a Mermaid flowchart: paste it where Markdown
 * is shown.
 *
 * @example
 * ```ts
 * import { input, mean, toMermaid } from '@pastina/core';
 * console.log(toMermaid(mean(input('x', ['batch']))).split('\n')[0]); // flowchart TD
 * ```
 */
export function toMermaid(value: Expression | { readonly toMermaid: () => string }): string {
  if (typeof value === 'function') return (value as { readonly toMermaid: () => string }).toMermaid();
  return mermaidOf([toNode(value, 'toMermaid')]);
}

export function mermaidOf(roots: readonly Node[]): string {
  const shown = topological(roots).filter(nameable);
  const lines = shown.map((node) => {
    const label = node.op.kind === 'leaf' ? (node.name ?? node.op.name) : expressionText(node, operandText);
    return `  n${node.id}${node.op.kind === 'leaf' ? `(["${label}<br>${formatType(node.type)}"])` : `["${label}${node.op.kind === 'scan' ? '' : `<br>${formatType(node.type)}`}"]`}`;
  });
  const edges = shown.flatMap((node) => node.inputs.flatMap(visible).map((input) => `  n${input.id} --> n${node.id}`));
  return ['flowchart TD', ...lines, ...new Set(edges)].join('\n');
}

/** Values of the chart are dots, since arrows lead to them; constants are written out. */
function operandText(node: Node): string {
  return nameable(node) ? '·' : expressionText(node, operandText);
}

/** The named values behind an operand. */
function visible(node: Node): readonly Node[] {
  return nameable(node) ? [node] : node.inputs.flatMap(visible);
}
