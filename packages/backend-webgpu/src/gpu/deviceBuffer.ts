import { type DType, type ParameterBuffer, type TypedArray, UnsupportedError } from '@pastina/core';
import { type Gpu } from './gpu.js';
import { usage } from './usage.js';
import { elementsOf, refuseWide, wordsOf } from './words.js';

/** A run that writes parameters. What went wrong with it is told once: where its results are read, or where they are not, by the parameters. */
export interface Written {
  readonly results: Promise<unknown>;
  told: boolean;
}

/** A parameter's elements on the device, where all compiled functions find them. */
export class DeviceBuffer implements ParameterBuffer {
  readonly gpu: Gpu;
  readonly buffer: GPUBuffer;
  readonly #dtype: DType;
  readonly #size: number;
  #written: Written | undefined;

  constructor(gpu: Gpu, data: TypedArray, dtype: DType) {
    refuseWide(dtype, 'a parameter');
    gpu.checkAlive();
    this.gpu = gpu;
    this.#dtype = dtype;
    this.#size = data.length;
    this.buffer = gpu.allocateFor(this, 4 * data.length, usage.storage | usage.copySource | usage.copyTarget, 'a parameter');
    this.write(data);
  }

  async read(): Promise<TypedArray> {
    this.gpu.checkAlive();
    const written = this.#written;
    const encoder = this.gpu.device.createCommandEncoder();
    const copy = this.gpu.readBack.record(encoder, [{ buffer: this.buffer, from: 0, bytes: 4 * this.#size }]);
    this.gpu.device.queue.submit([encoder.finish()]);
    const bytes = await copy.finish();
    if (written?.told === false) {
      written.told = true;
      await written.results;
    }
    return elementsOf(bytes, this.#dtype);
  }

  readSync(): TypedArray {
    throw new UnsupportedError('WEBGPU_SYNC', 'webgpu: the value lies on the GPU, and JavaScript can only wait for it; use await parameter.value()', {});
  }

  write(data: TypedArray): void {
    this.gpu.checkAlive();
    this.#written = undefined;
    this.gpu.upload(this.buffer, 0, wordsOf(data, this.#dtype));
  }

  /** Notes the run that writes it. */
  writtenBy(run: Written): void {
    this.#written = run;
  }
}
