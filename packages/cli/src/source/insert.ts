import type * as t from '@babel/types';
import type MagicString from 'magic-string';
import { literal } from '../tables.js';
import type { Choice } from './choices.js';
import type { Call } from './uses.js';

type LeftOut = Extract<Choice, { readonly kind: 'left out' }>;

/** The quotes that a program uses more often. */
export function quoteOf(text: string): '"' | "'" {
  return text.split('"').length > text.split("'").length ? '"' : "'";
}

/** Writes old values into one call: into the bag of options that is there, or a new one at its place. */
export function insert(edits: MagicString, text: string, call: Call, choices: readonly LeftOut[]): void {
  const quote = quoteOf(text);
  const args = call.node.arguments;
  const added: string[] = [];
  const last = args.length;
  for (const at of [...new Set(choices.map(({ slot }) => slot.at))].sort((a, b) => a - b)) {
    const here = choices.filter(({ slot }) => slot.at === at);
    for (const { written, slot, bag } of here) if (written != null && bag !== undefined) overwrite(edits, written, literal(slot.change.old, quote));
    const missing = here.filter(({ written, bag }) => written === undefined || bag === undefined).map(({ slot }) => (slot.kind === 'value' ? literal(slot.change.old, quote) : `${slot.option}: ${literal(slot.change.old, quote)}`));
    if (missing.length === 0) continue;
    const [first] = here;
    const fresh = first?.slot.kind === 'value' ? (missing[0] ?? '') : `{ ${missing.join(', ')} }`;
    if (first?.bag !== undefined) intoObject(edits, text, first.bag, missing);
    else if (first?.written != null) overwrite(edits, first.written, fresh);
    else {
      // What stands before and was left out as well is said to be left out.
      while (last + added.length < at) added.push('undefined');
      added.push(fresh);
    }
  }
  if (added.length > 0) intoArguments(edits, text, call.node, added);
}

function overwrite(edits: MagicString, node: t.Node, text: string): void {
  edits.overwrite(node.start ?? 0, node.end ?? 0, text);
}

function intoObject(edits: MagicString, text: string, bag: t.ObjectExpression, added: readonly string[]): void {
  const last = bag.properties.at(-1);
  if (last !== undefined) edits.appendLeft(last.end ?? 0, added.map((one) => `,${separator(text, last)}${one}`).join(''));
  else {
    const [from, to] = [(bag.start ?? 0) + 1, (bag.end ?? 0) - 1];
    if (text.slice(from, to).trim() === '' && from < to) edits.overwrite(from, to, ` ${added.join(', ')} `);
    else edits.appendLeft(from, ` ${added.join(', ')} `);
  }
}

function intoArguments(edits: MagicString, text: string, node: Call['node'], added: readonly string[]): void {
  const last = node.arguments.at(-1);
  const end = node.end ?? 0;
  if (last !== undefined) edits.appendLeft(last.end ?? 0, added.map((one) => `,${separator(text, last)}${one}`).join(''));
  // `new Layer` needs no parentheses until it has arguments.
  else if (node.type === 'NewExpression' && !hasParentheses(text, node)) edits.appendLeft(end, `(${added.join(', ')})`);
  else edits.appendLeft(end - 1, added.join(', '));
}

export function hasParentheses(text: string, node: t.NewExpression): boolean {
  const after = Math.max(node.callee.end ?? 0, node.typeParameters?.end ?? 0, node.typeArguments?.end ?? 0);
  return (node.end ?? 0) > after && text[(node.end ?? 0) - 1] === ')';
}

/** One item a line, where it was so before; otherwise one space. */
function separator(text: string, last: t.Node): string {
  const start = last.start ?? 0;
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const indent = text.slice(line, start);
  return line > 0 && indent.trim() === '' ? `${text[line - 2] === '\r' ? '\r\n' : '\n'}${indent}` : ' ';
}
