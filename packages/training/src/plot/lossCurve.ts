import { checkOptions, defaultOf, InputError, type Defaulted } from '@pastina/core';
import { defaults } from '../defaults.js';
import { describe } from '../describe.js';
import { type FitEvent } from '../events.js';
import { checkWrite } from '../listeners/jsonLines.js';
import { drawCurves } from './drawCurves.js';
import { svgCurves } from './svgCurves.js';

/** Options of {@link lossCurve}. */
export interface LossCurveOptions {
  /** Gets the drawing when the run ends, or the loop is left. */
  readonly write: (drawing: string) => unknown;
  /** The metric to draw, of the data trained on and of those held out, where they have it. */
  readonly metric?: Defaulted<string, 'loss'>;
  /** Text for a terminal, or an SVG picture, for which echarts must be installed. */
  readonly as?: Defaulted<'text' | 'svg', 'text'>;
  /** Default: the metric's name. */
  readonly title?: string;
}

/**
 * Hands the events of `fit` on, and draws a metric over the steps at the end: means of the epochs and what was measured
 * on data held out; in a first epoch that did not end, the steps.
 *
 * @throws InputError where `write` is no function
 *
 * @example
 * ```ts
 * import { tensor } from '@pastina/core';
 * import { fit } from '@pastina/training';
 * import { lossCurve } from '@pastina/training/plot';
 * let loss = 4;
 * const events = fit({ step: () => ({ loss: tensor((loss -= 1)) }), data: { x: [1] }, epochs: 3, batchSize: 1 });
 * let drawing = '';
 * for await (const event of lossCurve(events, { write: (text) => (drawing = text) })) if (event.type === 'end') break;
 * console.log(drawing.split('\n')[0]); // loss
 * ```
 */
export function lossCurve<Names extends string, Held extends string>(events: AsyncIterable<FitEvent<Names, Held>>, options: LossCurveOptions): AsyncGenerator<FitEvent<Names, Held>, void, undefined> {
  checkOptions('lossCurve', options, ['write', 'metric', 'as', 'title']);
  const write = checkWrite('lossCurve', options.write);
  const metric = options.metric ?? defaultOf(defaults, 'lossCurve.metric');
  const as = options.as ?? defaultOf(defaults, 'lossCurve.as');
  if (as !== 'text' && as !== 'svg') throw new InputError('OPTION_VALUE', `lossCurve: as is ${describe(as)}; expected 'text' or 'svg'`, { option: 'as', value: as });
  return run(events, write, metric, as, options.title ?? metric);
}

async function* run<Names extends string, Held extends string>(events: AsyncIterable<FitEvent<Names, Held>>, write: (drawing: string) => unknown, metric: string, as: 'text' | 'svg', title: string): AsyncGenerator<FitEvent<Names, Held>, void, undefined> {
  const curves: Readonly<Record<'step' | 'epoch' | 'validation', (readonly [number, number])[]>> = { step: [], epoch: [], validation: [] };
  try {
    for await (const event of events) {
      if (event.type !== 'start' && event.type !== 'end') {
        const { metrics }: { readonly metrics: Readonly<Record<string, number>> } = event;
        if (Object.hasOwn(metrics, metric)) curves[event.type].push([event.step, metrics[metric] as number]);
      }
      yield event;
    }
  } finally {
    const { step, epoch, validation } = curves;
    const shown = { ...(epoch.length > 0 ? { epoch } : { step }), ...(validation.length > 0 ? { validation } : {}) };
    await write(as === 'svg' ? await svgCurves(shown, { title }) : drawCurves(shown, { title }));
  }
}
