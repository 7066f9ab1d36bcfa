import { checkFinite, inIteration, InputError, interpretInstruction, UnsupportedError, type Executable, type Instruction, type ParameterBuffer, type Program, type TypedArray, type View } from '@pastina/core';
import { copyOf, isDense, withDenseViews } from './denseViews.js';
import { Code } from './emit/code.js';
import { moduleBytes } from './emit/module.js';
import { emitCall, scratchOf, tableOf } from './calls/calls.js';
import { align, Frame } from './frame.js';
import { compileLoop, type Places } from './loop/compileLoop.js';
import { type Heap } from './memory/heap.js';
import { allocateFor, bytesOf, HeapBuffer, viewOf } from './memory/heapBuffer.js';
import { canCompile, emitScan, innerFrame } from './scan.js';

interface Exports {
  readonly [name: string]: (() => void) | WebAssembly.Global;
}

/** A program as one WebAssembly module: a function for each instruction, and one that calls them all. */
export class WasmExecutable implements Executable {
  readonly #heap: Heap;
  readonly #frame: Frame;
  readonly #check: boolean;
  readonly #relaxed: boolean;
  readonly #scratch: number;
  /** What is left to the interpreter, by the number that the code calls it by. */
  readonly #interpreted: (() => void)[] = [];
  readonly #exports: Exports;
  /** The addresses of the parameters. */
  readonly #bound: number[];
  readonly #frames: readonly Frame[];
  /** Where the tables of kernels lie. */
  readonly #tables = new Map<Instruction, number>();

