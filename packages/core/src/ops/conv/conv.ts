import { defaultOf, type Defaulted } from '../../behavior/defaults.js';
import { defaults } from '../../defaults.js';
import { describeValue, InputError, ShapeError } from '../../errors.js';
import { type Dim, addDims, mulDims } from '../../graph/dim.js';
import { makeNode, toNode, type Expression, type Node } from '../../graph/node.js';
import { type Attrs } from '../../graph/op.js';
import { formatType } from '../../graph/type.js';
import { checkOptions } from '../../options.js';
import { checkFloats, convInputGradientOp, convOp } from './convOps.js';
import { paddingOf, perAxis, reach, type Padding, type PerAxis, type Windows } from './geometry.js';

/** How filters slide. A number counts for all spatial axes, a list has one entry for each. */
export interface ConvOptions {
  readonly stride?: Defaulted<PerAxis, 1>;
  /**
   * Zeros around: `'valid'` none; `'full'` so many that every window that touches the input counts; `'same'` so that
   * at stride 1 sizes stay (with an even reach, the odd zero comes after); a number, a list, or `[before, after]` an axis.
   */
  readonly padding?: Defaulted<'valid' | 'same' | 'full' | Padding, 'valid'>;
  /** Distance between the elements of a window. */
  readonly dilation?: Defaulted<PerAxis, 1>;
  /** Channels and filters fall into so many groups that do not see each other. */
  readonly groups?: Defaulted<number, 1>;
  /** A true convolution, which takes the filters from the end, as Lasagne's layers do; else a correlation. */
  readonly flipFilters?: Defaulted<boolean, false>;
}

const known = ['stride', 'padding', 'dilation', 'groups', 'flipFilters'];

/**
 * Filters slid over 1 to 3 spatial axes: y[n, f, o] = Σ x[n, c, o · stride + k · dilation - before] · w[f, c, k], summed
 * over channels, then over the window, in float64 and rounded once.
 *
 * @param x - floating `[items, channels, …space]`
 * @param w - floating `[filters, channels / groups, …window]`
 * @returns floating `[items, filters, …windows]`
 * @throws ShapeError naming what does not fit, DTypeError, InputError for an unknown option
 *
 * @example
 * ```ts
 * import { constant, conv, evaluate } from '@pastina/core';
 * const x = constant([[[1, 2, 3, 4]]]), w = constant([[[1, 10]]]);
 * console.log(evaluate(conv(x, w)).toArray()); // [[[21, 32, 43]]]
 * ```
 */
export function conv(x: Expression, w: Expression, options: ConvOptions = {}): Expression {
  checkOptions('conv', options, known);
  const [input, filters] = [toNode(x, 'conv'), toNode(w, 'conv')];
  checkRanks('conv', input, filters);
  return makeNode(convOp, [input, filters], attrsOf('conv', filters, options));
}

/** The options of the {@link conv} that is transposed: its padding is what is cut off here. */
export interface ConvTransposeOptions extends ConvOptions {
  /** Which of the sizes that a strided `conv` takes to the size of x. Left out: the smallest. */
  readonly outputSize?: readonly number[];
}

/**
 * The transpose of {@link conv}: what its gradient does to a cotangent. Each element of x spreads over a window.
 *
 * `flipFilters` is that of the `conv`; Lasagne's TransposedConv layers mean the opposite by it.
 *
 * @param x - floating `[items, filters, …windows]`
 * @param w - floating `[filters, channels / groups, …window]`, as of the `conv` that it undoes
 * @returns floating `[items, channels, …space]`; smallest space: (windows - 1) · stride + reach - padding
 * @throws ShapeError where no such convolution exists, DTypeError, InputError for an unknown option
 *
 * @example
 * ```ts
 * import { constant, convTranspose, evaluate } from '@pastina/core';
 * const x = constant([[[1, 10]]]), w = constant([[[1, 2, 3]]]);
 * console.log(evaluate(convTranspose(x, w, { stride: 2 })).toArray()); // [[[1, 2, 13, 20, 30]]]
 * ```
 */
