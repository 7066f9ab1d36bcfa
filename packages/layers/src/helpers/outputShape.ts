import { InputError } from '@pastina/core';
import { InputLayer } from '../inputLayer.js';
import { Layer } from '../layer.js';
import { checkLayerShape, type LayerShape } from '../shape.js';
import { getAllLayers, listOf, type Layers } from './allLayers.js';
import { inLayer } from './inLayer.js';

/**
 * The shape of a network's output (Lasagne's `get_output_shape`); null is a size that is not known.
 *
 * @param inputShapes - left out: the layers' own; else the shape for the only `InputLayer`, or a map
 *
 * @example
 * ```ts
 * import { DenseLayer, getOutputShape, InputLayer } from '@pastina/layers';
 * const net = new DenseLayer(new InputLayer({ shape: [null, 2] }), { numUnits: 3 });
 * console.log(getOutputShape(net, [64, 2])); // [64, 3]
 * ```
 */
export function getOutputShape(layer: Layer, inputShapes?: LayerShape | ReadonlyMap<Layer, LayerShape>): LayerShape;
export function getOutputShape(layers: readonly Layer[], inputShapes?: LayerShape | ReadonlyMap<Layer, LayerShape>): LayerShape[];
export function getOutputShape(layerOrLayers: Layers, inputShapes?: LayerShape | ReadonlyMap<Layer, LayerShape>): LayerShape | LayerShape[] {
  const roots = listOf(layerOrLayers, 'getOutputShape');
  const shapes = givenShapes(roots, inputShapes);
  for (const layer of getAllLayers(roots, { treatAsInput: shapes.keys() })) {
    if (shapes.has(layer)) continue;
    const below = layer.inputLayers.map((one, i) => (one === null ? undefined : shapes.get(one)) ?? layer.inputShapes[i] ?? []);
    shapes.set(layer, inLayer(layer, () => layer.outputShapeFrom(below)));
  }
  const results = roots.map((root) => shapes.get(root) ?? []);
  return layerOrLayers instanceof Layer ? (results[0] ?? []) : results;
}

function givenShapes(roots: readonly Layer[], inputShapes: LayerShape | ReadonlyMap<Layer, LayerShape> | undefined): Map<Layer, LayerShape> {
  if (inputShapes === undefined) return new Map();
  if (inputShapes instanceof Map) return new Map(inputShapes as ReadonlyMap<Layer, LayerShape>);
  const found = getAllLayers(roots).filter((layer) => layer instanceof InputLayer);
  const only = found[0];
  if (found.length !== 1 || only === undefined) throw new InputError('INPUTS', `getOutputShape: one shape was given, but the network has ${found.length} input layers; give a Map from each input layer to its shape`, { inputLayers: found.length });
  return new Map([[only, checkLayerShape(inputShapes as LayerShape, 'getOutputShape')]]);
}
