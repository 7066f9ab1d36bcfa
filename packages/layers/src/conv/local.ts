import { add, defaultOf, expandDims, mul, pad, ShapeError, slice, squeeze, sum, UnsupportedError, type Defaulted, type Expression, type PerAxis } from '@pastina/core';
import { checkFlag, checkLayerOptions, checkPerAxis, knownSizes } from '../checks.js';
import { defaults } from '../defaults.js';
import { type Incoming } from '../layer.js';
import { checkPad, FilterLayer, filterOptions, type FilterLayerOptions } from './filterLayer.js';

/** Options of {@link LocallyConnected2DLayer}. */
export interface LocallyConnected2DLayerOptions extends FilterLayerOptions {
  /** Only 1. */
  readonly stride?: Defaulted<PerAxis, 1>;
  /** Only `'same'`. */
  readonly pad?: Defaulted<'same', 'same'>;
  readonly flipFilters?: Defaulted<boolean, true>;
  /** `true`: filter i sees channel i only; needs as many filters as channels. */
  readonly channelwise?: Defaulted<boolean, false>;
}

/**
 * A convolution whose filters differ from place to place (Lasagne's `LocallyConnected2DLayer`). W is (filters, channels,
 * filter height, filter width, height, width), without the axis of channels when `channelwise`. Sizes stay.
 *
 * @throws UnsupportedError for a stride or a pad of another kind, ShapeError for sizes that are not known
 *
 * @example
 * ```ts
 * import { InputLayer, LocallyConnected2DLayer } from '@pastina/layers';
 * const net = new LocallyConnected2DLayer(new InputLayer({ shape: [null, 3, 8, 8] }), { numFilters: 4, filterSize: 3 });
 * console.log(net.outputShape, net.W.shape); // [null, 4, 8, 8] [4, 3, 3, 3, 8, 8]
 * ```
 */
export class LocallyConnected2DLayer extends FilterLayer {
  readonly filterSize: readonly number[];
  readonly flipFilters: boolean;
  readonly channelwise: boolean;

  constructor(incoming: Incoming, options: LocallyConnected2DLayerOptions) {
    const where = checkLayerOptions('LocallyConnected2DLayer', options, [...filterOptions, 'stride', 'pad', 'flipFilters', 'channelwise'], 'numFilters, filterSize');
    const [height, width] = checkPerAxis(options.filterSize, 2, 1, 'filterSize', where) as readonly [number, number];
    const stride = checkPerAxis(options.stride ?? defaultOf(defaults, 'LocallyConnected2DLayer.stride'), 2, 1, 'stride', where);
    const padding = checkPad(options.pad ?? defaultOf(defaults, 'LocallyConnected2DLayer.pad'), [height, width], 'pad', where);
    if (padding !== 'same' || stride.some((step) => step !== 1)) throw new UnsupportedError('LOCAL_ONLY_SAME', `${where}: stride [${stride.join(', ')}] and pad ${JSON.stringify(padding)}; only stride 1 and pad 'same' are there`, { stride, pad: padding });
    const flipFilters = checkFlag(options.flipFilters ?? defaultOf(defaults, 'LocallyConnected2DLayer.flipFilters'), 'flipFilters', where);
    const channelwise = checkFlag(options.channelwise ?? defaultOf(defaults, 'LocallyConnected2DLayer.channelwise'), 'channelwise', where);
    super(incoming, options, {
      axes: 2,
      filterShape: (channels, space) => {
        if (channelwise && channels !== options.numFilters) throw new ShapeError('CHANNELWISE', `${where}: ${options.numFilters} filters for ${channels} channels; expected as many with channelwise`, { channels, numFilters: options.numFilters });
        return [options.numFilters, ...(channelwise ? [] : [channels]), height, width, ...knownSizes([null, null, ...space], [2, 3], 'a filter for each place', where)];
      },
      spaceOf: (space) => space,
      apply: (x, W) => connect(x, W, { height, width, flip: flipFilters, channelwise }),
    });
    this.filterSize = [height, width];
    this.flipFilters = flipFilters;
    this.channelwise = channelwise;
  }
}

interface Connection {
  readonly height: number;
  readonly width: number;
  readonly flip: boolean;
  readonly channelwise: boolean;
}

/** The sum over the elements of the filters, each a shifted input times its own weights. */
function connect(x: Expression, W: Expression, { height, width, flip, channelwise }: Connection): Expression {
  const [rows, columns] = W.shape.slice(-2) as [number, number];
  const around = (size: number): readonly [number, number] => [(size - 1) / 2, (size - 1) / 2];
  const padded = pad(x, [[0, 0], [0, 0], around(height), around(width)]);
  const lead = channelwise ? 1 : 2;
  const taps: Expression[] = [];
  for (let i = 0; i < height; i += 1) {
    for (let j = 0; j < width; j += 1) {
      const seen = slice(padded, [0, 0, i, j], [null, null, i + rows, j + columns]);
      const at = [flip ? height - 1 - i : i, flip ? width - 1 - j : j] as const;
      const begin = [...new Array<number>(lead).fill(0), ...at];
      const weights = squeeze(slice(W, begin, [...new Array<null>(lead).fill(null), at[0] + 1, at[1] + 1]), [lead, lead + 1]);
      taps.push(channelwise ? mul(seen, weights) : sum(mul(expandDims(seen, 1), weights), { axis: 2 }));
    }
  }
  return taps.reduce((total, tap) => add(total, tap));
}
