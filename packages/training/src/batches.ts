import { checkOptions, defaultOf, InputError, randomSource, type Defaulted } from '@pastina/core';
import { checkColumns, takeRange, takeRows, type BatchOf, type Columns } from './columns.js';
import { defaults } from './defaults.js';

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

/** Batches in order; can be gone through any number of times, with the same result. */
export interface Batches<Data extends Columns> extends Iterable<BatchOf<Data>> {
  /** How many batches. */
  readonly length: number;
  /** How many items in all of them together. */
  readonly items: number;
  /** Those behind the first `batch` ones, without making these. */
  from(batch: number): Iterable<BatchOf<Data>>;
}

/**
 * Cuts data into batches. The fields keep their names and kinds, so a batch goes straight into a
 * compiled function. The order is a function of `seed` and `epoch` alone.
 *
 * @param data - fields with the same number of items: typed arrays, nested arrays or { data, shape }
 * @throws InputError, ShapeError naming the field at fault; before the first batch
 *
 * @example
 * ```ts
 * import { batches } from '@pastina/training';
 * const all = batches({ x: [[1, 2], [3, 4], [5, 6]], y: Int32Array.of(0, 1, 2) }, { batchSize: 2 });
 * const [first, last] = all;
 * console.log(all.length, first?.x, last?.y.join()); // 2 [[1, 2], [3, 4]] 2
 * ```
 */
export function batches<Data extends Columns>(data: Data, options: BatchesOptions): Batches<Data> {
  checkOptions('batches', options, ['batchSize', 'shuffle', 'seed', 'epoch', 'dropLast']);
  const count = checkColumns('batches', data);
  const { batchSize } = options;
  checkWhole('batchSize', batchSize, 1, Number.MAX_SAFE_INTEGER);
  const seed = options.seed ?? defaultOf(defaults, 'batches.seed');
  const epoch = options.epoch ?? defaultOf(defaults, 'batches.epoch');
  checkWhole('seed', seed, 0, 4294967295);
  checkWhole('epoch', epoch, 0, 2097151);
  const length = (options.dropLast ?? defaultOf(defaults, 'batches.dropLast')) ? Math.floor(count / batchSize) : Math.ceil(count / batchSize);
  if (length === 0) throw new InputError('NO_BATCH', `batches: ${count} items do not fill one batch of ${batchSize}; choose a smaller batchSize, or leave dropLast out`, { items: count, batchSize });
  // The random source has a key of two words: the epoch is the upper one.
  const order = (options.shuffle ?? defaultOf(defaults, 'batches.shuffle')) ? randomSource(seed + epoch * 4294967296).permutation(count) : undefined;
  function* cut(batch: number): Generator<BatchOf<Data>, void, undefined> {
    for (let from = batch * batchSize; from < length * batchSize && from < count; from += batchSize) {
      const to = Math.min(from + batchSize, count);
      yield order === undefined ? takeRange(data, from, to) : takeRows(data, order.subarray(from, to));
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
