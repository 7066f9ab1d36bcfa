import { InputError, ShapeError, type NestedArray } from '@pastina/core';
import { type AnyTypedArray, isShaped, isTypedArray, type Shaped } from './columns.js';
import { describe } from './describe.js';

/** What a field of one item may be. */
export type ItemField = number | boolean | AnyTypedArray | NestedArray | Shaped;

/** One item of a stream: an object of fields. */
export type Item = Readonly<Record<string, ItemField>>;

/** What a field becomes in a batch: numbers a list, elements with a shape the same with one more axis. */
export type Stacked<Field> = Field extends number ? number[] : Field extends boolean ? boolean[]
  : Field extends { readonly data: infer Elements; readonly shape: readonly number[] } ? { readonly data: Elements; readonly shape: readonly number[] }
    : Field extends AnyTypedArray ? { readonly data: Field; readonly shape: readonly number[] } : Field[];

/** A batch of items: the same fields, each with the items along its first axis. */
export type BatchOfItems<One extends Item> = { readonly [Field in keyof One]: Stacked<One[Field]> };

/**
 * Items as one batch; `first` is the number of the first, for messages.
 *
 * @throws InputError, ShapeError naming the item and the field that differ from the first of the batch
 */
export function stackItems<One extends Item>(where: string, items: readonly One[], first: number): BatchOfItems<One> {
  items.forEach((item, i) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item) || ArrayBuffer.isView(item)) throw new InputError('ITEM_KIND', `${where}: item ${first + i} is ${describe(item)}; expected an object of fields, such as { image, label }`, { item: first + i });
  });
  const names = Object.keys(items[0] as One);
  if (names.length === 0) throw new InputError('NO_FIELDS', `${where}: item ${first} has no fields; expected an object such as { image, label }`, { item: first });
  items.forEach((item, i) => {
    const odd = Object.keys(item).find((name) => !names.includes(name)) ?? names.find((name) => !Object.hasOwn(item, name));
    if (odd !== undefined) throw new InputError('ITEM_FIELDS', `${where}: item ${first + i} ${Object.hasOwn(item, odd) ? 'has' : 'lacks'} the field '${odd}', unlike item ${first}; expected the same fields in all`, { item: first + i, field: odd });
  });
  return Object.fromEntries(names.map((name) => [name, stack(where, name, items.map((item) => item[name] as ItemField), first)])) as BatchOfItems<One>;
}

function stack(where: string, name: string, values: readonly ItemField[], first: number): readonly unknown[] | Shaped {
  const kind = kindOf(values[0]);
  const odd = values.findIndex((value) => kindOf(value) !== kind || kind === 'other');
  if (odd >= 0) throw new InputError('FIELD_KIND', `${where}: item ${first + odd}: field '${name}' is ${describe(values[odd])}; expected ${kind === 'other' || odd === 0 ? 'a number, a typed array, nested arrays or { data, shape }' : `the same kind as in item ${first}`}`, { item: first + odd, field: name });
  if (kind === 'plain') return values;
  const pieces = values.map((value) => (isShaped(value) ? value : { data: value as AnyTypedArray, shape: [(value as AnyTypedArray).length] }));
  const { data, shape } = pieces[0] as Shaped;
  const Kind = data.constructor as new (size: number) => AnyTypedArray;
  const whole = new Kind(data.length * pieces.length);
  pieces.forEach((piece, i) => {
    if (String(piece.shape) !== String(shape) || piece.data.length !== data.length || piece.data.constructor !== Kind) throw new ShapeError('ITEM_SHAPE', `${where}: item ${first + i}: field '${name}' is ${piece.data.constructor.name}[${piece.shape.join(', ')}], unlike ${Kind.name}[${shape.join(', ')}] of item ${first}; expected the same in a batch`, { item: first + i, field: name, expected: shape, found: piece.shape });
    whole.set(piece.data, i * data.length);
  });
  return { data: whole, shape: [pieces.length, ...shape] };
}

function kindOf(value: unknown): 'plain' | 'elements' | 'shaped' | 'other' {
  if (typeof value === 'number' || typeof value === 'boolean' || Array.isArray(value)) return 'plain';
  return isTypedArray(value) ? 'elements' : isShaped(value) ? 'shaped' : 'other';
}
