import { DeviceError, type DType, type Elements, type Executable, InputError, type ParameterBuffer, type Program, type TypedArray, UnsupportedError } from '@pastina/core';
import { Emitter, type Repeated, type Scanned, type Step } from './emit.js';
import { copyOf, type Frame } from './frame.js';
import { DeviceBuffer, type Written } from './gpu/deviceBuffer.js';
import { type Gpu } from './gpu/gpu.js';
import { type Stretch } from './gpu/readBack.js';
import { usage } from './gpu/usage.js';
import { elementsOf, wordsOf } from './gpu/words.js';
import { compileLoop } from './loop/compileLoop.js';
import { noteWords } from './status.js';
import { raiseNoted } from './refusals.js';

interface Prepared {
  readonly step: Step;
  readonly pipeline: GPUComputePipeline;
  /** For the parameters it was made with; made again when one of them lies elsewhere. */
  group: GPUBindGroup | undefined;
}

interface PreparedRepeat {
  readonly times: number;
  readonly steps: readonly (Prepared | PreparedRepeat)[];
}

/** A program as a list of dispatches over one stretch of memory; a run is one submission. */
export class WebgpuExecutable implements Executable {
  readonly #gpu: Gpu;
  readonly #frame: Frame;
  readonly #frames: readonly Scanned[];
  readonly #memory: GPUBuffer;
  readonly #steps: readonly (Prepared | PreparedRepeat)[];
  /** What the device said against the shaders. */
  readonly #ready: Promise<DeviceError | undefined>;
  #bound: readonly GPUBuffer[] = [];

