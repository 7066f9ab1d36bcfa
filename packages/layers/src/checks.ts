import { checkOptions, defaultOf, InputError, ShapeError, type PerAxis } from '@pastina/core';
import { defaults } from './defaults.js';
import { Constant, Normal, Uniform } from './init/basic.js';
import { type Initializer } from './init/initializer.js';
import { GlorotUniform } from './init/scaled.js';
import { describeLayer } from './layer.js';
import { linear, rectify, sigmoid, tanh, type Nonlinearity } from './nonlinearities.js';
import { type ParamSpec } from './param.js';
import { formatLayerShape, type LayerShape } from './shape.js';

// What layers check alike, and what their declared defaults stand for.

const initialisers = {
  GlorotUniform: (): Initializer => new GlorotUniform(),
  Normal: (): Initializer => new Normal(),
  'Normal(0.1)': (): Initializer => new Normal({ std: defaultOf(defaults, 'Gate.std') }),
  Uniform: (): Initializer => new Uniform(),
} as const;

const nonlinearities: { readonly [name in 'rectify' | 'sigmoid' | 'tanh']: Nonlinearity } = { rectify, sigmoid, tanh };

/** Declared defaults that stand for an initialiser. */
export type InitialiserName = keyof typeof initialisers;
/** Declared defaults that stand for a nonlinearity. */
export type NonlinearityName = keyof typeof nonlinearities;

/** "Conv2DLayer 'first'", once the options are known to be options. */
export function checkLayerOptions(kind: string, options: { readonly name?: string } | undefined, known: readonly string[], required?: string): string {
  if (options === undefined || options === null) throw new InputError('OPTIONS', `${kind}: options are missing; expected at least { ${required ?? ''} }`);
  const where = describeLayer(kind, options.name);
  checkOptions(where, options, [...known, 'name']);
  return where;
}

/** The initialiser that was given, or the one that a default names; a number stands for all elements. */
export function specOr(given: ParamSpec | undefined, fallback: () => InitialiserName | number): ParamSpec {
  if (given !== undefined) return given;
  const named = fallback();
  return typeof named === 'number' ? new Constant(named) : initialisers[named]();
}

/** The nonlinearity that was given (null is the identity), or the one that a default names. */
export function checkNonlinearity(given: Nonlinearity | null | undefined, fallback: () => NonlinearityName, where: string): Nonlinearity {
  const nonlinearity: unknown = given === undefined ? nonlinearities[fallback()] : (given ?? linear);
  if (typeof nonlinearity === 'function') return nonlinearity as Nonlinearity;
  throw new InputError('NONLINEARITY', `${where}: nonlinearity is ${typeof nonlinearity}; expected a function such as rectify, or null for none`, { option: 'nonlinearity' });
}

/** A whole number, `least` or more. */
export function checkWhole(value: number, least: number, option: string, where: string): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new InputError('OPTION_VALUE', `${where}: ${option} is ${String(value)}; expected a whole number from ${least} up`, { option, value });
}

/** true or false. */
export function checkFlag(value: boolean, option: string, where: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new InputError('OPTION_VALUE', `${where}: ${option} is ${String(value)}; expected true or false`, { option, value });
}

/** A finite number, within bounds. */
export function checkNumber(value: number, option: string, where: string, low: number = -Infinity, high: number = Infinity): number {
  if (Number.isFinite(value) && value >= low && value <= high) return value;
  const range = low === -Infinity ? 'a finite number' : high === Infinity ? `a number from ${low} up` : `a number from ${low} to ${high}`;
  throw new InputError('OPTION_VALUE', `${where}: ${option} is ${String(value)}; expected ${range}`, { option, value });
}

/** One of several words. */
export function checkWord<T extends string>(value: string, words: readonly T[], option: string, where: string): T {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new InputError('OPTION_VALUE', `${where}: ${option} is ${JSON.stringify(value)}; expected ${words.map((word) => `'${word}'`).join(' or ')}`, { option, value });
}

/** One whole number for all spatial axes, or one for each. */
export function checkPerAxis(value: PerAxis, axes: number, least: number, option: string, where: string): readonly number[] {
  const list: unknown = typeof value === 'number' ? new Array<number>(axes).fill(value) : value;
  if (Array.isArray(list) && list.length === axes && list.every((one) => Number.isInteger(one) && one >= least)) return list as readonly number[];
  const each = axes === 1 ? 'a list of one' : `a list of ${axes}, one for each spatial axis`;
  throw new InputError('OPTION_VALUE', `${where}: ${option} is ${JSON.stringify(value)}; expected a whole number from ${least} up, or ${each}`, { option, value });
}

/** An axis of a shape of `rank` axes, counted from 0; negative ones count from the end. */
export function checkAxis(axis: number, rank: number, option: string, where: string): number {
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw new ShapeError('AXIS', `${where}: ${option} is ${String(axis)} with an input of ${rank} axes; expected a whole number from ${-rank} to ${rank - 1}`, { option, axis, rank });
}

/** The rank that a layer takes. */
export function checkRank(shape: LayerShape, rank: number, meaning: string, where: string): void {
  if (shape.length === rank) return;
  throw new ShapeError('INPUT_RANK', `${where}: the input ${formatLayerShape(shape)} has ${shape.length} axes; expected ${rank}, ${meaning}`, { shape, expected: rank });
}

/** A size that the layer needs as a number. */
export function knownSize(shape: LayerShape, axis: number, purpose: string, where: string): number {
  const size = shape[axis];
  if (typeof size === 'number') return size;
  throw new ShapeError('INPUT_SIZE_UNKNOWN', `${where}: the size of axis ${axis} of the input ${formatLayerShape(shape)} is not known, but ${purpose} needs it; give the number in the InputLayer's shape`, { shape, axis });
}

/** Sizes of the given axes, all of which must be known. */
export function knownSizes(shape: LayerShape, axes: readonly number[], purpose: string, where: string): readonly number[] {
  return axes.map((axis) => knownSize(shape, axis, purpose, where));
}
