import { add, checkOptions, defaultOf, div, type Defaulted, type Expression, InputError, mul, type Parameter, parameter, ShapeError, sub, tensor, type TensorLike } from '@pastina/core';
import { type Column } from '../columns.js';
import { defaults } from '../defaults.js';
import { describe } from '../describe.js';

/** Options of {@link normalization}. */
export interface NormalizationOptions {
  readonly dtype?: Defaulted<'float32' | 'float64', 'float32'>;
  /** What the parameters are called: 'normalization.mean' and 'normalization.std'. */
  readonly name?: Defaulted<string, 'normalization'>;
}

/** Options of {@link fitNormalization}. */
export interface FitNormalizationOptions extends NormalizationOptions {
  /** What a mean is taken over: `'items'`, each feature has its own; `'all'`, there is one; or axes by number, such as [0, 2, 3] for one a channel. */
  readonly axes?: Defaulted<'items' | 'all', 'items'> | readonly number[];
}

/** Means and deviations as parameters, which are saved with the model. */
export interface Normalization {
  readonly mean: Parameter;
  readonly std: Parameter;
  /** Both, for checkpoints. */
  readonly params: readonly [Parameter, Parameter];
  /** (x - mean) / std */
  normalize(x: Expression): Expression;
  /** x · std + mean */
  denormalize(x: Expression): Expression;
}

/**
 * A normalization with means 0 and deviations 1: a place for those of a checkpoint.
 *
 * @param shape - that of the means: the features, or [] for one of all
 *
 * @example
 * ```ts
 * import { evaluate, input } from '@pastina/core';
 * import { normalization } from '@pastina/training';
 * const { mean, std, normalize } = normalization([2]);
 * mean.set([1, 2]);
 * std.set([2, 4]);
 * console.log(evaluate(normalize(input('x', ['batch', 2])), { x: [[3, 2]] }).toArray()); // [[1, 0]]
 * ```
 */
export function normalization(shape: readonly number[], options: NormalizationOptions = {}): Normalization {
  checkOptions('normalization', options, ['dtype', 'name']);
  const dtype = options.dtype ?? defaultOf(defaults, 'normalization.dtype');
  const name = options.name ?? defaultOf(defaults, 'normalization.name');
  if (dtype !== 'float32' && dtype !== 'float64') throw new InputError('OPTION_VALUE', `normalization: dtype is ${describe(dtype)}; expected 'float32' or 'float64'`, { option: 'dtype', value: dtype });
  const filled = (value: number): TensorLike => ({ data: new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(value), shape });
  const mean = parameter(filled(0), { name: `${name}.mean`, dtype });
  const std = parameter(filled(1), { name: `${name}.std`, dtype });
  return { mean, std, params: [mean, std], normalize: (x) => div(sub(x, mean), std), denormalize: (x) => add(mul(x, std), mean) };
}

/**
 * Means and standard deviations (over n, not n - 1) of the data to train on, computed in float64. A feature that is
 * constant has deviation 1, so that it becomes 0.
 *
 * @param data - a field of a data set: typed array, nested arrays or { data, shape }; its first axis counts the items
 * @throws InputError for a NaN or an infinity, naming its place; ShapeError for no items or axes that there are not
 *
 * @example
 * ```ts
 * import { evaluate, input } from '@pastina/core';
 * import { fitNormalization } from '@pastina/training';
 * const x = [[1, 5], [3, 5]];
 * const { mean, std, normalize } = fitNormalization(x);
 * console.log(mean.valueSync().toArray(), std.valueSync().toArray()); // [2, 5] [1, 1]
 * console.log(evaluate(normalize(input('x', ['batch', 2])), { x }).toArray()); // [[-1, 0], [1, 0]]
 * ```
 */
