import { ShapeError } from '@pastina/core';

/** The shape of a layer's input or output: `null` is a size that is only known when data arrive, such as the batch. */
export type LayerShape = readonly (number | null)[];

/** `(null, 784)` as messages print it. */
export function formatLayerShape(shape: LayerShape): string {
  return `[${shape.map(String).join(', ')}]`;
}

/** Sizes are whole numbers from 1 up, or null. */
export function checkLayerShape(shape: LayerShape, where: string): LayerShape {
  shape.forEach((size, axis) => {
    if (size !== null && !(Number.isInteger(size) && size > 0)) {
      throw new ShapeError('LAYER_SHAPE', `${where}: size ${String(size)} of axis ${axis} in ${formatLayerShape(shape)}; expected a whole number from 1 up, or null for a size that is not known yet`, { axis, size, shape });
    }
  });
  return [...shape];
}
