import { checkFinite, inIteration, InputError, interpretInstruction, outputsOf, UnsupportedError, type Executable, type Instruction, type ParameterBuffer, type Program, type TypedArray, type View } from '@pastina/core';
import { allocateArena, type Arena } from './arena.js';
import { copyOf, isDense, withDenseViews } from './denseViews.js';
import { Code } from './emit/code.js';
import { moduleBytes, type ImportedFunction } from './emit/module.js';
import { emitCall, scratchOf, sharedWork } from './calls/calls.js';
import { align, Frame } from './frame.js';
import { compileLoop, type Places } from './loop/compileLoop.js';
import { type Kernel, type Kernels } from './kernels.js';
import { isShared, type Heap } from './memory/heap.js';
import { bytesOf, HeapBuffer, viewOf } from './memory/heapBuffer.js';
import { emitScan, innerFrames } from './scan.js';
import { type Pool } from './threads/pool.js';
import { type Shared } from './threads/protocol.js';

/** What every program imports, by position. */
const own = ['interpret', 'share'] as const;

/** Threads help with pieces of work of at least so many multiplications: some 0.3 ms. */
const leastShared = 6_000_000;

const functionOf = (exports: Shared, name: string): (() => void) => exports[name] as () => void;

// The programs that threads have are taken back when nobody can run them any more.
const dropped = new FinalizationRegistry<{ readonly pool: Pool; readonly id: number }>(({ pool, id }) => pool.takeBack(id));

interface NamedCode {
  readonly name: string;
  readonly code: Code;
}

/** How a program is compiled. */
export interface ExecutableOptions {
  readonly check: boolean;
  readonly relaxed: boolean;
  /** Threads that help; the heap is then shared. */
  readonly pool: Pool | undefined;
  readonly kernels: Kernels;
}

/** A program as one WebAssembly module: a function for each instruction, and one that calls them all. */
export class WasmExecutable implements Executable {
  readonly #heap: Heap;
  readonly #frame: Frame;
  readonly #check: boolean;
  readonly #relaxed: boolean;
  readonly #arena: Arena;
  /** What is left to the interpreter, by the number that the code calls it by. */
  readonly #interpreted: (() => void)[] = [];
  readonly #pool: Pool | undefined;
  readonly #kernels: Kernels;
  /** The kernels that the code calls, behind the other imports. */
  readonly #called: Kernel[] = [];
  /** How other threads call this program. */
  #delivered = 0;
  readonly #exports: Shared;
  /** The addresses of the parameters. */
  readonly #bound: number[];
  readonly #frames: readonly Frame[];
  /** Where the inputs go; made anew when the memory has grown. */
  #inputs: readonly TypedArray[] = [];
  readonly #given: Program;

