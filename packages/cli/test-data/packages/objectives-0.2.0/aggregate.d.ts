import { type Defaulted, type Expression } from '@pastina/core';
export interface AggregateOptions { readonly weights?: Expression; readonly mode?: Defaulted<'mean' | 'sum', 'mean'> }
export declare function aggregate(loss: Expression, options?: AggregateOptions): Expression;
