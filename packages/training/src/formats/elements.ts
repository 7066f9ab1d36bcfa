import { type TypedArray } from '@pastina/core';
import { bitsOfHalf, valueOfBfloat, valueOfHalf } from './half.js';

/** How the elements of one kind lie in a file; `read` and `write` take the offset in bytes. */
export interface ElementKind {
  readonly bytes: number;
  readonly make: (count: number) => TypedArray;
  readonly read: (view: DataView, at: number, little: boolean) => number;
}

const wide = (high: number, low: number): number => high * 4294967296 + low;

/** Element types of files. */
export type ElementName = 'float64' | 'float32' | 'float16' | 'bfloat16' | 'int64' | 'uint64' | 'int32' | 'uint32' | 'int16' | 'uint16' | 'int8' | 'uint8' | 'bool';

/** 64-bit integers are read into numbers; those beyond 2^53 lose bits, and no dtype here takes them anyway. */
export const elementKinds: Readonly<Record<ElementName, ElementKind>> = {
  float64: { bytes: 8, make: (n) => new Float64Array(n), read: (view, at, little) => view.getFloat64(at, little) },
  float32: { bytes: 4, make: (n) => new Float32Array(n), read: (view, at, little) => view.getFloat32(at, little) },
  float16: { bytes: 2, make: (n) => new Float32Array(n), read: (view, at, little) => valueOfHalf(view.getUint16(at, little)) },
  bfloat16: { bytes: 2, make: (n) => new Float32Array(n), read: (view, at, little) => valueOfBfloat(view.getUint16(at, little)) },
  int64: { bytes: 8, make: (n) => new Int32Array(n), read: (view, at, little) => wide(view.getInt32(little ? at + 4 : at, little), view.getUint32(little ? at : at + 4, little)) },
  uint64: { bytes: 8, make: (n) => new Uint32Array(n), read: (view, at, little) => wide(view.getUint32(little ? at + 4 : at, little), view.getUint32(little ? at : at + 4, little)) },
  int32: { bytes: 4, make: (n) => new Int32Array(n), read: (view, at, little) => view.getInt32(at, little) },
  uint32: { bytes: 4, make: (n) => new Uint32Array(n), read: (view, at, little) => view.getUint32(at, little) },
  int16: { bytes: 2, make: (n) => new Int32Array(n), read: (view, at, little) => view.getInt16(at, little) },
  uint16: { bytes: 2, make: (n) => new Int32Array(n), read: (view, at, little) => view.getUint16(at, little) },
  int8: { bytes: 1, make: (n) => new Int32Array(n), read: (view, at) => view.getInt8(at) },
  uint8: { bytes: 1, make: (n) => new Int32Array(n), read: (view, at) => view.getUint8(at) },
  bool: { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
};

const hostIsLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Do elements in memory look like those in the file? Then bytes are copied, and a NaN keeps all of its own. */
function asInMemory(kind: ElementKind, data: ArrayBufferView, little: boolean): boolean {
  return little === hostIsLittle && (kind === elementKinds.float32 || kind === elementKinds.float64 || kind === elementKinds.int32 || kind === elementKinds.uint32) && data.byteLength > 0;
}

/** Elements from `at` on, and the place of the first that the array cannot hold. */
export function readElements<Elements extends TypedArray | Int8Array | Int16Array | Uint16Array>(kind: ElementKind, data: Elements, view: DataView, at: number, little: boolean): { readonly data: Elements; readonly misfit: number | undefined; readonly value: number } {
  if (asInMemory(kind, data, little)) {
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(new Uint8Array(view.buffer, view.byteOffset + at, data.byteLength));
    return { data, misfit: undefined, value: 0 };
  }
  for (let i = 0; i < data.length; i += 1) {
    const value = kind.read(view, at + i * kind.bytes, little);
    data[i] = value;
    // a float narrows nothing here: only integers of 64 bits may not fit
    if (kind.bytes === 8 && data[i] !== value && !Number.isNaN(value)) return { data, misfit: i, value };
  }
  return { data, misfit: undefined, value: 0 };
}

/** The bytes of a tensor's elements, little-endian, as many an element as the dtype has in files. */
export function writeElements(data: TypedArray, dtype: string, target: DataView, at: number): void {
  if (dtype in elementKinds && asInMemory(elementKinds[dtype as ElementName], data, true)) {
    new Uint8Array(target.buffer, target.byteOffset + at, data.byteLength).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return;
  }
  for (let i = 0; i < data.length; i += 1) {
    const value = data[i] as number;
    if (dtype === 'float64') target.setFloat64(at + 8 * i, value, true);
    else if (dtype === 'float32') target.setFloat32(at + 4 * i, value, true);
    else if (dtype === 'float16') target.setUint16(at + 2 * i, bitsOfHalf(value), true);
    else if (dtype === 'int32') target.setInt32(at + 4 * i, value, true);
    else if (dtype === 'uint32') target.setUint32(at + 4 * i, value, true);
    else target.setUint8(at + i, value);
  }
}

/** Bytes of one element in files. */
export const fileBytes: Readonly<Record<string, number>> = { float64: 8, float32: 4, float16: 2, int32: 4, uint32: 4, bool: 1 };
