import { InputError, reshape, type Dim, type Expression } from '@pastina/core';
import { checkAxis, knownSizes } from '../checks.js';
import { type LayerShape } from '../shape.js';

/** Along which axes a parameter is the same: `'auto'` are all but the second, `'all'`, one, or a list. */
export type SharedAxes = 'auto' | 'all' | number | readonly number[];

/** The axes as a sorted list. */
export function sharedAxesOf(given: SharedAxes, shape: LayerShape, where: string): readonly number[] {
  const all = shape.map((_, axis) => axis);
  if (given === 'all') return all;
  if (given === 'auto') return all.filter((axis) => axis !== 1);
  const list: unknown = typeof given === 'number' ? [given] : given;
  if (!Array.isArray(list)) throw new InputError('OPTION_VALUE', `${where}: sharedAxes is ${JSON.stringify(given)}; expected 'auto', 'all', an axis, or a list of axes`, { sharedAxes: given });
  return [...new Set(list.map((axis) => checkAxis(axis as number, shape.length, 'sharedAxes', where)))].sort((a, b) => a - b);
}

/** The shape of a parameter that is the same along the shared axes: the other sizes, which must be known. */
export function unsharedShape(shape: LayerShape, shared: readonly number[], what: string, where: string): readonly number[] {
  return knownSizes(shape, shape.map((_, axis) => axis).filter((axis) => !shared.includes(axis)), what, where);
}

/** The parameter with an axis of size 1 for each shared one, so that it broadcasts. */
export function spreadShared(param: Expression, shared: readonly number[], rank: number): Expression {
  const own = [...param.shape];
  return reshape(param, Array.from({ length: rank }, (_, axis): Dim => (shared.includes(axis) ? 1 : (own.shift() ?? 1))));
}
