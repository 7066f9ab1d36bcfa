import { DeviceError, type DType, type Elements, type Executable, InputError, type InstructionTime, type ParameterBuffer, type Program, type TypedArray, UnsupportedError } from '@pastina/core';
import { type Products } from './calls/product.js';
import { Dispatches } from './dispatches.js';
import { Emitter, type Scanned, type Step } from './emit.js';
import { copyOf, type Frame } from './frame.js';
import { DeviceBuffer, type Written } from './gpu/deviceBuffer.js';
import { type Gpu } from './gpu/gpu.js';
import { type Stretch } from './gpu/readBack.js';
import { usage } from './gpu/usage.js';
import { elementsOf, wordsOf } from './gpu/words.js';
import { compileLoop } from './loop/compileLoop.js';
import { onCopies, timesOf } from './profile.js';
import { type Look, raiseNoted } from './refusals.js';

/** What a run brings from the device: what was noted against it, its outputs and, where results are checked, everything. */
interface Brought {
  readonly noted: readonly Stretch[];
  readonly shown: readonly Stretch[];
  readonly all: readonly Stretch[];
}

const bytesOf = (stretches: readonly Stretch[]): number => stretches.reduce((sum, { bytes }) => sum + bytes, 0);

/** A program as a list of dispatches over one stretch of memory; a run is one submission. */
export class WebgpuExecutable implements Executable {
  readonly #gpu: Gpu;
  readonly #check: boolean;
  readonly #frame: Frame;
  readonly #frames: readonly Scanned[];
  readonly #memory: GPUBuffer;
  readonly #dispatches: Dispatches;

