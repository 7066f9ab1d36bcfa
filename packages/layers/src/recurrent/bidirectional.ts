import { checkOptions, defaultOf, type Defaulted } from '@pastina/core';
import { checkWord } from '../checks.js';
import { defaults } from '../defaults.js';
import { type Layer } from '../layer.js';
import { ConcatLayer } from '../merge/concat.js';
import { ElemwiseSumLayer } from '../merge/elemwise.js';

/** Options of {@link bidirectional}. */
export interface BidirectionalOptions {
  /** Features side by side, or added. */
  readonly merge?: Defaulted<'concat' | 'sum', 'concat'>;
}

/**
 * Two recurrent layers on the same input, one in each direction, merged (Schuster and Paliwal, 1997).
 *
 * @param make - gives the layer for a direction: pass `backwards` on
 * @throws InputError for a merge that is none
 *
 * @example
 * ```ts
 * import { bidirectional, InputLayer, LSTMLayer } from '@pastina/layers';
 * const below = new InputLayer({ shape: [null, 10, 4] });
 * console.log(bidirectional((backwards) => new LSTMLayer(below, { numUnits: 8, backwards })).outputShape); // [null, 10, 16]
 * ```
 */
export function bidirectional(make: (backwards: boolean) => Layer, options: BidirectionalOptions = {}): Layer {
  checkOptions('bidirectional', options, ['merge']);
  const merge = checkWord(options.merge ?? defaultOf(defaults, 'bidirectional.merge'), ['concat', 'sum'] as const, 'merge', 'bidirectional');
  const both = [make(false), make(true)];
  return merge === 'concat' ? new ConcatLayer(both, { axis: -1 }) : new ElemwiseSumLayer(both);
}
