import { checkOptions, defaultOf, InputError, type Defaulted } from '@pastina/core';
import plot from 'simple-ascii-chart';
import { checkWhole } from '../batches.js';
import { defaults } from '../defaults.js';
import { describe } from '../describe.js';

/** Curves by name: points of a step and a value. */
export type Curves = Readonly<Record<string, readonly (readonly [step: number, value: number])[]>>;

/** Options of {@link drawCurves}. */
export interface DrawCurvesOptions {
  readonly title?: string;
  /** Characters that the curves are wide. */
  readonly width?: Defaulted<number, 60>;
  /** Lines that the curves are high. */
  readonly height?: Defaulted<number, 12>;
  /** `true`: colours of the terminal tell the curves apart. */
  readonly color?: Defaulted<boolean, false>;
}

const colors = ['ansiCyan', 'ansiYellow', 'ansiMagenta', 'ansiGreen', 'ansiRed', 'ansiBlue'] as const;

/**
 * Curves as text for a terminal. Values that are no numbers, or infinite, leave no mark.
 *
 * @throws InputError for what are no curves, or a size that is too small
 *
 * @example
 * ```ts
 * import { drawCurves } from '@pastina/training/plot';
 * console.log(drawCurves({ loss: [[1, 3], [2, 2], [3, 1]] }, { width: 12, height: 4 }).includes('┗')); // true
 * ```
 */
export function drawCurves(curves: Curves, options: DrawCurvesOptions = {}): string {
  checkOptions('drawCurves', options, ['title', 'width', 'height', 'color']);
  const width = options.width ?? defaultOf(defaults, 'drawCurves.width');
  const height = options.height ?? defaultOf(defaults, 'drawCurves.height');
  checkWhole('drawCurves: width', width, 2, 10000);
  checkWhole('drawCurves: height', height, 2, 10000);
  const shown = finiteCurves('drawCurves', curves);
  if (shown.length === 0) return `${[options.title, 'no values'].filter((part) => part !== undefined).join(': ')}\n`;
  const text = plot(shown.map(([, points]) => points), {
    width, height, legend: { position: 'bottom', series: shown.map(([name]) => name) },
    // numbers as short as they can be told apart by
    formatter: (value, { axis }) => (axis === 'x' ? value : Number(value.toPrecision(4))),
    symbols: { chart: { area: '█' } },
    ...(options.title === undefined ? {} : { title: options.title }),
    ...((options.color ?? defaultOf(defaults, 'drawCurves.color')) ? { color: shown.map((_, i) => colors[i % colors.length] as (typeof colors)[number]) } : {}),
  });
  return `${text.split('\n').map((line) => line.trimEnd()).filter((line) => line !== '').join('\n')}\n`;
}

/** Curves with at least one finite point, by rising step. @throws InputError for what are none */
export function finiteCurves(where: string, curves: Curves): readonly (readonly [string, [number, number][]])[] {
  const entries: readonly (readonly [string, unknown])[] = typeof curves === 'object' && curves !== null ? Object.entries(curves) : [];
  const isPoint = (point: unknown): boolean => Array.isArray(point) && point.length === 2 && point.every((part) => typeof part === 'number');
  const odd = entries.find(([, points]) => !Array.isArray(points) || !points.every(isPoint));
  if (odd !== undefined || entries.length === 0) throw new InputError('CURVES', `${where}: ${odd === undefined ? `curves is ${describe(curves)}` : `curve '${odd[0]}' is ${describe(odd[1])}`}; expected an object from names to lists of [step, value]`, odd === undefined ? {} : { curve: odd[0] });
  return (entries as [string, [number, number][]][]).map(([name, points]) => [name, points.filter((point) => point.every(Number.isFinite)).sort(([a], [b]) => a - b)] as const).filter(([, points]) => points.length > 0);
}
