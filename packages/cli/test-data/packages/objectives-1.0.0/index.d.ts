import { type Defaulted, type Expression } from '@pastina/core';
export { aggregate, type AggregateOptions } from './aggregate.js';
export interface CategoricalCrossentropyOptions { readonly epsilon?: Defaulted<number, 1e-7> | 'auto' }
export declare function categoricalCrossentropy(predictions: Expression, targets: Expression, options?: CategoricalCrossentropyOptions): Expression;
