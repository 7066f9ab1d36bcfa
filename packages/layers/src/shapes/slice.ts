import { constant, defaultOf, flip, gather, InputError, ShapeError, slice, squeeze, type Defaulted, type Expression } from '@pastina/core';
import { checkAxis, checkLayerOptions } from '../checks.js';
import { defaults } from '../defaults.js';
import { Layer, type Incoming, type LayerOptions } from '../layer.js';
import { formatLayerShape, type LayerShape } from '../shape.js';

/** Python's `begin:end:step`; negative positions count from the end, a negative step goes backwards. */
export interface SliceRange {
  readonly begin?: number | null;
  readonly end?: number | null;
  readonly step?: number | null;
}

/** Options of {@link SliceLayer}. */
export interface SliceLayerOptions extends LayerOptions {
  /** A number takes one position and drops the axis; a range keeps it. */
  readonly indices: number | SliceRange;
  readonly axis?: Defaulted<number, -1>;
}

/**
 * Part of an axis (Lasagne's `SliceLayer`), such as the last step of a sequence: `{ indices: -1, axis: 1 }`.
 *
 * @throws ShapeError for a position outside of the axis, or a range without elements
 *
 * @example
 * ```ts
 * import { evaluate } from '@pastina/core';
 * import { getOutput, InputLayer, SliceLayer } from '@pastina/layers';
 * const net = new SliceLayer(new InputLayer({ shape: [null, 4] }), { indices: { step: -2 } });
 * console.log(evaluate(getOutput(net, [[1, 2, 3, 4]])).toArray()); // [[4, 2]]
 * ```
 */
export class SliceLayer extends Layer {
  readonly indices: number | SliceRange;
  readonly axis: number;

  constructor(incoming: Incoming, options: SliceLayerOptions) {
    const where = checkLayerOptions('SliceLayer', options, ['indices', 'axis'], 'indices');
    super(incoming, options);
    this.indices = checkIndices(options.indices, where);
    this.axis = checkAxis(options.axis ?? defaultOf(defaults, 'SliceLayer.axis'), this.inputShape.length, 'axis', where);
    this.getOutputShapeFor(this.inputShape);
  }

  override getOutputShapeFor(inputShape: LayerShape): LayerShape {
    const size = inputShape[this.axis] ?? null;
    const { indices } = this;
    if (typeof indices === 'number') {
      if (size !== null && (indices < -size || indices >= size)) throw new ShapeError('SLICE', `${this.label}: position ${indices} of axis ${this.axis} of the input ${formatLayerShape(inputShape)}; expected ${-size} to ${size - 1}`, { indices, shape: inputShape });
      return inputShape.filter((_, axis) => axis !== this.axis);
    }
    const count = size === null ? null : rangeOf(indices, size).count;
    if (count === 0) throw new ShapeError('SLICE', `${this.label}: the range ${JSON.stringify(indices)} of axis ${this.axis} of the input ${formatLayerShape(inputShape)} holds nothing; expected at least one element`, { indices, shape: inputShape });
    return inputShape.map((own, axis) => (axis === this.axis ? count : own));
  }

  override getOutputFor(x: Expression): Expression {
    const { indices, axis } = this;
    if (typeof indices === 'number') return takeAt(x, axis, indices);
    const size = x.shape[axis];
    if (typeof size !== 'number') return takeUnknown(x, axis, indices);
    const { first, count, step } = rangeOf(indices, size);
    const last = first + (count - 1) * step;
    const part = sliceAxis(x, axis, Math.min(first, last), Math.max(first, last) + 1, Math.abs(step));
    return step < 0 ? flip(part, axis) : part;
  }
}

function checkIndices(indices: number | SliceRange, where: string): number | SliceRange {
  const parts: readonly unknown[] = typeof indices === 'object' && indices !== null ? Object.entries(indices).map(([name, value]) => (['begin', 'end', 'step'].includes(name) ? (value ?? 1) : name)) : [indices];
  if (parts.every(Number.isInteger) && (typeof indices === 'number' || indices.step !== 0)) return indices;
  throw new InputError('OPTION_VALUE', `${where}: indices is ${JSON.stringify(indices)}; expected a whole number, or { begin, end, step } of whole numbers with a step that is not 0`, { indices });
}

/** Which positions of an axis of this size: Python's rules. */
function rangeOf({ begin, end, step: by }: SliceRange, size: number): { readonly first: number; readonly count: number; readonly step: number } {
  const step = by ?? 1;
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const clamp = (at: number): number => Math.min(high, Math.max(low, at < 0 ? at + size : at));
  const first = begin === undefined || begin === null ? (step > 0 ? low : high) : clamp(begin);
  const stop = end === undefined || end === null ? (step > 0 ? high : low) : clamp(end);
  return { first, step, count: Math.max(0, Math.ceil((stop - first) / step)) };
}

/** One position, without the axis. */
function takeAt(x: Expression, axis: number, index: number): Expression {
  const size = x.shape[axis];
  if (typeof size === 'number') {
    const at = index < 0 ? index + size : index;
    return squeeze(sliceAxis(x, axis, at, at + 1, 1), axis);
  }
  return index < 0 ? gather(flip(x, axis), constant(-1 - index, 'int32'), { axis }) : gather(x, constant(index, 'int32'), { axis });
}

/** Of an axis whose size is not known yet: forwards by 1, or all of it backwards. */
function takeUnknown(x: Expression, axis: number, { begin, end, step }: SliceRange): Expression {
  if (step === -1 && typeof begin !== 'number' && typeof end !== 'number') return flip(x, axis);
  return sliceAxis(x, axis, begin ?? 0, end ?? null, step ?? 1);
}

function sliceAxis(x: Expression, axis: number, begin: number, end: number | null, step: number): Expression {
  const before = new Array<number>(axis).fill(0);
  return slice(x, [...before, begin], [...before.map(() => null), end], [...before.map(() => 1), step]);
}
