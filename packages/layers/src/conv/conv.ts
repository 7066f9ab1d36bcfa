import { conv, defaultOf, ShapeError, type Defaulted, type PerAxis } from '@pastina/core';
import { checkFlag, checkLayerOptions, checkPerAxis, checkWhole } from '../checks.js';
import { defaults } from '../defaults.js';
import { type Incoming } from '../layer.js';
import { checkPad, FilterLayer, filterOptions, type FilterLayerOptions, type Pad } from './filterLayer.js';
import { convOutputLength } from './lengths.js';

/** Options of {@link Conv1DLayer}, {@link Conv2DLayer} and {@link Conv3DLayer}. */
export interface ConvLayerOptions extends FilterLayerOptions {
  readonly stride?: Defaulted<PerAxis, 1>;
  /** Zeros around: numbers, `'full'` (filter size - 1), `'same'` (half of an odd filter) or `'valid'` (none). */
  readonly pad?: Defaulted<Pad, 0>;
  /** `true` is a true convolution; weights from elsewhere (ONNX, PyTorch, TensorFlow) need `false`. */
  readonly flipFilters?: Defaulted<boolean, true>;
  /** Channels and filters fall into so many groups that do not see each other. */
  readonly numGroups?: Defaulted<number, 1>;
}

const known = [...filterOptions, 'stride', 'pad', 'flipFilters', 'numGroups'];

/** What {@link Conv1DLayer}, {@link Conv2DLayer} and {@link Conv3DLayer} share (Lasagne's `BaseConvLayer`). */
export abstract class BaseConvLayer extends FilterLayer {
  readonly filterSize: readonly number[];
  readonly stride: readonly number[];
  readonly pad: 'full' | 'same' | readonly number[];
  readonly flipFilters: boolean;
  readonly numGroups: number;

  constructor(incoming: Incoming, options: ConvLayerOptions, axes: number) {
    const where = checkLayerOptions(new.target.name, options, known, 'numFilters, filterSize');
    const filterSize = checkPerAxis(options.filterSize, axes, 1, 'filterSize', where);
    const stride = checkPerAxis(options.stride ?? defaultOf(defaults, 'ConvLayer.stride'), axes, 1, 'stride', where);
    const pad = checkPad(options.pad ?? defaultOf(defaults, 'ConvLayer.pad'), filterSize, 'pad', where);
    const flipFilters = checkFlag(options.flipFilters ?? defaultOf(defaults, 'ConvLayer.flipFilters'), 'flipFilters', where);
    const numGroups = checkWhole(options.numGroups ?? defaultOf(defaults, 'ConvLayer.numGroups'), 1, 'numGroups', where);
    super(incoming, options, {
      axes,
      filterShape: (channels) => {
        if (channels % numGroups !== 0 || options.numFilters % numGroups !== 0) throw new ShapeError('GROUPS', `${where}: ${channels} channels and ${options.numFilters} filters in ${numGroups} groups; expected both to be multiples of numGroups`, { channels, numFilters: options.numFilters, numGroups });
        return [options.numFilters, channels / numGroups, ...filterSize];
      },
      spaceOf: (space) => space.map((size, axis) => convOutputLength(size, filterSize[axis] as number, stride[axis] as number, typeof pad === 'string' ? pad : (pad[axis] as number))),
      apply: (x, W) => conv(x, W, { stride, padding: pad, flipFilters, groups: numGroups }),
    });
    this.filterSize = filterSize;
    this.stride = stride;
    this.pad = pad;
    this.flipFilters = flipFilters;
    this.numGroups = numGroups;
  }
}

/**
 * Convolution over one axis (Lasagne's `Conv1DLayer`): nonlinearity(x ∗ W + b), (batch, channels, length) →
 * (batch, filters, places). See {@link Conv2DLayer}.
 */
export class Conv1DLayer extends BaseConvLayer {
  constructor(incoming: Incoming, options: ConvLayerOptions) {
    super(incoming, options, 1);
  }
}

/**
 * Convolution over two axes (Lasagne's `Conv2DLayer`): nonlinearity(x ∗ W + b) with W (filters, channels / groups,
 * height, width); (batch, channels, height, width) → (batch, filters, places, places), where a size s becomes
 * ⌈(s + 2 · pad - filterSize + 1) / stride⌉.
 *
 * Unless told otherwise the filters are flipped, as in a true convolution: weights that come from elsewhere need
 * `flipFilters: false`.
 *
 * @throws InputError for an option that is none or has no sense, ShapeError for an input of another rank, of
 * unknown channels, or too small for the filters; UnsupportedError for `'same'` with even filters
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { Conv2DLayer, getOutput, InputLayer } from '@pastina/layers';
 * const net = new Conv2DLayer(new InputLayer({ shape: [null, 1, 2, 3] }), { numFilters: 1, filterSize: [1, 2], W: [[[[1, 10]]]], flipFilters: false });
 * console.log(JSON.stringify(evaluate(getOutput(net, [[[[1, 2, 3], [4, 5, 6]]]])).toArray())); // [[[[21,32],[54,65]]]]
 * ```
 */
export class Conv2DLayer extends BaseConvLayer {
  constructor(incoming: Incoming, options: ConvLayerOptions) {
    super(incoming, options, 2);
  }
}

/**
 * Convolution over three axes (Lasagne's `Conv3DLayer`): (batch, channels, depth, height, width) →
 * (batch, filters, …places). See {@link Conv2DLayer}.
 */
export class Conv3DLayer extends BaseConvLayer {
  constructor(incoming: Incoming, options: ConvLayerOptions) {
    super(incoming, options, 3);
  }
}
