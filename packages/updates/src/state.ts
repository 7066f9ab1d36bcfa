import { parameter, type DType, type Expression, type Parameter } from '@pastina/core';
import { nameOf } from './gradients.js';

/** What an update rule returns: parameter → new value, its own state included. Goes to `compile({ updates })`. */
export type Updates = Map<Parameter, Expression>;

/** A state of the parameter's type that starts at 0, called for instance 'adam.m(hidden.W)'. */
export function stateLike(rule: string, part: string, param: Parameter, index: number): Parameter {
  const size = param.shape.reduce((a, b) => a * b, 1);
  return parameter({ data: new Float32Array(size), shape: param.shape }, { name: `${rule}.${part}(${nameOf(param, index)})`, dtype: param.dtype });
}

/** The step counter of a rule, 'adam.t'. In float16 it would stop counting at 2048, so it is at least float32. */
export function ruleCounter(rule: string, params: readonly Parameter[]): Parameter {
  const dtype: DType = params.some((param) => param.dtype === 'float64') ? 'float64' : 'float32';
  return parameter(0, { name: `${rule}.t`, dtype });
}
