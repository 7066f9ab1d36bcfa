import { compile, type DType, type Expression, input, referenceBackend, type TypedArray } from '@pastina/core';
import { adapterOf } from '../../../tools/webgpu/adapter.ts';
import { type WebgpuBackend, webgpuBackend } from './webgpuBackend.js';

// Helpers of this package's tests; not exported, not shipped.

let software: Promise<WebgpuBackend> | undefined;

/** The backend on the software driver, as it is on a GPU; one for all tests of a process. */
export function softwareBackend(): Promise<WebgpuBackend> {
  software ??= adapterOf('vulkan').then((adapter) => webgpuBackend({ adapter, products: 'tiles' }));
  return software;
}

/** A value that is fed. */
export interface Fed {
  readonly data: readonly number[];
  readonly shape?: readonly number[];
  readonly dtype?: DType;
}

/** What WebGPU and the reference interpreter make of the same expression. */
export async function bothOf(make: (...xs: Expression[]) => Expression, fed: readonly Fed[]): Promise<{ readonly device: TypedArray; readonly reference: TypedArray }> {
  const inputs = fed.map(({ data, shape, dtype }, i) => input(`x${i}`, [...(shape ?? [data.length])], dtype ?? 'float32'));
  const y = make(...inputs);
  const named = Object.fromEntries(inputs.map((x, i) => [`x${i}`, x]));
  const feeds = Object.fromEntries(fed.map(({ data, shape, dtype }, i) => [`x${i}`, { data: arrayOf(data, dtype ?? 'float32'), shape: shape ?? [data.length] }]));
  const device = await compile({ inputs: named, outputs: { y }, backend: await softwareBackend() })(feeds).y.data();
  return { device, reference: compile({ inputs: named, outputs: { y }, backend: referenceBackend() })(feeds).y.dataSync() };
}

function arrayOf(data: readonly number[], dtype: DType): TypedArray {
  return dtype === 'int32' ? Int32Array.from(data) : dtype === 'uint32' ? Uint32Array.from(data) : Float32Array.from(data);
}

/** The largest distance of two arrays, in units of the last place of float32; NaN must meet NaN, an infinity itself. */
export function worstUlp(found: TypedArray, expected: TypedArray): number {
  let worst = 0;
  expected.forEach((value: number, i: number) => {
    const own = found[i] as number;
    if (Object.is(own, value) || own === value) return;
    const ulp = Math.max(2 ** (Math.floor(Math.log2(Math.abs(value) || 1e-38)) - 23), 1e-45);
    const distance = Math.abs(own - value) / ulp;
    worst = Math.max(worst, Number.isNaN(distance) ? Infinity : distance);
  });
  return worst;
}

/** Numbers of all sizes and both signs, and the special ones. */
export const extremes: readonly number[] = [0, -0, NaN, Infinity, -Infinity, 1, -1, 0.5, -0.5, 1e-30, -1e-30, 1e30, -1e30, 3.4e38, 1.17549435e-38, 88, -88, 104, -104, 17.5, 0.999999, 1.000001, 2, 3, -3, 1000.5, 65504, 1e-7, 2147483648, 4294967296, -2147483648.5, 16777217];

/** Ordinary numbers, evenly from `low` to `high`. */
export const between = (low: number, high: number, count = 257): readonly number[] => Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
