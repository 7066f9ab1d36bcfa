import { checkOptions, defaultOf, InputError, ShapeError, type Defaulted, type Tensor } from '@pastina/core';
import { batches, checkWhole, type Batches } from './batches.js';
import { checkColumns, type BatchOf, type Columns } from './columns.js';
import { defaults } from './defaults.js';
import { type FitEvent, type Metrics } from './events.js';
import { breathing } from './host.js';

/** What a compiled function with scalar outputs returns. */
export type StepOutputs<Names extends string> = { readonly [Name in Names]: Tensor };

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
}

const known = ['step', 'data', 'epochs', 'batchSize', 'shuffle', 'seed', 'dropLast', 'validation', 'signal', 'yieldEvery'];

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
  // The first epoch's batches are made at once, so that wrong data are an error here.
  return run(options, epochBatches(options, 0), validation === undefined ? undefined : heldBatches(validation));
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
  options: FitOptions<Data, Names, Held, HeldNames>, first: Batches<Data>, held: Batches<Held> | undefined,
): AsyncGenerator<FitEvent<Names, HeldNames>, void, undefined> {
  const { epochs, validation, signal } = options;
  const breathe = breathing(options.yieldEvery ?? defaultOf(defaults, 'fit.yieldEvery'));
  let step = 0;
  yield { type: 'start', epochs, items: first.items, batchesPerEpoch: first.length, steps: epochs * first.length };
  for (let epoch = 1; epoch <= epochs; epoch += 1) {
    const means = new Means<Names>('step');
    let batch = 0;
    for (const feeds of epoch === 1 ? first : epochBatches(options, epoch - 1)) {
      if (signal?.aborted === true) return yield { type: 'end', reason: 'aborted', epoch, step };
      step += 1;
      batch += 1;
      const items = checkColumns('fit', feeds as Columns);
      const metrics = await means.add(options.step(feeds), items);
      yield { type: 'step', epoch, batch, step, items, metrics };
      await breathe();
    }
    yield { type: 'epoch', epoch, step, metrics: means.value() };
    if (validation === undefined || held === undefined) continue;
    const heldMeans = new Means<HeldNames>('validation.evaluate');
    for (const feeds of held) {
      if (signal?.aborted === true) return yield { type: 'end', reason: 'aborted', epoch, step };
      await heldMeans.add(validation.evaluate(feeds), checkColumns('fit', feeds as Columns));
      await breathe();
    }
    yield { type: 'validation', epoch, step, metrics: heldMeans.value() };
  }
  yield { type: 'end', reason: 'finished', epoch: epochs, step };
}

/** Means of scalars, each batch weighing as many as it has items. */
class Means<Names extends string> {
  readonly #where: string;
  readonly #sums = new Map<string, number>();
  #items = 0;

  constructor(where: string) {
    this.#where = where;
  }

  /** Reads the outputs of one call. */
  async add(outputs: StepOutputs<Names>, items: number): Promise<Metrics<Names>> {
    this.#items += items;
    const scalars: [string, number][] = [];
    for (const [name, output] of Object.entries<Tensor>(outputs)) {
      const data = await output.data();
      if (data.length !== 1) throw new ShapeError('METRIC_SHAPE', `fit: output '${name}' of ${this.#where} has shape [${output.shape.join(', ')}]; expected a scalar, such as mean(loss)`, { output: name, shape: output.shape });
      scalars.push([name, data[0] as number]);
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + items * (data[0] as number));
    }
    return Object.fromEntries(scalars) as Metrics<Names>;
  }

  value(): Metrics<Names> {
    return Object.fromEntries([...this.#sums].map(([name, sum]) => [name, sum / this.#items])) as Metrics<Names>;
  }
}
