import { type InstructionTime } from '@pastina/core';
import { type Dispatches } from './dispatches.js';
import { type Gpu } from './gpu/gpu.js';
import { usage } from './gpu/usage.js';

/** Lets `work` have copies of the buffers, which are destroyed when it is done. */
export async function onCopies<Result>(gpu: Gpu, buffers: readonly GPUBuffer[], work: (copies: readonly GPUBuffer[]) => Promise<Result>): Promise<Result> {
  const copies: GPUBuffer[] = [];
  try {
    const encoder = gpu.device.createCommandEncoder();
    for (const buffer of buffers) {
      const copy = gpu.allocate(buffer.size, usage.storage | usage.copySource | usage.copyTarget, 'a copy of a parameter');
      copies.push(copy);
      encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
    }
    gpu.device.queue.submit([encoder.finish()]);
    return await work(copies);
  } finally {
    copies.forEach((copy) => gpu.destroy(copy));
  }
}

/** What takes less than so many milliseconds is run so many times in one submission: the way to the device takes longer. */
const [short, often] = [1, 20];

/** Each instruction alone, without the time that an empty submission takes. */
export async function timesOf(gpu: Gpu, dispatches: Dispatches, parameters: readonly GPUBuffer[]): Promise<readonly InstructionTime[]> {
  const { device, counts } = gpu;
  const span = async (record: (encoder: GPUCommandEncoder) => void, times: number): Promise<number> => {
    gpu.checkAlive();
    // Calls in between bind the parameters themselves.
    dispatches.bind(parameters);
    const encoder = device.createCommandEncoder();
    for (let i = 0; i < times; i += 1) record(encoder);
    const commands = encoder.finish();
    await device.queue.onSubmittedWorkDone();
    const start = performance.now();
    device.queue.submit([commands]);
    counts.submissions += 1;
    await device.queue.onSubmittedWorkDone();
    return performance.now() - start;
  };
  const empty = Math.min(await span(() => undefined, 1), await span(() => undefined, 1), await span(() => undefined, 1));
  const times: InstructionTime[] = [];
  for (const { origin, record } of dispatches.parts()) {
    const once = await span(record, 1);
    const time = once - empty < short ? (await span(record, often) - empty) / often : once - empty;
    times.push({ op: origin.op, site: String(origin.site), milliseconds: Math.max(0, time) });
  }
  gpu.checkAlive();
  return times;
}
