import { DTypeError, InputError, isExpression, ShapeError, type Expression } from '@pastina/core';

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
export function checkSameShape(where: string, a: readonly [string, Expression], b: readonly [string, Expression]): void {
  const [left, right] = [a[1], b[1]];
  if (left.rank === right.rank && left.shape.every((size, axis) => size === right.shape[axis])) return;
  const column = Math.abs(left.rank - right.rank) === 1;
  const cure = column ? `make both of one rank: expandDims(${left.rank < right.rank ? a[0] : b[0]}, -1), or squeeze the other` : 'make the shapes equal';
  throw new ShapeError('OBJECTIVE_SHAPE', `${where}: ${a[0]} are ${describe(left)} and ${b[0]} are ${describe(right)}; objectives do not broadcast: ${cure}`, { [a[0]]: left.shape, [b[0]]: right.shape });
}
