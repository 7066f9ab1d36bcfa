import { checkOptions, defaultOf, InputError, type Defaulted } from '@pastina/core';
import { SingleBar } from 'cli-progress';
import { defaults } from '../defaults.js';
import { type FitEvent } from '../events.js';

/** Options of {@link terminalProgress}. */
export interface TerminalProgressOptions {
  /** `'auto'`: a bar where the output is a terminal, else a line after each epoch. `'silent'` prints nothing. */
  readonly mode?: Defaulted<'auto' | 'bar' | 'plain' | 'silent', 'auto'>;
  /** What stands before the bar or the line. */
  readonly title?: Defaulted<string, 'training'>;
  /** Default: `process.stderr`, so that results can be piped from stdout. */
  readonly output?: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Shows the progress of `fit` in a terminal and hands the events on as they are. Node only.
 *
 * @throws InputError for an unknown option or mode
 *
 * @example
 * ```ts
 * import { fit } from '@pastina/training';
 * import { terminalProgress } from '@pastina/training/terminal';
 * import { tensor } from '@pastina/core';
 * const events = fit({ step: () => ({ loss: tensor(1) }), data: { x: [1, 2] }, epochs: 1, batchSize: 1 });
 * for await (const event of terminalProgress(events, { mode: 'silent' })) {
 *   if (event.type === 'end') console.log(event.reason); // finished
 * }
 * ```
 */
export function terminalProgress<Names extends string, Held extends string>(events: AsyncIterable<FitEvent<Names, Held>>, options: TerminalProgressOptions = {}): AsyncGenerator<FitEvent<Names, Held>, void, undefined> {
  checkOptions('terminalProgress', options, ['mode', 'title', 'output']);
  const output = options.output ?? process.stderr;
  const mode = options.mode ?? defaultOf(defaults, 'terminalProgress.mode');
  const title = options.title ?? defaultOf(defaults, 'terminalProgress.title');
  if (!Object.hasOwn(views, mode)) throw new InputError('OPTION_VALUE', `terminalProgress: mode '${String(mode)}'; expected ${Object.keys(views).join(', ')}`, { option: 'mode', value: mode });
  return passOn(events, views[mode](output, title));
}

/** Something that shows events; `close` also after an error. */
interface View {
  readonly show: (event: FitEvent) => void;
  readonly close: () => void;
}

type Output = NonNullable<TerminalProgressOptions['output']>;

const views: Readonly<Record<'auto' | 'bar' | 'plain' | 'silent', (output: Output, title: string) => View>> = {
  auto: (output, title) => (output.isTTY === true ? barView(output, title) : plainView(output, title)),
  bar: barView,
  plain: plainView,
  silent: () => ({ show: () => undefined, close: () => undefined }),
};

async function* passOn<Names extends string, Held extends string>(events: AsyncIterable<FitEvent<Names, Held>>, view: View): AsyncGenerator<FitEvent<Names, Held>, void, undefined> {
  try {
    for await (const event of events) {
      view.show(event as FitEvent);
      yield event;
    }
  } finally {
    view.close();
  }
}

/** `loss 0.1234, accuracy 0.9722`; names of measurements on held-out data are marked. */
function describe(metrics: Readonly<Record<string, number>>, mark: string): string {
  return Object.entries(metrics).map(([name, value]) => `${mark}${name} ${Math.abs(value) < 1e-3 && value !== 0 ? value.toExponential(2) : value.toFixed(4)}`).join(', ');
}

function barView(output: Output, title: string): View {
  const bar = new SingleBar({
    format: '{title} [{bar}] {percentage}% | epoch {epoch}/{epochs} | {metrics} | ETA {eta_formatted}',
    stream: output, barsize: 24, hideCursor: true, noTTYOutput: output.isTTY !== true, gracefulExit: false, linewrap: null,
  });
  let held = '';
  let [epochs, guess] = [0, false];
  return {
    show: (event) => {
      if (event.type === 'start') {
        [epochs, guess] = [event.epochs, event.steps === undefined];
        bar.start(event.steps ?? event.step + 1, event.step, { title, epoch: 1, epochs, metrics: '' });
        return;
      }
      // A stream tells its length when it ends: until then the bar has one more step than were done.
      if (guess && event.type === 'step' && event.epoch === 1) bar.setTotal(event.step + 1);
      if (guess && event.type === 'epoch') bar.setTotal(Math.round((event.step / event.epoch) * epochs));
      if (event.type === 'step') bar.update(event.step, { epoch: event.epoch, metrics: `${describe(event.metrics, '')}${held}` });
      else if (event.type === 'validation') {
        held = ` | ${describe(event.metrics, 'held-out ')}`;
        bar.update(event.step, { metrics: held.slice(3) });
      }
    },
    close: () => bar.stop(),
  };
}

function plainView(output: Output, title: string): View {
  let epochs = 0;
  let line = '';
  const flush = (): void => {
    if (line !== '') output.write(`${line}\n`);
    line = '';
  };
  return {
    show: (event) => {
      if (event.type === 'start') epochs = event.epochs;
      else if (event.type === 'validation') line += `, ${describe(event.metrics, 'held-out ')}`;
      else if (event.type !== 'step') flush();
      if (event.type === 'epoch') line = `${title}: epoch ${event.epoch}/${epochs}: ${describe(event.metrics, '')}`;
      if (event.type === 'end' && event.reason === 'aborted') output.write(`${title}: stopped after ${event.step} steps\n`);
    },
    close: flush,
  };
}
