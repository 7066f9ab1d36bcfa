import { checkOptions, defaultOf, InputError, randomSource, type Defaulted, type NestedArray } from '@pastina/core';
import { type AnyTypedArray, checkColumns, isTypedArray, takeRange, takeRows, type BatchOf, type Columns } from './columns.js';
import { defaults } from './defaults.js';
import { type BatchOfItems, type Item, stackItems } from './items.js';
import { batchesOfItems, isStream, open, type Stream } from './stream.js';

/** Options of {@link batches}. */
export interface BatchesOptions {
  readonly batchSize: number;
  /** `true`: in random order. */
  readonly shuffle?: Defaulted<boolean, false>;
  /** With `epoch` it decides the random order: a whole number from 0 to 2³² - 1. */
  readonly seed?: Defaulted<number, 0>;
  /** Which pass over the data this is: each has an order of its own. */
  readonly epoch?: Defaulted<number, 0>;
  /** `true`: no smaller batch at the end. */
  readonly dropLast?: Defaulted<boolean, false>;
}

/** Options of {@link batches} for streams. */
export interface StreamBatchesOptions extends BatchesOptions {
  /** How many items are held to draw from when a stream is shuffled; an item comes at most that much too early. */
  readonly shuffleBuffer?: Defaulted<number, 1024>;
}

/** Batches in order; can be gone through any number of times, with the same result. */
export interface BatchSequence<Batch> extends Iterable<Batch> {
  /** How many batches. */
  readonly length: number;
  /** How many items in all of them together. */
  readonly items: number;
  /** Those behind the first `batch` ones, without making these. */
  from(batch: number): Iterable<Batch>;
}

/** Batches of fields. */
export type Batches<Data extends Columns> = BatchSequence<BatchOf<Data>>;

/**
 * Cuts data into batches. The fields keep their names and kinds, so a batch goes straight into a
 * compiled function. The order is a function of `seed` and `epoch` alone.
 *
 * @param data - fields with the same number of items (typed arrays, nested arrays or { data, shape }); one such field; a
 *   list of items, each an object of fields; or a stream of items: an iterable, an async iterable, or a function that
 *   begins a pass over one. A stream is read as it is needed: one batch and the shuffle buffer are held
 * @throws InputError, ShapeError naming the field, and of items the number, at fault; before the first batch, but for streams
 *
 * @example
 * ```ts
 * import { batches } from '@pastina/training';
 * const all = batches({ x: [[1, 2], [3, 4], [5, 6]], y: Int32Array.of(0, 1, 2) }, { batchSize: 2 });
 * const [first, last] = all;
 * console.log(all.length, first?.x, last?.y.join()); // 2 [[1, 2], [3, 4]] 2
 *
 * async function* lines() {
 *   for (let k = 0; k < 3; k += 1) yield { x: Float32Array.of(k, -k), y: k };
 * }
 * const sizes: number[] = [];
 * for await (const { x, y } of batches(lines, { batchSize: 2 })) sizes.push(...x.shape, y.length);
 * console.log(sizes); // [2, 2, 2, 1, 2, 1]
 * ```
 */
export function batches<Data extends Columns>(data: Data, options: BatchesOptions): Batches<Data>;
export function batches<Field extends AnyTypedArray | NestedArray>(data: Field, options: BatchesOptions): BatchSequence<Field>;
export function batches<One extends Item>(data: readonly One[], options: BatchesOptions): BatchSequence<BatchOfItems<One>>;
export function batches<One extends Item>(data: Stream<One>, options: StreamBatchesOptions): AsyncIterable<BatchOfItems<One>>;
export function batches(data: Columns | AnyTypedArray | NestedArray | readonly Item[] | Stream<Item>, options: StreamBatchesOptions): BatchSequence<unknown> | AsyncIterable<unknown> {
  const where = 'batches';
  const streams = isStream(data) && !Array.isArray(data) && !isTypedArray(data);
  checkOptions(where, options, ['batchSize', 'shuffle', 'seed', 'epoch', 'dropLast', ...(streams ? ['shuffleBuffer'] : [])]);
  const { batchSize } = options;
  checkWhole('batchSize', batchSize, 1, Number.MAX_SAFE_INTEGER);
  const seed = options.seed ?? defaultOf(defaults, 'batches.seed');
  const epoch = options.epoch ?? defaultOf(defaults, 'batches.epoch');
  checkWhole('seed', seed, 0, 4294967295);
  checkWhole('epoch', epoch, 0, 2097151);
  const dropLast = options.dropLast ?? defaultOf(defaults, 'batches.dropLast');
  const shuffle = options.shuffle ?? defaultOf(defaults, 'batches.shuffle');
  if (streams) {
    const shuffleBuffer = options.shuffleBuffer ?? defaultOf(defaults, 'batches.shuffleBuffer');
    checkWhole('shuffleBuffer', shuffleBuffer, 1, Number.MAX_SAFE_INTEGER);
    return { [Symbol.asyncIterator]: () => batchesOfItems(where, open(where, data as Stream<Item>, epoch), { batchSize, dropLast, shuffleBuffer: shuffle ? shuffleBuffer : undefined, seed, epoch }) };
  }
  // a list, or one field, is a data set of one field here
  const alone = Array.isArray(data) || isTypedArray(data);
  const columns = (alone ? { items: data } : data) as Columns;
  const count = checkColumns(where, columns);
  const length = dropLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize);
  if (length === 0) throw new InputError('NO_BATCH', `batches: ${count} items do not fill one batch of ${batchSize}; choose a smaller batchSize, or leave dropLast out`, { items: count, batchSize });
  // The random source has a key of two words: the epoch is the upper one.
  const order = shuffle ? randomSource(seed + epoch * 4294967296).permutation(count) : undefined;
  const isList = Array.isArray(data) && typeof data[0] === 'object' && !Array.isArray(data[0]);
  function* cut(batch: number): Generator<unknown, void, undefined> {
    for (let from = batch * batchSize; from < length * batchSize && from < count; from += batchSize) {
      const to = Math.min(from + batchSize, count);
      const taken = order === undefined ? takeRange(columns, from, to) : takeRows(columns, order.subarray(from, to));
      yield isList ? stackItems(where, taken.items as unknown as readonly Item[], from) : alone ? taken.items : taken;
    }
  }
  return {
    length,
    items: Math.min(count, length * batchSize),
    [Symbol.iterator]: () => cut(0),
    from: (batch) => {
      checkWhole('batches: from', batch, 0, length);
      return cut(batch);
    },
  };
}

/** A whole number between two bounds, or an error that names the option. */
export function checkWhole(option: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) throw new InputError('OPTION_VALUE', `${option} is ${String(value)}; expected a whole number from ${low}${high === Number.MAX_SAFE_INTEGER ? ' up' : ` to ${high}`}`, { option, value });
}
