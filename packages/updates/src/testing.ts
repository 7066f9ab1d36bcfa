import { readFileSync } from 'node:fs';
import { compile, input, matmul, add, mean, parameter, square, sub, tanh, type Expression, type Parameter, type Tensor } from '@pastina/core';
import { type Updates } from './state.js';

/** An array in the reference files that the real Lasagne made. */
export interface ReferenceArray {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'float64';
  readonly data: readonly number[];
}

/** A case of test-data/updates.*.json. */
export interface ReferenceCase {
  readonly name: string;
  readonly function?: string;
  readonly kwargs?: Readonly<Record<string, number>>;
  readonly steps?: readonly { readonly loss: number; readonly W: ReferenceArray; readonly b: ReferenceArray }[];
  readonly final_state?: readonly ReferenceArray[];
  readonly x?: ReferenceArray;
  readonly out?: ReferenceArray;
  readonly max_norm?: number;
  readonly norm_axes?: readonly number[] | null;
  readonly X?: ReferenceArray;
  readonly Y?: ReferenceArray;
  readonly W?: ReferenceArray;
  readonly b?: ReferenceArray;
}

export function readCases(dtype: 'float32' | 'float64'): readonly ReferenceCase[] {
  return (JSON.parse(readFileSync(new URL(`../test-data/updates.${dtype}.json`, import.meta.url), 'utf8')) as { cases: ReferenceCase[] }).cases;
}

export function arrayOf({ shape, dtype, data }: ReferenceArray): { data: Float32Array | Float64Array; shape: readonly number[] } {
  return { data: dtype === 'float32' ? Float32Array.from(data) : Float64Array.from(data), shape };
}

/** The largest absolute difference; Infinity where shapes differ. */
export function difference(found: Tensor, expected: ReferenceArray): number {
  if (found.shape.join() !== expected.shape.join()) return Infinity;
  const data = found.dataSync();
  return Math.max(0, ...expected.data.map((e, i) => Math.abs((data[i] as number) - e)));
}

/** The reference's problem, mean((tanh(X W + b) - Y)²), and a runner that makes one step. */
export function problem(dtype: 'float32' | 'float64', rule: (loss: Expression, params: readonly Parameter[]) => Updates): { readonly W: Parameter; readonly b: Parameter; readonly updates: Updates; readonly step: () => number } {
  const data = readCases(dtype).find(({ name }) => name === 'problem') as Required<ReferenceCase>;
  const [W, b] = [parameter(arrayOf(data.W), { name: 'W' }), parameter(arrayOf(data.b), { name: 'b' })];
  const [X, Y] = [input('X', ['n', 3], dtype), input('Y', ['n', 2], dtype)];
  const loss = mean(square(sub(tanh(add(matmul(X, W), b)), Y)));
  const updates = rule(loss, [W, b]);
  const run = compile({ inputs: { X, Y }, outputs: { loss }, updates });
  return { W, b, updates, step: () => run({ X: arrayOf(data.X), Y: arrayOf(data.Y) }).loss.item() };
}
