import { type Gpu } from './gpu.js';
import { usage } from './usage.js';

/** A stretch of a buffer on the device, in bytes. */
export interface Stretch {
  readonly buffer: GPUBuffer;
  readonly from: number;
  readonly bytes: number;
}

/** Brings bytes from the device, through buffers that are used again: sizes are powers of two. */
export class ReadBack {
  readonly #gpu: Gpu;
  readonly #free = new Map<number, GPUBuffer[]>();

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** Records the copies into a command buffer; after its submission, `finish` gives the bytes of all stretches, one after another. */
  record(encoder: GPUCommandEncoder, stretches: readonly Stretch[]): { finish(): Promise<ArrayBuffer> } {
    const bytes = stretches.reduce((sum, stretch) => sum + stretch.bytes, 0);
    if (bytes === 0) return { finish: () => Promise.resolve(new ArrayBuffer(0)) };
    let size = 256;
    while (size < bytes) size *= 2;
    const free = this.#free.get(size) ?? [];
    this.#free.set(size, free);
    const staging = free.pop() ?? this.#gpu.allocate(size, usage.mapRead | usage.copyTarget, 'read-back');
    let at = 0;
    for (const stretch of stretches) {
      if (stretch.bytes > 0) encoder.copyBufferToBuffer(stretch.buffer, stretch.from, staging, at, stretch.bytes);
      at += stretch.bytes;
    }
    return {
      finish: async () => {
        try {
          await staging.mapAsync(1, 0, bytes);
          const copy = staging.getMappedRange(0, bytes).slice(0);
          staging.unmap();
          this.#gpu.counts.bytesReadBack += bytes;
          free.push(staging);
          return copy;
        } catch (error) {
          this.#gpu.destroy(staging);
          if (this.#gpu.lost) throw this.#gpu.lossError();
          throw error;
        }
      },
    };
  }
}
