import { type Defaulted } from '@pastina/core';
export interface GainOptions { readonly gain?: Defaulted<number, 1> }
export declare class GlorotUniform { constructor(options?: GainOptions) }
