import { checkOptions, defaultOf, InputError, type Defaulted } from '@pastina/core';
import { batches, checkWhole, type Batches } from './batches.js';
import { checkColumns, type BatchOf, type Columns } from './columns.js';
import { defaults } from './defaults.js';
import { type FitEvent } from './events.js';
import { breathing } from './host.js';
import { Means, type StepOutputs } from './means.js';
import { checkProgress, checkSameOrder, type DataOrder, type Progress } from './progress.js';

/** What is measured after each epoch. */
export interface Validation<Held extends Columns, HeldNames extends string> {
  /** A compiled function without updates; its outputs are scalars. */
  readonly evaluate: (batch: BatchOf<Held>) => StepOutputs<HeldNames>;
  readonly data: Held;
  /** Default: all at once. */
  readonly batchSize?: number;
}

/** Options of {@link fit}. */
export interface FitOptions<Data extends Columns, Names extends string, Held extends Columns, HeldNames extends string> {
  /** A compiled function with updates; its outputs are scalars. */
  readonly step: (batch: BatchOf<Data>) => StepOutputs<Names>;
  readonly data: Data;
  readonly epochs: number;
  readonly batchSize: number;
  readonly shuffle?: Defaulted<boolean, true>;
  /** Decides the order of the data in every epoch. */
  readonly seed?: Defaulted<number, 0>;
  readonly dropLast?: Defaulted<boolean, false>;
  readonly validation?: Validation<Held, HeldNames>;
  /** Stops after the step (or the batch of the validation) in progress; the last event then says 'aborted'. */
  readonly signal?: { readonly aborted: boolean };
  /** After how many milliseconds of work timers and events of the host get their turn. */
  readonly yieldEvery?: Defaulted<number, 20>;
  /** Goes on where another run was: `progress` of one of its events. Parameters are the business of checkpoints. */
  readonly from?: Progress;
}

const known = ['step', 'data', 'epochs', 'batchSize', 'shuffle', 'seed', 'dropLast', 'validation', 'signal', 'yieldEvery', 'from'];

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
export function fit<Data extends Columns, Names extends string, Held extends Columns = Data, HeldNames extends string = Names>(options: FitOptions<Data, Names, Held, HeldNames>): AsyncGenerator<FitEvent<Names, HeldNames>, void, undefined> {
  checkOptions('fit', options, known);
  checkWhole('fit: epochs', options.epochs, 1, 2097151);
  if (typeof options.step !== 'function') throw new InputError('STEP', `fit: step is ${typeof options.step}; expected a function from a batch to scalars, such as compile(…) gives`);
  const { validation } = options;
  if (validation !== undefined) {
    checkOptions('fit: validation', validation, ['evaluate', 'data', 'batchSize']);
    if (typeof validation.evaluate !== 'function') throw new InputError('STEP', `fit: validation.evaluate is ${typeof validation.evaluate}; expected a function from a batch to scalars`);
  }
  if (options.from !== undefined) checkProgress('fit: from', options.from);
  // The first epoch's batches are made at once, so that wrong data are an error here.
  const first = epochBatches(options, (options.from?.epoch ?? 1) - 1);
  const order = { batchSize: options.batchSize, shuffle: options.shuffle ?? defaultOf(defaults, 'fit.shuffle'), shuffleBuffer: undefined, seed: options.seed ?? defaultOf(defaults, 'fit.seed'), dropLast: options.dropLast ?? defaultOf(defaults, 'fit.dropLast'), items: checkColumns('fit', options.data) };
  if (options.from !== undefined) checkSameOrder(options.from, order);
  return run(options, order, first, validation === undefined ? undefined : heldBatches(validation));
}

function epochBatches<Data extends Columns, Names extends string, Held extends Columns, HeldNames extends string>(options: FitOptions<Data, Names, Held, HeldNames>, epoch: number): Batches<Data> {
  return batches(options.data, {
    batchSize: options.batchSize,
    epoch,
    shuffle: options.shuffle ?? defaultOf(defaults, 'fit.shuffle'),
    seed: options.seed ?? defaultOf(defaults, 'fit.seed'),
    dropLast: options.dropLast ?? defaultOf(defaults, 'fit.dropLast'),
  });
}

function heldBatches<Held extends Columns, HeldNames extends string>({ data, batchSize }: Validation<Held, HeldNames>): Batches<Held> {
  return batches(data, { batchSize: batchSize ?? checkColumns('fit: validation', data), shuffle: false, dropLast: false });
}

async function* run<Data extends Columns, Names extends string, Held extends Columns, HeldNames extends string>(
  options: FitOptions<Data, Names, Held, HeldNames>, order: DataOrder, first: Batches<Data>, held: Batches<Held> | undefined,
): AsyncGenerator<FitEvent<Names, HeldNames>, void, undefined> {
  const { epochs, validation, signal } = options;
  const breathe = breathing(options.yieldEvery ?? defaultOf(defaults, 'fit.yieldEvery'));
  let now: Progress = { epoch: 1, phase: 'training', batch: 0, items: 0, sums: {}, step: 0, listeners: {}, ...options.from, order };
  const start = now;
  const end = (reason: 'finished' | 'aborted', epoch: number): FitEvent<Names, HeldNames> => ({ type: 'end', reason, epoch, step: now.step, progress: now });
  yield { type: 'start', epochs, items: first.items, batchesPerEpoch: first.length, steps: epochs * first.length, step: now.step, progress: now };
  for (let epoch = start.epoch; epoch <= epochs; epoch += 1) {
    if (now.phase === 'training') {
      const means = new Means<Names>('step', now.items, now.sums);
      for (const feeds of (epoch === start.epoch ? first : epochBatches(options, epoch - 1)).from(now.batch)) {
        if (signal?.aborted === true) return yield end('aborted', epoch);
        const items = checkColumns('fit', feeds as Columns);
        const metrics = await means.add(options.step(feeds), items);
        now = { ...now, batch: now.batch + 1, step: now.step + 1, items: means.items, sums: means.sums };
        yield { type: 'step', epoch, batch: now.batch, step: now.step, items, metrics, progress: now };
        await breathe();
      }
      now = { ...now, phase: 'validation', batch: 0, items: 0, sums: {} };
      yield { type: 'epoch', epoch, step: now.step, metrics: means.value(), progress: now };
    }
    if (validation !== undefined && held !== undefined) {
      const means = new Means<HeldNames>('validation.evaluate', now.items, now.sums);
      for (const feeds of held.from(now.batch)) {
        if (signal?.aborted === true) return yield end('aborted', epoch);
        await means.add(validation.evaluate(feeds), checkColumns('fit', feeds as Columns));
        now = { ...now, batch: now.batch + 1, items: means.items, sums: means.sums };
        await breathe();
      }
      now = { ...now, epoch: epoch + 1, phase: 'training', batch: 0, items: 0, sums: {} };
      yield { type: 'validation', epoch, step: now.step, metrics: means.value(), progress: now };
    } else now = { ...now, epoch: epoch + 1, phase: 'training', batch: 0, items: 0, sums: {} };
  }
  yield end('finished', epochs);
}
