import { checkOptions, defaultOf, InputError, type Defaulted } from '@pastina/core';
import { checkWhole } from './batches.js';
import { type BatchOf, type Columns } from './columns.js';
import { defaults } from './defaults.js';
import { type FitEvent } from './events.js';
import { breathing } from './host.js';
import { type BatchOfItems, type Item } from './items.js';
import { Means, type StepOutputs } from './means.js';
import { checkProgress, checkSameOrder, type Progress } from './progress.js';
import { itemsOf, sourceOf, type Source } from './source.js';
import { isStream, type Signal, type Stream } from './stream.js';

/** What is measured after each epoch, on fields. */
export interface FieldsValidation<Held extends Columns, HeldNames extends string> {
  /** A compiled function without updates; its outputs are scalars. */
  readonly evaluate: (batch: BatchOf<Held>) => StepOutputs<HeldNames>;
  readonly data: Held;
  /** Default: all at once. */
  readonly batchSize?: number;
}

/** What is measured after each epoch, on a stream of batches, which are taken as they come. */
export interface StreamValidation<HeldNames extends string> {
  /** A compiled function without updates; its outputs are scalars. It must take what the stream gives. */
  readonly evaluate: (batch: never) => StepOutputs<HeldNames>;
  readonly data: Stream<unknown>;
  readonly batchSize?: undefined;
}

/** What is measured after each epoch. */
export type Validation<Held extends Columns, HeldNames extends string> = FieldsValidation<Held, HeldNames> | StreamValidation<HeldNames>;

/** Options of {@link fit} that do not depend on the kind of data. */
export interface FitRunOptions<Held extends Columns, HeldNames extends string> {
  readonly epochs: number;
  /** Decides the order of the data in every epoch. */
  readonly seed?: Defaulted<number, 0>;
  readonly validation?: Validation<Held, HeldNames>;
  /** Stops after the step (or the batch of the validation) in progress, or while a stream is waited for; the last event then says 'aborted'. */
  readonly signal?: Signal;
  /** After how many milliseconds of work timers and events of the host get their turn. */
  readonly yieldEvery?: Defaulted<number, 20>;
  /** Goes on where another run was: `progress` of one of its events. Parameters are the business of checkpoints. */
  readonly from?: Progress;
}

/** Options of {@link fit}. */
export interface FitOptions<Data extends Columns, Names extends string, Held extends Columns, HeldNames extends string> extends FitRunOptions<Held, HeldNames> {
  /** A compiled function with updates; its outputs are scalars. */
  readonly step: (batch: BatchOf<Data>) => StepOutputs<Names>;
  readonly data: Data;
  readonly batchSize: number;
  readonly shuffle?: Defaulted<boolean, true>;
  readonly dropLast?: Defaulted<boolean, false>;
}

/** Options of {@link fit} for a stream of items. */
export interface StreamFitOptions<One extends Item, Names extends string, Held extends Columns, HeldNames extends string> extends FitRunOptions<Held, HeldNames> {
  readonly step: (batch: BatchOfItems<One>) => StepOutputs<Names>;
  /** For more than one epoch a function that begins a pass, or an iterable that can be gone through again. */
  readonly data: Stream<One>;
  readonly batchSize: number;
  readonly shuffle?: Defaulted<boolean, true>;
  /** How many items are held to draw from. */
  readonly shuffleBuffer?: Defaulted<number, 1024>;
  readonly dropLast?: Defaulted<boolean, false>;
}

/** Options of {@link fit} for a stream of batches, which are taken as they come. */
export interface BatchStreamFitOptions<Batch, Names extends string, Held extends Columns, HeldNames extends string> extends FitRunOptions<Held, HeldNames> {
  readonly step: (batch: Batch) => StepOutputs<Names>;
  readonly data: Stream<Batch>;
  readonly batchSize?: undefined;
}

const known = ['step', 'data', 'epochs', 'batchSize', 'shuffle', 'shuffleBuffer', 'seed', 'dropLast', 'validation', 'signal', 'yieldEvery', 'from'];

/**
 * A training loop as a sequence of events: nothing happens unless somebody asks for the next one, and
 * leaving the loop stops the training. Options are checked at once.
 *
 * @throws InputError, ShapeError naming the option or the field at fault
 *
 * @example
 * ```ts
 * import { compile, input, mean, parameter, square, sub } from '@pastina/core';
 * import { fit } from '@pastina/training';
 * const x = input('x', ['batch']), m = parameter(0);
 * const loss = mean(square(sub(x, m)));
 * const step = compile({ inputs: { x }, outputs: { loss }, updates: new Map([[m, mean(x)]]) });
 * for await (const event of fit({ step, data: { x: Float32Array.of(1, 3) }, epochs: 2, batchSize: 2 })) {
 *   if (event.type === 'epoch') console.log(event.epoch, event.metrics.loss); // 1 5, then 2 1
 * }
 * ```
 */
