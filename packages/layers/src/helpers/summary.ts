import { checkOptions, defaultOf, InputError, type Defaulted } from '@pastina/core';
import { defaults } from '../defaults.js';
import { formatLayerShape } from '../shape.js';
import { type Layers } from './allLayers.js';
import { dotOf, mermaidOf } from './diagram.js';
import { grouped, summaryRows, type SummaryRow } from './summaryRows.js';

/** Options of {@link summary}. */
export interface SummaryOptions {
  /** A table; a Mermaid flowchart, which many Markdown viewers draw; or a graph in Graphviz's DOT language. */
  readonly format?: Defaulted<'text' | 'mermaid' | 'dot', 'text'>;
}

/**
 * A network as text: its layers in the order of `getAllLayers`, the shapes of their outputs, how many
 * elements their parameters have, and the layers that feed them. A parameter that several layers share is
 * counted where it comes first. (`print` and `toMermaid` show the expressions that the layers make.)
 *
 * @throws InputError where something else than layers is given, or for an unknown format
 *
 * @example
 * ```ts
 * import { DenseLayer, InputLayer, summary } from '@pastina/layers';
 * const net = new DenseLayer(new InputLayer({ shape: [null, 784] }), { numUnits: 10, name: 'out' });
 * console.log(summary(net));
 * ```
 *
 * ```text output
 * #  layer             output       parameters  from
 * 0  InputLayer        [null, 784]           0
 * 1  DenseLayer 'out'  [null, 10]        7,850  0
 *
 * 7,850 parameters, 7,850 of them trainable; 31,400 bytes
 * ```
 */
export function summary(layerOrLayers: Layers, options: SummaryOptions = {}): string {
  checkOptions('summary', options, ['format']);
  const format: string = options.format ?? defaultOf(defaults, 'summary.format');
  const write = Object.hasOwn(formats, format) ? formats[format as keyof typeof formats] : undefined;
  if (write === undefined) throw new InputError('OPTION_VALUE', `summary: format is ${JSON.stringify(format)}; expected 'text', 'mermaid' or 'dot'`, { option: 'format', value: format });
  return write(summaryRows(layerOrLayers));
}

const formats = { text: tableOf, mermaid: mermaidOf, dot: dotOf } as const;

function tableOf(rows: readonly SummaryRow[]): string {
  const cells = rows.map((row, place) => [
    String(place),
    row.label,
    formatLayerShape(row.outputShape),
    grouped(row.own) + (row.shared === 0 ? '' : ` (+ ${grouped(row.shared)} shared)`),
    row.from.map((from) => (from === null ? 'a shape' : String(from))).join(', '),
  ]);
  const table = [['#', 'layer', 'output', 'parameters', 'from'], ...cells];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  const lines = table.map((line) => line.map((cell, column) => (column === 0 || column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd());
  const total = (of: 'own' | 'trainable' | 'bytes'): string => grouped(rows.reduce((sum, row) => sum + row[of], 0));
  return `${lines.join('\n')}\n\n${total('own')} parameters, ${total('trainable')} of them trainable; ${total('bytes')} bytes`;
}
