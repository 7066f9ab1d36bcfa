import { add, compile, mul, parameter, tensor, type Parameter } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { restoreCheckpoint, writeCheckpoint } from '../checkpoints.js';
import { copiesOf, earlyStopping, fit, keepBest, parseProgress, stringifyProgress, type FitEvent, type FitOptions } from '../index.js';

type Options = FitOptions<{ x: number[] }, 'loss', { x: number[] }, 'loss'>;

/** A run whose losses held out are given, one an epoch. */
function runOf(losses: readonly number[], more: Partial<Options> = {}): AsyncGenerator<FitEvent<'loss', 'loss'>, void, undefined> {
  const rest = losses.slice((more.from?.epoch ?? 1) - 1);
  return fit({ step: () => ({ loss: tensor(0) }), data: { x: [1, 2] }, epochs: losses.length, batchSize: 1, validation: { evaluate: () => ({ loss: tensor(rest.shift() ?? NaN, undefined, 'float64') }), data: { x: [1] } }, ...more });
}

async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const lastOf = async (events: AsyncIterable<FitEvent>): Promise<FitEvent> => (await collect(events)).at(-1) as FitEvent;
const ends = (losses: readonly number[], options: object): Promise<FitEvent> => lastOf(earlyStopping(runOf(losses), options));

describe('earlyStopping', () => {
  it('stops after `patience` epochs that are no better', async () => {
    expect(await ends([3, 2, 1, 1, 1, 0], { patience: 2 })).toMatchObject({ reason: 'stopped', epoch: 5, step: 10 });
    expect(await ends([3, 2, 1, 1, 0, 0], { patience: 2 })).toMatchObject({ reason: 'finished', epoch: 6 });
    expect(await ends([3, 3], { patience: 1 })).toMatchObject({ reason: 'stopped', epoch: 2 });
    expect(await ends(Array.from({ length: 12 }, () => 1), {})).toMatchObject({ reason: 'stopped', epoch: 11 });
  });

  it('minds mode and minDelta', async () => {
    expect(await ends([3, 2, 1], { patience: 1, mode: 'max' })).toMatchObject({ reason: 'stopped', epoch: 2 });
    expect(await ends([1, 2, 3], { patience: 1, mode: 'max' })).toMatchObject({ reason: 'finished' });
    expect(await ends([3, 2.5, 2], { patience: 1, minDelta: 0.5 })).toMatchObject({ reason: 'stopped', epoch: 2 });
    expect(await ends([3, 2.4, 1.8], { patience: 1, minDelta: 0.5 })).toMatchObject({ reason: 'finished' });
  });

  it('takes NaN for no better, an infinity for a number', async () => {
    expect(await ends([NaN, NaN, 1], { patience: 2 })).toMatchObject({ reason: 'stopped', epoch: 2 });
    expect(await ends([Infinity, 5, NaN, 4, -Infinity, -Infinity], { patience: 1 })).toMatchObject({ reason: 'stopped', epoch: 3 });
    expect(await ends([-Infinity, -Infinity], { patience: 1 })).toMatchObject({ reason: 'stopped', epoch: 2 });
  });

  it('closes the run, and stops where a run that was resumed would have', async () => {
    const losses = [3, 2, 2, 2, 1];
    const all = await collect(earlyStopping(runOf(losses), { patience: 2 }));
    for (const [i, { progress }] of all.slice(0, -1).entries()) {
      const rest = await collect(earlyStopping(runOf(losses, { from: parseProgress(stringifyProgress(progress)) }), { patience: 2 }));
      expect(rest.slice(1), `behind event ${i}`).toEqual(all.slice(i + 1));
    }
    let closed = false;
    async function* watched(): AsyncGenerator<FitEvent<'loss', 'loss'>, void, undefined> {
      try {
        yield* runOf([1, 1, 1]);
      } finally {
        closed = true;
      }
    }
    await collect(earlyStopping(watched(), { patience: 1 }));
    expect(closed).toBe(true);
  });

  it('says so where there is nothing to watch', async () => {
    const plain = (): AsyncGenerator<FitEvent<'loss', 'loss'>, void, undefined> => fit({ step: () => ({ loss: tensor(0) }), data: { x: [1] }, epochs: 2, batchSize: 1 });
    await expect(collect(earlyStopping(plain()))).rejects.toThrow("earlyStopping: there was no validation after the epoch; give fit({ validation }), or watch the data trained on with { on: 'epoch' } [NO_VALIDATION]");
    await expect(collect(earlyStopping(plain(), { on: 'epoch', metric: 'accuracy' }))).rejects.toThrow("earlyStopping: 'epoch' has no metric 'accuracy', only 'loss' [METRIC]");
    expect(() => earlyStopping(plain(), { patience: 0 })).toThrow('earlyStopping: patience is 0; expected a whole number from 1 up');
    expect(() => earlyStopping(plain(), { mode: 'auto' as never })).toThrow("earlyStopping: mode is 'auto'; expected 'min' or 'max' [OPTION_VALUE]");
    expect(() => earlyStopping(plain(), { on: 'step' as never })).toThrow("earlyStopping: on is 'step'; expected 'validation' or 'epoch'");
    expect(() => earlyStopping(plain(), { minDelta: NaN })).toThrow('earlyStopping: minDelta is NaN; expected a number from 0 up');
    expect(() => earlyStopping(plain(), { metric: '' })).toThrow("earlyStopping: metric is ''; expected the name of a metric");
    expect(() => earlyStopping(plain(), { wait: 3 } as never)).toThrow(/there is no option 'wait'/);
  });
});