  constructor(heap: Heap, given: Program, check: boolean, relaxed: boolean) {
    this.#heap = heap;
    this.#relaxed = relaxed;
    this.#check = check;
    // A check may stop after any instruction: then nothing is written over.
    this.#frame = new Frame(withDenseViews(given, 0), !check);
    const inner = new Map<Instruction, Frame>();
    const frames = check ? [this.#frame] : [this.#frame, ...innerFrames(this.#frame.program, inner)];
    const packed = frames.flatMap(({ program }) => program.instructions.map(scratchOf));
    const total = frames.reduce((sum, { bytes }) => sum + bytes, 0);
    const tables = new Map(frames.flatMap(({ program }) => program.instructions.map((instruction) => [instruction, tableOf(instruction)] as const)).filter(([, table]) => table.length > 0));
    const scratch = align(Math.max(0, ...packed));
    let at = allocateFor(this, heap, total + scratch + [...tables.values()].reduce((sum, { byteLength }) => sum + align(byteLength), 0));
    for (const frame of frames) {
      frame.lay(heap, at);
      at += frame.bytes;
    }
    this.#scratch = at;
    at += scratch;
    for (const [instruction, table] of tables) {
      viewOf(heap, 'int32', at, table.length).set(table);
      this.#tables.set(instruction, at);
      at += align(table.byteLength);
    }
    this.#frames = frames;
    this.#bound = this.#frame.program.parameters.map(() => -1);
    const steps = this.#frame.program.instructions.map((instruction, i) => {
      const code = new Code();
      this.#emit(code, instruction, this.#frame, inner, (run) => run());
      return { name: `s${i}`, code };
    });
    this.#exports = this.#instantiate(steps);
  }

  run(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): readonly TypedArray[] {
    this.#bind(inputs, parameters);
    (this.#exports.run as () => void)();
    return this.#finish();
  }

  /** Runs with every instruction's result checked. */
  runChecked(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): readonly TypedArray[] {
    this.#bind(inputs, parameters);
    this.#frame.program.instructions.forEach((instruction, i) => {
      (this.#exports[`s${i}`] as () => void)();
      checkFinite(this.#frame.program, instruction, this.#frame.views(this.#heap, this.#bound));
    });
    return this.#finish();
  }

  profile(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): readonly number[] {
    this.#bind(inputs, parameters);
    const kept = parameters.map((buffer) => buffer.readSync().slice());
    const times = this.#frame.program.instructions.map((_, i) => {
      const start = performance.now();
      (this.#exports[`s${i}`] as () => void)();
      return performance.now() - start;
    });
    // What was written in place is taken back.
    parameters.forEach((buffer, i) => buffer.write(kept[i] as TypedArray));
    return times;
  }

  /** Outputs are read before parameters are stored: they may show old values. */
  #finish(): readonly TypedArray[] {
    const { program } = this.#frame;
    const outputs = program.outputs.map(({ dtype, shape, view }) => {
      const parameter = this.#frame.parameterOf.get(view.buffer);
      const address = parameter === undefined ? this.#frame.address(view.buffer) : (this.#bound[parameter] as number);
      return viewOf(this.#heap, dtype, address, shape.reduce((a, b) => a * b, 1)).slice();
    });
    (this.#exports.store as () => void)();
    return outputs;
  }

  /** Appends the code of an instruction, or a call of the interpreter; `around` adds to its errors where it runs. */
  #emit(code: Code, instruction: Instruction, frame: Frame, inner: ReadonlyMap<Instruction, Frame>, around: (run: () => void) => void): void {
    const interpret = interpretInstruction(instruction, frame.program, this.#check);
    const fallback = (): number => this.#interpreted.push(() => around(() => interpret(frame.views(this.#heap, this.#bound)))) - 1;
    const places: Places = { dtypeOf: (buffer) => frame.program.buffers[buffer]?.dtype ?? 'float64', push: (target, buffer) => frame.push(target, buffer), scratch: this.#scratch, relaxed: this.#relaxed, fallback };
    if (instruction.kind === 'loop' && compileLoop(code, instruction, places)) return;
    if (instruction.kind === 'call' && emitCall(code, instruction, places, this.#tables.get(instruction) ?? 0)) return;
    const within = inner.get(instruction);
    if (instruction.kind === 'scan' && within !== undefined) {
      const inside = (run: () => void): void => around(() => inIteration(instruction, viewOf(this.#heap, 'int32', within.cell, 1)[0] as number, run));
      emitScan(code, instruction, frame, within, (view, target) => this.#copy(code, view, target, frame, places), (step) => this.#emit(code, step, within, inner, inside));
      return;
    }
    code.i32(fallback()).call(0);
  }

  /** Copies what a view shows to an address. */
  #copy(code: Code, view: View, target: number, frame: Frame, places: Places): void {
    const { dtype } = frame.program.buffers[view.buffer] as Program['buffers'][0];
    if (!isDense(view)) {
      compileLoop(code, copyOf(view, -1), { ...places, pushResult: (into) => into.i32(target) });
      return;
    }
    code.i32(target);
    frame.push(code, view.buffer);
    code.i32(view.offset * bytesOf(dtype)).op('i32.add').i32(view.shape.reduce((a, b) => a * b, 1) * bytesOf(dtype)).copy();
  }

  #instantiate(steps: readonly { readonly name: string; readonly code: Code }[]): Exports {
    const [run, store] = [new Code(), new Code()];
    const { program, parameterOf } = this.#frame;
    steps.forEach((_, i) => run.call(1 + i));
    for (const { parameter, view } of program.updates) {
      if (parameterOf.has(view.buffer)) continue;
      store.global(parameter);
      this.#frame.push(store, view.buffer);
      store.i32(this.#frame.sizeOf(view.buffer)).copy();
    }
    const bytes = moduleBytes({
      imports: [{ module: 'env', name: 'interpret', params: ['i32'] }],
      globals: program.parameters.length,
      functions: [...steps, { name: 'run', code: run }, { name: 'store', code: store }],
    });
    // Held weakly: the instance must not keep its executable from being collected.
    const self = new WeakRef(this);
    const interpret = (index: number): void => self.deref()?.interpret(index);
    return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: this.#heap.memory, interpret } }).exports as unknown as Exports;
  }

  interpret(index: number): void {
    this.#interpreted[index]?.();
  }

  #bind(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): void {
    this.#frame.program.inputs.forEach(({ view }, i) => {
      const { dtype, size } = this.#frame.program.buffers[view.buffer] as Program['buffers'][0];
      const data = inputs[i] as TypedArray;
      if (data.length !== size) throw new InputError('WASM_INPUT', `wasm: an input of ${data.length} elements; expected ${size}`, { size });
      viewOf(this.#heap, dtype, this.#frame.address(view.buffer), size).set(data);
    });
    parameters.forEach((buffer, i) => {
      if (!(buffer instanceof HeapBuffer) || buffer.heap !== this.#heap) throw new UnsupportedError('FOREIGN_BUFFER', "wasm: got a parameter that lies in another backend's memory");
      if (this.#bound[i] === buffer.address) return;
      this.#bound[i] = buffer.address;
      (this.#exports[`g${i}`] as WebAssembly.Global).value = buffer.address;
      this.#frames.forEach((frame) => frame.forget());
    });
  }
}

/** The frames of all scans, those in scans included. */
function innerFrames(program: Program, found: Map<Instruction, Frame>): readonly Frame[] {
  return program.instructions.flatMap((instruction) => {
    if (instruction.kind !== 'scan' || !canCompile(instruction, program)) return [];
    const frame = innerFrame(instruction);
    found.set(instruction, frame);
    return [frame, ...innerFrames(frame.program, found)];
  });
}
