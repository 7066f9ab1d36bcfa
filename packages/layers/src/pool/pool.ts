import { defaultOf, mul, pad, pool, ShapeError, type Defaulted, type Expression, type PerAxis } from '@pastina/core';
import { checkFlag, checkLayerOptions, checkPerAxis, checkRank, checkWord } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { formatLayerShape, type LayerShape } from '../shape.js';
import { poolOutputLength } from './lengths.js';

/** What is made of a window; the averages count the padding, or not. */
export type PoolLayerMode = 'max' | 'sum' | 'average-include-pad' | 'average-exclude-pad';

/** Options of the `MaxPool…DLayer`s. */
export interface MaxPoolLayerOptions extends LayerOptions {
  /** One number for all spatial axes, or one for each. */
  readonly poolSize: PerAxis;
  /** Left out: the pool size, so that windows touch but do not overlap. */
  readonly stride?: PerAxis | null;
  /** Room around: no element of a maximum. Smaller than the windows. */
  readonly pad?: Defaulted<PerAxis, 0>;
  /** `false` adds a window where elements at the end would be left over; not together with `pad`. */
  readonly ignoreBorder?: Defaulted<boolean, true>;
}

/** Options of the `Pool…DLayer`s. */
export interface PoolLayerOptions extends MaxPoolLayerOptions {
  readonly mode?: Defaulted<PoolLayerMode, 'max'>;
}

const known = ['poolSize', 'stride', 'pad', 'ignoreBorder'];
const modes = ['max', 'sum', 'average-include-pad', 'average-exclude-pad'] as const;

/** What the pooling layers share: windows over the spatial axes, (batch, channels, …space) → (batch, channels, …windows). */
export abstract class BasePoolLayer extends Layer {
  readonly poolSize: readonly number[];
  readonly stride: readonly number[];
  readonly pad: readonly number[];
  readonly ignoreBorder: boolean;
  readonly mode: PoolLayerMode;

  constructor(incoming: Incoming, options: PoolLayerOptions, axes: number, takesMode: boolean) {
    const where = checkLayerOptions(new.target.name, options, takesMode ? [...known, 'mode'] : known, 'poolSize');
    super(incoming, options);
    checkRank(this.inputShape, axes + 2, `[items, channels${', size'.repeat(axes)}]`, where);
    this.poolSize = checkPerAxis(options.poolSize, axes, 1, 'poolSize', where);
    this.stride = checkPerAxis(options.stride ?? this.poolSize, axes, 1, 'stride', where);
    this.pad = checkPerAxis(options.pad ?? defaultOf(defaults, 'PoolLayer.pad'), axes, 0, 'pad', where);
    this.ignoreBorder = checkFlag(options.ignoreBorder ?? defaultOf(defaults, 'PoolLayer.ignoreBorder'), 'ignoreBorder', where);
    this.mode = checkWord(options.mode ?? defaultOf(defaults, 'PoolLayer.mode'), modes, 'mode', where);
    checkPadding(this.pad, this.poolSize, this.ignoreBorder, where);
    this.getOutputShapeFor(this.inputShape);
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    return inputShape.map((size, axis) => {
      if (axis < 2) return size;
      const places = poolOutputLength(size, this.poolSize[axis - 2] as number, this.stride[axis - 2] as number, this.pad[axis - 2] as number, this.ignoreBorder);
      if (places === null || places > 0) return places;
      throw new ShapeError('POOL_TOO_LARGE', `${this.label}: windows of ${this.poolSize.join('×')} do not fit into spatial axis ${axis - 2} of the input ${formatLayerShape(inputShape)}; use a smaller poolSize, or ignoreBorder: false`, { shape: inputShape, axis });
    });
  }

  override getOutputFor(x: Expression): Expression {
    const windows = { size: this.poolSize, stride: this.stride, padding: this.pad };
    if (this.mode !== 'sum') return pool(x, { ...windows, ignoreBorder: this.ignoreBorder, mode: this.mode });
    const whole = this.ignoreBorder ? x : this.#filled(x);
    return mul(pool(whole, { ...windows, mode: 'average-include-pad' }), this.poolSize.reduce((a, b) => a * b, 1));
  }

