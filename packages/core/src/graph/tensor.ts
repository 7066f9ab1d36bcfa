import { count, describeValue, DTypeError, InputError, ShapeError } from '../errors.js';
import { type Elements } from '../program/backend.js';
import { checkDType, dtypeFacts, isFloat, type DType, type TypedArray } from './dtype.js';

/** Nested arrays of numbers or booleans, all of one length at each depth. */
export type NestedArray = readonly (number | boolean | NestedArray)[];

/** Whatever can be read as a tensor. */
export type TensorLike = number | boolean | NestedArray | TypedArray | Int8Array | Int16Array | Uint16Array | Uint8ClampedArray | Tensor | { readonly data: TypedArray | Int8Array | Int16Array | Uint16Array | Uint8ClampedArray; readonly shape: readonly number[] };

/** A concrete value: dtype, shape and elements in row-major order. Immutable by convention; nothing to dispose. */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The elements; on backends with memory of their own this waits for the transfer. */
  data(): Promise<TypedArray>;
  /** The elements at once. */
  dataSync(): TypedArray;
  /** The only element of a tensor of size 1; bool gives 0 or 1. */
  item(): number;
  /** Nested arrays; a scalar gives a number. */
  toArray(): unknown;
}

/** A tensor whose elements are in JavaScript's memory. */
export class HostTensor implements Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly #data: TypedArray;

  constructor(dtype: DType, shape: readonly number[], data: TypedArray) {
    this.dtype = dtype;
    this.shape = shape;
    this.#data = data;
  }

  data(): Promise<TypedArray> {
    return Promise.resolve(this.#data);
  }

  dataSync(): TypedArray {
    return this.#data;
  }

  item(): number {
    if (this.#data.length !== 1) throw new ShapeError('ITEM', `item(): a tensor of shape [${this.shape.join(', ')}] has ${this.#data.length} elements; expected exactly 1. Use toArray() or dataSync()`, { shape: this.shape });
    return this.#data[0] as number;
  }

  toArray(): unknown {
    const nest = (axis: number, offset: number, span: number): unknown => {
      const size = this.shape[axis];
      if (size === undefined) return this.#data[offset];
      const inner = size === 0 ? 0 : span / size;
      return Array.from({ length: size }, (_, i) => nest(axis + 1, offset + i * inner, inner));
    };
    return nest(0, 0, this.#data.length);
  }

  toString(): string {
    return `${this.dtype}[${this.shape.join(', ')}] ${JSON.stringify(this.toArray())}`;
  }
}

/** A tensor whose elements are fetched when they are asked for; once they were waited for, they are there at once too. */
export class PendingTensor implements Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly #elements: Elements;
  #host: HostTensor | undefined;

  constructor(dtype: DType, shape: readonly number[], elements: Elements) {
    this.dtype = dtype;
    this.shape = shape;
    this.#elements = elements;
  }

  async data(): Promise<TypedArray> {
    this.#host ??= new HostTensor(this.dtype, this.shape, await this.#elements.read());
    return this.#host.dataSync();
  }

  dataSync(): TypedArray {
    return this.#here().dataSync();
  }

  item(): number {
    return this.#here().item();
  }

  toArray(): unknown {
    return this.#here().toArray();
  }

  toString(): string {
    return this.#host === undefined ? `${this.dtype}[${this.shape.join(', ')}] on the device` : this.#host.toString();
  }

  #here(): HostTensor {
    this.#host ??= new HostTensor(this.dtype, this.shape, this.#elements.readSync());
    return this.#host;
  }
}

const storageDType = new Map<unknown, DType>([
  [Float32Array, 'float32'], [Float64Array, 'float64'], [Int32Array, 'int32'], [Uint32Array, 'uint32'],
  [Int8Array, 'int32'], [Int16Array, 'int32'], [Uint16Array, 'int32'], [Uint8Array, 'int32'], [Uint8ClampedArray, 'int32'],
]);

/** Elements and shape of a value, and the dtype it carries (undefined for plain numbers, which take any). */
interface ReadElements {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
  readonly carried: DType | undefined;
}

/**
 * A concrete tensor from numbers, nested arrays or typed arrays.
 *
 * @param dtype - left out: float32 for numbers, bool for booleans, the array's own dtype for typed arrays
 * @throws ShapeError where the elements do not fill the shape, or nested arrays are ragged
 * @throws DTypeError where an element does not fit the dtype
 *
 * @example
 * ```ts
 * import { tensor } from '@pastina/core';
 * console.log(tensor([[1, 2], [3, 4]]).shape); // [2, 2]
 * ```
 */
export function tensor(value: TensorLike, shape?: readonly number[], dtype?: DType): Tensor {
  const where = 'tensor';
  const { data, shape: own, carried } = elementsOf(value, where);
  const type = dtype === undefined ? carried ?? 'float32' : checkDType(dtype, where);
  if (shape !== undefined) checkFilled(data, shape, where);
  return new HostTensor(type, shape ?? own, convert(data, carried, type, where, true));
}

/** What a parameter begins with: elements that nobody else holds. */
export function ownElements(where: string, value: TensorLike, dtype: DType | undefined): { readonly dtype: DType; readonly shape: readonly number[]; readonly data: TypedArray } {
  const { data, shape, carried } = elementsOf(value, where);
  const type = dtype ?? carried ?? 'float32';
  const made = convert(data, carried, type, where, true);
  return { dtype: type, shape, data: made === data ? made.slice() : made };
}