  constructor(heap: Heap, given: Program, { check, relaxed, pool, kernels }: ExecutableOptions) {
    this.#heap = heap;
    this.#given = given;
    this.#pool = pool;
    this.#kernels = kernels;
    this.#relaxed = relaxed;
    this.#check = check;
    // A check may stop after any instruction: then nothing is written over.
    this.#frame = new Frame(withDenseViews(given, 0), !check);
    const inner = new Map<Instruction, Frame>();
    const frames = check ? [this.#frame] : [this.#frame, ...innerFrames(this.#frame.program, inner)];
    const shared = this.#frame.program.instructions.map((instruction) => pool !== undefined && sharedWork(instruction, this.#frame.dtypeOf) >= leastShared);
    // Every thread packs into memory of its own.
    const packed = frames.flatMap((frame) => frame.program.instructions.map((instruction, i) => align(scratchOf(instruction, frame.dtypeOf)) * (frame === this.#frame && shared[i] === true ? (pool as Pool).threads : 1)));
    this.#arena = allocateArena(this, heap, frames, Math.max(0, ...packed), given.parameters.length);
    this.#frames = frames;
    this.#bound = this.#frame.program.parameters.map(() => -1);
    const shares: NamedCode[] = [];
    const steps = this.#frame.program.instructions.map((instruction, i): NamedCode => {
      const code = new Code();
      if (shared[i] === true) {
        const share = new Code('i32', 'i32');
        this.#emit(share, instruction, this.#frame, inner, (run) => run(), { index: 0, count: 1, scratchBytes: align(scratchOf(instruction, this.#frame.dtypeOf)) });
        shares.push({ name: `p${i}`, code: share });
        code.i32(i).call(1);
      } else this.#emit(code, instruction, this.#frame, inner, (run) => run());
      return { name: `s${i}`, code };
    });
    this.#exports = this.#instantiate(steps, shares);
  }

  run(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): readonly TypedArray[] {
    this.#bind(inputs, parameters);
    functionOf(this.#exports, 'run')();
    return this.#finish();
  }

  /** Runs with every instruction's result checked. */
  runChecked(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): readonly TypedArray[] {
    this.#bind(inputs, parameters);
    this.#frame.program.instructions.forEach((instruction, i) => {
      functionOf(this.#exports, `s${i}`)();
      checkFinite(this.#frame.program, instruction, this.#frame.views(this.#heap, this.#bound));
    });
    return this.#finish();
  }

  profile(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): readonly number[] {
    this.#bind(inputs, parameters);
    const kept = parameters.map((buffer) => buffer.readSync().slice());
    const times: number[] = [];
    let before = 0;
    this.#frame.program.instructions.forEach((instruction, i) => {
      const start = performance.now();
      functionOf(this.#exports, `s${i}`)();
      const time = before + performance.now() - start;
      // A copy that was put before an instruction, for its sake, counts with it.
      const copied = outputsOf(instruction).every((buffer) => buffer >= this.#given.buffers.length);
      before = copied ? time : 0;
      if (!copied) times.push(time);
    });
    // So does one that an output needs, with the last.
    if (times.length > 0) times[times.length - 1] = (times[times.length - 1] as number) + before;
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
    functionOf(this.#exports, 'store')();
    return outputs;
  }

  /** Appends the code of an instruction, or a call of the interpreter; `around` adds to its errors where it runs; a product may be added `into` what lies at an address. */
  #emit(code: Code, instruction: Instruction, frame: Frame, inner: ReadonlyMap<Instruction, Frame>, around: (run: () => void) => void, thread?: Places['thread'], into?: number): void {
    const interpret = interpretInstruction(instruction, frame.program, this.#check);
    const fallback = (): number => this.#interpreted.push(() => around(() => interpret(frame.views(this.#heap, this.#bound)))) - 1;
    const places: Places = { dtypeOf: frame.dtypeOf, push: (target, buffer) => frame.push(target, buffer), scratch: this.#arena.scratch, relaxed: this.#relaxed, fallback, kernel: (call) => this.#import(this.#kernels.get(call)), ...(thread === undefined ? {} : { thread }), ...(into === undefined ? {} : { adds: true, pushResult: (target) => void target.i32(into) }) };
    if (instruction.kind === 'loop' && compileLoop(code, instruction, places)) return;
    if (instruction.kind === 'call' && emitCall(code, instruction, places, this.#arena.tables.get(instruction) ?? 0)) return;
    const within = inner.get(instruction);
    if (instruction.kind === 'scan' && within !== undefined) {
      const inside = (run: () => void): void => around(() => inIteration(instruction, viewOf(this.#heap, 'int32', within.cell, 1)[0] as number, run));
      emitScan(code, instruction, frame, within, (view, target) => this.#copy(code, view, target, frame, places), (step, into) => this.#emit(code, step, within, inner, inside, undefined, into));
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

  #import(kernel: Kernel): number {
    const known = this.#called.indexOf(kernel);
    return own.length + (known >= 0 ? known : this.#called.push(kernel) - 1);
  }

  #instantiate(steps: readonly NamedCode[], shares: readonly NamedCode[]): Shared {
    const [run, store] = [new Code(), new Code()];
    const imports = [...own.map((name): ImportedFunction => ({ module: 'env', name, params: ['i32'] })), ...this.#called.map(({ importName, params }): ImportedFunction => ({ module: 'env', name: importName, params }))];
    const { program, parameterOf } = this.#frame;
    steps.forEach((_, i) => run.call(imports.length + i));
    for (const { parameter, view } of program.updates) {
      if (parameterOf.has(view.buffer)) continue;
      store.global(parameter);
      this.#frame.push(store, view.buffer);
      store.i32(this.#frame.sizeOf(view.buffer)).copy();
    }
    const bytes = moduleBytes({
      shared: isShared(this.#heap),
      imports,
      globals: program.parameters.length,
      functions: [...steps, { name: 'run', code: run }, { name: 'store', code: store }, ...shares],
    });
    if (this.#pool !== undefined && shares.length > 0) {
      this.#delivered = this.#pool.deliver(bytes);
      dropped.register(this, { pool: this.#pool, id: this.#delivered });
    }
    // Held weakly: the instance must not keep its executable from being collected.
    const self = new WeakRef(this);
    const interpret = (index: number): void => self.deref()?.interpret(index);
    const share = (step: number): void => self.deref()?.share(step);
    return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: this.#heap.memory, interpret, share, ...Object.fromEntries(this.#called.map(({ importName, run: kernel }) => [importName, kernel])) } }).exports as unknown as Shared;
  }

  interpret(index: number): void {
    this.#interpreted[index]?.();
  }

  share(step: number): void {
    this.#pool?.run(this.#delivered, step, this.#exports, this.#arena.addresses, this.#bound.length);
  }

  #bind(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): void {
    if (this.#inputs[0]?.buffer !== this.#heap.memory.buffer) {
      this.#inputs = this.#frame.program.inputs.map(({ view: { buffer } }) => viewOf(this.#heap, this.#frame.dtypeOf(buffer), this.#frame.address(buffer), (this.#frame.program.buffers[buffer] as Program['buffers'][0]).size));
    }
    this.#inputs.forEach((place, i) => {
      const data = inputs[i] as TypedArray;
      if (data.length !== place.length) throw new InputError('WASM_INPUT', `wasm: an input of ${data.length} elements; expected ${place.length}`, { size: place.length });
      place.set(data);
    });
    parameters.forEach((buffer, i) => {
      if (!(buffer instanceof HeapBuffer) || buffer.heap !== this.#heap) throw new UnsupportedError('FOREIGN_BUFFER', "wasm: got a parameter that lies in another backend's memory");
      if (this.#bound[i] === buffer.address) return;
      this.#bound[i] = buffer.address;
      viewOf(this.#heap, 'int32', this.#arena.addresses, this.#bound.length)[i] = buffer.address;
      (this.#exports[`g${i}`] as WebAssembly.Global).value = buffer.address;
      this.#frames.forEach((frame) => frame.forget());
    });
  }
}
