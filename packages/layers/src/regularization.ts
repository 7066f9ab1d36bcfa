import { abs, add, checkOptions, constant, defaultOf, mul, square, sum, type Expression } from '@pastina/core';
import { defaults } from './defaults.js';
import { listOf, type Layers } from './helpers/allLayers.js';
import { getAllParams } from './helpers/params.js';
import { type Layer } from './layer.js';
import { type Tags } from './tags.js';

// What the signatures name: an entry point exports every type it speaks of.
export { type Layers } from './helpers/allLayers.js';
export { type Initializer, type Sample } from './init/initializer.js';
export { type AddParamOptions, type Incoming, type IncomingList, type Layer, type LayerOptions, type OutputOptions } from './layer.js';
export { type ParamSpec } from './param.js';
export { type LayerShape } from './shape.js';
export { type Tags } from './tags.js';

/** A function from one tensor to a scalar cost. */
export type Penalty = (x: Expression) => Expression;

/** Σ |x| */
export const l1: Penalty = (x) => sum(abs(x));

/** Σ x², with neither a half nor a root. */
export const l2: Penalty = (x) => sum(square(x));

/** The penalty of one tensor, or the sum over several (Lasagne's `apply_penalty`); of none it is 0. */
export function applyPenalty(tensorOrTensors: Expression | readonly Expression[], penalty: Penalty): Expression {
  const list = Array.isArray(tensorOrTensors) ? (tensorOrTensors as readonly Expression[]) : [tensorOrTensors as Expression];
  const [first, ...rest] = list.map((one) => penalty(one));
  return first === undefined ? constant(0) : rest.reduce((total, one) => add(total, one), first);
}

/** Options of the regularisers. */
export interface RegularizeOptions {
  /** Which parameters are meant. Default: `{ regularizable: true }`, so no biases. */
  readonly tags?: Tags;
}

/** The penalty of the parameters of these layers alone, not of those below (Lasagne's `regularize_layer_params`). */
export function regularizeLayerParams(layerOrLayers: Layers, penalty: Penalty, options: RegularizeOptions = {}): Expression {
  const tags = tagsOf('regularizeLayerParams', options);
  return applyPenalty(listOf(layerOrLayers, 'regularizeLayerParams').flatMap((layer) => layer.getParams(tags)), penalty);
}

/** As {@link regularizeLayerParams}, each layer with its own coefficient. */
export function regularizeLayerParamsWeighted(layers: ReadonlyMap<Layer, number | Expression>, penalty: Penalty, options: RegularizeOptions = {}): Expression {
  const tags = tagsOf('regularizeLayerParamsWeighted', options);
  const terms = [...layers].map(([layer, coefficient]) => mul(applyPenalty(layer.getParams(tags), penalty), coefficient));
  return terms.length === 0 ? constant(0) : terms.reduce((total, term) => add(total, term));
}

/**
 * The penalty of all parameters of a network (Lasagne's `regularize_network_params`).
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { DenseLayer, InputLayer } from '@pastina/layers';
 * import { l2, regularizeNetworkParams } from '@pastina/layers/regularization';
 * const net = new DenseLayer(new InputLayer({ shape: [null, 1] }), { numUnits: 2, W: [[3, 4]] });
 * console.log(evaluate(regularizeNetworkParams(net, l2)).item()); // 25
 * ```
 */
export function regularizeNetworkParams(layerOrLayers: Layers, penalty: Penalty, options: RegularizeOptions = {}): Expression {
  return applyPenalty(getAllParams(layerOrLayers, tagsOf('regularizeNetworkParams', options)), penalty);
}

function tagsOf(where: string, options: RegularizeOptions): Tags {
  checkOptions(where, options, ['tags']);
  return options.tags ?? { regularizable: defaultOf(defaults, 'regularizeLayerParams.regularizable') };
}
