import { type Defaulted, type Expression } from '@pastina/core';
export interface LayerOptions { readonly name?: string }
export declare class Layer { constructor(incoming: Layer | null, options: LayerOptions); addParam(value: number, options?: AddParamOptions): Expression }
export interface AddParamOptions { readonly trainable?: Defaulted<boolean, true> }
export type Init = ((shape: readonly number[]) => Expression) | number;
export interface DenseLayerOptions extends LayerOptions { readonly numUnits: number; readonly W?: Init; readonly numLeadingAxes?: Defaulted<number, 1> }
export declare class DenseLayer extends Layer { constructor(incoming: Layer, options: DenseLayerOptions) }
export declare class WideLayer extends DenseLayer {}
export interface BatchNormLayerOptions extends LayerOptions { readonly epsilon?: Defaulted<number, 1e-4>; readonly alpha?: Defaulted<number, 0.1> }
export declare class BatchNormLayer extends Layer { constructor(incoming: Layer, options?: BatchNormLayerOptions) }
export declare function batchNorm(layer: Layer, options?: Omit<BatchNormLayerOptions, 'name'>): Layer;
export interface DropoutOptions { readonly p?: Defaulted<number, 0.5> }
export declare function dropout(layer: Layer, options?: DropoutOptions): Layer;
export declare function spatialDropout(layer: Layer, options?: DropoutOptions): Layer;
export declare function noise(layer: Layer, { sigma }?: NoiseOptions): Layer;
export interface NoiseOptions { readonly sigma?: Defaulted<number, 0.1> }
export declare function turn(layer: Layer, options?: TurnOptions): Layer;
export declare function turn(layer: Layer, angle: number, options?: TurnOptions): Layer;
export interface TurnOptions { readonly axis?: Defaulted<number, 1> }
export declare function anyDropout(layer: Layer, options?: DropoutOptions): Layer;