  /** Zeros behind, so that the last windows are whole. */
  #filled(x: Expression): Expression {
    const space = x.shape.map((size, axis): readonly [number, number] => {
      if (axis < 2) return [0, 0];
      if (typeof size !== 'number') throw new ShapeError('INPUT_SIZE_UNKNOWN', `a sum with ignoreBorder false needs the size of spatial axis ${axis - 2}, which is not known; give it in the input's shape`, { axis });
      const [width, stride] = [this.poolSize[axis - 2] as number, this.stride[axis - 2] as number];
      return [0, Math.max(0, ((poolOutputLength(size, width, stride, 0, false) as number) - 1) * stride + width - size)];
    });
    return pad(x, space);
  }
}

function checkPadding(pad: readonly number[], poolSize: readonly number[], ignoreBorder: boolean, where: string): void {
  const wide = pad.findIndex((zeros, axis) => zeros >= (poolSize[axis] as number));
  if (wide >= 0) throw new ShapeError('POOL_PAD', `${where}: pad [${pad.join(', ')}] with windows of ${poolSize.join('×')}: some would hold nothing else; expected less than poolSize`, { pad, poolSize });
  if (!ignoreBorder && pad.some((zeros) => zeros > 0)) throw new ShapeError('POOL_BORDER', `${where}: ignoreBorder false together with pad [${pad.join(', ')}]; expected one of them: padding already makes room for the windows at the end`, { pad });
}

/** Pooling over one axis (Lasagne's `Pool1DLayer`). See {@link Pool2DLayer}. */
export class Pool1DLayer extends BasePoolLayer {
  constructor(incoming: Incoming, options: PoolLayerOptions) {
    super(incoming, options, 1, true);
  }
}

/**
 * The largest, the sum or the mean of each window (Lasagne's `Pool2DLayer`): (batch, channels, height, width) →
 * (batch, channels, windows, windows), ⌊(size + 2 · pad - poolSize) / stride⌋ + 1 of them along an axis. The gradient of
 * a maximum goes to the first element that reaches it.
 *
 * @throws InputError for an option that is none or has no sense, ShapeError for an input of another rank or too small
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { getOutput, InputLayer, Pool2DLayer } from '@pastina/layers';
 * const net = new Pool2DLayer(new InputLayer({ shape: [null, 1, 2, 2] }), { poolSize: 2, mode: 'average-include-pad' });
 * console.log(JSON.stringify(evaluate(getOutput(net, [[[[1, 2], [3, 6]]]])).toArray())); // [[[[3]]]]
 * ```
 */
export class Pool2DLayer extends BasePoolLayer {
  constructor(incoming: Incoming, options: PoolLayerOptions) {
    super(incoming, options, 2, true);
  }
}

/** Pooling over three axes (Lasagne's `Pool3DLayer`). See {@link Pool2DLayer}. */
export class Pool3DLayer extends BasePoolLayer {
  constructor(incoming: Incoming, options: PoolLayerOptions) {
    super(incoming, options, 3, true);
  }
}

/** The largest of each window over one axis (Lasagne's `MaxPool1DLayer`). See {@link Pool2DLayer}. */
export class MaxPool1DLayer extends BasePoolLayer {
  constructor(incoming: Incoming, options: MaxPoolLayerOptions) {
    super(incoming, options, 1, false);
  }
}

/** The largest of each window over two axes (Lasagne's `MaxPool2DLayer`). See {@link Pool2DLayer}. */
export class MaxPool2DLayer extends BasePoolLayer {
  constructor(incoming: Incoming, options: MaxPoolLayerOptions) {
    super(incoming, options, 2, false);
  }
}

/** The largest of each window over three axes (Lasagne's `MaxPool3DLayer`). See {@link Pool2DLayer}. */
export class MaxPool3DLayer extends BasePoolLayer {
  constructor(incoming: Incoming, options: MaxPoolLayerOptions) {
    super(incoming, options, 3, false);
  }
}
