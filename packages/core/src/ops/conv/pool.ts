import { defaultOf, type Defaulted } from '../../behavior/defaults.js';
import { defaults } from '../../defaults.js';
import { InputError, ShapeError } from '../../errors.js';
import { addDims, floorDivideDims, positiveDim, type Dim } from '../../graph/dim.js';
import { makeNode, toNode, type Expression, type Node } from '../../graph/node.js';
import { formatType } from '../../graph/type.js';
import { checkOptions } from '../../options.js';
import { paddingOf, perAxis, windowCounts, type Padding, type PerAxis, type Windows } from './geometry.js';
import { averagePoolOp, maxPoolOp } from './poolOps.js';

/** What is made of a window. */
export type PoolMode = 'max' | 'average-include-pad' | 'average-exclude-pad';

/** Which windows, and what is made of them. Their number of entries says how many of the last axes are pooled. */
export interface PoolOptions {
  readonly size: PerAxis;
  /** Left out: as the size, so that windows touch but do not overlap. */
  readonly stride?: PerAxis;
  /** Room around the input: no element of a maximum; counted by an average, or not. Smaller than the windows. */
  readonly padding?: Defaulted<Padding, 0>;
  readonly mode?: Defaulted<PoolMode, 'max'>;
  /** `false` adds a window where elements at the end would be left over. Not together with padding. */
  readonly ignoreBorder?: Defaulted<boolean, true>;
}

/**
 * The largest or the mean of windows that slide over the spatial axes. NaN goes through; the gradient of a maximum goes
 * to the first element that reaches it. Lasagne's and Theano's pool_2d.
 *
 * @param x - floating `[items, channels, …space]` with 1 to 3 spatial axes
 * @returns floating `[items, channels, …windows]`
 * @throws ShapeError naming what does not fit, InputError for an unknown mode or option
 *
 * @example
 * ```ts
 * import { constant, evaluate, pool } from '@pastina/core';
 * console.log(evaluate(pool(constant([[[1, 4, 2, 3]]]), { size: 2 })).toArray()); // [[[4, 3]]]
 * ```
 */
export function pool(x: Expression, options: PoolOptions): Expression {
  checkOptions('pool', options, ['size', 'stride', 'padding', 'mode', 'ignoreBorder']);
  const node = toNode(x, 'pool');
  if (node.rank < 3 || node.rank > 5) throw new ShapeError('POOL_RANK', `pool: ${formatType(node.type)}; expected [items, channels, …space] with 1 to 3 spatial axes`, { shape: node.shape });
  const mode = options.mode ?? defaultOf(defaults, 'pool.mode');
  if (mode !== 'max' && mode !== 'average-include-pad' && mode !== 'average-exclude-pad') throw new InputError('POOL_MODE', `pool: mode ${JSON.stringify(mode)}; expected 'max', 'average-include-pad' or 'average-exclude-pad'`, { mode });
  const axes = node.rank - 2;
  const size = perAxis(options.size, axes, 1, 'pool: size');
  const windows: Windows = { size, stride: options.stride === undefined ? size : perAxis(options.stride, axes, 1, 'pool: stride'), dilation: size.map(() => 1), ...paddingOf(options.padding ?? defaultOf(defaults, 'pool.padding'), axes, 'pool: padding') };
  const wide = size.findIndex((one, axis) => (windows.before[axis] as number) >= one || (windows.after[axis] as number) >= one);
  if (wide >= 0) throw new ShapeError('POOL_PADDING', `pool: padding ${JSON.stringify(options.padding)} with windows of ${size.join('×')}: some windows would hold padding only; expected less padding than the size of a window`, { padding: options.padding, size });
  const counts = countsOf(node, windows, options.ignoreBorder ?? defaultOf(defaults, 'pool.ignoreBorder'));
  const attrs = { ...windows, counts };
  return mode === 'max' ? makeNode(maxPoolOp, [node, node], attrs) : makeNode(averagePoolOp, [node], { ...attrs, pad: mode === 'average-include-pad' });
}

function countsOf(node: Node, windows: Windows, ignoreBorder: boolean): readonly Dim[] {
  const space = node.shape.slice(2);
  if (ignoreBorder) return windowCounts(space, windows, 'pool');
  if ([...windows.before, ...windows.after].some((width) => width > 0)) throw new InputError('POOL_BORDER', 'pool: ignoreBorder false together with padding; expected one of them: padding already makes room for the windows at the end', {});
  return space.map((size, axis) => {
    const [width, stride] = [windows.size[axis] as number, windows.stride[axis] as number];
    if (stride >= width) return addDims(floorDivideDims(addDims(size, -1), stride), 1);
    // An input smaller than a window still has one.
    return addDims(positiveDim(floorDivideDims(addDims(size, stride - 1 - width), stride)), 1);
  });
}
