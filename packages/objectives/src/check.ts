import { DTypeError, InputError, isExpression, ShapeError, type DType, type Expression } from '@pastina/core';

type Named = readonly [name: string, value: Expression];

/** `float32[batch, 10]` */
export function describe({ dtype, shape }: Expression): string {
  return `${dtype}[${shape.join(', ')}]`;
}

/** `predictions` and `targets` must be expressions; numbers and arrays are a mistake that is told at once. */
export function checkExpressions(where: string, operands: Readonly<Record<string, Expression>>): void {
  for (const [name, value] of Object.entries(operands)) {
    if (!isExpression(value)) throw new InputError('NOT_AN_EXPRESSION', `${where}: ${name} is no expression; wrap data in constant(…)`, { argument: name });
  }
}

export function checkFloat(where: string, name: string, value: Expression): void {
  if (!value.dtype.startsWith('float')) throw new DTypeError('OBJECTIVE_DTYPE', `${where}: ${name} are ${describe(value)}; expected a floating dtype`, { argument: name, dtype: value.dtype });
}

/** Sizes must be equal, one by one: objectives never broadcast, since (n) against (n, 1) would silently give (n, n). */
export function checkSameShape(where: string, a: Named, b: Named): void {
  const [left, right] = [a[1], b[1]];
  if (sameSizes(left, right)) return;
  const column = Math.abs(left.rank - right.rank) === 1;
  const cure = column ? `make both of one rank: expandDims(${left.rank < right.rank ? a[0] : b[0]}, -1), or squeeze the other` : 'make the shapes equal';
  throw new ShapeError('OBJECTIVE_SHAPE', `${where}: ${a[0]} are ${describe(left)} and ${b[0]} are ${describe(right)}; objectives do not broadcast: ${cure}`, { [a[0]]: left.shape, [b[0]]: right.shape });
}

export function sameSizes(left: Pick<Expression, 'shape'>, right: Pick<Expression, 'shape'>): boolean {
  return left.shape.length === right.shape.length && left.shape.every((size, axis) => size === right.shape[axis]);
}

/** Nothing is widened by itself: the second operand must have the dtype of the first. */
export function checkSameDtype(where: string, a: Named, b: Named): void {
  if (a[1].dtype === b[1].dtype) return;
  throw new DTypeError('OBJECTIVE_DTYPE', `${where}: ${a[0]} are ${describe(a[1])} and ${b[0]} are ${describe(b[1])}; expected one dtype: use cast(${b[0]}, '${a[1].dtype}')`, { argument: b[0], dtype: b[1].dtype });
}

/** What every elementwise objective asks of its two operands: floats of one dtype and one shape. */
export function checkPair(where: string, a: Named, b: Named): void {
  checkExpressions(where, { [a[0]]: a[1], [b[0]]: b[1] });
  checkFloat(where, ...a);
  checkSameDtype(where, a, b);
  checkSameShape(where, a, b);
}

/** At least one axis, whose elements belong together. */
export function checkVector(where: string, name: string, value: Expression, axis: string): void {
  if (value.rank === 0) throw new ShapeError('OBJECTIVE_SHAPE', `${where}: ${name} are ${describe(value)}; expected [items, ${axis}]`, { [name]: value.shape });
}

/** A finite number above 0, or from 0 up. */
export function checkNumber(where: string, option: string, value: number, from: 'above 0' | 'from 0 up'): number {
  const inside = Number.isFinite(value) && (from === 'above 0' ? value > 0 : value >= 0);
  if (!inside) throw new InputError('OBJECTIVE_OPTION', `${where}: ${option} ${String(value)}; expected a number ${from}`, { [option]: value });
  return value;
}

export function isInteger(dtype: DType): boolean {
  return dtype === 'int32' || dtype === 'uint32';
}

/** Are the targets class numbers, one for each item of `[…, k]`? Else they are one number per class, of the same dtype. */
export function areClasses(where: string, predictions: Named, targets: Expression): boolean {
  const [name, x] = predictions;
  const items = x.shape.slice(0, -1);
  if (isInteger(targets.dtype)) {
    if (sameSizes(targets, { shape: items })) return true;
    throw new ShapeError('OBJECTIVE_SHAPE', `${where}: ${name} are ${describe(x)} and class numbers are ${describe(targets)}; expected one class per item: [${items.join(', ')}]`, { [name]: x.shape, targets: targets.shape });
  }
  checkFloat(where, 'targets', targets);
  if (targets.rank === x.rank - 1) {
    throw new DTypeError('OBJECTIVE_DTYPE', `${where}: targets are ${describe(targets)}, one number per item; class numbers must be integers: declare the input as int32, or use cast(targets, 'int32')`, { argument: 'targets', dtype: targets.dtype });
  }
  checkSameShape(where, predictions, ['targets', targets]);
  checkSameDtype(where, predictions, ['targets', targets]);
  return false;
}
