import { compile, input, mean, mul, tensor, type Tensor } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { batches, fit, parseProgress, stringifyProgress, type FitEvent } from './index.js';

async function collect<T>(events: AsyncIterable<T> | Iterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}

function* numbers(count: number): Generator<{ k: number }, void, undefined> {
  for (let k = 0; k < count; k += 1) yield { k };
}

async function* later<T>(items: Iterable<T>): AsyncGenerator<T, void, undefined> {
  for (const item of items) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    yield item;
  }
}

describe('batches of other things than fields', () => {
  it('of a typed array, and of a list', () => {
    expect([...batches(Float32Array.of(1, 2, 3), { batchSize: 2 })]).toEqual([Float32Array.of(1, 2), Float32Array.of(3)]);
    expect([...batches([[1, 2], [3, 4]], { batchSize: 1 })]).toEqual([[[1, 2]], [[3, 4]]]);
    const all = batches([{ x: Float32Array.of(1, 2), y: 0, z: [true] }, { x: Float32Array.of(3, 4), y: 1, z: [false] }], { batchSize: 2 });
    expect([all.length, all.items, [...all]]).toEqual([1, 2, [{ x: { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] }, y: [0, 1], z: [[true], [false]] }]]);
    const shuffled = [...batches([...numbers(20)], { batchSize: 20, shuffle: true, seed: 3 })][0]?.k ?? [];
    expect(shuffled).not.toEqual([...shuffled].sort((a, b) => a - b));
    expect(shuffled).toEqual([...batches({ k: Array.from({ length: 20 }, (_, k) => k) }, { batchSize: 20, shuffle: true, seed: 3 })][0]?.k);
  });

  it('of iterables, async iterables and functions, as they come', async () => {
    const expected = [{ k: [0, 1] }, { k: [2, 3] }, { k: [4] }];
    for (const stream of [new Set(numbers(5)), numbers(5), later(numbers(5)), () => numbers(5), () => later(numbers(5))]) {
      expect(await collect(batches(stream, { batchSize: 2 }))).toEqual(expected);
    }
    expect(await collect(batches(numbers(5), { batchSize: 2, dropLast: true }))).toEqual(expected.slice(0, 2));
    expect(await collect(batches(numbers(0), { batchSize: 2 }))).toEqual([]);
    const again = batches(() => numbers(5), { batchSize: 2 });
    expect([await collect(again), await collect(again)]).toEqual([expected, expected]);
  });

  it('reads no further than it must, and closes the stream', async () => {
    let [read, closed] = [0, false];
    function* watched(): Generator<{ k: number }, void, undefined> {
      try {
        for (;;) yield { k: (read += 1) };
      } finally {
        closed = true;
      }
    }
    for await (const { k } of batches(watched(), { batchSize: 3 })) if ((k[0] as number) > 3) break;
    expect([read, closed]).toEqual([6, true]);
    read = 0;
    for await (const _ of batches(watched(), { batchSize: 3, shuffle: true, shuffleBuffer: 10 })) break;
    expect(read).toBe(13);
  });

  it('shuffles within the buffer: each item once, the same for the same seed and epoch, none more than the buffer too early', async () => {
    const order = async (options: object): Promise<number[]> => (await collect(batches(numbers(500), { batchSize: 7, shuffle: true, ...options }))).flatMap(({ k }) => k);
    const first = await order({ shuffleBuffer: 20, seed: 1 });
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, k) => k));
    first.forEach((k, place) => expect(k - place).toBeLessThanOrEqual(20));
    expect(await order({ shuffleBuffer: 20, seed: 1 })).toEqual(first);
    expect(await order({ shuffleBuffer: 20, seed: 2 })).not.toEqual(first);
    expect(await order({ shuffleBuffer: 20, seed: 1, epoch: 1 })).not.toEqual(first);
    expect(await order({ shuffleBuffer: 1 })).toEqual(Array.from({ length: 500 }, (_, k) => k));
    // where all fit into the buffer, any item may be first
    const firsts = new Set(await Promise.all(Array.from({ length: 60 }, async (_, seed) => (await collect(batches(numbers(4), { batchSize: 1, shuffle: true, seed })))[0]?.k[0])));
    expect(firsts.size).toBe(4);
  });

  it('names the item and the field that are wrong', async () => {
    const wrong = (...items: readonly unknown[]) => collect(batches(items[Symbol.iterator]() as Iterable<{ x: number }>, { batchSize: 3 }));
    await expect(wrong({ x: 1 }, 2)).rejects.toThrow('batches: item 1 is 2; expected an object of fields, such as { image, label } [ITEM_KIND]');
    await expect(wrong({})).rejects.toThrow('batches: item 0 has no fields');
    await expect(wrong({ x: 1 }, { x: 1 }, { x: 1 }, { x: 1 }, { y: 1 })).rejects.toThrow("batches: item 4 has the field 'y', unlike item 3; expected the same fields in all [ITEM_FIELDS]");
    await expect(wrong({ x: 1, y: 2 }, { x: 1 })).rejects.toThrow("item 1 lacks the field 'y', unlike item 0");
    await expect(wrong({ x: 'a' })).rejects.toThrow("batches: item 0: field 'x' is 'a'; expected a number, a typed array, nested arrays or { data, shape } [FIELD_KIND]");
    await expect(wrong({ x: 1 }, { x: Float32Array.of(1) })).rejects.toThrow("item 1: field 'x' is an object; expected the same kind as in item 0");
    await expect(wrong({ x: Float32Array.of(1) }, { x: Float32Array.of(1, 2) })).rejects.toThrow("batches: item 1: field 'x' is Float32Array[2], unlike Float32Array[1] of item 0; expected the same in a batch [ITEM_SHAPE]");
    await expect(wrong({ x: Float32Array.of(1) }, { x: Int32Array.of(1) })).rejects.toThrow('is Int32Array[1], unlike Float32Array[1]');
    expect(() => batches({ x: [1] }, { batchSize: 1, shuffleBuffer: 2 } as never)).toThrow(/there is no option 'shuffleBuffer'/);
    expect(() => batches(numbers(1), { batchSize: 0 })).toThrow('batchSize is 0; expected a whole number from 1 up');
    expect(() => batches(numbers(1), { batchSize: 1, shuffleBuffer: 0 })).toThrow('shuffleBuffer is 0');
    await expect(collect(batches(() => 3 as never, { batchSize: 1 }))).rejects.toThrow('batches: data(0) gave 3; expected an iterable or an async iterable, such as a generator gives [STREAM]');
  });
});

