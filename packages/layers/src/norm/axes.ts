import { InputError } from '@pastina/core';
import { checkAxis } from '../checks.js';
import { type LayerShape } from '../shape.js';

/** The axes that are normalised over, as a sorted list: by name, one, or several. */
export function axesOf(given: string | number | readonly number[], named: Readonly<Record<string, (rank: number) => readonly number[]>>, shape: LayerShape, where: string): readonly number[] {
  const byName = typeof given === 'string' ? named[given] : undefined;
  const list: unknown = byName === undefined ? (typeof given === 'number' ? [given] : given) : byName(shape.length);
  if (Array.isArray(list) && list.length > 0) return [...new Set(list.map((axis) => checkAxis(axis as number, shape.length, 'axes', where)))].sort((a, b) => a - b);
  throw new InputError('OPTION_VALUE', `${where}: axes is ${JSON.stringify(given)} with an input of ${shape.length} axes; expected ${Object.keys(named).map((name) => `'${name}'`).join(', ')}, an axis, or a list of one or more axes`, { axes: given });
}

/** All axes of a rank from `first` on. */
export function axesFrom(first: number, rank: number): readonly number[] {
  return Array.from({ length: Math.max(0, rank - first) }, (_, i) => i + first);
}
