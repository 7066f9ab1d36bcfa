import { clip, finfo, InputError, type Defaulted, type Expression } from '@pastina/core';

/** Options of the cross-entropies on probabilities. */
export interface CrossentropyOptions {
  /**
   * Probabilities are clipped to [epsilon, 1 - epsilon] first; 0 does not clip. `'auto'` is the distance from 1 to the
   * next number of the dtype, so that both bounds stay inside (0, 1). An epsilon trades an infinite loss for a
   * gradient of exactly 0 on the items that are most wrong, and keeps the loss out of the log domain:
   * leave it at 0 wherever the predictions come from a softmax or sigmoid.
   */
  readonly epsilon?: Defaulted<number | 'auto', 0>;
}

/** Limited to [epsilon, 1 - epsilon]; both must be numbers of the dtype that differ from 0 and 1. */
export function clipped(where: string, p: Expression, epsilon: number | 'auto'): Expression {
  if (epsilon === 0) return p;
  const { eps } = finfo(p.dtype);
  const width = epsilon === 'auto' ? eps : epsilon;
  if (typeof width !== 'number' || !(width > 0 && width < 0.5)) throw new InputError('EPSILON', `${where}: epsilon ${String(epsilon)}; expected 0, a number below 0.5, or 'auto'`, { epsilon });
  // 1 - width rounds to 1 when width is at most a quarter of eps: then only one side would be clipped.
  if (width <= eps / 4) throw new InputError('EPSILON', `${where}: epsilon ${width} vanishes in ${p.dtype}, where 1 - epsilon is 1; expected at least ${eps / 2}, or 'auto' (${eps})`, { epsilon, dtype: p.dtype });
  return clip(p, width, 1 - width);
}
