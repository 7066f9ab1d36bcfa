import { type StepTime } from '@pastina/core';
import { type Apart } from './dispatches.js';
import { type Gpu } from './gpu/gpu.js';

/** A step that takes less than so many milliseconds is run so many times at once: the way to the device takes longer. */
const [short, often] = [1, 20];

/** Milliseconds from giving work to the device until it is done. */
async function span(gpu: Gpu, record: Apart['record'], times: number): Promise<number> {
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (let i = 0; i < times; i += 1) record(pass);
  pass.end();
  const commands = encoder.finish();
  const start = performance.now();
  gpu.device.queue.submit([commands]);
  gpu.counts.submissions += 1;
  await gpu.device.queue.onSubmittedWorkDone();
  return performance.now() - start;
}

/** Times of steps, each run alone behind those before it, without the time that an empty submission takes. */
export async function timesOf(gpu: Gpu, steps: readonly Apart[]): Promise<readonly StepTime[]> {
  // What runs first waits for shaders to be translated.
  for (const { record } of steps) await span(gpu, record, 1);
  const empty: number[] = [];
  for (let i = 0; i < 5; i += 1) empty.push(await span(gpu, () => undefined, 1));
  const alone = Math.min(...empty);
  const found: StepTime[] = [];
  for (const { origin, record } of steps) {
    const once = await span(gpu, record, 1);
    const time = once < short ? (await span(gpu, record, often) - alone) / often : once - alone;
    found.push({ origin, milliseconds: Math.max(0, time) });
  }
  return found;
}
