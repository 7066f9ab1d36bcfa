import { conv, defaultOf, transpose, type Defaulted, type PerAxis } from '@pastina/core';
import { checkFlag, checkLayerOptions, checkPerAxis } from '../checks.js';
import { defaults } from '../defaults.js';
import { type Incoming } from '../layer.js';
import { checkPad, FilterLayer, filterOptions, type FilterLayerOptions, type Pad } from './filterLayer.js';
import { convOutputLength } from './lengths.js';

/** Options of {@link DilatedConv2DLayer}. */
export interface DilatedConv2DLayerOptions extends FilterLayerOptions {
  /** Distance between the elements of a filter. */
  readonly dilation?: Defaulted<PerAxis, 1>;
  readonly pad?: Defaulted<Pad, 0>;
  readonly flipFilters?: Defaulted<boolean, false>;
}

/**
 * Convolution with holes (Yu and Koltun, ICLR 2016; Lasagne's `DilatedConv2DLayer`). As there W is (channels, filters,
 * height, width) and not flipped. A filter reaches over (filterSize - 1) · dilation + 1. Unlike there `pad` and
 * `flipFilters` may be used.
 *
 * @throws InputError, ShapeError, UnsupportedError as {@link Conv2DLayer}
 *
 * @example
 * ```ts
 * import { DilatedConv2DLayer, InputLayer } from '@pastina/layers';
 * const net = new DilatedConv2DLayer(new InputLayer({ shape: [null, 3, 32, 32] }), { numFilters: 8, filterSize: 3, dilation: 4 });
 * console.log(net.outputShape); // [null, 8, 24, 24]
 * ```
 */
export class DilatedConv2DLayer extends FilterLayer {
  readonly filterSize: readonly number[];
  readonly dilation: readonly number[];
  readonly pad: 'full' | 'same' | readonly number[];
  readonly flipFilters: boolean;

  constructor(incoming: Incoming, options: DilatedConv2DLayerOptions) {
    const where = checkLayerOptions('DilatedConv2DLayer', options, [...filterOptions, 'dilation', 'pad', 'flipFilters'], 'numFilters, filterSize');
    const filterSize = checkPerAxis(options.filterSize, 2, 1, 'filterSize', where);
    const dilation = checkPerAxis(options.dilation ?? defaultOf(defaults, 'DilatedConv2DLayer.dilation'), 2, 1, 'dilation', where);
    const pad = checkPad(options.pad ?? defaultOf(defaults, 'DilatedConv2DLayer.pad'), filterSize, 'pad', where);
    const flipFilters = checkFlag(options.flipFilters ?? defaultOf(defaults, 'DilatedConv2DLayer.flipFilters'), 'flipFilters', where);
    const reach = filterSize.map((size, axis) => (size - 1) * (dilation[axis] as number) + 1);
    super(incoming, options, {
      axes: 2,
      filterShape: (channels) => [channels, options.numFilters, ...filterSize],
      spaceOf: (space) => space.map((size, axis) => convOutputLength(size, reach[axis] as number, 1, typeof pad === 'string' ? pad : (pad[axis] as number))),
      apply: (x, W) => conv(x, transpose(W, [1, 0, 2, 3]), { dilation, padding: pad, flipFilters }),
    });
    this.filterSize = filterSize;
    this.dilation = dilation;
    this.pad = pad;
    this.flipFilters = flipFilters;
  }
}
