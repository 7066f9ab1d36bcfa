import { InputError, ShapeError, slice, type Expression } from '@pastina/core';
import { formatLayerShape, type LayerShape } from '../shape.js';

/** What an axis keeps where sizes differ: the `'lower'` or `'upper'` end, the `'center'`; null does not crop. */
export type Crop = 'lower' | 'upper' | 'center' | null;

/**
 * Cuts inputs to the smallest size along the axes that a list of crops names (Lasagne's `autocrop`). Axes behind the
 * list are not cropped. Sizes must be known where they differ.
 *
 * @throws ShapeError where ranks differ, or a size that must be known is not; InputError for a crop that is none
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { autocrop } from '@pastina/layers';
 * const [a] = autocrop([constant([1, 2, 3, 4]), constant([5, 6])], ['center']);
 * if (a !== undefined) console.log(evaluate(a).toArray()); // [2, 3]
 * ```
 */
export function autocrop(inputs: readonly Expression[], cropping: readonly Crop[] | null): Expression[] {
  if (cropping === null) return [...inputs];
  checkCropping(cropping, inputs.map(({ rank }) => rank), 'autocrop');
  const crops = inputs[0]?.shape.map((_, axis) => smallest(inputs.map(({ shape }) => shape[axis]), cropping[axis] ?? null, axis)) ?? [];
  return inputs.map((input) => {
    const begin = input.shape.map((size, axis) => offset(size, crops[axis] ?? null, cropping[axis] ?? null));
    const end = input.shape.map((_, axis) => {
      const size = crops[axis];
      return typeof size === 'number' ? (begin[axis] as number) + size : null;
    });
    return slice(input, begin, end);
  });
}

/**
 * The shapes that {@link autocrop} gives (Lasagne's `autocrop_array_shapes`): null where one of the sizes is.
 *
 * @throws ShapeError where ranks differ, InputError for a crop that is none
 */
export function autocropArrayShapes(inputShapes: readonly LayerShape[], cropping: readonly Crop[] | null): LayerShape[] {
  if (cropping === null) return [...inputShapes];
  checkCropping(cropping, inputShapes.map(({ length }) => length), 'autocropArrayShapes', inputShapes);
  return inputShapes.map((shape) => shape.map((size, axis) => {
    if ((cropping[axis] ?? null) === null) return size;
    return inputShapes.reduce<number | null>((least, other) => (least === null || (other[axis] ?? null) === null ? null : Math.min(least, other[axis] as number)), size);
  }));
}

/** Is it a list of crops? */
export function checkCropping(cropping: readonly Crop[], ranks: readonly number[], where: string, shapes?: readonly LayerShape[]): void {
  const words: readonly unknown[] = ['lower', 'upper', 'center', null];
  if (!Array.isArray(cropping) || !cropping.every((crop: unknown) => words.includes(crop))) throw new InputError('OPTION_VALUE', `${where}: cropping is ${JSON.stringify(cropping)}; expected a list of 'lower', 'upper', 'center' or null, one an axis`, { cropping });
  if (ranks.some((rank) => rank !== ranks[0])) throw new ShapeError('MERGE_RANK', `${where}: inputs of ${ranks.join(', ')} axes${shapes === undefined ? '' : ` (${shapes.map(formatLayerShape).join(', ')})`}; expected the same number of all`, { ranks });
}

/** The number to crop to, or null where nothing needs to be cropped. */
function smallest(sizes: readonly (Expression['shape'][number] | undefined)[], crop: Crop, axis: number): number | null {
  if (crop === null || sizes.every((size) => size === sizes[0])) return null;
  const numbers = sizes.filter((size) => typeof size === 'number');
  if (numbers.length === sizes.length) return Math.min(...numbers);
  throw new ShapeError('CROP_UNKNOWN', `autocrop: axis ${axis} has sizes ${sizes.map(String).join(', ')}; to crop it all must be known: give them in the inputs' shapes`, { axis });
}

function offset(size: Expression['shape'][number], least: number | null, crop: Crop): number {
  if (least === null || typeof size !== 'number' || crop === 'lower' || crop === null) return 0;
  return crop === 'upper' ? size - least : Math.floor((size - least) / 2);
}