export function fitNormalization(data: Column, options: FitNormalizationOptions = {}): Normalization {
  const where = 'fitNormalization';
  checkOptions(where, options, ['axes', 'dtype', 'name']);
  const read = tensor(data as TensorLike);
  const [elements, shape] = [read.dataSync(), read.shape];
  if (elements.length === 0 || shape.length === 0) throw new ShapeError('FIELD_EMPTY', `${where}: the data have shape [${shape.join(', ')}]; expected at least one item`, { shape });
  const odd = elements.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) throw new InputError('NOT_FINITE', `${where}: item ${Math.floor(odd / (elements.length / (shape[0] as number)))} holds ${elements[odd]}; expected finite numbers. Leave such items out, or replace what is missing`, { index: odd });
  const axes = axesOf(where, options.axes ?? defaultOf(defaults, 'fitNormalization.axes'), shape);
  const kept = shape.map((size, axis) => (axes.has(axis) ? 1 : size));
  const { means, deviations } = statistics(elements, placeOf(shape, kept), kept.reduce((a, b) => a * b, 1));
  const own = axes.size === shape.length ? [] : kept.slice(1);
  const made = normalization(own, { dtype: options.dtype ?? defaultOf(defaults, 'fitNormalization.dtype'), name: options.name ?? defaultOf(defaults, 'fitNormalization.name') });
  const round = made.mean.dtype === 'float64' ? (x: number): number => x : Math.fround;
  const wide = means.findIndex((value, i) => !Number.isFinite(round(value)) || !Number.isFinite(round(deviations[i] as number)));
  if (wide >= 0) throw new InputError('NOT_FINITE', `${where}: mean ${means[wide]} and deviation ${deviations[wide]} of feature ${wide} do not fit ${made.mean.dtype}; scale the data, or use { dtype: 'float64' }`, { feature: wide });
  made.mean.set(tensor({ data: means, shape: own }, own, made.mean.dtype));
  // what vanishes in the dtype cannot be divided by
  made.std.set(tensor({ data: deviations.map((value) => (round(value) === 0 ? 1 : value)), shape: own }, own, made.std.dtype));
  return made;
}

function axesOf(where: string, axes: 'items' | 'all' | readonly number[], shape: readonly number[]): ReadonlySet<number> {
  if (axes === 'items') return new Set([0]);
  if (axes === 'all') return new Set(shape.keys());
  if (!Array.isArray(axes)) throw new InputError('OPTION_VALUE', `${where}: axes is ${describe(axes)}; expected 'items', 'all' or a list of axes`, { option: 'axes', value: axes });
  const odd = (axes as readonly number[]).find((axis) => !Number.isInteger(axis) || axis < 0 || axis >= shape.length);
  if (odd !== undefined) throw new ShapeError('AXIS_RANGE', `${where}: axis ${odd} of data of shape [${shape.join(', ')}]; expected a whole number from 0 to ${shape.length - 1}`, { axis: odd, shape });
  if (!axes.includes(0)) throw new ShapeError('AXIS_RANGE', `${where}: axes [${axes.join(', ')}] leave out axis 0, the items; a mean for each item cannot be used on others`, { axes });
  return new Set(axes as readonly number[]);
}

/** Which mean an element belongs to; axes that are averaged over have size 1 in `kept`. */
function placeOf(shape: readonly number[], kept: readonly number[]): (i: number) => number {
  const after = (sizes: readonly number[], axis: number): number => sizes.slice(axis + 1).reduce((a, b) => a * b, 1);
  if (kept.every((size) => size === 1)) return () => 0;
  if (kept.every((size, axis) => axis === 0 || size === shape[axis])) return (i) => i % after(shape, 0);
  const axes = kept.flatMap((size, axis) => (size === 1 ? [] : [{ step: after(shape, axis), size, stride: after(kept, axis) }]));
  return (i) => axes.reduce((sum, { step, size, stride }) => sum + (Math.floor(i / step) % size) * stride, 0);
}

/** In two passes: the second is of the differences, whose squares do not cancel; what they sum to corrects the mean. */
function statistics(elements: ArrayLike<number>, place: (i: number) => number, size: number): { readonly means: Float64Array; readonly deviations: Float64Array } {
  const [count, lowest, highest] = [elements.length / size, new Float64Array(size).fill(Infinity), new Float64Array(size).fill(-Infinity)];
  const [means, rests, squares] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const each = (visit: (k: number, value: number) => void): void => {
    for (let i = 0; i < elements.length; i += 1) visit(place(i), elements[i] as number);
  };
  each((k, value) => {
    means[k] = (means[k] as number) + value;
    lowest[k] = Math.min(lowest[k] as number, value);
    highest[k] = Math.max(highest[k] as number, value);
  });
  means.forEach((sum, k) => (means[k] = sum / count));
  each((k, value) => {
    const difference = value - (means[k] as number);
    rests[k] = (rests[k] as number) + difference;
    squares[k] = (squares[k] as number) + difference * difference;
  });
  // a constant is its mean, exactly; rounding errors would make a deviation of it
  const constant = (k: number): boolean => lowest[k] === highest[k];
  return {
    means: means.map((value, k) => (constant(k) ? (lowest[k] as number) : value + (rests[k] as number) / count)),
    deviations: squares.map((value, k) => (constant(k) ? 1 : Math.sqrt(Math.max(0, value - ((rests[k] as number) * (rests[k] as number)) / count) / count))),
  };
}
