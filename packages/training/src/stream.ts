import { InputError, randomSource } from '@pastina/core';
import { describe } from './describe.js';
import { type BatchOfItems, type Item, stackItems } from './items.js';

/** Something that comes one after the other, at once or with waiting. */
export type AnyIterable<One> = Iterable<One> | AsyncIterable<One>;

/** Data that come as a stream: an iterable, or a function that begins a new pass; epochs are counted from 0. */
export type Stream<One> = AnyIterable<One> | ((epoch: number) => AnyIterable<One>);

/** What an `AbortSignal` has. */
export interface Signal {
  readonly aborted: boolean;
  addEventListener?(type: 'abort', listener: () => void): void;
  removeEventListener?(type: 'abort', listener: () => void): void;
}

export function isStream(data: unknown): data is Stream<never> {
  return typeof data === 'function' || (typeof data === 'object' && data !== null && (Symbol.iterator in data || Symbol.asyncIterator in data));
}

/** A new pass over a stream. @throws InputError where the function gives no iterable */
export function open<One>(where: string, stream: Stream<One>, epoch: number): AnyIterable<One> {
  const opened = typeof stream === 'function' ? stream(epoch) : stream;
  if (typeof opened === 'object' && opened !== null && (Symbol.iterator in opened || Symbol.asyncIterator in opened)) return opened;
  throw new InputError('STREAM', `${where}: data(${epoch}) gave ${describe(opened)}; expected an iterable or an async iterable, such as a generator gives`);
}

/** How items become batches. */
export interface Batching {
  readonly batchSize: number;
  readonly dropLast: boolean;
  /** Items that wait for being drawn; undefined: in order. */
  readonly shuffleBuffer: number | undefined;
  readonly seed: number;
  readonly epoch: number;
}

/** Items as batches; at most one batch and the buffer are held. */
export async function* batchesOfItems<One extends Item>(where: string, items: AnyIterable<One>, { batchSize, dropLast, shuffleBuffer, seed, epoch }: Batching): AsyncGenerator<BatchOfItems<One>, void, undefined> {
  let batch: One[] = [];
  let first = 0;
  for await (const item of shuffleBuffer === undefined ? items : shuffled(items, shuffleBuffer, seed, epoch)) {
    batch.push(item);
    if (batch.length < batchSize) continue;
    yield stackItems(where, batch, first);
    first += batch.length;
    batch = [];
  }
  if (batch.length > 0 && !dropLast) yield stackItems(where, batch, first);
}

/** Each item that comes takes the place of one drawn from the buffer; what is left at the end is drawn too. */
async function* shuffled<One>(items: AnyIterable<One>, size: number, seed: number, epoch: number): AsyncGenerator<One, void, undefined> {
  // the random source has a key of two words: the epoch is the upper one
  const random = randomSource(seed + epoch * 4294967296);
  const draw = (): number => Math.floor((random.uniform(1)[0] as number) * buffer.length);
  const buffer: One[] = [];
  for await (const item of items) {
    if (buffer.length < size) {
      buffer.push(item);
      continue;
    }
    const k = draw();
    yield buffer[k] as One;
    buffer[k] = item;
  }
  while (buffer.length > 0) {
    const k = draw();
    const item = buffer[k] as One;
    buffer[k] = buffer.at(-1) as One;
    buffer.pop();
    yield item;
  }
}

/** The stream until the signal comes, also while it is waited for; it is closed then, without waiting. */
export async function* untilAborted<One>(source: AnyIterable<One>, signal: Signal | undefined): AsyncGenerator<One, void, undefined> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let tell: (result: undefined) => void = () => undefined;
  const aborted = new Promise<undefined>((resolve) => (tell = resolve));
  const listener = (): void => tell(undefined);
  signal?.addEventListener?.('abort', listener);
  let waits = false;
  try {
    while (signal?.aborted !== true) {
      waits = true;
      const next = await Promise.race([iterator.next(), aborted]);
      if (next === undefined) return;
      waits = false;
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    waits = false;
    throw error;
  } finally {
    signal?.removeEventListener?.('abort', listener);
    // one that is still waiting would close only when it has come
    const closed = (async () => iterator.return?.())();
    if (waits) closed.catch(() => undefined);
    else await closed;
  }
}
