import { checkOptions, defaultOf, DTypeError, InputError, type Parameter, PastinaError, parameter, ShapeError, tensor, type Defaulted, type Tensor, type TensorLike } from '@pastina/core';
import { describe } from '../describe.js';
import { defaults } from '../defaults.js';
import { namedParams, type ParamSelection } from './names.js';

/** Options of {@link restoreParams}. */
export interface RestoreOptions {
  /** `true`: values that no parameter asks for are left alone. */
  readonly allowExtra?: Defaulted<boolean, false>;
}

/**
 * Sets parameters to values: by name from a map or an object, by order from a list. All or nothing: everything is
 * checked before the first parameter changes.
 *
 * @throws InputError for the first name that is missing or left over, or another number of values
 * @throws ShapeError, DTypeError naming the first parameter whose value does not fit
 *
 * @example
 * ```ts
 * import { parameter, tensor } from '@pastina/core';
 * import { restoreParams } from '@pastina/training/checkpoints';
 * const W = parameter([1, 2], { name: 'W' }), b = parameter(0, { name: 'b' });
 * restoreParams({ params: [W, b] }, new Map([['b', tensor(5)], ['W', tensor([3, 4])]]));
 * restoreParams({ params: [b] }, [tensor(6)]);
 * console.log(W.valueSync().toArray(), b.valueSync().item()); // [3, 4] 6
 * ```
 */
export function restoreParams(selection: ParamSelection, values: ReadonlyMap<string, TensorLike> | Readonly<Record<string, TensorLike>> | readonly TensorLike[], options: RestoreOptions = {}): void {
  const where = 'restoreParams';
  checkOptions(where, selection, ['layers', 'params']);
  checkOptions(where, options, ['allowExtra']);
  const params = namedParams(where, selection);
  assign(where, params, Array.isArray(values) ? inOrder(where, params, values as readonly TensorLike[]) : mapOf(where, values as ReadonlyMap<string, TensorLike>), options.allowExtra ?? defaultOf(defaults, 'restoreParams.allowExtra'));
}

function mapOf(where: string, values: ReadonlyMap<string, TensorLike> | Readonly<Record<string, TensorLike>>): ReadonlyMap<string, TensorLike> {
  if (values instanceof Map) return values as ReadonlyMap<string, TensorLike>;
  if (typeof values === 'object' && values !== null) return new Map(Object.entries(values));
  throw new InputError('PARAM_VALUES', `${where}: values is ${describe(values)}; expected a map or an object from names to values, or a list in the order of the parameters`);
}

function inOrder(where: string, params: ReadonlyMap<string, Parameter>, values: readonly TensorLike[]): ReadonlyMap<string, TensorLike> {
  if (values.length !== params.size) throw new InputError('PARAM_COUNT', `${where}: ${values.length} values for ${params.size} parameters (${[...params].map(([name, { shape }]) => `${name} [${shape.join(', ')}]`).join(', ')}); expected one each. No parameter was changed`, { expected: params.size, found: values.length });
  return new Map([...params.keys()].map((name, i) => [name, values[i] as TensorLike]));
}

/** Checks all, then sets all. */
export function assign(where: string, params: ReadonlyMap<string, Parameter>, values: ReadonlyMap<string, TensorLike>, allowExtra: boolean): void {
  const fitting = [...params].map(([name, param]) => {
    const value = values.get(name);
    if (value === undefined) throw new InputError('PARAM_MISSING', `${where}: there is no value for '${name}' [${param.shape.join(', ')}]; there are ${listOf([...values.keys()])}. Give the parameters the names that the values have, or restore them by order. No parameter was changed`, { parameter: name, found: [...values.keys()] });
    return [param, checkValue(where, name, param, value)] as const;
  });
  const extra = allowExtra ? undefined : [...values.keys()].find((name) => !params.has(name));
  if (extra !== undefined) throw new InputError('PARAM_EXTRA', `${where}: no parameter is called '${extra}'; the parameters are ${listOf([...params.keys()])}. With { allowExtra: true } it is left alone. No parameter was changed`, { value: extra, parameters: [...params.keys()] });
  for (const [param, value] of fitting) param.set(value);
}

/** The value as a tensor of the parameter's type; a scratch parameter applies the very checks of `set`. */
function checkValue(where: string, name: string, param: Parameter, value: TensorLike): Tensor {
  const own = typeof value === 'object' && 'dtype' in value && 'dataSync' in value ? value.dtype : undefined;
  if (own !== undefined && own !== param.dtype) throw new DTypeError('PARAM_DTYPE', `${where}: the value of '${name}' is ${own}; the parameter is ${param.dtype}, and nothing is converted by itself. No parameter was changed`, { parameter: name, expected: param.dtype, found: own });
  try {
    const { shape } = tensor(value);
    if (shape.length !== param.shape.length || shape.some((size, axis) => size !== param.shape[axis])) {
      throw new ShapeError('PARAM_SHAPE', `${where}: the value of '${name}' has shape [${shape.join(', ')}]; the parameter has [${param.shape.join(', ')}]. No parameter was changed`, { parameter: name, expected: param.shape, found: shape });
    }
    const scratch = parameter({ data: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape }, { dtype: param.dtype, name });
    scratch.set(value);
    return scratch.valueSync();
  } catch (error) {
    if (!(error instanceof PastinaError) || error.code === 'PARAM_SHAPE') throw error;
    throw new (error.constructor as typeof InputError)('PARAM_VALUE', `${where}: ${error.message}. No parameter was changed`, { ...error.details, parameter: name });
  }
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => `'${name}'`).join(', ');
  return names.length === 0 ? 'none' : names.length <= 8 ? shown : `${shown} and ${names.length - 8} more`;
}
