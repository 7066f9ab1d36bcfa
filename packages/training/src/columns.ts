import { InputError, ShapeError, type NestedArray, type TypedArray } from '@pastina/core';

/** Any typed array that can be fed. */
export type AnyTypedArray = TypedArray | Int8Array | Int16Array | Uint16Array | Uint8ClampedArray;

/** Flat elements with a shape, as `digits()` and tensors-to-be have it. */
export interface Shaped {
  readonly data: AnyTypedArray;
  readonly shape: readonly number[];
}

/** One field of a data set; its first axis counts the items. */
export type Column = AnyTypedArray | NestedArray | Shaped;

/** A data set: fields with one number of items. */
export type Columns = Readonly<Record<string, Column>>;

/** A batch of a data set: the same fields, in the same kinds. */
export type BatchOf<Data extends Columns> = {
  readonly [Field in keyof Data]: Data[Field] extends { readonly data: infer Elements; readonly shape: readonly number[] } ? { readonly data: Elements; readonly shape: readonly number[] } : Data[Field];
};

/** The number of items, after every field was looked at. */
export function checkColumns(where: string, data: Columns): number {
  const fields = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  const [first] = fields;
  if (first === undefined) throw new InputError('NO_FIELDS', `${where}: the data have no fields; expected an object such as { images, labels }`);
  const counts = fields.map(([name, column]) => [name, countOf(where, name, column)] as const);
  const count = counts[0]?.[1] ?? 0;
  const other = counts.find(([, own]) => own !== count);
  if (other !== undefined) throw new ShapeError('FIELD_LENGTH', `${where}: field '${other[0]}' has ${other[1]} items, but '${first[0]}' has ${count}; expected the same number in all fields`, { field: other[0], expected: count, found: other[1] });
  if (count === 0) throw new ShapeError('FIELD_EMPTY', `${where}: field '${first[0]}' has no items; expected at least one`, { field: first[0] });
  return count;
}

function countOf(where: string, name: string, column: Column): number {
  if (isTypedArray(column) || Array.isArray(column)) return column.length;
  if (isShaped(column)) {
    const size = column.shape.reduce((a, b) => a * b, 1);
    if (column.shape.length === 0 || size !== column.data.length) throw new ShapeError('FIELD_SHAPE', `${where}: field '${name}' has ${column.data.length} elements, which do not fill its shape [${column.shape.join(', ')}]`, { field: name, shape: column.shape });
    return column.shape[0] ?? 0;
  }
  throw new InputError('FIELD_KIND', `${where}: field '${name}' is ${column === null ? 'null' : typeof column}; expected a typed array, nested arrays, or { data, shape }`, { field: name });
}

export function isTypedArray(column: unknown): column is AnyTypedArray {
  return ArrayBuffer.isView(column) && !(column instanceof DataView);
}

export function isShaped(column: unknown): column is Shaped {
  return typeof column === 'object' && column !== null && 'data' in column && isTypedArray(column.data) && 'shape' in column && Array.isArray(column.shape);
}

/** Items `from` to before `to`; typed arrays are views, not copies. */
export function takeRange<Data extends Columns>(data: Data, from: number, to: number): BatchOf<Data> {
  return mapColumns(data, (column) => {
    if (!isShaped(column)) return isTypedArray(column) ? column.subarray(from, to) : (column as NestedArray).slice(from, to);
    const row = column.data.length / (column.shape[0] ?? 1);
    return { data: column.data.subarray(from * row, to * row), shape: [to - from, ...column.shape.slice(1)] };
  });
}

/** The items at the given places. */
export function takeRows<Data extends Columns>(data: Data, places: Int32Array): BatchOf<Data> {
  return mapColumns(data, (column) => {
    if (isTypedArray(column)) return rowsOf(column, 1, places);
    if (!isShaped(column)) return Array.from(places, (place) => (column as NestedArray)[place] as NestedArray[number]);
    return { data: rowsOf(column.data, column.data.length / (column.shape[0] ?? 1), places), shape: [places.length, ...column.shape.slice(1)] };
  });
}

function rowsOf(source: AnyTypedArray, row: number, places: Int32Array): AnyTypedArray {
  const Kind = source.constructor as new (size: number) => AnyTypedArray;
  const result = new Kind(places.length * row);
  places.forEach((place, i) => result.set(source.subarray(place * row, place * row + row), i * row));
  return result;
}

function mapColumns<Data extends Columns>(data: Data, take: (column: Column) => Column): BatchOf<Data> {
  return Object.fromEntries(Object.entries(data).map(([name, column]) => [name, take(column)])) as BatchOf<Data>;
}