describe('keepBest', () => {
  /** A run that counts `w` up, and loses the given. */
  function counting(w: Parameter, losses: readonly number[], more: Partial<Options> = {}): AsyncGenerator<FitEvent<'loss', 'loss'>, void, undefined> {
    const step = compile({ inputs: {}, outputs: { loss: mul(w, 1) }, updates: new Map([[w, add(w, 1)]]) });
    return runOf(losses, { step: () => step({}), data: { x: [1] }, ...more });
  }

  it('sets the best values at the end, also when the run was stopped', async () => {
    const [w, v] = [parameter(0, { name: 'w' }), parameter([7, 8], { dtype: 'int32' })];
    const end = await lastOf(keepBest(counting(w, [3, 1, 2, NaN]), { params: [w, v] }));
    expect([w.valueSync().item(), v.valueSync().toArray()]).toEqual([2, [7, 8]]);
    expect(end.progress.listeners).toEqual({ 'keepBest(validation loss)': { best: 1, epoch: 2 } });
    const u = parameter(0);
    await collect(keepBest(earlyStopping(counting(u, [3, 1, 2, 2, 2]), { patience: 2 }), { params: [u] }));
    expect(u.valueSync().item()).toBe(2);
  });

  it('leaves the last values where there is no best, and where the run may go on', async () => {
    const w = parameter(0);
    await collect(keepBest(counting(w, [NaN, NaN]), { params: [w] }));
    expect(w.valueSync().item()).toBe(2);
    const signal = { aborted: false };
    for await (const event of keepBest(counting(w, [1, 2, 3], { signal }), { params: [w] })) signal.aborted = event.type === 'validation' && event.epoch === 2;
    expect(w.valueSync().item()).toBe(4);
  });

  it('keeps them over a resume in parameters of the checkpoint', async () => {
    const losses = [3, 1, 2, 2];
    const run = (): { w: Parameter; kept: Parameter[] } => {
      const w = parameter(0, { name: 'w' });
      return { w, kept: copiesOf({ params: [w] }) };
    };
    const { w, kept } = run();
    let saved: Uint8Array = new Uint8Array();
    for await (const event of keepBest(counting(w, losses), { params: [w], into: kept })) if (event.type === 'validation' && event.epoch === 3) saved = await writeCheckpoint({ params: [w, ...kept], progress: event.progress });
    const other = run();
    const { progress } = restoreCheckpoint(saved, { params: [other.w, ...other.kept] });
    if (progress === undefined) throw new Error('no progress');
    await expect(collect(keepBest(counting(other.w, losses, { from: progress }), { params: [other.w] }))).rejects.toThrow('keepBest: the best values so far, of epoch 2, were kept in another run; give both runs { into: copiesOf(…) }, and save these parameters in the checkpoint [KEEP_BEST]');
    await collect(keepBest(counting(other.w, losses, { from: progress }), { params: [other.w], into: other.kept }));
    expect([other.w.valueSync().item(), w.valueSync().item()]).toEqual([2, 2]);
    expect(other.kept.map(({ name }) => name)).toEqual(['best(w)']);
  });

  it('refuses what it cannot keep, and the wrong way round', async () => {
    const w = parameter(0, { name: 'w' });
    expect(() => keepBest(runOf([1]), {})).toThrow('keepBest: there is nothing to keep; give layers or params [KEEP_BEST]');
    expect(() => keepBest(runOf([1]), { params: [w], into: [parameter([1])] })).toThrow("keepBest: into has no place for 'w', float32[]; expected copiesOf of the same parameters [KEEP_BEST]");
    await expect(collect(earlyStopping(keepBest(runOf([1]), { params: [w] })))).rejects.toThrow('earlyStopping: the events come from keepBest, which would not see the end; write keepBest(earlyStopping(fit(…))) [LISTENER_ORDER]');
  });
});
