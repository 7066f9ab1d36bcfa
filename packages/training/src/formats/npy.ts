import { InputError, tensor, UnsupportedError, type Tensor, type TensorLike } from '@pastina/core';
import { sizeOf, viewOf } from './bytes.js';
import { type ElementName, elementKinds, fileBytes, readElements, writeElements } from './elements.js';

/** What {@link readNpy} gives: elements in row-major order, and their shape. Goes into `batches` as it is. */
export type NpyArray =
  | { readonly dtype: 'float64'; readonly shape: readonly number[]; readonly data: Float64Array }
  | { readonly dtype: 'float32' | 'float16'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'int32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'uint32'; readonly shape: readonly number[]; readonly data: Uint32Array }
  | { readonly dtype: 'int16'; readonly shape: readonly number[]; readonly data: Int16Array }
  | { readonly dtype: 'uint16'; readonly shape: readonly number[]; readonly data: Uint16Array }
  | { readonly dtype: 'int8'; readonly shape: readonly number[]; readonly data: Int8Array }
  | { readonly dtype: 'uint8' | 'bool'; readonly shape: readonly number[]; readonly data: Uint8Array };

type Data = NpyArray['data'];

const kinds: Readonly<Record<string, readonly [ElementName, NpyArray['dtype'], (count: number) => Data]>> = {
  f8: ['float64', 'float64', (n) => new Float64Array(n)], f4: ['float32', 'float32', (n) => new Float32Array(n)], f2: ['float16', 'float16', (n) => new Float32Array(n)],
  i8: ['int64', 'int32', (n) => new Int32Array(n)], i4: ['int32', 'int32', (n) => new Int32Array(n)], i2: ['int16', 'int16', (n) => new Int16Array(n)], i1: ['int8', 'int8', (n) => new Int8Array(n)],
  u8: ['uint64', 'uint32', (n) => new Uint32Array(n)], u4: ['uint32', 'uint32', (n) => new Uint32Array(n)], u2: ['uint16', 'uint16', (n) => new Uint16Array(n)], u1: ['uint8', 'uint8', (n) => new Uint8Array(n)],
  b1: ['bool', 'bool', (n) => new Uint8Array(n)],
};

const codes: Readonly<Record<string, string>> = { float64: '<f8', float32: '<f4', float16: '<f2', int32: '<i4', uint32: '<u4', bool: '|b1' };

/** How messages call the file: an array of an archive has a name. */
interface Place {
  readonly where: string;
  readonly name?: string;
}

/**
 * Reads a NumPy file, versions 1 to 3, of either byte order and either memory order: float64, float32, float16, bool and
 * integers. Those of 64 bits, NumPy's default, become int32 and uint32 where every element fits.
 *
 * @throws InputError NPY_MAGIC, NPY_HEADER, NPY_LENGTH, NPY_ELEMENT for a file that is corrupt or none
 * @throws UnsupportedError NPY_DTYPE for texts, objects, dates, complex numbers and records
 *
 * @example
 * ```ts
 * import { readNpy, writeNpy } from '@pastina/training/checkpoints';
 * const { dtype, shape, data } = readNpy(writeNpy([[1, 2], [3, 4]]));
 * console.log(dtype, shape, [...data]); // float32 [2, 2] [1, 2, 3, 4]
 * ```
 */
export function readNpy(bytes: Uint8Array | ArrayBuffer): NpyArray {
  return readNpyAt({ where: 'readNpy' }, viewOf('readNpy', bytes));
}

/** {@link readNpy}, with the place in its messages. */
export function readNpyAt({ where, name }: Place, view: DataView): NpyArray {
  const at = name === undefined ? where : `${where}: '${name}'`;
  const fail = (code: string, what: string): never => {
    throw new InputError(code, `${at}: ${what}`, name === undefined ? {} : { name });
  };
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (view.byteLength < 10 || magic.some((byte, i) => view.getUint8(i) !== byte)) fail('NPY_MAGIC', `the ${view.byteLength} bytes are no NumPy array, which begins with \\x93NUMPY. Save arrays with np.save or np.savez`);
  const version = view.getUint8(6);
  if (version < 1 || version > 3) fail('NPY_HEADER', `version ${version} of the format; expected 1, 2 or 3`);
  const from = version === 1 ? 10 : 12;
  const length = view.byteLength < from ? Infinity : version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (from + length > view.byteLength) fail('NPY_LENGTH', `the file ends after ${view.byteLength} bytes, within its header. The file is cut short`);
  const header = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(new Uint8Array(view.buffer, view.byteOffset + from, length));
  const fields = parseHeader(header) ?? fail('NPY_HEADER', `the header ${JSON.stringify(header.trim().slice(0, 100))} is none; expected descr, fortran_order and shape. The file is corrupt`);
  const kind = Object.hasOwn(kinds, fields.descr.slice(1)) && '<>|='.includes(fields.descr.charAt(0)) ? kinds[fields.descr.slice(1)] : undefined;
  if (kind === undefined) throw new UnsupportedError('NPY_DTYPE', `${at}: dtype ${fields.descr}; expected floats of 16 to 64 bits, integers or bool. Convert it before it is saved: array.astype('float32')`, { dtype: fields.descr });
  const [element, dtype, make] = kind;
  const [count, start] = [sizeOf(fields.shape), from + length];
  const [expected, found] = [count * elementKinds[element].bytes, view.byteLength - start];
  if (expected !== found) fail('NPY_LENGTH', `${found} bytes of elements; expected ${expected} for ${fields.descr}[${fields.shape.join(', ')}]. The file is ${found < expected ? 'cut short' : 'too long'}, or its header is corrupt`);
  const { data, misfit, value } = readElements(elementKinds[element], make(count), view, start, fields.descr.charAt(0) !== '>');
  if (misfit !== undefined) fail('NPY_ELEMENT', `element ${misfit} is ${value}, which does not fit ${dtype}, and there is no wider integer here. Save it as float64`);
  const odd = dtype === 'bool' ? data.findIndex((flag) => flag > 1) : -1;
  if (odd >= 0) fail('NPY_ELEMENT', `element ${odd} of bool is ${data[odd]}; expected 0 or 1. The file is corrupt`);
  return { dtype, shape: fields.shape, data: fields.fortran && fields.shape.length > 1 ? rowMajor(data, fields.shape, make) : data } as NpyArray;
}

interface Header {
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

/** The dictionary as Python writes it; sizes may end in L, as those of Python 2 do. */
function parseHeader(text: string): Header | undefined {
  const field = /\s*'(descr|fortran_order|shape)'\s*:\s*(?:'([^']*)'|(True|False)|\(((?:\s*\d+L?\s*,)*\s*(?:\d+L?)?\s*)\)|(\[.*\]))\s*(,|(?=\}))/sy;
  const found = new Map<string, string>();
  let at = /^\s*\{/.exec(text)?.[0].length ?? 0;
  if (at === 0) return undefined;
  for (;;) {
    field.lastIndex = at;
    const match = field.exec(text);
    if (match === null) break;
    const [all, name, string, flag, sizes, list] = match;
    const value = name === 'descr' ? string ?? list : name === 'shape' ? sizes : flag;
    if (value === undefined || found.has(name as string)) return undefined;
    found.set(name as string, value);
    at += all.length;
  }
  const [descr, order, sizes] = ['descr', 'fortran_order', 'shape'].map((name) => found.get(name));
  if (descr === undefined || sizes === undefined || order === undefined || !/^\s*\}\s*$/.test(text.slice(at))) return undefined;
  const shape = sizes.split(',').filter((size) => size.trim() !== '').map((size) => Number(size.replace('L', '')));
  return shape.every((size) => Number.isSafeInteger(size)) ? { descr, fortran: order === 'True', shape } : undefined;
}

/** Elements whose first axis runs fastest, in the order where the last one does. */
function rowMajor(data: Data, shape: readonly number[], make: (count: number) => Data): Data {
  const result = make(data.length);
  const place = shape.map(() => 0);
  const strides: number[] = [];
  shape.reduce((stride, size) => (strides.push(stride), stride * size), 1);
  for (let i = 0; i < data.length; i += 1) {
    result[i] = data[place.reduce((sum, p, axis) => sum + p * (strides[axis] as number), 0)] as number;
    for (let axis = shape.length - 1; axis >= 0 && (place[axis] = (place[axis] as number) + 1) === shape[axis]; axis -= 1) place[axis] = 0;
  }
  return result;
}

/** An array as a tensor: small integers become int32. */
export function tensorOfNpy({ dtype, shape, data }: NpyArray): Tensor {
  return tensor({ data, shape }, shape, dtype === 'float16' || dtype === 'bool' || dtype === 'float64' || dtype === 'float32' || dtype === 'uint32' ? dtype : 'int32');
}

/** A value as the bytes of a NumPy file (version 1, little-endian), see {@link readNpy}. */
export function writeNpy(value: TensorLike): Uint8Array {
  const own = typeof value === 'object' && 'dataSync' in value ? value : tensor(value);
  const shape = own.shape.length === 1 ? `(${own.shape[0]},)` : `(${own.shape.join(', ')})`;
  const header = `{'descr': '${codes[own.dtype]}', 'fortran_order': False, 'shape': ${shape}, }`;
  const start = 64 * Math.ceil((11 + header.length) / 64);
  const bytes = new Uint8Array(start + sizeOf(own.shape) * (fileBytes[own.dtype] as number));
  bytes.set(new TextEncoder().encode(`\u0000NUMPY\u0001\u0000\u0000\u0000${header.padEnd(start - 11)}\n`));
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x93);
  view.setUint16(8, start - 10, true);
  writeElements(own.dataSync(), own.dtype, view, start);
  return bytes;
}
