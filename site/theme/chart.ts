/** A line of a chart; NaN and infinities break it. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
  /** Which of the theme's colours of series: 1 to 3. */
  readonly colour: 1 | 2 | 3;
}

/** `log1p` shows 0 and hundreds in one picture. */
export type Scale = 'linear' | 'log' | 'log1p';

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const bent: Readonly<Record<Scale, (value: number) => number>> = { linear: (v) => v, log: Math.log10, log1p: Math.log1p };

/** Each value as the mean of itself and those before it, `over` at most: what single batches do is noise. */
export function smoothed(values: readonly number[], over: number): readonly number[] {
  return values.map((_, i) => {
    const last = values.slice(Math.max(0, i - over + 1), i + 1);
    return last.reduce((sum, value) => sum + value, 0) / last.length;
  });
}

/** The range of values that can be drawn; on a log scale whole decades. */
export function rangeOf(series: readonly Series[], scale: Scale): readonly [number, number] {
  const drawable = series.flatMap(({ values }) => values).filter((v) => Number.isFinite(v) && (scale !== 'log' || v > 0));
  if (drawable.length === 0) return scale === 'log' ? [0.1, 1] : [0, 1];
  const [low, high] = drawable.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  if (scale !== 'log') return [Math.min(0, low), high > 0 ? high * 1.05 : 1];
  const decade = (round: (v: number) => number, v: number): number => Number(`1e${round(Math.log10(v))}`);
  const [from, to] = [decade(Math.floor, low), decade(Math.ceil, high)];
  return from === to ? [from, to * 10] : [from, to];
}

/** The place of a value in a frame. */
export function heightOf(value: number, [low, high]: readonly [number, number], scale: Scale, { height, top, bottom }: Frame): number {
  const bend = bent[scale];
  const part = (bend(value) - bend(low)) / (bend(high) - bend(low));
  return height - bottom - Math.min(1, Math.max(0, part)) * (height - top - bottom);
}

/** The `d` of an SVG path through the values, one a step of `steps`. */
export function pathOf(values: readonly number[], steps: number, range: readonly [number, number], scale: Scale, frame: Frame): string {
  let down = false;
  const across = (frame.width - frame.left - frame.right) / Math.max(1, steps - 1);
  return values.map((value, i) => {
    const drawn = Number.isFinite(value) && (scale !== 'log' || value > 0);
    const move = drawn ? `${down ? 'L' : 'M'}${(frame.left + i * across).toFixed(1)} ${heightOf(value, range, scale, frame).toFixed(1)}` : '';
    down = drawn;
    return move;
  }).join('');
}

/** Values for the lines across: decades on a log scale, else a few round numbers. */
export function ticksOf([low, high]: readonly [number, number], scale: Scale): readonly number[] {
  if (scale === 'log') {
    const decades = Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, i) => Number(`1e${Math.round(Math.log10(low)) + i}`));
    return decades.length <= 5 ? decades : decades.filter((_, i) => i % 2 === 0);
  }
  if (scale === 'log1p') return [0, 1, 10, 100, 1000].filter((tick) => tick <= high);
  const rough = (high - low) / 3, power = Number(`1e${Math.floor(Math.log10(rough))}`);
  const unit = ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10) * power;
  return Array.from({ length: 6 }, (_, i) => i * unit).filter((tick) => tick <= high);
}

/** A number of a chart in few signs. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return '0';
  return Math.abs(value) < 0.001 ? value.toExponential(0) : String(Number(value.toPrecision(3)));
}
