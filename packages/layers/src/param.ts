import { InputError, isExpression, isParameter, parameter, PastinaError, ShapeError, tensor, type DType, type Expression, type Parameter, type TensorLike } from '@pastina/core';
import { Initializer } from './init/initializer.js';

/**
 * What a weight can be given as: an initialiser, a number (all elements), data, a parameter that exists
 * (shared weights), an expression, or a function of the shape that gives data.
 */
export type ParamSpec = Initializer | TensorLike | Expression | Parameter | ((shape: readonly number[]) => TensorLike);

/** What {@link createParam} makes. */
export interface ParamRequest {
  readonly spec: ParamSpec;
  readonly shape: readonly number[];
  /** The full name, such as 'hidden.W'. */
  readonly name: string;
  readonly dtype: DType;
  readonly tags: Iterable<string>;
  /** Who asks, for messages: "DenseLayer 'hidden': parameter 'hidden.W'". */
  readonly where: string;
}

/** The parameter that a spec asks for, or the given expression, checked (Lasagne's `create_param`). */
export function createParam(request: ParamRequest): Expression {
  const { spec, shape, name, dtype, tags, where } = request;
  checkParamShape(shape, where);
  if (isExpression(spec)) return checkGiven(spec, request);
  const value = valueOf(spec, shape, dtype, where);
  return parameter(value, { name, dtype, tags });
}

function checkParamShape(shape: readonly number[], where: string): void {
  const wrong = shape.find((size) => !Number.isInteger(size) || size < 1);
  if (wrong !== undefined) throw new ShapeError('PARAM_SHAPE', `${where}: shape [${shape.join(', ')}]; expected whole numbers from 1 up`, { shape });
}

function checkGiven(given: Expression, { shape, dtype, where }: ParamRequest): Expression {
  const kind = isParameter(given) ? 'parameter' : 'expression';
  if (given.rank !== shape.length || given.shape.some((size, i) => size !== shape[i])) {
    throw new ShapeError('PARAM_SHAPE', `${where}: the given ${kind} has shape [${given.shape.map(String).join(', ')}]; expected [${shape.join(', ')}]`, { expected: shape, found: given.shape });
  }
  if (given.dtype !== dtype) {
    throw new InputError('PARAM_DTYPE', `${where}: the given ${kind} is ${given.dtype}, but the layer computes in ${dtype}, the dtype of its input; give the network an inputVar of ${given.dtype}, or cast the weights`, { expected: dtype, found: given.dtype });
  }
  return given;
}

function valueOf(spec: Exclude<ParamSpec, Expression>, shape: readonly number[], dtype: DType, where: string): TensorLike {
  const given = spec instanceof Initializer ? spec.sample(shape) : typeof spec === 'function' ? spec(shape) : spec;
  // A number stands for all elements.
  const Elements = dtype === 'float32' ? Float32Array : Float64Array;
  const value = typeof given === 'number' ? { data: new Elements(shape.reduce((a, b) => a * b, 1)).fill(given), shape } : given;
  const found = shapeOf(value, where);
  if (found.length !== shape.length || found.some((size, i) => size !== shape[i])) {
    const cure = found.length === 1 && shape.length !== 1 ? '; give flat data as { data, shape }' : '';
    throw new ShapeError('PARAM_SHAPE', `${where}: the given values have shape [${found.join(', ')}]; expected [${shape.join(', ')}]${cure}`, { expected: shape, found });
  }
  return value;
}

function shapeOf(value: TensorLike, where: string): readonly number[] {
  try {
    return tensor(value).shape;
  } catch (error) {
    if (!(error instanceof PastinaError)) throw error;
    throw new InputError('PARAM_SPEC', `${where}: expected an initialiser, a number, data, a parameter or an expression. ${error.message}`, { cause: error.code });
  }
}