export function fit<Data extends Columns, Names extends string, Held extends Columns = Data, HeldNames extends string = Names>(options: FitOptions<Data, Names, Held, HeldNames>): AsyncGenerator<FitEvent<Names, HeldNames>, void, undefined>;
export function fit<One extends Item, Names extends string, Held extends Columns = Columns, HeldNames extends string = Names>(options: StreamFitOptions<One, Names, Held, HeldNames>): AsyncGenerator<FitEvent<Names, HeldNames>, void, undefined>;
export function fit<Batch, Names extends string, Held extends Columns = Columns, HeldNames extends string = Names>(options: BatchStreamFitOptions<Batch, Names, Held, HeldNames>): AsyncGenerator<FitEvent<Names, HeldNames>, void, undefined>;
export function fit(options: AnyOptions): AsyncGenerator<FitEvent, void, undefined> {
  checkOptions('fit', options, known);
  const { validation, from, signal } = options;
  checkWhole('fit: epochs', options.epochs, 1, 2097151);
  if (typeof options.step !== 'function') throw new InputError('STEP', `fit: step is ${typeof options.step}; expected a function from a batch to scalars, such as compile(…) gives`);
  if (validation !== undefined) {
    checkOptions('fit: validation', validation, ['evaluate', 'data', 'batchSize']);
    if (typeof validation.evaluate !== 'function') throw new InputError('STEP', `fit: validation.evaluate is ${typeof validation.evaluate}; expected a function from a batch to scalars`);
  }
  const source = sourceOf('fit', { data: options.data, batchSize: options.batchSize, shuffle: options.shuffle, shuffleBuffer: options.shuffleBuffer, seed: options.seed, dropLast: options.dropLast, signal });
  if (from !== undefined) checkSameOrder(checkProgress('fit: from', from), source.order);
  const held = validation === undefined ? undefined : heldOf(validation, signal);
  if (from !== undefined && held !== undefined) checkSameHeld(from, held);
  return run(options, source, held);
}

/** Batches of a validation that was left half way must be the same again. */
function checkSameHeld(from: Progress, { items, order: { batchSize } }: Source): void {
  if (from.phase !== 'validation' || items === undefined || batchSize === undefined || from.items === Math.min(items, from.batch * batchSize)) return;
  throw new InputError('RESUME', `fit: the run that \`from\` tells of had validated ${from.items} items in ${from.batch} batches, which are none of ${items} items by ${batchSize}; give the same validation data and batchSize, or a checkpoint from outside of a validation`, { expected: from.items });
}

/** What the overloads have in common. */
interface AnyOptions extends FitRunOptions<Columns, string> {
  readonly step: (batch: never) => StepOutputs<string>;
  readonly data: Columns | Stream<unknown>;
  readonly batchSize?: number | undefined;
  readonly shuffle?: boolean;
  readonly shuffleBuffer?: number;
  readonly dropLast?: boolean;
}

function heldOf({ data, batchSize }: Validation<Columns, string>, signal: Signal | undefined): Source {
  if (isStream(data) && batchSize !== undefined) throw new InputError('OPTION_VALUE', 'fit: validation.batchSize with a stream, which gives batches as they are; use data: () => batches(stream, { batchSize }), or leave it out', { option: 'batchSize' });
  const whole = { shuffle: undefined, shuffleBuffer: undefined, seed: undefined, dropLast: undefined, signal };
  return isStream(data) ? sourceOf('fit: validation', { ...whole, data, batchSize: undefined }) : sourceOf('fit: validation', { ...whole, data, shuffle: false, batchSize: batchSize ?? Number.MAX_SAFE_INTEGER });
}

async function* run(options: AnyOptions, source: Source, held: Source | undefined): AsyncGenerator<FitEvent, void, undefined> {
  const { epochs, validation, signal } = options;
  const { order, items, batchesPerEpoch } = source;
  const breathe = breathing(options.yieldEvery ?? defaultOf(defaults, 'fit.yieldEvery'));
  let now: Progress = { epoch: 1, phase: 'training', batch: 0, items: 0, sums: {}, step: 0, listeners: {}, ...options.from, order };
  const end = (reason: 'finished' | 'aborted', epoch: number): FitEvent => ({ type: 'end', reason, epoch, step: now.step, progress: now });
  yield { type: 'start', epochs, items, batchesPerEpoch, steps: batchesPerEpoch === undefined ? undefined : epochs * batchesPerEpoch, step: now.step, progress: now };
  for (let { epoch } = now; epoch <= epochs; epoch += 1) {
    if (now.phase === 'training') {
      const means = new Means<string>('step', now.items, now.sums);
      for await (const feeds of source.open(epoch, now.batch)) {
        if (signal?.aborted === true) return yield end('aborted', epoch);
        const count = itemsOf(feeds);
        const metrics = await means.add(options.step(feeds), count);
        now = { ...now, batch: now.batch + 1, step: now.step + 1, items: means.items, sums: means.sums };
        yield { type: 'step', epoch, batch: now.batch, step: now.step, items: count, metrics, progress: now };
        await breathe();
      }
      // a stream that was left while it was waited for is not at its end
      if (signal?.aborted === true && isStream(options.data)) return yield end('aborted', epoch);
      now = { ...now, phase: 'validation', batch: 0, items: 0, sums: {} };
      yield { type: 'epoch', epoch, step: now.step, metrics: means.value(), progress: now };
    }
    const means = new Means<string>('validation.evaluate', now.items, now.sums);
    for await (const feeds of held?.open(epoch, now.batch) ?? []) {
      if (signal?.aborted === true) return yield end('aborted', epoch);
      await means.add((validation as StreamValidation<string>).evaluate(feeds), itemsOf(feeds));
      now = { ...now, batch: now.batch + 1, items: means.items, sums: means.sums };
      await breathe();
    }
    if (signal?.aborted === true && isStream(validation?.data)) return yield end('aborted', epoch);
    now = { ...now, epoch: epoch + 1, phase: 'training', batch: 0, items: 0, sums: {} };
    if (held !== undefined) yield { type: 'validation', epoch, step: now.step, metrics: means.value(), progress: now };
  }
  yield end('finished', epochs);
}
