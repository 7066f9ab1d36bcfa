import type * as t from '@babel/types';
import type { Slot } from '../declarations/slots.js';
import { nameOf } from '../declarations/syntax.js';
import { bare } from './parse.js';
import type { Call } from './uses.js';

/** What a call says of one default. */
export type Choice =
  /** Nothing: it has the default. `written` is an `undefined` that stands in its place. */
  | { readonly kind: 'left out'; readonly slot: Slot; readonly bag: t.ObjectExpression | undefined; readonly written: t.Node | undefined }
  | { readonly kind: 'said'; readonly slot: Slot; readonly bag: t.ObjectExpression | undefined; readonly value: t.Node }
  | { readonly kind: 'unclear'; readonly slot: Slot; readonly reason: string };

export function choicesOf({ node, slots }: Call): readonly Choice[] {
  return slots.map((slot) => choice(node.arguments, slot));
}

function choice(args: readonly t.Node[], slot: Slot): Choice {
  const unclear = (reason: string): Choice => ({ kind: 'unclear', slot, reason });
  if (slot.doubt !== undefined) return unclear(slot.doubt);
  const spread = args.findIndex(({ type }) => type === 'SpreadElement');
  if (spread >= 0 && spread <= slot.at) return unclear('arguments are spread');
  const argument = args[slot.at] === undefined ? undefined : bare(args[slot.at] as t.Node);
  const leftOut = (bag: t.ObjectExpression | undefined, written: t.Node | undefined): Choice => (slot.writable ? { kind: 'left out', slot, bag, written } : unclear(`${JSON.stringify(slot.change.old)} names what it was, and cannot be written as it stands`));
  if (argument === undefined) return leftOut(undefined, undefined);
  if (isUndefined(argument)) return leftOut(undefined, args[slot.at]);
  if (slot.kind === 'value') return { kind: 'said', slot, bag: undefined, value: argument };
  if (argument.type !== 'ObjectExpression') return unclear('the options are not written out in the call');
  let rest = false;
  // What comes later in an object counts.
  for (const property of [...argument.properties].reverse()) {
    if (property.type === 'SpreadElement') rest = true;
    else if (property.computed && property.key.type !== 'StringLiteral') rest = true;
    else if (nameOf(property.key) === slot.option) {
      const value = property.type === 'ObjectProperty' ? bare(property.value) : property;
      if (!isUndefined(value)) return { kind: 'said', slot, bag: argument, value };
      return rest ? unclear('the options are spread') : leftOut(argument, property.type === 'ObjectProperty' ? property.value : undefined);
    }
  }
  return rest ? unclear('the options are spread') : leftOut(argument, undefined);
}

export function isUndefined(node: t.Node): boolean {
  return (node.type === 'Identifier' && node.name === 'undefined') || (node.type === 'UnaryExpression' && node.operator === 'void');
}
