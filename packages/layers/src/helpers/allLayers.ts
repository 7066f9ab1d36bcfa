import { InputError } from '@pastina/core';
import { Layer } from '../layer.js';

/** One layer or several. */
export type Layers = Layer | readonly Layer[];

/** Options of {@link getAllLayers}. */
export interface GetAllLayersOptions {
  /** Layers that are listed, but whose inputs are not followed. */
  readonly treatAsInput?: Iterable<Layer>;
}

/**
 * All layers that feed the given ones, themselves included, each after those that feed it (Lasagne's
 * `get_all_layers`). The order is that of a left-to-right depth-first walk, so it follows the order of
 * the arguments.
 *
 * @example
 * ```ts
 * import { DenseLayer, getAllLayers, InputLayer } from '@pastina/layers';
 * const net = new DenseLayer(new InputLayer({ shape: [null, 4] }), { numUnits: 2 });
 * console.log(getAllLayers(net).length); // 2
 * ```
 */
export function getAllLayers(layerOrLayers: Layers, options: GetAllLayersOptions = {}): Layer[] {
  const treated = new Set(options.treatAsInput ?? []);
  const done = new Set<Layer>();
  const opened = new Set<Layer>();
  const stack = [...listOf(layerOrLayers, 'getAllLayers')].reverse();
  for (let layer = stack.pop(); layer !== undefined; layer = stack.pop()) {
    if (opened.has(layer) || treated.has(layer)) {
      done.add(layer);
      continue;
    }
    opened.add(layer);
    // Back on the stack: it is listed when all below it are.
    stack.push(layer);
    for (const below of [...layer.inputLayers].reverse()) if (below !== null && !done.has(below)) stack.push(below);
  }
  return [...done];
}

/** One layer or several, as a checked list. */
export function listOf(layerOrLayers: Layers, where: string): readonly Layer[] {
  const list: readonly unknown[] = Array.isArray(layerOrLayers) ? layerOrLayers : [layerOrLayers];
  list.forEach((one, i) => {
    if (!(one instanceof Layer)) throw new InputError('NOT_A_LAYER', `${where}: ${Array.isArray(layerOrLayers) ? `element ${i}` : 'the first argument'} is ${one === null ? 'null' : typeof one}; expected a layer (a second copy of @pastina/layers makes layers that this one does not know)`, { index: i });
  });
  return list as readonly Layer[];
}
