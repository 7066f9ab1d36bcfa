import { checkFinite, InputError, interpretInstruction, planMemory, UnsupportedError, type Executable, type Instruction, type ParameterBuffer, type Program, type TypedArray } from '@pastina/core';
import { withDensePorts } from './densePorts.js';
import { Code } from './emit/code.js';
import { moduleBytes } from './emit/module.js';
import { emitCall, scratchOf } from './calls/calls.js';
import { compileLoop, type Places } from './loop/compileLoop.js';
import { type Heap } from './memory/heap.js';
import { allocateFor, bytesOf, HeapBuffer, viewOf } from './memory/heapBuffer.js';

interface Exports {
  readonly [name: string]: (() => void) | WebAssembly.Global;
}

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** A program as one WebAssembly module: a function for each instruction, and one that calls them all. */
export class WasmExecutable implements Executable {
  readonly #heap: Heap;
  readonly #program: Program;
  readonly #addresses: readonly number[];
  readonly #parameterOf: ReadonlyMap<number, number>;
  readonly #interpreted: readonly ((arrays: readonly TypedArray[]) => void)[];
  readonly #exports: Exports;
  readonly #bound: number[];
  readonly #scratch: number;
  #arrays: readonly TypedArray[] | undefined;

  constructor(heap: Heap, given: Program, check: boolean) {
    this.#heap = heap;
    const program = withDensePorts(given);
    this.#program = program;
    const { offsets, bytes, inPlace } = planMemory(program);
    // A check may stop after any instruction: then nothing is written over.
    const overwritten = check ? new Map<number, number>() : inPlace;
    this.#parameterOf = new Map([...program.parameters.map(({ view }, i) => [view.buffer, i] as const), ...overwritten]);

    let size = align(bytes);
    const places = program.buffers.map((buffer, i) => {
      if (offsets[i] !== undefined || this.#parameterOf.has(i)) return offsets[i];
      const at = size;
      size += align(buffer.size * bytesOf(buffer.dtype));
      return at;
    });
    const scratch = size;
    size += align(Math.max(0, ...program.instructions.map(scratchOf)));
    const base = allocateFor(this, heap, size);
    this.#scratch = base + scratch;
    this.#addresses = places.map((place) => base + (place ?? 0));
    program.buffers.forEach(({ dtype, data, size: count }, i) => data !== undefined && viewOf(heap, dtype, this.#addresses[i] as number, count).set(data));

    const interpreted: ((arrays: readonly TypedArray[]) => void)[] = [];
    const steps = program.instructions.map((instruction, i) => {
      const code = this.#compile(instruction) ?? this.#leave(instruction, interpreted);
      return { name: `s${i}`, code };
    });
    this.#interpreted = interpreted;
    this.#exports = this.#instantiate(steps);
    this.#bound = program.parameters.map(() => -1);
  }

  run(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): readonly TypedArray[] {
    this.#bind(inputs, parameters);
    (this.#exports.run as () => void)();
    const outputs = this.#program.outputs.map(({ dtype, shape, view }) => viewOf(this.#heap, dtype, this.#addressOf(view.buffer), shape.reduce((a, b) => a * b, 1)).slice());
    (this.#exports.store as () => void)();
    return outputs;
  }

  /** Runs with every instruction's result checked. */
  runChecked(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): readonly TypedArray[] {
    this.#bind(inputs, parameters);
    this.#program.instructions.forEach((instruction, i) => {
      (this.#exports[`s${i}`] as () => void)();
      checkFinite(this.#program, instruction, this.#views());
    });
    const outputs = this.#program.outputs.map(({ view }) => (this.#views()[view.buffer] as TypedArray).slice());
    (this.#exports.store as () => void)();
    return outputs;
  }

  profile(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): readonly number[] {
    this.#bind(inputs, parameters);
    const kept = parameters.map((buffer) => buffer.readSync().slice());
    const times = this.#program.instructions.map((_, i) => {
      const start = performance.now();
      (this.#exports[`s${i}`] as () => void)();
      return performance.now() - start;
    });
    // What was written in place is taken back.
    parameters.forEach((buffer, i) => buffer.write(kept[i] as TypedArray));
    return times;
  }

  /** The code of an instruction; undefined where it is left to the interpreter. */
  #compile(instruction: Instruction): Code | undefined {
    const code = new Code();
    const places: Places = { dtypeOf: (buffer) => this.#program.buffers[buffer]?.dtype ?? 'float64', push: (target, buffer) => this.#push(target, buffer), scratch: this.#scratch };
    if (instruction.kind === 'loop') return compileLoop(code, instruction, places) ? code : undefined;
    if (instruction.kind === 'call') return emitCall(code, instruction, places) ? code : undefined;
    return undefined;
  }

  #leave(instruction: Instruction, interpreted: ((arrays: readonly TypedArray[]) => void)[]): Code {
    const index = interpreted.push(interpretInstruction(instruction, this.#program)) - 1;
    return new Code().i32(index).call(0);
  }

  #push(code: Code, buffer: number): void {
    const parameter = this.#parameterOf.get(buffer);
    if (parameter === undefined) code.i32(this.#addresses[buffer] as number);
    else code.global(parameter);
  }

  #instantiate(steps: readonly { readonly name: string; readonly code: Code }[]): Exports {
    const [run, store] = [new Code(), new Code()];
    steps.forEach((_, i) => run.call(1 + i));
    for (const { parameter, view } of this.#program.updates) {
      if (this.#parameterOf.has(view.buffer)) continue;
      const { size, dtype } = this.#program.buffers[view.buffer] as Program['buffers'][0];
      store.global(parameter);
      this.#push(store, view.buffer);
      store.i32(size * bytesOf(dtype)).copy();
    }
    const bytes = moduleBytes({
      imports: [{ module: 'env', name: 'interpret', params: ['i32'] }],
      globals: this.#program.parameters.length,
      functions: [...steps, { name: 'run', code: run }, { name: 'store', code: store }],
    });
    // Held weakly: the instance must not keep its executable from being collected.
    const self = new WeakRef(this);
    const interpret = (index: number): void => self.deref()?.interpret(index);
    return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: this.#heap.memory, interpret } }).exports as unknown as Exports;
  }

  interpret(index: number): void {
    this.#interpreted[index]?.(this.#views());
  }

  #bind(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): void {
    this.#program.inputs.forEach(({ view }, i) => {
      const { dtype, size } = this.#program.buffers[view.buffer] as Program['buffers'][0];
      const data = inputs[i] as TypedArray;
      if (data.length !== size) throw new InputError('WASM_INPUT', `wasm: an input of ${data.length} elements; expected ${size}`, { size });
      viewOf(this.#heap, dtype, this.#addresses[view.buffer] as number, size).set(data);
    });
    parameters.forEach((buffer, i) => {
      if (!(buffer instanceof HeapBuffer) || buffer.heap !== this.#heap) throw new UnsupportedError('FOREIGN_BUFFER', "wasm: got a parameter that lies in another backend's memory");
      if (this.#bound[i] === buffer.address) return;
      this.#bound[i] = buffer.address;
      (this.#exports[`g${i}`] as WebAssembly.Global).value = buffer.address;
      this.#arrays = undefined;
    });
  }

  #addressOf(buffer: number): number {
    const parameter = this.#parameterOf.get(buffer);
    return parameter === undefined ? (this.#addresses[buffer] as number) : (this.#bound[parameter] as number);
  }

  /** The arrays of all buffers, as the interpreter sees them; made anew when the memory has grown. */
  #views(): readonly TypedArray[] {
    if (this.#arrays === undefined || this.#arrays[0]?.buffer !== this.#heap.memory.buffer) {
      this.#arrays = this.#program.buffers.map(({ dtype, size }, i) => viewOf(this.#heap, dtype, this.#addressOf(i), size));
    }
    return this.#arrays;
  }
}
