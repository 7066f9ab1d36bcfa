import { defaultOf, InputError } from '@pastina/core';
import { batches, checkWhole } from './batches.js';
import { checkColumns, type Columns } from './columns.js';
import { defaults } from './defaults.js';
import { type Item } from './items.js';
import { type DataOrder } from './progress.js';
import { batchesOfItems, isStream, open, type AnyIterable, type Signal, type Stream, untilAborted } from './stream.js';

/** Where the batches of epochs come from. */
export interface Source {
  readonly order: DataOrder;
  readonly items: number | undefined;
  readonly batchesPerEpoch: number | undefined;
  /** Those behind the first `skip` ones of an epoch, counted from 1. */
  open(epoch: number, skip: number): AnyIterable<never>;
}

/** What of the options of `fit` concerns data. */
export interface SourceOptions {
  readonly data: Columns | Stream<unknown>;
  readonly batchSize: number | undefined;
  readonly shuffle: boolean | undefined;
  readonly shuffleBuffer: number | undefined;
  readonly seed: number | undefined;
  readonly dropLast: boolean | undefined;
  readonly signal: Signal | undefined;
}

/** Batches of fields, of a stream of items, or of a stream of batches. */
export function sourceOf(where: string, options: SourceOptions): Source {
  const { data, batchSize, signal } = options;
  const shuffle = options.shuffle ?? defaultOf(defaults, 'fit.shuffle');
  const seed = options.seed ?? defaultOf(defaults, 'fit.seed');
  const dropLast = options.dropLast ?? defaultOf(defaults, 'fit.dropLast');
  checkWhole('seed', seed, 0, 4294967295);
  if (!isStream(data)) {
    if (options.shuffleBuffer !== undefined) throw new InputError('OPTION_VALUE', `${where}: shuffleBuffer is for streams; fields are shuffled as a whole. Leave it out`, { option: 'shuffleBuffer' });
    if (batchSize === undefined) throw new InputError('OPTION_VALUE', `${where}: batchSize is missing; only a stream of batches needs none`, { option: 'batchSize' });
    // batches are made at once, so that wrong data are an error here
    const first = batches(data as Columns, { batchSize, shuffle: false, dropLast });
    const order = { batchSize, shuffle, shuffleBuffer: undefined, seed, dropLast, items: checkColumns(where, data as Columns) };
    return { order, items: first.items, batchesPerEpoch: first.length, open: (epoch, skip) => batches(data as Columns, { batchSize, shuffle, seed, dropLast, epoch: epoch - 1 }).from(skip) as Iterable<never> };
  }
  if (batchSize === undefined) {
    const odd = (['shuffle', 'shuffleBuffer', 'dropLast'] as const).find((option) => options[option] !== undefined);
    if (odd !== undefined) throw new InputError('OPTION_VALUE', `${where}: ${odd} without a batchSize, where the stream gives batches as they are; give a stream of items and a batchSize, or leave ${odd} out`, { option: odd });
    const order = { batchSize: undefined, shuffle: false, shuffleBuffer: undefined, seed, dropLast: false, items: undefined };
    return { order, items: undefined, batchesPerEpoch: undefined, open: (epoch, skip) => behind(where, untilAborted(open(where, data, epoch - 1), signal), signal, epoch, skip) };
  }
  checkWhole('batchSize', batchSize, 1, Number.MAX_SAFE_INTEGER);
  const shuffleBuffer = options.shuffleBuffer ?? defaultOf(defaults, 'fit.shuffleBuffer');
  checkWhole('shuffleBuffer', shuffleBuffer, 1, Number.MAX_SAFE_INTEGER);
  const order = { batchSize, shuffle, shuffleBuffer: shuffle ? shuffleBuffer : undefined, seed, dropLast, items: undefined };
  return {
    order, items: undefined, batchesPerEpoch: undefined,
    open: (epoch, skip) => behind(where, batchesOfItems(where, untilAborted<Item>(open<Item>(where, data as Stream<Item>, epoch - 1), signal), { batchSize, dropLast, shuffleBuffer: order.shuffleBuffer, seed, epoch: epoch - 1 }), signal, epoch, skip),
  };
}

/** A pass over a stream, its first batches left out; one without any is an error, or the run would go on with nothing. */
async function* behind(where: string, source: AsyncIterable<unknown>, signal: Signal | undefined, epoch: number, skip: number): AsyncGenerator<never, void, undefined> {
  let count = 0;
  for await (const batch of source) {
    if (signal?.aborted === true) return;
    count += 1;
    if (count > skip) yield batch as never;
  }
  if (signal?.aborted === true) return;
  if (count === 0) throw new InputError('NO_BATCH', `${where}: the data gave no batch in epoch ${epoch}; ${epoch === 1 ? 'expected at least one' : 'an iterator can be gone through once. Give a function that begins a new pass: data: (epoch) => …'}`, { epoch });
  if (count < skip) throw new InputError('RESUME', `${where}: the data gave ${count} batches in epoch ${epoch}, but the run that \`from\` tells of had done ${skip}; expected the same data`, { epoch, expected: skip, found: count });
}

/** How many items a batch has: the first axis of its first field that has one. */
export function itemsOf(batch: unknown): number {
  const fields: readonly unknown[] = typeof batch === 'object' && batch !== null ? (Array.isArray(batch) || ArrayBuffer.isView(batch) ? [batch] : Object.values(batch)) : [];
  for (const field of fields) {
    if (Array.isArray(field) || (ArrayBuffer.isView(field) && 'length' in field)) return (field as unknown as ArrayLike<unknown>).length;
    const shape: unknown = typeof field === 'object' && field !== null && 'shape' in field ? field.shape : undefined;
    if (Array.isArray(shape) && shape.length > 0) return shape[0] as number;
  }
  return 1;
}
