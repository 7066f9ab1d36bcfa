import { readFileSync } from 'node:fs';
import { constant, type DType, type Expression, type TypedArray } from '@pastina/core';
import { expect } from 'vitest';

/** An array in the reference files that the real Lasagne made. */
export interface Stored {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: readonly (number | 'NaN' | 'Infinity' | '-Infinity')[];
}
/** A case of test-data. */
export interface Case {
  readonly name: string;
  readonly predictions: Stored;
  readonly targets: Stored;
  readonly kwargs: { readonly top_k?: number; readonly delta?: number; readonly threshold?: number };
  readonly mode: string;
  readonly loss: Stored;
  readonly weights: Stored | null;
  readonly logits: Stored;
  readonly fast_run: { readonly loss: Stored; readonly grad_predictions: Stored; readonly grad_logits: Stored; readonly value: Stored };
}
type File = { readonly objectives: readonly Case[]; readonly logits: readonly Case[] };

export const numbers = ({ data }: Stored): number[] => data.map(Number);
export const constantOf = ({ shape, dtype, data }: Stored): Expression => constant({ data: dtype === 'float64' ? Float64Array.from(data, Number) : dtype === 'float32' ? Float32Array.from(data, Number) : Int32Array.from(data, Number), shape });

/** NaN of 0 · ln 0 is 0 here: docs/lasagne.md. */
export function compare(found: ArrayLike<number>, stored: Stored, tolerance: number, zeroForNaN: boolean): void {
  numbers(stored).forEach((expected, i) => {
    const value = found[i] as number;
    if (Number.isNaN(expected) && zeroForNaN) expect(Number.isNaN(value)).toBe(false);
    else if (Number.isFinite(expected)) expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
    else expect(value).toBe(expected);
  });
}

/** Data of an input, in the dtype that was stored. */
export const feedOf = ({ shape, dtype, data }: Stored): { readonly data: TypedArray; readonly shape: readonly number[] } => ({ data: dtype === 'float64' ? Float64Array.from(data, Number) : Float32Array.from(data, Number), shape });

/** Values made by Lasagne 0.2.dev1 on Theano 1.0.5; test-data/README.md says how to read them. */
export function readCases(dtype: 'float32' | 'float64'): File {
  return JSON.parse(readFileSync(new URL(`../test-data/lasagne.${dtype}.json`, import.meta.url), 'utf8')) as File;
}
