import { Writable } from 'node:stream';
import { tensor } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { fit, type FitEvent } from '../index.js';
import { terminalProgress, type TerminalProgressOptions } from '../terminal.js';

class Screen extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 120;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }

  // what a terminal has and cli-progress calls
  cursorTo(): boolean { return true; }
  moveCursor(): boolean { return true; }
  clearLine(): boolean { return true; }
}

async function shown(isTTY: boolean, options: TerminalProgressOptions = {}, fail = false): Promise<{ text: string; events: FitEvent[] }> {
  const output = new Screen(isTTY);
  let step = 0;
  const run = (): { loss: ReturnType<typeof tensor> } => {
    step += 1;
    if (fail && step === 2) throw new Error('no more');
    return { loss: tensor(1 / step) };
  };
  const events: FitEvent[] = [];
  const validation = { evaluate: () => ({ accuracy: tensor(0.5) }), data: { x: [1] } };
  try {
    for await (const event of terminalProgress(fit({ step: run, data: { x: [1, 2] }, epochs: 2, batchSize: 1, validation }), { output, ...options })) events.push(event);
  } catch (error) {
    output.write(String(error));
  }
  return { text: output.text, events };
}

describe('terminalProgress', () => {
  it('writes a line after each epoch where there is no terminal', async () => {
    const { text, events } = await shown(false, { title: 'digits' });
    expect(text).toBe('digits: epoch 1/2: loss 0.7500, held-out accuracy 0.5000\ndigits: epoch 2/2: loss 0.2917, held-out accuracy 0.5000\n');
    expect(events).toHaveLength(10);
  });

  it('draws a bar on a terminal', async () => {
    const { text } = await shown(true);
    expect(text).toContain('training [');
    expect(text).toContain('100% | epoch 2/2 |');
    expect(text).toContain('held-out accuracy 0.5000');
    expect(text).toContain('ETA');
  });

  it('draws a bar that grows where a stream does not tell its length', async () => {
    const output = new Screen(true);
    function* items(): Generator<{ x: number }, void, undefined> {
      for (let x = 0; x < 4; x += 1) yield { x };
    }
    let last = '';
    for await (const event of terminalProgress(fit({ step: () => ({ loss: tensor(1) }), data: items, epochs: 2, batchSize: 1 }), { output, mode: 'bar' })) last = event.type;
    expect(last).toBe('end');
    expect(output.text).toContain('100% | epoch 2/2');
    expect(output.text).not.toMatch(/NaN|Infinity%/);
  });

  it('goes on with the bar of a run that was resumed', async () => {
    const options = { step: () => ({ loss: tensor(1) }), data: { x: [1, 2, 3, 4] }, epochs: 1, batchSize: 1 };
    const output = new Screen(true);
    for await (const event of fit(options)) {
      if (event.type !== 'step' || event.step !== 2) continue;
      for await (const _ of terminalProgress(fit({ ...options, from: event.progress }), { output, mode: 'bar' })) expect(output.text).not.toContain(' 25% ');
    }
    expect(output.text).toContain('50% |');
    expect(output.text).toContain('100% |');
  });

  it('is silent on request, and hands the events on', async () => {
    const { text, events } = await shown(true, { mode: 'silent' });
    expect(text).toBe('');
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'finished' });
  });

  it('puts the terminal right after an error', async () => {
    const { text } = await shown(true, { mode: 'bar' }, true);
    expect(text).toContain('\u001B[?25h');
    expect(text).toContain('Error: no more');
  });

  it('refuses unknown modes', () => {
    expect(() => terminalProgress([] as never, { mode: 'loud' as never })).toThrow(/mode 'loud'; expected auto, bar, plain, silent/);
  });
});
