import { constant, defaultOf, InputError, isExpression, unknownOption, type Expression, type TensorLike } from '@pastina/core';
import { defaults } from '../defaults.js';
import { checkFits, InputLayer } from '../inputLayer.js';
import { Layer, type OutputOptions } from '../layer.js';
import { getAllLayers, listOf, type Layers } from './allLayers.js';
import { inLayer } from './inLayer.js';

/** What enters a network: one value for its only `InputLayer`, or a map from any layers to what they shall give. */
export type OutputInputs = Expression | TensorLike | ReadonlyMap<Layer, Expression | TensorLike>;

/**
 * The output of a network as an expression (Lasagne's `get_output`). One call computes each layer once,
 * so outputs asked for together share dropout masks.
 *
 * @param layerOrLayers - a layer gives an expression, a list gives a list
 * @param inputs - left out: the `inputVar` of each `InputLayer`
 * @param options - reach every layer; `deterministic: true` for predictions, `updates` collects the new values of running averages
 * @throws InputError for an option that no layer of the network reads, or a layer without input
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { DenseLayer, getOutput, InputLayer } from '@pastina/layers';
 * const net = new DenseLayer(new InputLayer({ shape: [null, 2] }), { numUnits: 1, W: 1 });
 * console.log(evaluate(getOutput(net, [[3, 4]])).toArray()); // [[7]]
 * ```
 */
export function getOutput(layer: Layer, inputs?: OutputInputs, options?: OutputOptions): Expression;
export function getOutput(layers: readonly Layer[], inputs?: OutputInputs, options?: OutputOptions): Expression[];
export function getOutput(layerOrLayers: Layers, inputs?: OutputInputs, options: OutputOptions = {}): Expression | Expression[] {
  const roots = listOf(layerOrLayers, 'getOutput');
  const given = inputs instanceof Map ? (inputs as ReadonlyMap<Layer, Expression | TensorLike>) : new Map<Layer, Expression | TensorLike>();
  const layers = getAllLayers(roots, { treatAsInput: given.keys() });
  checkOutputOptions(options, layers);
  const outputs = new Map<Layer, Expression>();
  for (const layer of layers) if (layer instanceof InputLayer) outputs.set(layer, layer.inputVar);
  if (inputs !== undefined && !(inputs instanceof Map)) {
    const only = onlyInput(layers);
    outputs.set(only, expressionFor(only, inputs as Expression | TensorLike));
  }
  for (const [layer, value] of given) outputs.set(layer, expressionFor(layer, value));
  const full: OutputOptions = { ...options, deterministic: options.deterministic ?? defaultOf(defaults, 'getOutput.deterministic') };
  for (const layer of layers) {
    if (!outputs.has(layer)) outputs.set(layer, inLayer(layer, () => layer.outputFrom(layer.inputLayers.map((below) => outputOf(below, layer, outputs)), full)));
  }
  const results = roots.map((root) => outputs.get(root) as Expression);
  return layerOrLayers instanceof Layer ? (results[0] as Expression) : results;
}

function outputOf(below: Layer | null, layer: Layer, outputs: ReadonlyMap<Layer, Expression>): Expression {
  const output = below === null ? undefined : outputs.get(below);
  if (output === undefined) throw new InputError('FREE_LAYER', `${layer.label} was built from a shape, so nothing feeds it; build it on an InputLayer, or give its output: getOutput(net, new Map([[layer, expression]]))`, { layer: layer.name ?? layer.label });
  return output;
}

function onlyInput(layers: readonly Layer[]): InputLayer {
  const found = layers.filter((layer) => layer instanceof InputLayer);
  const only = found[0];
  if (found.length === 1 && only !== undefined) return only;
  throw new InputError('INPUTS', `getOutput: one input was given, but the network has ${found.length} input layers${found.length === 0 ? '' : ` (${found.map((layer) => layer.label).join(', ')})`}; give a Map from each input layer to its value`, { inputLayers: found.length });
}

function expressionFor(layer: Layer, value: Expression | TensorLike): Expression {
  const dtype = layer instanceof InputLayer ? layer.inputVar.dtype : layer.dtype;
  const expression = isExpression(value) ? value : inLayer(layer, () => constant(value, dtype));
  checkFits(expression, layer.outputShape, `getOutput: the input for ${layer.label} `);
  return expression;
}

function checkOutputOptions(options: OutputOptions, layers: readonly Layer[]): void {
  const known = [...new Set(['deterministic', 'updates', ...layers.flatMap((layer) => layer.outputOptions)])];
  for (const option of Object.keys(options)) if (!known.includes(option)) throw unknownOption('getOutput', option, known);
  const { deterministic, updates } = options;
  if (updates !== undefined && !(updates instanceof Map)) throw new InputError('OPTION_VALUE', `getOutput: updates is ${typeof updates}; expected a Map that new values of parameters are put into`, { option: 'updates' });
  if (deterministic !== undefined && typeof deterministic !== 'boolean') throw new InputError('OPTION_VALUE', `getOutput: deterministic is ${typeof deterministic}; expected true or false`, { option: 'deterministic' });
}
