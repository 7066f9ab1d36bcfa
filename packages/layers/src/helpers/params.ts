import { checkOptions, defaultOf, parametersOf, type Defaulted, type Expression, type Parameter } from '@pastina/core';
import { defaults } from '../defaults.js';
import { checkTags, type Tags } from '../tags.js';
import { getAllLayers, type Layers } from './allLayers.js';

/** Options of `getAllParams`. */
export interface GetAllParamsOptions {
  /** `true`: expressions given as weights are replaced by the parameters inside them. */
  readonly unwrapShared?: Defaulted<boolean, true>;
}

/**
 * All parameters of a network in the order of its layers, each once (Lasagne's `get_all_params`).
 *
 * @param tags - `{ trainable: true }` keeps those with the tag, `false` those without
 * @throws InputError for a misspelled tag
 *
 * @example
 * ```ts
 * import { DenseLayer, getAllParams, InputLayer } from '@pastina/layers';
 * const net = new DenseLayer(new InputLayer({ shape: [null, 2] }), { numUnits: 3, name: 'out' });
 * console.log(getAllParams(net, { regularizable: true }).map(({ name }) => name)); // ['out.W']
 * ```
 */
export function getAllParams(layerOrLayers: Layers, tags?: Tags, options?: { readonly unwrapShared?: Defaulted<true, true> }): Parameter[];
export function getAllParams(layerOrLayers: Layers, tags: Tags, options: GetAllParamsOptions): Expression[];
export function getAllParams(layerOrLayers: Layers, tags: Tags = {}, options: GetAllParamsOptions = {}): Expression[] {
  checkOptions('getAllParams', options, ['unwrapShared']);
  checkTags('getAllParams', tags);
  const all = getAllLayers(layerOrLayers).flatMap((layer) => layer.getParamExpressions(tags));
  const unwrap = options.unwrapShared ?? defaultOf(defaults, 'getAllParams.unwrapShared');
  return unwrap ? [...parametersOf(all)] : [...new Set(all)];
}

/** The number of elements in all parameters that pass the tags (Lasagne's `count_params`). */
export function countParams(layerOrLayers: Layers, tags: Tags = {}): number {
  return getAllParams(layerOrLayers, tags).reduce((count, param) => count + param.shape.reduce((a, b) => a * b, 1), 0);
}
