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
  for (const [i, one] of args.slice(count).entries()) {
    takeComma(edits, text, args[count + i - 1]?.end ?? undefined, one.start ?? 0);
    edits.remove(one.start ?? 0, one.end ?? 0);
  }
  const end = args.at(-1)?.end ?? 0;
  const comma = commaFrom(text, end);
  // Nothing is left that a last comma could stand behind.
  if (count === 0 && comma !== undefined) edits.remove(comma, comma + 1);
}

/** Takes out the comma between two items with the space around it, or alone, if there are comments, which stay. */
function takeComma(edits: MagicString, text: string, from: number | undefined, to: number): void {
  const comma = from === undefined ? undefined : commaFrom(text, from);
  if (from === undefined || comma === undefined) return;
  if (text.slice(from, to).trim() === ',') edits.remove(from, to);
  else edits.remove(comma, comma + 1);
}

/** The next comma, if nothing but space and comments stands before it. */
function commaFrom(text: string, from: number): number | undefined {
  const before = /(?:\s|\/\*[^]*?\*\/|\/\/.*)*/y;
  before.lastIndex = from;
  before.test(text);
  return text[before.lastIndex] === ',' ? before.lastIndex : undefined;
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
    const previous = all[i - 1];
    const next = all[i + 1];
    edits.remove(start, end);
    // The comma before it goes too, or the one behind it, if nothing before it stays.
    if (kept !== undefined && previous != null) takeComma(edits, text, previous.end ?? 0, start);
    else if (next != null) takeComma(edits, text, end, next.start ?? 0);
  }
}
