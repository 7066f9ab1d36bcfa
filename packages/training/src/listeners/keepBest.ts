import { checkOptions, InputError, isParameter, parameter, type Parameter, type Tensor } from '@pastina/core';
import { namedParams, type ParamSelection } from '../checkpoint/names.js';
import { valueNow } from '../checkpoint/valueNow.js';
import { type FitEvent } from '../events.js';
import { withListener } from '../progress.js';
import { isBetter, numbersBefore, readWatch, watching, watchOptions, type Watch, type WatchOptions } from './watch.js';

/** Options of {@link keepBest}. */
export interface KeepBestOptions extends WatchOptions, ParamSelection {
  /** Where the best values are kept: what `copiesOf` gives. Left out, only this run knows them, and it cannot be resumed. */
  readonly into?: readonly Parameter[];
}

/**
 * Parameters of the same types, called 'best(W)' for 'W', that hold zeros: a place for {@link keepBest}, which goes into
 * checkpoints with the rest.
 */
export function copiesOf(selection: ParamSelection): Parameter[] {
  checkOptions('copiesOf', selection, ['layers', 'params']);
  return [...namedParams('copiesOf', selection)].map(([name, { shape, dtype }]) => parameter({ data: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape }, { name: `best(${name})`, dtype }));
}

/**
 * Hands the events of `fit` on, keeps the values of parameters after the epoch with the best metric, and sets them, all or
 * nothing, when the run has finished or was stopped. A run that was aborted keeps its last values, so that it may go on.
 * It stands outside of `earlyStopping`.
 *
 * @throws InputError for an unknown option or no parameters; METRIC, NO_VALIDATION where there is nothing to watch
 *
 * @example
 * ```ts
 * import { add, compile, parameter } from '@pastina/core';
 * import { fit, keepBest } from '@pastina/training';
 * const w = parameter(-2);
 * const step = compile({ inputs: {}, outputs: { w }, updates: new Map([[w, add(w, 1)]]) });
 * const events = fit({ step: () => ({ loss: step({}).w }), data: { x: [1] }, epochs: 5, batchSize: 1 });
 * for await (const event of keepBest(events, { params: [w], on: 'epoch', mode: 'max' })) if (event.type === 'end') break;
 * console.log(w.valueSync().item()); // 3
 * ```
 */
export function keepBest<Names extends string, Held extends string>(events: AsyncIterable<FitEvent<Names, Held>>, options: KeepBestOptions): AsyncGenerator<FitEvent<Names, Held>, void, undefined> {
  const where = 'keepBest';
  checkOptions(where, options, [...watchOptions, 'layers', 'params', 'into']);
  const { layers, params } = options;
  const selection = { ...(layers === undefined ? {} : { layers }), ...(params === undefined ? {} : { params }) };
  const named = [...namedParams(where, selection)];
  if (named.length === 0) throw new InputError('KEEP_BEST', `${where}: there is nothing to keep; give layers or params`);
  const into = options.into ?? copiesOf(selection);
  named.forEach(([name, { dtype, shape }], i) => {
    const copy: unknown = into[i];
    if (!isParameter(copy) || copy.dtype !== dtype || String(copy.shape) !== String(shape) || into.length !== named.length) throw new InputError('KEEP_BEST', `${where}: into has no place for '${name}', ${dtype}[${shape.join(', ')}]; expected copiesOf of the same parameters`, { parameter: name });
  });
  return run(events, readWatch(where, options), named.map(([, param]) => param), into, options.into !== undefined);
}

async function* run<Names extends string, Held extends string>(events: AsyncIterable<FitEvent<Names, Held>>, watch: Watch, params: readonly Parameter[], into: readonly Parameter[], given: boolean): AsyncGenerator<FitEvent<Names, Held>, void, undefined> {
  const key = `keepBest(${watch.on} ${watch.metric})`;
  const valueOf = watching(watch);
  let [best, epoch] = [NaN, 0];
  for await (const event of events) {
    if (event.type === 'start') {
      const before = numbersBefore(event as FitEvent, key);
      [best, epoch] = [before?.best ?? NaN, before?.epoch ?? 0];
      if (epoch > 0 && !given) throw new InputError('KEEP_BEST', `keepBest: the best values so far, of epoch ${epoch}, were kept in another run; give both runs { into: copiesOf(…) }, and save these parameters in the checkpoint`, { epoch });
    }
    const value = valueOf(event as FitEvent);
    if (value !== undefined && event.type !== 'start' && isBetter(watch, value, best)) {
      await copy(params, into);
      [best, epoch] = [value, event.epoch];
    }
    if (event.type === 'end' && event.reason !== 'aborted' && epoch > 0) await copy(into, params);
    yield { ...event, progress: withListener(event.progress, key, { best, epoch }) };
  }
}

/** All values are there before the first is set. */
async function copy(from: readonly Parameter[], to: readonly Parameter[]): Promise<void> {
  const values = await Promise.all(from.map(valueNow));
  to.forEach((param, i) => param.set(values[i] as Tensor));
}
