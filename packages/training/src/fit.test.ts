import { compile, input, mean, parameter, square, sub, tensor, type Tensor } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { fit, type FitEvent } from './index.js';

async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const count = (): ((batch: { x: Float32Array }) => { sum: Tensor }) => (batch) => ({ sum: tensor(batch.x.reduce((a, b) => a + b, 0)) });
const data = { x: Float32Array.of(1, 2, 3, 4, 5) };

describe('fit', () => {
  it('tells start, steps, epochs, validation and end, with means over items', async () => {
    const events = await collect(fit({ step: count(), data, epochs: 2, batchSize: 2, shuffle: false, validation: { evaluate: count(), data, batchSize: 5 } }));
    expect(events.map(({ type }) => type)).toEqual(['start', 'step', 'step', 'step', 'epoch', 'validation', 'step', 'step', 'step', 'epoch', 'validation', 'end']);
    expect(events[0]).toMatchObject({ type: 'start', epochs: 2, items: 5, batchesPerEpoch: 3, steps: 6, step: 0 });
    expect(events[3]).toMatchObject({ type: 'step', epoch: 1, batch: 3, step: 3, items: 1, metrics: { sum: 5 } });
    // (2·3 + 2·7 + 1·5) / 5
    expect(events[4]).toMatchObject({ type: 'epoch', epoch: 1, step: 3, metrics: { sum: 5 } });
    expect(events[5]).toMatchObject({ type: 'validation', epoch: 1, step: 3, metrics: { sum: 15 } });
    expect(events[11]).toMatchObject({ type: 'end', reason: 'finished', epoch: 2, step: 6 });
  });

  it('trains, and types the metrics by the outputs', async () => {
    const x = input('x', ['batch']);
    const m = parameter(0);
    const loss = mean(square(sub(x, m)));
    const step = compile({ inputs: { x }, outputs: { loss }, updates: new Map([[m, mean(x)]]) });
    const losses: number[] = [];
    for await (const event of fit({ step, data, epochs: 2, batchSize: 5 })) if (event.type === 'epoch') losses.push(event.metrics.loss);
    expect(losses).toEqual([11, 2]);
  });

  it('sees the data in another order in every epoch, the same for the same seed', async () => {
    const orders = async (seed: number): Promise<string[]> => {
      const seen: string[] = [];
      await collect(fit({ step: (batch) => ({ n: tensor(seen.push(batch.x.join(''))) }), data: { x: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8) }, epochs: 3, batchSize: 8, seed }));
      return seen;
    };
    const first = await orders(1);
    expect(new Set(first).size).toBe(3);
    expect(await orders(1)).toEqual(first);
    expect(await orders(2)).not.toEqual(first);
  });

  it('stops when the signal says so, between steps, also from a timer', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 5);
    const events: FitEvent[] = await collect(fit({ step: count(), data, epochs: 1000000, batchSize: 5, signal: controller.signal, yieldEvery: 0 }));
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'aborted' });
  });

  it('stops between the batches of a validation, and before the first step', async () => {
    const signal = { aborted: false };
    let measured = 0;
    const evaluate = (): { n: Tensor } => {
      measured += 1;
      signal.aborted = true;
      return { n: tensor(measured) };
    };
    const events = await collect(fit({ step: count(), data, epochs: 1, batchSize: 5, signal, validation: { evaluate, data, batchSize: 1 } }));
    expect(events.map(({ type }) => type)).toEqual(['start', 'step', 'epoch', 'end']);
    expect(measured).toBe(1);
    expect((await collect(fit({ step: count(), data, epochs: 1, batchSize: 5, signal }))).map(({ type }) => type)).toEqual(['start', 'end']);
  });

  it('does nothing more when the loop is left', async () => {
    let steps = 0;
    for await (const event of fit({ step: () => ({ n: tensor((steps += 1)) }), data, epochs: 10, batchSize: 1 })) if (event.type === 'step') break;
    expect(steps).toBe(1);
  });

  it('checks options at once, and outputs when they come', async () => {
    expect(() => fit({ step: count(), data, epochs: 0, batchSize: 1 })).toThrow(/fit: epochs is 0/);
    expect(() => fit({ step: count(), data, epochs: 1, batchSize: 1.5 })).toThrow(/batchSize is 1.5/);
    expect(() => fit({ step: 3 as never, data, epochs: 1, batchSize: 1 })).toThrow(/step is number; expected a function/);
    expect(() => fit({ step: count(), data, epochs: 1, batchSize: 1, epoch: 2 } as never)).toThrow(/did you mean 'epochs'/);
    expect(() => fit({ step: count(), data, epochs: 1, batchSize: 1, validation: { evaluate: count(), data: {} as never } })).toThrow(/no fields/);
    await expect(collect(fit({ step: () => ({ loss: tensor([1, 2]) }), data, epochs: 1, batchSize: 1 }))).rejects.toThrow(/output 'loss' of step has shape \[2\]; expected a scalar/);
  });
});