describe('fit on streams', () => {
  const sum = (batch: { k: number[] }): { sum: Tensor } => ({ sum: tensor(batch.k.reduce((a, b) => a + b, 0)) });

  it('tells the same as on fields, but for the length', async () => {
    const events = await collect(fit({ step: sum, data: () => later(numbers(5)), epochs: 2, batchSize: 2, shuffle: false, validation: { evaluate: sum, data: () => batches(numbers(3), { batchSize: 2 }) } }));
    expect(events[0]).toMatchObject({ type: 'start', items: undefined, batchesPerEpoch: undefined, steps: undefined });
    expect(events.map(({ type }) => type)).toEqual(['start', 'step', 'step', 'step', 'epoch', 'validation', 'step', 'step', 'step', 'epoch', 'validation', 'end']);
    expect(events[4]).toMatchObject({ metrics: { sum: (2 * 1 + 2 * 5 + 4) / 5 } });
    expect(events[5]).toMatchObject({ metrics: { sum: (2 * 1 + 2) / 3 } });
  });

  it('takes batches as they come, with what else a step is fed', async () => {
    const x = input('x', ['batch']), rate = input('rate', []);
    const step = compile({ inputs: { x, rate }, outputs: { loss: mul(rate, mean(x)) } });
    function* ready(epoch: number): Generator<{ rate: number; x: number[] }, void, undefined> {
      yield { rate: epoch + 1, x: [1, 2] };
      yield { rate: epoch + 1, x: [3] };
    }
    const events = await collect(fit({ step, data: ready, epochs: 2 }));
    expect(events.filter(({ type }) => type === 'epoch').map((event) => (event as { metrics: object }).metrics)).toEqual([{ loss: 2 }, { loss: 4 }]);
  });

  it('goes on within an epoch of a stream, shuffled too', async () => {
    const seen: string[] = [];
    const options = { step: (batch: { k: number[] }) => (seen.push(batch.k.join()), sum(batch)), data: () => later(numbers(23)), epochs: 2, batchSize: 4, shuffleBuffer: 8, seed: 5 };
    const all = await collect(fit(options));
    const whole = seen.splice(0);
    for (let i = 0; i < all.length - 1; i += 1) {
      const from = parseProgress(stringifyProgress((all[i] as FitEvent).progress));
      expect((await collect(fit({ ...options, from }))).slice(1), `behind event ${i}`).toEqual(all.slice(Math.max(1, i + 1)));
      expect(seen.splice(0)).toEqual(whole.slice(from.step));
    }
    const from = (all[2] as FitEvent).progress;
    expect(() => fit({ ...options, shuffleBuffer: 9, from })).toThrow('had shuffleBuffer 8, this one has 9');
    await expect(collect(fit({ ...options, data: () => numbers(3), from }))).rejects.toThrow('fit: the data gave 1 batches in epoch 1, but the run that `from` tells of had done 2; expected the same data [RESUME]');
  });

  it('says so where there is nothing to go through', async () => {
    await expect(collect(fit({ step: sum, data: numbers(2), epochs: 2, batchSize: 2 }))).rejects.toThrow('fit: the data gave no batch in epoch 2; an iterator can be gone through once. Give a function that begins a new pass: data: (epoch) => … [NO_BATCH]');
    await expect(collect(fit({ step: sum, data: () => numbers(1), epochs: 1, batchSize: 2, dropLast: true }))).rejects.toThrow('fit: the data gave no batch in epoch 1; expected at least one [NO_BATCH]');
    expect(() => fit({ step: sum, data: () => [], epochs: 1, shuffle: true } as never)).toThrow('fit: shuffle without a batchSize, where the stream gives batches as they are; give a stream of items and a batchSize, or leave shuffle out [OPTION_VALUE]');
    expect(() => fit({ step: sum, data: { k: [1] }, epochs: 1 } as never)).toThrow('fit: batchSize is missing; only a stream of batches needs none');
    expect(() => fit({ step: sum, data: { k: [1] }, epochs: 1, batchSize: 1, shuffleBuffer: 3 } as never)).toThrow('fit: shuffleBuffer is for streams; fields are shuffled as a whole. Leave it out');
    expect(() => fit({ step: sum, data: { k: [1] }, epochs: 1, batchSize: 1, validation: { evaluate: sum, data: () => [{ k: [1] }], batchSize: 3 } } as never)).toThrow('fit: validation.batchSize with a stream');
  });

  it('passes on what the stream throws, and closes it when the loop is left', async () => {
    let closed = 0;
    async function* failing(): AsyncGenerator<{ k: number }, void, undefined> {
      try {
        yield* numbers(3);
        throw new Error('lost the disk');
      } finally {
        closed += 1;
      }
    }
    await expect(collect(fit({ step: sum, data: failing, epochs: 1, batchSize: 1, shuffle: false }))).rejects.toThrow('lost the disk');
    for await (const event of fit({ step: sum, data: failing, epochs: 1, batchSize: 1, shuffle: false })) if (event.type === 'step') break;
    expect(closed).toBe(2);
  });

  it('stops while it waits for a stream that never comes, and can be resumed', async () => {
    const controller = new AbortController();
    async function* stalling(): AsyncGenerator<{ k: number }, void, undefined> {
      yield* numbers(3);
      setTimeout(() => controller.abort(), 5);
      await new Promise(() => undefined);
    }
    const events = await collect(fit({ step: sum, data: stalling, epochs: 1, batchSize: 1, shuffle: false, signal: controller.signal }));
    expect(events.map(({ type }) => type)).toEqual(['start', 'step', 'step', 'step', 'end']);
    const end = events.at(-1) as FitEvent;
    expect(end).toMatchObject({ reason: 'aborted', progress: { epoch: 1, phase: 'training', batch: 3 } });
    expect((await collect(fit({ step: sum, data: () => numbers(5), epochs: 1, batchSize: 1, shuffle: false, from: end.progress }))).map(({ type }) => type)).toEqual(['start', 'step', 'step', 'epoch', 'end']);
  });

  it('gives the event loop turns on a stream that never waits', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const work = (): { n: Tensor } => {
      for (const until = performance.now() + 2; performance.now() < until;);
      return { n: tensor(1) };
    };
    await collect(fit({ step: work, data: () => numbers(60), epochs: 1, batchSize: 1, yieldEvery: 10 }));
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(5);
  });
});