function checkFilled(data: ArrayLike<number>, shape: readonly number[], where: string): void {
  const axis = shape.findIndex((size) => !Number.isInteger(size) || size < 0);
  if (axis >= 0) throw new ShapeError('SHAPE_SIZE', `${where}: size ${String(shape[axis])} of axis ${axis}; expected a whole number from 0 up`, { axis, size: shape[axis] });
  const size = shape.reduce((a, b) => a * b, 1);
  if (size !== data.length) throw new ShapeError('TENSOR_SIZE', `${where}: ${count(data.length, 'element does', 'elements do')} not fill the shape [${shape.join(', ')}], which has ${size}`, { shape, size: data.length });
}

/** Reads a value as elements of `dtype`, without a copy where it already is that; nothing is narrowed silently. */
export function readTensorLike(value: unknown, dtype: DType, where: string): { readonly data: TypedArray; readonly shape: readonly number[] } {
  const { data, shape, carried } = elementsOf(value, where);
  return { data: convert(data, carried, dtype, where, false), shape };
}

/** The dtype a value carries by itself. */
export function carriedDType(value: TensorLike, where: string): DType | undefined {
  return elementsOf(value, where).carried;
}

function elementsOf(value: unknown, where: string): ReadElements {
  if (typeof value === 'number') return { data: [value], shape: [], carried: undefined };
  if (typeof value === 'boolean') return { data: [value ? 1 : 0], shape: [], carried: 'bool' };
  if (value instanceof HostTensor) return { data: value.dataSync(), shape: value.shape, carried: value.dtype };
  if (Array.isArray(value)) return flattenNested(value, where);
  const constructor = typeof value === 'object' && value !== null ? value.constructor : undefined;
  const carried = storageDType.get(constructor);
  if (carried !== undefined) {
    const data = value as TypedArray;
    return { data, shape: [data.length], carried };
  }
  if (typeof value === 'object' && value !== null) {
    if ('dataSync' in value && 'shape' in value && 'dtype' in value) {
      const other = value as Tensor;
      return { data: other.dataSync(), shape: other.shape, carried: other.dtype };
    }
    if ('data' in value && 'shape' in value && Array.isArray(value.shape)) {
      const data = value.data as TypedArray;
      const shape = value.shape as readonly number[];
      const dtype = storageDType.get(data?.constructor);
      if (dtype === undefined) throw new InputError('TENSOR_LIKE', `${where}: { data, shape } needs a typed array as data, such as Float32Array.of(…); got ${describeValue(data)}`, { value });
      checkFilled(data, shape, where);
      return { data, shape, carried: dtype };
    }
  }
  throw new InputError('TENSOR_LIKE', `${where}: expected a number, nested arrays, a typed array, a tensor or { data, shape }; got ${describeValue(value)}`, { value });
}

function flattenNested(value: readonly unknown[], where: string): ReadElements {
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  const data: number[] = [];
  let booleans = 0;
  const visit = (item: unknown, depth: number, path: string): void => {
    if (depth === shape.length) {
      if (typeof item === 'boolean') booleans += 1;
      else if (typeof item !== 'number') throw new InputError('TENSOR_ELEMENT', `${where}: element ${path} is ${describeValue(item)}; expected a number or a boolean`, { path });
      data.push(Number(item));
      return;
    }
    if (!Array.isArray(item) || item.length !== shape[depth]) {
      throw new ShapeError('TENSOR_RAGGED', `${where}: ${path === '' ? 'the array' : path} ${Array.isArray(item) ? `has ${count(item.length, 'entry', 'entries')}` : `is ${describeValue(item)}, no list`}; expected ${shape[depth]}, as in the first one at this depth`, { path, shape });
    }
    item.forEach((inner, i) => visit(inner, depth + 1, `${path}[${i}]`));
  };
  visit(value, 0, '');
  return { data, shape, carried: booleans > 0 && booleans === data.length ? 'bool' : undefined };
}

function convert(data: ArrayLike<number>, carried: DType | undefined, dtype: DType, where: string, asked: boolean): TypedArray {
  const facts = dtypeFacts(dtype);
  const target = facts.allocate(0).constructor;
  if (carried === dtype && data.constructor === target) return data as TypedArray;
  if (!asked && carried !== undefined && carried !== dtype && !widens(data, carried, dtype)) {
    throw new DTypeError('FEED_DTYPE', `${where}: expected ${dtype}, got ${data.constructor.name === 'Array' ? carried : data.constructor.name}; convert it first (for instance ${target.name}.from(…)), or declare it as ${carried}`, { expected: dtype, found: carried });
  }
  const result = facts.allocate(data.length);
  // What a typed array rounds by itself.
  if (dtype === 'float32' || dtype === 'float64') {
    result.set(data);
    return result;
  }
  for (let i = 0; i < data.length; i += 1) {
    const element = data[i] as number;
    if (!isFloat(dtype)) checkWhole(element, dtype, i, where);
    result[i] = facts.round(element);
  }
  return result;
}

/** Small integer arrays (pixels, labels) hold no value that int32 or a float could lose; bytes of 0 and 1 may be bool. */
function widens(data: ArrayLike<number>, carried: DType, dtype: DType): boolean {
  const bytes = (data as TypedArray).BYTES_PER_ELEMENT;
  if (carried === 'bool') return false;
  return carried === 'int32' && bytes !== undefined && bytes < 4 && dtype !== 'float16';
}

function checkWhole(element: number, dtype: DType, index: number, where: string): void {
  const [low, high] = dtype === 'int32' ? [-2147483648, 2147483647] : dtype === 'uint32' ? [0, 4294967295] : [0, 1];
  if (!Number.isInteger(element) || element < low || element > high) {
    throw new DTypeError('ELEMENT_RANGE', `${where}: element ${index} is ${element}; expected ${dtype === 'bool' ? 'true, false, 0 or 1' : `a whole number from ${low} to ${high} (${dtype})`}`, { index, element, dtype });
  }
}
