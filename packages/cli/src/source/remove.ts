import type * as t from '@babel/types';
import type MagicString from 'magic-string';
import type { Value } from '../tables.js';
import { bare } from './parse.js';
import { isUndefined, type Choice } from './choices.js';
import type { Call } from './uses.js';

type Said = Extract<Choice, { readonly kind: 'said' }>;

/** Whether an expression is a value written out. */
export function isValue(node: t.Node, value: Value): boolean {
  const inner = bare(node);
  if (inner.type === 'UnaryExpression' && inner.operator === '-') return inner.argument.type === 'NumericLiteral' && Object.is(-inner.argument.value, value);
  if (inner.type === 'NullLiteral') return value === null;
  return (inner.type === 'NumericLiteral' || inner.type === 'StringLiteral' || inner.type === 'BooleanLiteral') && Object.is(inner.value, value);
}

/** Takes options out of one call: each with its comma; a bag that gets empty goes whole, if the call can do without. */
export function remove(edits: MagicString, text: string, call: Call, choices: readonly Said[]): void {
  const args = call.node.arguments;
  // From the right, so that an argument is known to be the last when its turn comes.
  let count = args.length;
  for (const at of [...new Set(choices.map(({ slot }) => slot.at))].sort((a, b) => b - a)) {
    const here = choices.filter(({ slot }) => slot.at === at);
    const bag = here[0]?.bag;
    const argument = args[at] as t.Node;
    const gone = bag === undefined ? [] : bag.properties.filter((property) => here.some(({ slot }) => property.type !== 'SpreadElement' && keyOf(property) === slot.option));
    const whole = bag === undefined || gone.length === bag.properties.length;
    if (!whole) fromObject(edits, text, bag.properties, gone);
    else if (here.every(({ slot }) => slot.optional) && at === count - 1) count = at;
    else if (bag === undefined) edits.overwrite(argument.start ?? 0, argument.end ?? 0, 'undefined');
    else edits.overwrite(bag.start ?? 0, bag.end ?? 0, '{}');
  }
  if (count === args.length) return;
  // Arguments that said only that they were left out have nothing to stand before any more.
  while (count > 0 && isUndefined(bare(args[count - 1] as t.Node))) count -= 1;
  const [before, last] = [args[count - 1], args.at(-1)];
  edits.remove(before === undefined ? (args[0]?.start ?? 0) : (before.end ?? 0), last?.end ?? 0);
}

function keyOf(property: t.ObjectProperty | t.ObjectMethod): string {
  return property.key.type === 'Identifier' ? property.key.name : property.key.type === 'StringLiteral' ? property.key.value : '';
}

type Properties = t.ObjectExpression['properties'];

function fromObject(edits: MagicString, text: string, all: Properties, gone: Properties): void {
  let kept: t.Node | undefined;
  for (const [i, property] of all.entries()) {
    if (!gone.includes(property)) {
      kept = property;
      continue;
    }
    const [start, end] = [property.start ?? 0, property.end ?? 0];
    const [previous, next] = [all[i - 1], all[i + 1]];
    // The comma before it goes too, or the one behind it, if it is the first that stays so far.
    if (kept !== undefined && previous != null && isComma(text.slice(previous.end ?? 0, start))) edits.remove(previous.end ?? 0, end);
    else if (next != null && isComma(text.slice(end, next.start ?? 0))) edits.remove(start, next.start ?? 0);
    else edits.remove(start, next == null ? end : text.indexOf(',', end) + 1);
  }
}

function isComma(text: string): boolean {
  return /^\s*,\s*$/.test(text);
}
