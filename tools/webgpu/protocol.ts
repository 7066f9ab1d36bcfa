import { type DType, type TypedArray } from '@pastina/core';

/** What the tests ask of the thread that has the device. */
export type Question =
  | { readonly kind: 'create'; readonly data: TypedArray; readonly dtype: DType }
  | { readonly kind: 'write'; readonly id: number; readonly data: TypedArray }
  | { readonly kind: 'read'; readonly id: number }
  | { readonly kind: 'compile'; readonly program: string; readonly check: 'none' | 'finite' }
  | { readonly kind: 'run'; readonly id: number; readonly inputs: readonly TypedArray[]; readonly parameters: readonly number[] }
  | { readonly kind: 'code'; readonly id: number }
  | { readonly kind: 'release'; readonly ids: readonly number[] };

/** What it answers. */
export type Answer = { readonly value: unknown } | { readonly error: { readonly name: string; readonly code: string | undefined; readonly message: string; readonly details: string } };
