import { readFileSync } from 'node:fs';
import { type Tensor } from '@pastina/core';

/** An array in the reference files that the real Lasagne made: flat, row-major, non-finite numbers as words. */
export interface ReferenceArray {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'float64';
  readonly data: readonly (number | string)[];
}

/** A file of `test-data/`. */
export function readReference<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../test-data/${name}.json`, import.meta.url), 'utf8')) as T;
}

/** The array as something that can be fed. */
export function arrayOf({ shape, dtype, data }: ReferenceArray): { data: Float32Array | Float64Array; shape: readonly number[] } {
  const numbers = data.map(Number);
  return { data: dtype === 'float32' ? Float32Array.from(numbers) : Float64Array.from(numbers), shape };
}

/** The largest difference, relative where the reference is above 1; NaN equals NaN, an infinity itself. */
export function largestDifference(found: Tensor, expected: ReferenceArray): number {
  if (found.shape.join() !== expected.shape.join()) return Infinity;
  const data = found.dataSync();
  return Math.max(0, ...expected.data.map(Number).map((e, i) => {
    const f = data[i] as number;
    return Object.is(f, e) || f === e ? 0 : Math.abs(f - e) / Math.max(1, Math.abs(e));
  }));
}
