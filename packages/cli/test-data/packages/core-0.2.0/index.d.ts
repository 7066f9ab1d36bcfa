export type Defaulted<T, Value> = T | (Value & T);
export interface Expression { readonly dtype: string; readonly name: string | undefined }
export declare function input(name: string, shape: readonly (number | null)[], dtype?: Defaulted<'float32' | 'float64', 'float32'>): Expression;
export declare function flatten(x: Expression, outdim?: Defaulted<number, 2>): Expression;
export declare function pad(x: Expression, width?: number, value?: Defaulted<number, 0>): Expression;
export interface SoftmaxOptions { readonly axis?: Defaulted<number, -1> }
export declare const softmax: (x: Expression, options?: SoftmaxOptions) => Expression;
export interface ConfigureOptions { readonly behaviors?: Readonly<Record<string, string>> }
export declare function configure(options: ConfigureOptions): void;
export declare function withBehaviors<T>(levels: Readonly<Record<string, string>>, build: () => T): T;