  constructor(gpu: Gpu, program: Program) {
    gpu.checkAlive();
    this.#gpu = gpu;
    const emitter = new Emitter(program, false, gpu.device.limits.maxStorageBuffersPerShaderStage - 1);
    const { frame, steps } = emitter.program(program, [], []);
    this.#frame = frame;
    this.#frames = emitter.frames;
    this.#memory = gpu.allocateFor(this, 4 * emitter.end, usage.storage | usage.copySource | usage.copyTarget, 'the memory of a program');
    const failures: Promise<DeviceError | undefined>[] = [];
    this.#steps = this.#prepareAll([...steps, ...this.#stores()], failures);
    this.#ready = Promise.all(failures).then((errors) => errors.find((error) => error !== undefined));
    for (const scanned of this.#frames) {
      scanned.frame.program.buffers.forEach(({ data, dtype }, i) => {
        if (data !== undefined) gpu.upload(this.#memory, 4 * scanned.frame.placeOf(i).offset, wordsOf(data, dtype));
      });
    }
  }

  run(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): readonly Elements[] {
    const gpu = this.#gpu;
    gpu.checkAlive();
    const buffers = parameters.map((buffer) => this.#own(buffer));
    this.#bind(buffers.map(({ buffer }) => buffer));
    this.#frame.program.inputs.forEach(({ view, name }, i) => this.#upload(view.buffer, name, inputs[i] as TypedArray));
    this.#clearNotes();
    const { outputs } = this.#frame.program;
    const noted = this.#frames.flatMap(({ frame }) => [...frame.notes.values()]).map((note): Stretch => ({ buffer: this.#memory, from: 4 * note, bytes: 4 * noteWords }));
    const shown = outputs.map(({ view }): Stretch => ({ buffer: this.#memory, from: 4 * this.#frame.placeOf(view.buffer).offset, bytes: 4 * (this.#frame.program.buffers[view.buffer]?.size ?? 0) }));
    const stretches = [...noted, ...shown];
    let bytes: Promise<ArrayBuffer> = Promise.resolve(new ArrayBuffer(0));
    const told = gpu.watched(() => {
      const encoder = gpu.device.createCommandEncoder();
      this.#encode(encoder);
      const copy = gpu.readBack.record(encoder, stretches);
      gpu.device.queue.submit([encoder.finish()]);
      gpu.counts.submissions += 1;
      bytes = copy.finish();
    });
    const results = this.#results(bytes, told);
    const written: Written = { results, told: false };
    // Whoever reads is told; who does not must not end the process.
    results.catch(() => undefined);
    for (const { parameter } of this.#frame.program.updates) buffers[parameter]?.writtenBy(written);
    let from = 4 * noteWords * noted.length;
    return outputs.map(({ dtype }, i) => {
      const start = from;
      from += (shown[i] as Stretch).bytes;
      const end = from;
      return pending(() => {
        written.told = true;
        return results.then((all) => elementsOf(all.slice(start, end), dtype));
      }, dtype);
    });
  }

  profile(): readonly number[] {
    throw new UnsupportedError('WEBGPU_PROFILE', 'webgpu: a GPU tells no time of single instructions at once; measure whole calls, each awaited, or profile on another backend', {});
  }

  code(): string {
    const codes = (steps: readonly (Prepared | PreparedRepeat)[]): readonly string[] => steps.flatMap((prepared) => ('times' in prepared ? [`// ${prepared.times} times:`, ...codes(prepared.steps)] : [prepared.step.kernel.code]));
    return codes(this.#steps).join('\n\n');
  }

  async #results(bytes: Promise<ArrayBuffer>, told: Promise<GPUError | null>): Promise<ArrayBuffer> {
    const [failed, wrong] = [await this.#ready, await told];
    if (failed !== undefined || wrong !== null) bytes.catch(() => undefined);
    if (this.#gpu.lost) throw this.#gpu.lossError();
    if (failed !== undefined) throw failed;
    if (wrong !== null) throw new DeviceError('DEVICE', `webgpu: the device refused to run the program: ${wrong.message.trim()}`, {});
    const all = await bytes;
    raiseNoted(this.#frames, new Uint32Array(all));
    return all;
  }

  #clearNotes(): void {
    for (const { frame } of this.#frames) {
      if (frame.notes.size === 0) continue;
      this.#gpu.upload(this.#memory, 4 * frame.flag, new Uint32Array(1));
      this.#gpu.upload(this.#memory, 4 * Math.min(...frame.notes.values()), new Uint32Array(noteWords * frame.notes.size));
    }
  }

  #encode(encoder: GPUCommandEncoder): void {
    const pass = encoder.beginComputePass();
    this.#dispatch(pass, this.#steps);
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
    return steps.map((step) => ('times' in step ? { times: step.times, steps: this.#prepareAll(step.steps, failures) } : this.#prepare(step, failures)));
  }

  /** New values go to their parameters when everything was computed. */
  #stores(): readonly Step[] {
    const frame = this.#frame;
    return frame.program.updates.flatMap(({ parameter, view }) => {
      if (frame.inPlace.has(view.buffer)) return [];
      const port = frame.program.parameters[parameter] as Program['parameters'][0];
      const writer = frame.program.instructions.find((instruction) => instruction.kind === 'loop' && instruction.results.some(({ buffer }) => buffer === view.buffer));
      const copy = copyOf(view, port.view.buffer, `store ${port.name}`, (writer ?? frame.program.instructions[0])?.origin.site as Step['origin']['site']);
      const kernel = compileLoop(copy, frame);
      return kernel === undefined ? [] : [{ kernel, origin: copy.origin }];
    });
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

  #own(buffer: ParameterBuffer): DeviceBuffer {
    if (buffer instanceof DeviceBuffer && buffer.gpu === this.#gpu) return buffer;
    throw new UnsupportedError('FOREIGN_BUFFER', "webgpu: got a parameter that lies in another backend's memory");
  }

  #bind(buffers: readonly GPUBuffer[]): void {
    if (buffers.length === this.#bound.length && buffers.every((buffer, i) => buffer === this.#bound[i])) return;
    this.#bound = buffers;
    forget(this.#steps);
  }

  #upload(buffer: number, name: string, data: TypedArray): void {
    const { size } = this.#frame.program.buffers[buffer] as Program['buffers'][0];
    if (data.length !== size) throw new InputError('WEBGPU_INPUT', `webgpu: input '${name}' of ${data.length} elements; expected ${size}`, { size });
    const { offset, dtype } = this.#frame.placeOf(buffer);
    this.#gpu.upload(this.#memory, 4 * offset, wordsOf(data, dtype));
  }
}

function forget(steps: readonly (Prepared | PreparedRepeat)[]): void {
  for (const prepared of steps) {
    if ('times' in prepared) forget(prepared.steps);
    else prepared.group = undefined;
  }
}

/** What comes when it was waited for. */
function pending(read: () => Promise<TypedArray>, dtype: DType): Elements {
  return {
    read,
    readSync: () => {
      throw new UnsupportedError('WEBGPU_SYNC', 'webgpu: the result lies on the GPU, and JavaScript can only wait for it; use await tensor.data() first', { dtype });
    },
  };
}
