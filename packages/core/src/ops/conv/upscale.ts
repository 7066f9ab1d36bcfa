import { defaultOf, type Defaulted } from '../../behavior/defaults.js';
import { defaults } from '../../defaults.js';
import { InputError, ShapeError } from '../../errors.js';
import { scalarConstant } from '../../graph/constant.js';
import { makeNode, toNode, type Expression } from '../../graph/node.js';
import { formatType } from '../../graph/type.js';
import { checkOptions } from '../../options.js';
import { padOp } from '../slicePad.js';
import { repeat } from '../tile.js';
import { perAxis, type PerAxis } from './geometry.js';

/** How the new places are filled. */
export interface UpscaleOptions {
  /** `'repeat'` repeats the elements, `'dilate'` puts zeros behind them. */
  readonly mode?: Defaulted<'repeat' | 'dilate', 'repeat'>;
}

/**
 * Spatial axes made larger by whole factors. Lasagne's Upscale layers.
 *
 * @param x - `[items, channels, …space]` with 1 to 3 spatial axes
 * @throws ShapeError, InputError naming what was expected
 *
 * @example
 * ```ts
 * import { constant, evaluate, upscale } from '@pastina/core';
 * console.log(evaluate(upscale(constant([[[1, 2]]]), 2)).toArray()); // [[[1, 1, 2, 2]]]
 * console.log(evaluate(upscale(constant([[[1, 2]]]), 2, { mode: 'dilate' })).toArray()); // [[[1, 0, 2, 0]]]
 * ```
 */
export function upscale(x: Expression, scale: PerAxis, options: UpscaleOptions = {}): Expression {
  checkOptions('upscale', options, ['mode']);
  const node = toNode(x, 'upscale');
  if (node.rank < 3 || node.rank > 5) throw new ShapeError('UPSCALE_RANK', `upscale: ${formatType(node.type)}; expected [items, channels, …space] with 1 to 3 spatial axes`, { shape: node.shape });
  const factors = perAxis(scale, node.rank - 2, 1, 'upscale: scale');
  const mode = options.mode ?? defaultOf(defaults, 'upscale.mode');
  if (mode === 'repeat') return factors.reduce<Expression>((value, factor, axis) => (factor === 1 ? value : repeat(value, factor, axis + 2)), node);
  if (mode !== 'dilate') throw new InputError('UPSCALE_MODE', `upscale: mode ${JSON.stringify(mode)}; expected 'repeat' or 'dilate'`, { mode });
  const gaps = [0, 0, ...factors.map((factor) => factor - 1)];
  return makeNode(padOp, [node, scalarConstant(0, node.dtype, 'upscale')], { before: gaps.map(() => 0), after: gaps, gaps });
}
