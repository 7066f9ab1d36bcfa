import { tensor } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { fit, parseProgress, stringifyProgress, type FitEvent, type FitOptions, type Progress } from './index.js';

const data: Data = { x: Float32Array.from({ length: 11 }, (_, i) => i / 7) };
interface Data {
  readonly x: Float32Array;
  readonly [field: string]: Float32Array;
}

function options(more: object = {}): FitOptions<Data, 'sum', Data, 'sum'> {
  const measure = (batch: { x: Float32Array }): { sum: ReturnType<typeof tensor> } => ({ sum: tensor(batch.x.reduce((a, b) => a + b, 0)) });
  return { step: measure, data, epochs: 3, batchSize: 4, seed: 3, validation: { evaluate: measure, data, batchSize: 3 }, ...more };
}

async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const progressOf = (event: FitEvent): Progress => (event as { progress: Progress }).progress;

describe('progress', () => {
  it('fit goes on behind any event as if it had not stopped, in all that it tells', async () => {
    const all = await collect(fit(options()));
    for (let i = 1; i < all.length - 1; i += 1) {
      const from = parseProgress(stringifyProgress(progressOf(all[i] as FitEvent)));
      const [start, ...rest] = await collect(fit(options({ from })));
      expect(start).toMatchObject({ type: 'start', steps: 9, step: (all[i] as { step: number }).step });
      expect(rest, `behind event ${i}`).toEqual(all.slice(i + 1));
    }
  });

  it('goes on within a validation that was stopped', async () => {
    const all = await collect(fit(options({ epochs: 1 })));
    const signal = { aborted: false };
    let left = 2;
    const measure = options().step;
    const stopping = { data, batchSize: 3, evaluate: (batch: Data) => ((signal.aborted = (left -= 1) === 0), measure(batch)) };
    const end = (await collect(fit(options({ epochs: 1, signal, validation: stopping })))).at(-1) as FitEvent;
    expect(end).toMatchObject({ type: 'end', reason: 'aborted', progress: { phase: 'validation', batch: 2, items: 6 } });
    expect((await collect(fit(options({ epochs: 1, from: progressOf(end) })))).slice(1)).toEqual(all.slice(-2));
    expect(() => fit(options({ from: progressOf(end), validation: { evaluate: measure, data, batchSize: 4 } }))).toThrow('fit: the run that `from` tells of had validated 6 items in 2 batches, which are none of 11 items by 4; give the same validation data and batchSize, or a checkpoint from outside of a validation [RESUME]');
  });

  it('of a finished run may be trained on', async () => {
    const all = await collect(fit(options()));
    const short = (await collect(fit(options({ epochs: 2 })))).at(-1) as FitEvent;
    expect((await collect(fit(options({ from: progressOf(short) })))).slice(1)).toEqual(all.slice(-6));
    expect((await collect(fit(options({ epochs: 2, from: progressOf(short) })))).map(({ type }) => type)).toEqual(['start', 'end']);
  });

  it('keeps numbers that JSON has not', () => {
    const progress = { epoch: 1, phase: 'training', batch: 0, items: 0, step: 0, order: { batchSize: 1, shuffle: false, shuffleBuffer: undefined, seed: 0, dropLast: false, items: undefined }, sums: { a: NaN, b: -Infinity, c: -0, d: 0.1 }, listeners: { early: { best: Infinity } } } as const;
    const back = parseProgress(stringifyProgress(progress));
    expect(back).toEqual(progress);
    expect(Object.is(back.sums.c, -0)).toBe(true);
  });

  it('of another run is refused', async () => {
    const progress = progressOf((await collect(fit(options())))[2] as FitEvent);
    const refusal = (more: object) => () => fit(options({ from: progress, ...more }));
    expect(refusal({ batchSize: 5 })).toThrow('fit: the run that `from` tells of had batchSize 4, this one has 5; its batches would be others. Give the same, or leave `from` out [RESUME]');
    expect(refusal({ seed: 4 })).toThrow('had seed 3, this one has 4');
    expect(refusal({ shuffle: false })).toThrow('had shuffle true, this one has false');
    expect(refusal({ dropLast: true })).toThrow('had dropLast false, this one has true');
    expect(refusal({ data: { x: new Float32Array(12) } })).toThrow('had 11 items, this one has 12');
    expect(refusal({ from: { ...progress, epoch: 0 } })).toThrow('fit: from: epoch is 0; expected a whole number from 1 up, as `progress` of an event has it [PROGRESS]');
    expect(refusal({ from: 3 })).toThrow('fit: from: progress is 3; expected an object');
    expect(refusal({ from: { ...progress, phase: 'x' } })).toThrow("fit: from: phase is 'x'; expected 'training' or 'validation'");
    expect(refusal({ from: { ...progress, sums: { a: '1' } } })).toThrow("fit: from: sums.a is '1'; expected a number");
    expect(refusal({ from: { ...progress, order: { ...progress.order, shuffle: 1 } } })).toThrow('fit: from: order.shuffle is 1; expected true or false');
    expect(refusal({ from: { ...progress, listeners: { a: 1 } } })).toThrow('fit: from: listeners.a is 1; expected an object');
    expect(() => parseProgress('{')).toThrow(/parseProgress: expected what stringifyProgress writes; .*\[PROGRESS\]/);
    expect(() => parseProgress('null')).toThrow('parseProgress: progress is null; expected an object');
  });
});
