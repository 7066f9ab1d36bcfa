import { InputError, parameter, ShapeError, tensor, type Parameter, type Tensor, type TensorLike } from '@pastina/core';
import { type Tags } from '../tags.js';
import { type Layers } from './allLayers.js';
import { getAllParams } from './params.js';

/**
 * Copies of all parameters' values in the order of `getAllParams` (Lasagne's `get_all_param_values`).
 *
 * @throws UnsupportedError where values lie on a GPU: {@link fetchAllParamValues} waits for them
 */
export function getAllParamValues(layerOrLayers: Layers, tags: Tags = {}): Tensor[] {
  return getAllParams(layerOrLayers, tags).map((param) => param.valueSync());
}

/**
 * The same on every backend, also where values can only be waited for, such as WebGPU. All are of one moment: that of the
 * call, whatever runs before they arrive.
 *
 * @example
 * ```ts
 * import { DenseLayer, fetchAllParamValues, InputLayer, setAllParamValues } from '@pastina/layers';
 * const net = new DenseLayer(new InputLayer({ shape: [null, 1] }), { numUnits: 2 });
 * setAllParamValues(net, [[[1, 2]], [3, 4]]);
 * const show = async () => console.log((await fetchAllParamValues(net)).map((value) => value.toArray()));
 * void show(); // [[[1, 2]], [3, 4]]
 * ```
 */
export async function fetchAllParamValues(layerOrLayers: Layers, tags: Tags = {}): Promise<Tensor[]> {
  return Promise.all(getAllParams(layerOrLayers, tags).map((param) => param.value()));
}

/**
 * Sets all parameters, in the order of `getAllParams`. All or nothing: everything is checked
 * before the first parameter changes.
 *
 * @throws InputError for another number of values
 * @throws ShapeError, DTypeError naming the first parameter whose value does not fit
 *
 * @example
 * ```ts
 * import { DenseLayer, getAllParamValues, InputLayer, setAllParamValues } from '@pastina/layers';
 * const net = new DenseLayer(new InputLayer({ shape: [null, 1] }), { numUnits: 2 });
 * setAllParamValues(net, [[[1, 2]], [3, 4]]);
 * console.log(getAllParamValues(net).map((value) => value.toArray())); // [[[1, 2]], [3, 4]]
 * ```
 */
export function setAllParamValues(layerOrLayers: Layers, values: readonly TensorLike[], tags: Tags = {}): void {
  const params = getAllParams(layerOrLayers, tags);
  if (!Array.isArray(values)) throw new InputError('PARAM_VALUES', `setAllParamValues: expected a list of ${params.length} values, got ${typeof values}`);
  const list = values as readonly TensorLike[];
  if (list.length !== params.length) {
    throw new InputError('PARAM_COUNT', `setAllParamValues: ${list.length} values for ${params.length} parameters (${params.map(describe).join(', ')}); expected one each`, { expected: params.length, found: list.length });
  }
  const fitting = params.map((param, i) => checkValue(param, list[i] as TensorLike, i));
  params.forEach((param, i) => param.set(fitting[i] as Tensor));
}

function describe(param: Parameter): string {
  return `${param.name ?? 'unnamed'} [${param.shape.join(', ')}]`;
}

/** The value as a tensor of the parameter's type; a scratch parameter applies the very checks of `set`. */
function checkValue(param: Parameter, value: TensorLike, index: number): Tensor {
  const { shape } = tensor(value);
  if (shape.length !== param.shape.length || shape.some((size, axis) => size !== param.shape[axis])) {
    throw new ShapeError('PARAM_SHAPE', `setAllParamValues: value ${index} has shape [${shape.join(', ')}]; parameter ${describe(param)} expects [${param.shape.join(', ')}]. No parameter was changed`, { index, parameter: param.name, expected: param.shape, found: shape });
  }
  const zeros = { data: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape };
  const scratch = parameter(zeros, { dtype: param.dtype, ...(param.name === undefined ? {} : { name: param.name }) });
  scratch.set(value);
  return scratch.valueSync();
}