  constructor(gpu: Gpu, program: Program, check: boolean, products: Products) {
    gpu.checkAlive();
    this.#gpu = gpu;
    this.#check = check;
    const emitter = new Emitter(program, { keep: check, mostParameters: gpu.device.limits.maxStorageBuffersPerShaderStage - 1, products });
    const { frame, steps } = emitter.program(program, [], []);
    this.#frame = frame;
    this.#frames = emitter.frames;
    this.#memory = gpu.allocateFor(this, 4 * emitter.end, usage.storage | usage.copySource | usage.copyTarget, 'the memory of a program');
    this.#dispatches = new Dispatches(gpu, this.#memory, [...steps, ...this.#stores()]);
    for (const scanned of this.#frames) {
      scanned.frame.program.buffers.forEach(({ data, dtype }, i) => {
        if (data !== undefined) gpu.upload(this.#memory, 4 * scanned.frame.placeOf(i).offset, wordsOf(data, dtype));
      });
    }
  }

  run(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): readonly Elements[] {
    this.#gpu.checkAlive();
    const buffers = parameters.map((buffer) => this.#own(buffer));
    const { brought, results } = this.#submit(inputs, buffers.map(({ buffer }) => buffer));
    const written: Written = { results, told: false };
    // Whoever reads is told; who does not must not end the process.
    results.catch(() => undefined);
    for (const { parameter } of this.#frame.program.updates) buffers[parameter]?.writtenBy(written);
    let end = bytesOf(brought.noted);
    return this.#frame.program.outputs.map(({ dtype }, i) => {
      const from = end;
      end += (brought.shown[i] as Stretch).bytes;
      const to = end;
      return pending(() => {
        written.told = true;
        return results.then((all) => elementsOf(all.slice(from, to), dtype));
      }, dtype);
    });
  }

  profile(): readonly number[] {
    throw new UnsupportedError('WEBGPU_PROFILE', 'webgpu: times on a GPU can only be waited for; use await fn.profileAsync() instead of fn.profile()', {});
  }

  /** On copies of the parameters: first all at once, which tells what goes wrong, then each instruction alone. */
  async profileAsync(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): Promise<readonly InstructionTime[]> {
    this.#gpu.checkAlive();
    const own = parameters.map((buffer) => this.#own(buffer).buffer);
    return onCopies(this.#gpu, own, async (copies) => {
      await this.#submit(inputs, copies).results;
      return timesOf(this.#gpu, this.#dispatches, copies);
    });
  }

  code(): string {
    return this.#dispatches.code();
  }

  /** Runs once, over these buffers of the parameters. */
  #submit(inputs: readonly TypedArray[], buffers: readonly GPUBuffer[]): { readonly brought: Brought; readonly results: Promise<ArrayBuffer> } {
    const gpu = this.#gpu;
    this.#dispatches.bind(buffers);
    this.#frame.program.inputs.forEach(({ view, name }, i) => this.#upload(view.buffer, name, inputs[i] as TypedArray));
    this.#clearNotes();
    const brought = this.#brought(buffers);
    let bytes: Promise<ArrayBuffer> = Promise.resolve(new ArrayBuffer(0));
    const told = gpu.watched(() => {
      const encoder = gpu.device.createCommandEncoder();
      this.#dispatches.record(encoder);
      const copy = gpu.readBack.record(encoder, [...brought.noted, ...brought.shown, ...brought.all]);
      gpu.device.queue.submit([encoder.finish()]);
      gpu.counts.submissions += 1;
      bytes = copy.finish();
    });
    return { brought, results: this.#results(brought, bytes, told) };
  }

  #brought(buffers: readonly GPUBuffer[]): Brought {
    const stretch = (from: number, words: number): Stretch => ({ buffer: this.#memory, from: 4 * from, bytes: 4 * words });
    const { program } = this.#frame;
    return {
      noted: this.#frames.map(({ frame }) => stretch(...frame.noted)),
      shown: program.outputs.map(({ view }) => stretch(this.#frame.placeOf(view.buffer).offset, program.buffers[view.buffer]?.size as number)),
      all: this.#check ? [{ buffer: this.#memory, from: 0, bytes: this.#memory.size }, ...buffers.map((buffer): Stretch => ({ buffer, from: 0, bytes: buffer.size }))] : [],
    };
  }

  async #results(brought: Brought, bytes: Promise<ArrayBuffer>, told: Promise<GPUError | null>): Promise<ArrayBuffer> {
    bytes.catch(() => undefined);
    const [failed, wrong] = [await this.#dispatches.ready, await told];
    this.#gpu.checkAlive();
    if (failed !== undefined) throw failed;
    if (wrong !== null) throw new DeviceError('DEVICE', `webgpu: the device refused to run the program: ${wrong.message.trim()}`, {});
    const all = await bytes;
    raiseNoted(this.#frames, new Uint32Array(all, 0, bytesOf(brought.noted) / 4), this.#look(brought, all));
    return all;
  }

  /** Finds buffers in all that was brought. */
  #look(brought: Brought, bytes: ArrayBuffer): Look {
    const start = bytesOf(brought.noted) + bytesOf(brought.shown);
    return (frame, buffer) => {
      const { parameter, offset, dtype } = frame.placeOf(buffer);
      const from = start + (parameter === undefined ? 4 * offset : bytesOf(brought.all.slice(0, 1 + parameter)));
      return elementsOf(bytes.slice(from, from + 4 * (frame.program.buffers[buffer]?.size as number)), dtype);
    };
  }

  #clearNotes(): void {
    for (const { frame } of this.#frames) {
      const [start, words] = frame.noted;
      if (words === 0) continue;
      this.#gpu.upload(this.#memory, 4 * frame.flag, new Uint32Array(1));
      this.#gpu.upload(this.#memory, 4 * start, new Uint32Array(words));
    }
  }

  /** New values go to their parameters when everything was computed. */
  #stores(): readonly Step[] {
    const { program, inPlace } = this.#frame;
    return program.updates.flatMap(({ parameter, view }) => {
      if (inPlace.has(view.buffer)) return [];
      const port = program.parameters[parameter] as Program['parameters'][0];
      const copy = copyOf(view, port.view.buffer, `store ${port.name}`);
      return compileLoop(copy, this.#frame).map((kernel) => ({ kernel, origin: copy.origin }));
    });
  }

  #own(buffer: ParameterBuffer): DeviceBuffer {
    if (buffer instanceof DeviceBuffer && buffer.gpu === this.#gpu) return buffer;
    throw new UnsupportedError('FOREIGN_BUFFER', "webgpu: got a parameter that lies in another backend's memory");
  }

  #upload(buffer: number, name: string, data: TypedArray): void {
    const { size } = this.#frame.program.buffers[buffer] as Program['buffers'][0];
    if (data.length !== size) throw new InputError('WEBGPU_INPUT', `webgpu: input '${name}' of ${data.length} elements; expected ${size}`, { size });
    const { offset, dtype } = this.#frame.placeOf(buffer);
    this.#gpu.upload(this.#memory, 4 * offset, wordsOf(data, dtype));
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
