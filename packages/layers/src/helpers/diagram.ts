import { formatLayerShape } from '../shape.js';
import { grouped, type SummaryRow } from './summaryRows.js';

/** What stands in a box of a diagram. */
function linesOf(row: SummaryRow): string[] {
  const count = row.own + row.shared;
  return [row.label, formatLayerShape(row.outputShape), ...(count === 0 ? [] : [`${grouped(count)} parameters`])];
}

/** Arrows from place to place; what only has a shape for an input has none. */
function arrowsOf(rows: readonly SummaryRow[]): (readonly [number, number])[] {
  return rows.flatMap(({ from }, to) => from.flatMap((place) => (place === null ? [] : [[place, to] as const])));
}

/** A Mermaid flowchart. */
export function mermaidOf(rows: readonly SummaryRow[]): string {
  // Mermaid reads text as HTML with entities of its own: #quot; for a quotation mark.
  const escape = (text: string): string => text.replaceAll('#', '#35;').replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;').replaceAll('\n', ' ');
  return ['flowchart TD', ...rows.map((row, place) => `  l${place}["${linesOf(row).map(escape).join('<br>')}"]`), ...arrowsOf(rows).map(([from, to]) => `  l${from} --> l${to}`)].join('\n');
}

/** Graphviz's language. */
export function dotOf(rows: readonly SummaryRow[]): string {
  const escape = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', ' ');
  return ['digraph network {', '  node [shape=box];', ...rows.map((row, place) => `  l${place} [label="${linesOf(row).map(escape).join('\\n')}"];`), ...arrowsOf(rows).map(([from, to]) => `  l${from} -> l${to};`), '}'].join('\n');
}
