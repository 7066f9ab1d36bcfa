import { grad, InputError, isExpression, isParameter, ShapeError, type Expression, type Parameter } from '@pastina/core';

/** What update rules start from: the scalar loss, or its gradients, one for each parameter. */
export type LossOrGrads = Expression | readonly Expression[];

/**
 * The gradients that are given, checked, or those of the given loss (Lasagne's `get_or_compute_grads`).
 *
 * @throws InputError for something that is no parameter, a parameter named twice, or another number of gradients
 * @throws ShapeError where a gradient has not the shape of its parameter
 */
export function getOrComputeGrads(lossOrGrads: LossOrGrads, params: readonly Parameter[]): Expression[] {
  checkParams(params, 'update rule');
  if (!Array.isArray(lossOrGrads)) return grad(lossOrGrads as Expression, params);
  const grads = lossOrGrads as readonly Expression[];
  if (grads.length !== params.length) throw new InputError('GRADIENT_COUNT', `update rule: ${grads.length} gradients for ${params.length} parameters; expected one each`, { gradients: grads.length, parameters: params.length });
  grads.forEach((gradient, i) => {
    const param = params[i] as Parameter;
    if (!isExpression(gradient)) throw new InputError('NOT_AN_EXPRESSION', `update rule: gradient ${i} is ${typeof gradient}; expected an expression`, { index: i });
    if (gradient.dtype !== param.dtype || gradient.rank !== param.rank || gradient.shape.some((size, axis) => size !== param.shape[axis])) {
      throw new ShapeError('GRADIENT_TYPE', `update rule: gradient ${i} is ${gradient.dtype}[${gradient.shape.map(String).join(', ')}]; parameter ${nameOf(param, i)} is ${param.dtype}[${param.shape.join(', ')}]`, { index: i, parameter: param.name });
    }
  });
  return [...grads];
}

/** Only parameters can be updated, and each once. */
export function checkParams(params: readonly Parameter[], where: string): void {
  if (!Array.isArray(params) || params.length === 0) throw new InputError('PARAMS', `${where}: expected a list of at least one parameter, such as getAllParams(net, { trainable: true })`);
  const seen = new Set<unknown>();
  (params as readonly Parameter[]).forEach((param, i) => {
    if (!isParameter(param)) throw new InputError('NOT_A_PARAMETER', `${where}: element ${i} of params is ${isExpression(param) ? 'an expression' : typeof param}; expected a parameter (getAllParams gives those inside of expressions)`, { index: i });
    if (seen.has(param)) throw new InputError('PARAM_TWICE', `${where}: parameter ${nameOf(param, i)} is listed twice; expected each once`, { index: i, parameter: param.name });
    seen.add(param);
  });
}

/** How names of states and messages call a parameter. */
export function nameOf(param: Expression, index: number): string {
  return param.name ?? `#${index}`;
}
