import { cast, checkOptions, DTypeError, InputError, isExpression, ShapeError, type DType, type Expression, type Operand } from '@pastina/core';

/** A number, or a scalar expression or parameter, so that it can change without compiling anew. */
export type Hyperparameter = number | Expression;

/** A checked hyperparameter, in the dtype of what it is combined with. */
export type HyperparameterIn = (dtype: DType) => Operand;

/** Checks a hyperparameter; the rule and its name go into any message. */
export function hyperparameter(rule: string, name: string, value: Hyperparameter | undefined): HyperparameterIn {
  if (value === undefined) throw new InputError('OPTION_MISSING', `${rule}: ${name} is missing; expected a number or a scalar expression, such as { ${name}: 0.01 }`, { option: name });
  if (isExpression(value)) {
    if (value.rank !== 0) throw new ShapeError('OPTION_SHAPE', `${rule}: ${name} has shape [${value.shape.map(String).join(', ')}]; expected a scalar`, { option: name, shape: value.shape });
    if (!value.dtype.startsWith('float')) throw new DTypeError('OPTION_DTYPE', `${rule}: ${name} is ${value.dtype}; expected a floating dtype`, { option: name, dtype: value.dtype });
    return (dtype) => (value.dtype === dtype ? value : cast(value, dtype));
  }
  if (!Number.isFinite(value)) throw new InputError('OPTION_VALUE', `${rule}: ${name} is ${String(value)}; expected a finite number or a scalar expression`, { option: name, value });
  return () => value;
}

/** Checks a rule's options; that there are none is an error of its own, since callers from Lasagne give the rate as a number. */
export function checkRuleOptions(rule: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw new InputError('OPTIONS', `${rule}: options are ${String(options)}; expected an object with ${known.join(', ')}`);
  checkOptions(rule, options, known);
}

/** The number 1 less a hyperparameter, exactly where it is a number. */
export function oneMinus(value: Operand, subtract: (a: Operand, b: Operand) => Expression): Operand {
  return typeof value === 'number' ? 1 - value : subtract(1, value);
}
