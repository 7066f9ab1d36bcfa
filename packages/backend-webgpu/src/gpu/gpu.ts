import { DeviceError } from '@pastina/core';
import { type Counts } from './counts.js';
import { bindingLayout } from './layout.js';
import { ReadBack } from './readBack.js';
import { usage } from './usage.js';

// What nobody holds any more is destroyed. The value held must not hold the object.
const dropped = new FinalizationRegistry<{ readonly gpu: Gpu; readonly buffer: GPUBuffer }>(({ gpu, buffer }) => gpu.destroy(buffer));

/** A device, with what is made for it once: pipelines, layouts, the pool of read-backs; and what went wrong on it. */
export class Gpu {
  readonly device: GPUDevice;
  readonly readBack: ReadBack;
  readonly counts: { -readonly [Name in keyof Counts]: number } = { submissions: 0, dispatches: 0, bytesUploaded: 0, bytesReadBack: 0, buffers: 0, bufferBytes: 0, pipelines: 0 };
  readonly #pipelines = new Map<string, GPUComputePipeline>();
  readonly #layouts = new Map<number, { readonly bindings: GPUBindGroupLayout; readonly pipeline: GPUPipelineLayout }>();
  #lost: string | undefined;
  #failed: DeviceError | undefined;

  constructor(device: GPUDevice) {
    this.device = device;
    this.readBack = new ReadBack(this);
    void device.lost.then(({ reason, message }) => (this.#lost = `${reason}${message === '' ? '' : `: ${message.trim()}`}`));
  }

  /** @throws DeviceError once the device was lost, or had no memory left */
  checkAlive(): void {
    if (this.#failed !== undefined) throw this.#failed;
    if (this.#lost !== undefined) throw this.lossError();
  }

  lossError(): DeviceError {
    return new DeviceError('DEVICE_LOST', `webgpu: the device was lost (${this.#lost ?? 'no reason given'}); what lay on it is gone: make a new backend with await webgpuBackend(), and set the parameters again`, { reason: this.#lost });
  }

  /** Is the device lost by now? Waits for what is on its way. */
  get lost(): boolean {
    return this.#lost !== undefined;
  }

  /** A buffer of so many bytes. @throws DeviceError where the device's limits forbid it */
  allocate(bytes: number, flags: number, label: string): GPUBuffer {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    const most = (flags & usage.storage) === 0 ? maxBufferSize : Math.min(maxBufferSize, maxStorageBufferBindingSize);
    // Whole vectors of four words, as which shaders may see it.
    const size = Math.max(16, Math.ceil(bytes / 16) * 16);
    if (size > most) throw new DeviceError('DEVICE_LIMIT', `webgpu: ${label} needs ${size} bytes in one buffer; this device allows ${most}. Use smaller batches, or request the device with a larger maxStorageBufferBindingSize and maxBufferSize`, { needed: size, limit: most });
    let made: GPUBuffer | undefined;
    const told = this.watched(() => (made = this.device.createBuffer({ size, usage: flags, label })));
    void told.then((error) => {
      if (error !== null) this.#failed ??= new DeviceError('DEVICE_MEMORY', `webgpu: the device gave no ${size} bytes for ${label}: ${error.message.trim()}. Use smaller batches, or let go of what is not needed`, { needed: size });
    });
    const buffer = made as unknown as GPUBuffer;
    this.counts.buffers += 1;
    this.counts.bufferBytes += size;
    return buffer;
  }

  /** A buffer that lives as long as its owner. */
  allocateFor(owner: object, bytes: number, flags: number, label: string): GPUBuffer {
    const buffer = this.allocate(bytes, flags, label);
    dropped.register(owner, { gpu: this, buffer });
    return buffer;
  }

  destroy(buffer: GPUBuffer): void {
    this.counts.buffers -= 1;
    this.counts.bufferBytes -= buffer.size;
    buffer.destroy();
  }

  upload(buffer: GPUBuffer, at: number, data: ArrayBufferView): void {
    if (data.byteLength === 0) return;
    this.counts.bytesUploaded += data.byteLength;
    this.device.queue.writeBuffer(buffer, at, data.buffer, data.byteOffset, data.byteLength);
  }

  /** The pipeline of a shader over so many buffers; made once for each code. */
  pipeline(code: string, bindings: number, label: string): GPUComputePipeline {
    const known = this.#pipelines.get(code);
    if (known !== undefined) return known;
    const module = this.device.createShaderModule({ code, label });
    const made = this.device.createComputePipeline({ layout: this.#layout(bindings).pipeline, compute: { module, entryPoint: 'main' }, label });
    this.#pipelines.set(code, made);
    this.counts.pipelines += 1;
    return made;
  }

  bind(buffers: readonly GPUBuffer[]): GPUBindGroup {
    return this.device.createBindGroup({ layout: this.#layout(buffers.length).bindings, entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })) });
  }

  #layout(bindings: number): { readonly bindings: GPUBindGroupLayout; readonly pipeline: GPUPipelineLayout } {
    const known = this.#layouts.get(bindings);
    if (known !== undefined) return known;
    const made = bindingLayout(this.device, bindings);
    this.#layouts.set(bindings, made);
    return made;
  }

  /** Runs `work`; gives what the device says against it, once it knows. */
  watched(work: () => void): Promise<GPUError | null> {
    const { device } = this;
    device.pushErrorScope('internal');
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    const told = (): Promise<readonly (GPUError | null)[]> => Promise.all([device.popErrorScope(), device.popErrorScope(), device.popErrorScope()]);
    try {
      work();
    } catch (error) {
      void told();
      throw error;
    }
    return told().then((errors) => errors.find((error) => error !== null) ?? null);
  }
}
