import { type DType, type TypedArray, UnsupportedError } from '@pastina/core';

// On the device every element is a word of 32 bits: bool as 0 and 1, float16 as the float32 of the same value.

/** Elements as words. */
export function wordsOf(data: TypedArray, dtype: DType): Float32Array | Int32Array | Uint32Array {
  refuseWide(dtype, 'a value');
  return dtype === 'bool' ? Uint32Array.from(data) : (data as Float32Array);
}

/** Words as elements. */
export function elementsOf(words: ArrayBuffer, dtype: DType): TypedArray {
  switch (dtype) {
    case 'int32':
      return new Int32Array(words);
    case 'uint32':
      return new Uint32Array(words);
    case 'bool':
      return Uint8Array.from(new Uint32Array(words));
    default:
      return new Float32Array(words);
  }
}

/** @throws UnsupportedError for float64, which no shader has */
export function refuseWide(dtype: DType, what: string): void {
  if (dtype === 'float64') throw new UnsupportedError('WEBGPU_FLOAT64', `webgpu: ${what} is float64, which GPUs do not compute here; declare it as float32, cast(x, 'float32'), or compile with { backend: referenceBackend() }`, { dtype });
}
