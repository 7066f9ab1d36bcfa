import { DeviceError } from '@pastina/core';
import { type Repeated, type Step } from './emit.js';
import { type Gpu } from './gpu/gpu.js';

interface Prepared {
  readonly step: Step;
  readonly pipeline: GPUComputePipeline;
  /** For the parameters it was made with; made again when one of them lies elsewhere. */
  group: GPUBindGroup | undefined;
}

interface PreparedRepeat {
  readonly origin: Step['origin'];
  readonly times: number;
  readonly steps: readonly (Prepared | PreparedRepeat)[];
}

/** The shaders of one instruction. */
export interface Part {
  readonly origin: Step['origin'];
  /** Records them into a command buffer. */
  record(encoder: GPUCommandEncoder): void;
}

/** Shaders made ready to run over one stretch of memory, in their order. */
export class Dispatches {
  readonly #gpu: Gpu;
  readonly #memory: GPUBuffer;
  readonly #steps: readonly (Prepared | PreparedRepeat)[];
  /** What the device said against the shaders, once it knows. */
  readonly ready: Promise<DeviceError | undefined>;
  #bound: readonly GPUBuffer[] = [];

  constructor(gpu: Gpu, memory: GPUBuffer, steps: readonly (Step | Repeated)[]) {
    this.#gpu = gpu;
    this.#memory = memory;
    const failures: Promise<DeviceError | undefined>[] = [];
    this.#steps = this.#prepareAll(steps, failures);
    this.ready = Promise.all(failures).then((errors) => errors.find((error) => error !== undefined));
  }

  /** Records one run into a command buffer. */
  record(encoder: GPUCommandEncoder): void {
    this.#record(encoder, this.#steps);
  }

  /** The same, instruction by instruction. */
  parts(): readonly Part[] {
    const parts: { readonly origin: Step['origin']; readonly steps: (Prepared | PreparedRepeat)[] }[] = [];
    for (const prepared of this.#steps) {
      const origin = 'times' in prepared ? prepared.origin : prepared.step.origin;
      const last = parts.at(-1);
      if (last?.origin === origin) last.steps.push(prepared);
      else parts.push({ origin, steps: [prepared] });
    }
    return parts.map(({ origin, steps }) => ({ origin, record: (encoder) => this.#record(encoder, steps) }));
  }

  bind(buffers: readonly GPUBuffer[]): void {
    if (buffers.length === this.#bound.length && buffers.every((buffer, i) => buffer === this.#bound[i])) return;
    this.#bound = buffers;
    forget(this.#steps);
  }

  code(): string {
    const codes = (steps: readonly (Prepared | PreparedRepeat)[]): readonly string[] => steps.flatMap((prepared) => ('times' in prepared ? [`// ${prepared.times} times:`, ...codes(prepared.steps)] : [prepared.step.kernel.code]));
    return codes(this.#steps).join('\n\n');
  }

  #record(encoder: GPUCommandEncoder, steps: readonly (Prepared | PreparedRepeat)[]): void {
    const pass = encoder.beginComputePass();
    this.#dispatch(pass, steps);
    pass.end();
  }

  #dispatch(pass: GPUComputePassEncoder, steps: readonly (Prepared | PreparedRepeat)[]): void {
    for (const prepared of steps) {
      if ('times' in prepared) {
        for (let n = 0; n < prepared.times; n += 1) this.#dispatch(pass, prepared.steps);
        continue;
      }
      const { kernel } = prepared.step;
      pass.setPipeline(prepared.pipeline);
      prepared.group ??= this.#gpu.bind(kernel.bound.map((parameter) => (parameter === undefined ? this.#memory : (this.#bound[parameter] as GPUBuffer))));
      pass.setBindGroup(0, prepared.group);
      pass.dispatchWorkgroups(...kernel.groups);
      this.#gpu.counts.dispatches += 1;
    }
  }

  #prepareAll(steps: readonly (Step | Repeated)[], failures: Promise<DeviceError | undefined>[]): readonly (Prepared | PreparedRepeat)[] {
    return steps.map((step) => ('times' in step ? { origin: step.origin, times: step.times, steps: this.#prepareAll(step.steps, failures) } : this.#prepare(step, failures)));
  }

  #prepare(step: Step, failures: Promise<DeviceError | undefined>[]): Prepared {
    const { kernel, origin } = step;
    const { maxStorageBuffersPerShaderStage, maxComputeWorkgroupsPerDimension } = this.#gpu.device.limits;
    const line = String(origin.site);
    const what = `'${origin.op}'${line === '' ? '' : ` (at ${line})`}`;
    if (kernel.bound.length > maxStorageBuffersPerShaderStage) throw new DeviceError('DEVICE_LIMIT', `webgpu: ${what} touches ${kernel.bound.length} buffers at once; this device allows ${maxStorageBuffersPerShaderStage}. Request it with a larger maxStorageBuffersPerShaderStage`, { op: origin.op, site: line });
    if (Math.max(...kernel.groups) > maxComputeWorkgroupsPerDimension) throw new DeviceError('DEVICE_LIMIT', `webgpu: ${what} needs ${kernel.groups.join(' × ')} workgroups; this device allows ${maxComputeWorkgroupsPerDimension} a side. Use smaller batches`, { op: origin.op, site: line });
    let pipeline: GPUComputePipeline | undefined;
    const told = this.#gpu.watched(() => (pipeline = this.#gpu.pipeline(kernel.code, kernel.bound.length, origin.op)));
    failures.push(told.then((error) => (error === null ? undefined : new DeviceError('DEVICE_SHADER', `webgpu: the device refused the shader of ${what}: ${error.message.trim()}`, { op: origin.op, site: line, code: kernel.code }))));
    return { step, pipeline: pipeline as unknown as GPUComputePipeline, group: undefined };
  }
}

function forget(steps: readonly (Prepared | PreparedRepeat)[]): void {
  for (const prepared of steps) {
    if ('times' in prepared) forget(prepared.steps);
    else prepared.group = undefined;
  }
}
