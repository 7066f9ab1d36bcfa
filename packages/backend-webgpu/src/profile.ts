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

/** From the submission of each instruction, alone, until the device is done with it. */
export async function timesOf(gpu: Gpu, dispatches: Dispatches, parameters: readonly GPUBuffer[]): Promise<readonly InstructionTime[]> {
  const { queue } = gpu.device;
  const times: InstructionTime[] = [];
  for (const { origin, record } of dispatches.parts()) {
    gpu.checkAlive();
    // Calls in between bind the parameters themselves.
    dispatches.bind(parameters);
    const encoder = gpu.device.createCommandEncoder();
    record(encoder);
    const commands = encoder.finish();
    await queue.onSubmittedWorkDone();
    const start = performance.now();
    queue.submit([commands]);
    gpu.counts.submissions += 1;
    await queue.onSubmittedWorkDone();
    times.push({ op: origin.op, site: String(origin.site), milliseconds: performance.now() - start });
  }
  gpu.checkAlive();
  return times;
}
