/** Sides of the drawing. */
export const side = 8;

/**
 * The pixels with a dab of ink: full beside the point, fading over a pixel, as in digits that were scanned finely and
 * averaged.
 *
 * @param x - across, in pixels from the left edge
 * @param y - down, in pixels from the upper edge
 */
export function dab(pixels: readonly number[], x: number, y: number): readonly number[] {
  return pixels.map((ink, i) => {
    const away = Math.hypot((i % side) + 0.5 - x, Math.floor(i / side) + 0.5 - y);
    return Math.max(ink, Math.min(1, Math.max(0, 1.35 - away)));
  });
}

/** The pixels with dabs along a line, so that a fast pen leaves no gaps. */
export function stroke(pixels: readonly number[], from: readonly [number, number], to: readonly [number, number]): readonly number[] {
  const count = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) * 4));
  let drawn = pixels;
  for (let i = 1; i <= count; i += 1) drawn = dab(drawn, from[0] + ((to[0] - from[0]) * i) / count, from[1] + ((to[1] - from[1]) * i) / count);
  return drawn;
}

/** The cell that a key moves to; undefined for keys that do not move. */
export function moved(cell: number, key: string): number | undefined {
  const [row, column] = [Math.floor(cell / side), cell % side];
  switch (key) {
    case 'ArrowLeft': return row * side + Math.max(0, column - 1);
    case 'ArrowRight': return row * side + Math.min(side - 1, column + 1);
    case 'ArrowUp': return Math.max(0, row - 1) * side + column;
    case 'ArrowDown': return Math.min(side - 1, row + 1) * side + column;
    case 'Home': return row * side;
    case 'End': return row * side + side - 1;
    default: return undefined;
  }
}
