import { InputError } from '@pastina/core';

/** What {@link parseIdx} gives: flat elements in row-major order, and their shape. Goes into `batches` as it is. */
export type Idx =
  | { readonly dtype: 'uint8'; readonly shape: readonly number[]; readonly data: Uint8Array }
  | { readonly dtype: 'int8'; readonly shape: readonly number[]; readonly data: Int8Array }
  | { readonly dtype: 'int16'; readonly shape: readonly number[]; readonly data: Int16Array }
  | { readonly dtype: 'int32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'float32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'float64'; readonly shape: readonly number[]; readonly data: Float64Array };

type Reader = (view: DataView, offset: number) => number;

const types: Readonly<Record<number, { readonly dtype: Idx['dtype']; readonly size: number; readonly make: (count: number) => Idx['data']; readonly read: Reader }>> = {
  0x08: { dtype: 'uint8', size: 1, make: (count) => new Uint8Array(count), read: (view, offset) => view.getUint8(offset) },
  0x09: { dtype: 'int8', size: 1, make: (count) => new Int8Array(count), read: (view, offset) => view.getInt8(offset) },
  0x0b: { dtype: 'int16', size: 2, make: (count) => new Int16Array(count), read: (view, offset) => view.getInt16(offset) },
  0x0c: { dtype: 'int32', size: 4, make: (count) => new Int32Array(count), read: (view, offset) => view.getInt32(offset) },
  0x0d: { dtype: 'float32', size: 4, make: (count) => new Float32Array(count), read: (view, offset) => view.getFloat32(offset) },
  0x0e: { dtype: 'float64', size: 8, make: (count) => new Float64Array(count), read: (view, offset) => view.getFloat64(offset) },
};

/**
 * Reads an IDX file, the format of MNIST and its kin: two bytes 0, a byte for the element type, a byte for the number
 * of axes, then the sizes as big-endian uint32 and the elements, big-endian too.
 *
 * Nothing is allocated before the sizes were compared with the length, so a corrupt file costs at most its own size.
 *
 * @param bytes - the whole file, unpacked: a `.gz` file goes through `gunzip` first
 * @returns `{ dtype, shape, data }`, where `dtype` tells the kind of typed array
 * @throws InputError with code IDX_MAGIC for something that is no IDX file, IDX_HEADER where it ends within the sizes,
 *   IDX_LENGTH where elements are missing or left over, IDX_BYTES for an argument that is no bytes
 *
 * @example
 * ```ts
 * import { parseIdx } from '@pastina/training/datasets';
 * const { dtype, shape, data } = parseIdx(Uint8Array.of(0, 0, 0x0b, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 7, 1, 0, 0xff, 0xff));
 * console.log(dtype, shape, [...data]); // int16 [1, 3] [7, 256, -1]
 * ```
 */
export function parseIdx(bytes: Uint8Array | ArrayBuffer): Idx {
  const view = viewOf(bytes);
  const [zeros, code, axes] = view.byteLength < 4 ? [-1, 0, 0] : [view.getUint16(0), view.getUint8(2), view.getUint8(3)];
  const type = zeros === 0 ? types[code] : undefined;
  if (type === undefined) throw new InputError('IDX_MAGIC', `parseIdx: ${whatItIs(view)}; expected an IDX file, which begins with 0, 0, a type code from 0x08 to 0x0e, and the number of axes`, { length: view.byteLength });
  const start = 4 + 4 * axes;
  if (view.byteLength < start) throw new InputError('IDX_HEADER', `parseIdx: the file ends after ${view.byteLength} bytes, within the sizes of ${axes} axes; expected ${start} bytes before the first element. The file is cut short`, { length: view.byteLength, axes });
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  // sizes that are absurd together may have an infinite product, and infinity times 0 is no size
  const count = shape.includes(0) ? 0 : shape.reduce((a, b) => a * b, 1);
  const [expected, found] = [count * type.size, view.byteLength - start];
  if (expected !== found) throw new InputError('IDX_LENGTH', `parseIdx: ${found} bytes of elements behind the header; expected ${expected} for ${type.dtype}[${shape.join(', ')}]. The file is ${found < expected ? 'cut short' : 'too long'}, or its sizes are corrupt`, { shape, dtype: type.dtype, expected, found });
  const data = type.make(count);
  if (data instanceof Uint8Array) data.set(new Uint8Array(view.buffer, view.byteOffset + start, count));
  else for (let i = 0; i < count; i += 1) data[i] = type.read(view, start + i * type.size);
  return { dtype: type.dtype, shape, data } as Idx;
}

function viewOf(bytes: unknown): DataView {
  if (bytes instanceof Uint8Array) return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes instanceof ArrayBuffer) return new DataView(bytes);
  throw new InputError('IDX_BYTES', `parseIdx: got ${bytes === null ? 'null' : typeof bytes}; expected the bytes of a file as a Uint8Array or ArrayBuffer`);
}

/** What the first bytes are, for the message: often it is a file that nobody unpacked. */
function whatItIs(view: DataView): string {
  const first = Array.from({ length: Math.min(4, view.byteLength) }, (_, i) => view.getUint8(i));
  if (first[0] === 0x1f && first[1] === 0x8b) return 'the file is packed with gzip, unpack it first: parseIdx(await gunzip(bytes))';
  if (first.length < 4) return `the file has ${first.length} bytes`;
  return `the file begins with ${first.map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(' ')}`;
}
