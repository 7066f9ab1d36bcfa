import { cast, constant, div, exp, finfo, greaterEqual, InputError, isExpression, minimum, mod, mul, pow, round, sub, type DType, type Expression, type Operand } from '@pastina/core';
import { readClock, type Clock } from './stepCounter.js';

/** The count of a clock, and the dtype of schedules that read it: float32, but float64 of a float64 clock. */
export function readSteps(where: string, clock: Clock): { readonly t: Expression; readonly dtype: DType } {
  const t = readClock(where, clock);
  return { t, dtype: t.dtype === 'float64' ? 'float64' : 'float32' };
}

/** A number of steps, checked. */
export function checkSteps(where: string, option: string, value: number | undefined): number {
  if (value === undefined) throw new InputError('OPTION_MISSING', `${where}: ${option} is missing; expected a whole number of steps, such as { ${option}: 1000 }`, { option });
  if (!Number.isInteger(value) || value < 1 || value > 2147483647) throw new InputError('OPTION_VALUE', `${where}: ${option} is ${String(value)}; expected a whole number from 1 to 2147483647`, { option, value });
  return value;
}

/** A factor of decay, checked. */
export function checkFactor(where: string, value: number | undefined, dtype: DType): number {
  if (value === undefined) throw new InputError('OPTION_MISSING', `${where}: factor is missing; expected a positive number, such as { factor: 0.5 }`, { option: 'factor' });
  const { tiny, max } = finfo(dtype);
  if (!(value >= tiny && value <= max)) throw new InputError('OPTION_VALUE', `${where}: factor is ${String(value)}; expected a positive number from ${tiny} to ${max}`, { option: 'factor', value });
  return value;
}

/** Which stair of `every` steps t is on, and how many steps it is into it; both exact, as counts are. */
export function stairs(t: Expression, every: number, dtype: DType): { readonly index: Expression; readonly rest: Expression } {
  const rest = mod(t, every);
  return { index: round(div(inDtype(sub(t, rest), dtype), every)), rest: inDtype(rest, dtype) };
}

/** How much of the way of `steps` steps is left and gone, each from 0 to 1 and exact at its border, and whether all is. */
export function progress(t: Expression, steps: number, dtype: DType): { readonly done: Expression; readonly left: Expression; readonly gone: Expression } {
  const reached = minimum(t, steps);
  return { done: greaterEqual(t, steps), left: div(inDtype(sub(steps, reached), dtype), steps), gone: div(inDtype(reached, dtype), steps) };
}

/**
 * factorⁿ. A factor such as 0.9999 is rounded when it becomes float32, and after 100,000 steps the power
 * of the rounded one is off by 0.3 %; the second factor makes up for the rounding.
 */
export function power(factor: number, n: Expression): Expression {
  const stored = n.dtype === 'float32' ? Math.fround(factor) : factor;
  const powered = pow(constant(stored, n.dtype), n);
  return stored === factor ? powered : mul(powered, exp(mul(n, Math.log1p((factor - stored) / stored))));
}

/** A number as an expression, for places that take no numbers. */
export function asExpression(value: Operand, dtype: DType): Expression {
  return isExpression(value) ? value : constant(value, dtype);
}

function inDtype(value: Expression, dtype: DType): Expression {
  return value.dtype === dtype ? value : cast(value, dtype);
}