export function convTranspose(x: Expression, w: Expression, options: ConvTransposeOptions = {}): Expression {
  checkOptions('convTranspose', options, [...known, 'outputSize']);
  const { outputSize, ...rest } = options;
  const [input, filters] = [toNode(x, 'convTranspose'), toNode(w, 'convTranspose')];
  checkRanks('convTranspose', input, filters);
  checkFloats('convTranspose', [input.type, filters.type]);
  if (input.shape[1] !== filters.shape[0]) throw new ShapeError('CONV_CHANNELS', `convTranspose: ${formatType(input.type)} has ${String(input.shape[1])} channels; filters ${formatType(filters.type)} take ${String(filters.shape[0])}, their first size`, { x: input.shape, w: filters.shape });
  const attrs = attrsOf('convTranspose', filters, rest);
  const space = input.shape.slice(2).map((count, axis) => smallest(count, attrs as unknown as Windows, axis));
  return makeNode(convInputGradientOp, [input, filters], { ...attrs, space: outputSize === undefined ? space : chosen(outputSize, space, attrs as unknown as Windows) });
}

function smallest(count: Dim, windows: Windows, axis: number): Dim {
  const padding = (windows.before[axis] as number) + (windows.after[axis] as number);
  return addDims(mulDims(addDims(count, -1), windows.stride[axis] as number), reach(windows, axis) - padding);
}

function chosen(outputSize: readonly number[], space: readonly Dim[], { stride }: Windows): readonly Dim[] {
  const fits = outputSize.length === space.length && outputSize.every((size, axis) => {
    const least = space[axis];
    return Number.isInteger(size) && (typeof least !== 'number' || (size >= least && size < least + (stride[axis] as number)));
  });
  if (fits) return outputSize;
  throw new ShapeError('CONV_OUTPUT_SIZE', `convTranspose: outputSize [${outputSize.join(', ')}]; expected ${space.map((size, axis) => (stride[axis] === 1 ? String(size) : `${String(size)} to ${String(addDims(size, (stride[axis] as number) - 1))}`)).join(', ')}`, { outputSize });
}

function checkRanks(name: string, x: Node, w: Node): void {
  if (x.rank >= 3 && x.rank <= 5 && w.rank === x.rank) return;
  throw new ShapeError('CONV_RANK', `${name}: ${formatType(x.type)} with filters ${formatType(w.type)}; expected [items, channels, …space] and [filters, channels, …window] with the same 1 to 3 spatial axes`, { x: x.shape, w: w.shape });
}

function attrsOf(name: string, w: Node, options: ConvOptions): Attrs {
  const axes = w.rank - 2;
  const size = w.shape.slice(2).map((one) => {
    if (typeof one === 'number' && one >= 1) return one;
    throw new ShapeError('CONV_FILTERS', `${name}: filters ${formatType(w.type)}; the sizes of their window must be known numbers from 1 up`, { w: w.shape });
  });
  const groups = options.groups ?? defaultOf(defaults, 'conv.groups');
  if (!Number.isInteger(groups) || groups < 1) throw new InputError('CONV_GROUPS', `${name}: groups ${groups}; expected a whole number from 1 up`, { groups });
  const flip = options.flipFilters ?? defaultOf(defaults, 'conv.flipFilters');
  if (typeof flip !== 'boolean') throw new InputError('CONV_FLIP', `${name}: flipFilters ${describeValue(flip)}; expected true or false`, { flipFilters: flip });
  const stride = perAxis(options.stride ?? defaultOf(defaults, 'conv.stride'), axes, 1, `${name}: stride`);
  const dilation = perAxis(options.dilation ?? defaultOf(defaults, 'conv.dilation'), axes, 1, `${name}: dilation`);
  const over = size.map((one, axis) => (dilation[axis] as number) * (one - 1));
  const padding = namedPadding(name, options.padding ?? defaultOf(defaults, 'conv.padding'), over);
  return { size, stride, dilation, ...padding, groups, flip };
}

/** `over`: how far windows reach beyond one element. */
function namedPadding(name: string, padding: NonNullable<ConvOptions['padding']>, over: readonly number[]): Pick<Windows, 'before' | 'after'> {
  if (padding === 'valid') return { before: over.map(() => 0), after: over.map(() => 0) };
  if (padding === 'full') return { before: over, after: over };
  if (padding === 'same') return { before: over.map((one) => Math.floor(one / 2)), after: over.map((one) => Math.ceil(one / 2)) };
  if (typeof padding === 'string') throw new InputError('CONV_PADDING', `${name}: padding '${String(padding)}'; expected 'valid', 'same', 'full', numbers, or [before, after] for each axis`, { padding });
  return paddingOf(padding, over.length, `${name}: padding`);
}
