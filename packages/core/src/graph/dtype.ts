import { DTypeError } from '../errors.js';
import { toHalf } from './half.js';

/** The element types of tensors. Arithmetic rounds to the dtype after every op. */
export type DType = 'float32' | 'float64' | 'float16' | 'int32' | 'uint32' | 'bool';

/** How elements are stored: float16 as float32 values that are exact halves, bool as 0 and 1. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** All dtypes, in the order of the documentation. */
export const dtypes: readonly DType[] = ['float32', 'float64', 'float16', 'int32', 'uint32', 'bool'];

interface DTypeFacts {
  readonly kind: 'float' | 'integer' | 'bool';
  /** Bytes of one element as stored. */
  readonly bytes: number;
  readonly allocate: (size: number) => TypedArray;
  readonly view: (buffer: ArrayBufferLike, byteOffset: number, size: number) => TypedArray;
  /** The nearest value of this dtype to a float64 result; integers wrap as two's complement. */
  readonly round: (x: number) => number;
}

const facts: Readonly<Record<DType, DTypeFacts>> = {
  float32: { kind: 'float', bytes: 4, allocate: (n) => new Float32Array(n), view: (b, o, n) => new Float32Array(b, o, n), round: Math.fround },
  float64: { kind: 'float', bytes: 8, allocate: (n) => new Float64Array(n), view: (b, o, n) => new Float64Array(b, o, n), round: (x) => x },
  float16: { kind: 'float', bytes: 4, allocate: (n) => new Float32Array(n), view: (b, o, n) => new Float32Array(b, o, n), round: toHalf },
  int32: { kind: 'integer', bytes: 4, allocate: (n) => new Int32Array(n), view: (b, o, n) => new Int32Array(b, o, n), round: (x) => x | 0 },
  uint32: { kind: 'integer', bytes: 4, allocate: (n) => new Uint32Array(n), view: (b, o, n) => new Uint32Array(b, o, n), round: (x) => x >>> 0 },
  bool: { kind: 'bool', bytes: 1, allocate: (n) => new Uint8Array(n), view: (b, o, n) => new Uint8Array(b, o, n), round: (x) => (x === 0 ? 0 : 1) },
};

export function dtypeFacts(dtype: DType): DTypeFacts {
  return facts[dtype];
}

export function checkDType(dtype: unknown, where: string): DType {
  if (typeof dtype === 'string' && Object.hasOwn(facts, dtype)) return dtype as DType;
  throw new DTypeError('DTYPE_UNKNOWN', `${where}: unknown dtype ${JSON.stringify(dtype)}; expected one of ${dtypes.join(', ')}`, { dtype });
}

export function isFloat(dtype: DType): boolean {
  return facts[dtype].kind === 'float';
}

export function isInteger(dtype: DType): boolean {
  return facts[dtype].kind === 'integer';
}

/** Machine limits of a floating dtype. */
export interface FloatInfo {
  /** Distance from 1 to the next larger number. */
  readonly eps: number;
  /** Smallest positive normal number. */
  readonly tiny: number;
  /** Smallest positive number. */
  readonly smallestSubnormal: number;
  /** Largest finite number. */
  readonly max: number;
}

const limits: Readonly<Partial<Record<DType, FloatInfo>>> = {
  float16: { eps: 0.0009765625, tiny: 0.00006103515625, smallestSubnormal: 5.9604644775390625e-8, max: 65504 },
  float32: { eps: 1.1920928955078125e-7, tiny: 1.1754943508222875e-38, smallestSubnormal: 1.401298464324817e-45, max: 3.4028234663852886e38 },
  float64: { eps: 2.220446049250313e-16, tiny: 2.2250738585072014e-308, smallestSubnormal: 5e-324, max: 1.7976931348623157e308 },
};

/**
 * Machine limits of a floating dtype, as numpy's `finfo`.
 *
 * @throws DTypeError for integers and bool
 *
 * @example
 * ```ts
 * import { finfo } from '@pastina/core';
 * console.log(finfo('float32').eps); // 1.1920928955078125e-7
 * ```
 */
export function finfo(dtype: DType): FloatInfo {
  const info = limits[checkDType(dtype, 'finfo')];
  if (info === undefined) throw new DTypeError('DTYPE_NOT_FLOAT', `finfo: ${dtype} is not a floating dtype; expected float16, float32 or float64`, { dtype });
  return info;
}
