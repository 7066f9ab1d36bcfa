import { defaultOf, upscale, type Defaulted, type Expression, type PerAxis } from '@pastina/core';
import { checkLayerOptions, checkPerAxis, checkRank, checkWord } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { type LayerShape } from '../shape.js';

/** Options of the `Upscale…DLayer`s. */
export interface UpscaleLayerOptions extends LayerOptions {
  /** One whole number for all spatial axes, or one for each. */
  readonly scaleFactor: PerAxis;
  /** `'repeat'` repeats the elements, `'dilate'` puts zeros behind them. */
  readonly mode?: Defaulted<'repeat' | 'dilate', 'repeat'>;
}

/** What the upscaling layers share: (batch, channels, …space) → (batch, channels, …space · scaleFactor). */
export abstract class BaseUpscaleLayer extends Layer {
  readonly scaleFactor: readonly number[];
  readonly mode: 'repeat' | 'dilate';

  constructor(incoming: Incoming, options: UpscaleLayerOptions, axes: number) {
    const where = checkLayerOptions(new.target.name, options, ['scaleFactor', 'mode'], 'scaleFactor');
    super(incoming, options);
    checkRank(this.inputShape, axes + 2, `[items, channels${', size'.repeat(axes)}]`, where);
    this.scaleFactor = checkPerAxis(options.scaleFactor, axes, 1, 'scaleFactor', where);
    this.mode = checkWord(options.mode ?? defaultOf(defaults, 'UpscaleLayer.mode'), ['repeat', 'dilate'] as const, 'mode', where);
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    return inputShape.map((size, axis) => (axis < 2 || size === null ? size : size * (this.scaleFactor[axis - 2] as number)));
  }

  override getOutputFor(x: Expression): Expression {
    return upscale(x, this.scaleFactor, { mode: this.mode });
  }
}

/** Upscaling of one axis (Lasagne's `Upscale1DLayer`). See {@link Upscale2DLayer}. */
export class Upscale1DLayer extends BaseUpscaleLayer {
  constructor(incoming: Incoming, options: UpscaleLayerOptions) {
    super(incoming, options, 1);
  }
}

/**
 * Height and width made larger by whole factors (Lasagne's `Upscale2DLayer`).
 *
 * @throws InputError, ShapeError naming the layer: a factor that is not whole, an input of another rank
 *
 * @example
 * ```ts
 * import { InputLayer, Upscale2DLayer } from '@pastina/layers';
 * console.log(new Upscale2DLayer(new InputLayer({ shape: [null, 3, 8, 8] }), { scaleFactor: [2, 3] }).outputShape); // [null, 3, 16, 24]
 * ```
 */
export class Upscale2DLayer extends BaseUpscaleLayer {
  constructor(incoming: Incoming, options: UpscaleLayerOptions) {
    super(incoming, options, 2);
  }
}

/** Upscaling of three axes (Lasagne's `Upscale3DLayer`). See {@link Upscale2DLayer}. */
export class Upscale3DLayer extends BaseUpscaleLayer {
  constructor(incoming: Incoming, options: UpscaleLayerOptions) {
    super(incoming, options, 3);
  }
}
