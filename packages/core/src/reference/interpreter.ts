import { InputError, UnsupportedError, withMore } from '../errors.js';
import { now } from '../host.js';
import { dtypeFacts, isInteger, type DType, type TypedArray } from '../graph/dtype.js';
import { type CallOp } from '../graph/op.js';
import { HostBuffer } from '../graph/parameter.js';
import { opNamed } from '../ops/all.js';
import { checkOptions } from '../options.js';
import { randomStateOp } from '../ops/random/state.js';
import { type Backend, type Executable, type ParameterBuffer } from '../program/backend.js';
import { plan } from '../program/plan.js';
import { isDense, outputsOf, sizeOf, type Buffer, type CallInstruction, type Instruction, type Program, type View } from '../program/program.js';
import { checkFinite } from './finite.js';
import { compileLoop } from './loop.js';
import { denseCopy } from './reader.js';
import { compileScan } from './scan.js';

type Arrays = readonly TypedArray[];

/** A value that a program has computed. */
export interface ObservedValue {
  /** The ops that made it, such as `exp sum`. */
  readonly op: string;
  /** The line that asked for it; empty where none is known. */
  readonly site: string;
  readonly dtype: DType;
  /** Valid during the call; to keep it, copy it. */
  readonly data: TypedArray;
}

/** Options of {@link referenceBackend}. */
export interface ReferenceOptions {
  /** Is told every value as it is computed, in order, but for those inside a `scan`. */
  readonly observe?: (value: ObservedValue) => void;
}

/**
 * The reference interpreter: runs any program in plain JavaScript, rounding to the dtype after each op.
 * It is the numerical truth for the other backends, and the default when none is given.
 *
 * @example
 * ```ts
 * import { compile, exp, input, referenceBackend, sum } from '@pastina/core';
 * const x = input('x', [2]);
 * const backend = referenceBackend({ observe: ({ op, data }) => console.log(op, data.join()) });
 * compile({ inputs: { x }, outputs: { y: sum(exp(x)) }, backend })({ x: [0, 0] }); // exp sum 2
 * ```
 */
export function referenceBackend(options: ReferenceOptions = {}): Backend {
  checkOptions('referenceBackend', options, ['observe']);
  const { observe } = options;
  if (observe !== undefined && typeof observe !== 'function') throw new InputError('OPTION_VALUE', `referenceBackend: observe is ${typeof observe}; expected a function of an observed value`, { option: 'observe' });
  return {
    name: 'reference',
    owns: (buffer) => buffer instanceof HostBuffer,
    createBuffer: (data) => new HostBuffer(data.slice()),
    compile: (program, { check }) => new ReferenceExecutable(program, check === 'finite', observe),
  };
}

class ReferenceExecutable implements Executable {
  readonly #program: Program;
  readonly #check: boolean;
  readonly #steps: readonly ((arrays: Arrays) => void)[];
  readonly #arrays: (TypedArray | undefined)[];
  readonly #inPlace: ReadonlyMap<number, number>;

  readonly #observe: ReferenceOptions['observe'];

  constructor(program: Program, check: boolean, observe?: ReferenceOptions['observe']) {
    this.#program = program;
    this.#check = check;
    this.#observe = observe;
    this.#steps = program.instructions.map((instruction) => compileInstruction(instruction, program, this.#check));
    const { offsets, bytes, inPlace } = plan(program);
    // A check may stop after any instruction; so may an observer.
    this.#inPlace = check || observe !== undefined ? new Map() : inPlace;
    const arena = new ArrayBuffer(bytes);
    this.#arrays = program.buffers.map(({ dtype, size, data }, i) => {
      const offset = offsets[i];
      if (offset !== undefined) return dtypeFacts(dtype).view(arena, offset, size);
      return inPlace.has(i) ? dtypeFacts(dtype).allocate(size) : data;
    });
  }

  run(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): readonly TypedArray[] {
    const arrays = [...this.#bind(inputs, parameters)];
    for (const [buffer, parameter] of this.#inPlace) arrays[buffer] = hostData(parameters[parameter]);
    this.#steps.forEach((step, i) => {
      step(arrays);
      if (this.#check) checkFinite(this.#program, this.#program.instructions[i] as Instruction, arrays);
      if (this.#observe !== undefined) this.#tell(this.#program.instructions[i] as Instruction, arrays, this.#observe);
    });
    const outputs = this.#program.outputs.map(({ view }) => denseCopy(view, arrays));
    this.#store(arrays, parameters);
    return outputs;
  }

  profile(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): readonly number[] {
    const arrays = this.#bind(inputs, parameters);
    return this.#steps.map((step) => {
      const start = now();
      step(arrays);
      return now() - start;
    });
  }

  #bind(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): Arrays {
    const arrays = [...this.#arrays];
    this.#program.inputs.forEach(({ view }, i) => (arrays[view.buffer] = inputs[i]));
    this.#program.parameters.forEach(({ view }, i) => (arrays[view.buffer] = hostData(parameters[i])));
    return arrays as Arrays;
  }

  #tell(instruction: Instruction, arrays: Arrays, observe: (value: ObservedValue) => void): void {
    for (const output of outputsOf(instruction)) {
      const { dtype, size } = this.#program.buffers[output] as Buffer;
      observe({ op: instruction.origin.op, site: String(instruction.origin.site), dtype, data: (arrays[output] as TypedArray).subarray(0, size) });
    }
  }

  /** All new values exist before the first is stored, so that every update has read the old ones. */
  #store(arrays: Arrays, parameters: readonly ParameterBuffer[]): void {
    const updates = this.#program.updates.filter(({ view }) => !this.#inPlace.has(view.buffer));
    const values = updates.map(({ view }) => (this.#isOwn(view) ? front(arrays[view.buffer] as TypedArray, view) : denseCopy(view, arrays)));
    updates.forEach(({ parameter }, i) => hostData(parameters[parameter]).set(values[i] as TypedArray));
  }

  /** Does the view show a buffer of the arena from its start, which nothing overwrites while parameters are stored? */
  #isOwn(view: View): boolean {
    return this.#program.buffers[view.buffer]?.role === 'temporary' && isDense(view);
  }
}

function hostData(buffer: ParameterBuffer | undefined): TypedArray {
  if (buffer instanceof HostBuffer) return buffer.data;
  throw new UnsupportedError('FOREIGN_BUFFER', "the reference interpreter got a parameter that lies in another backend's memory");
}

/** A dense view may end before its buffer does: ops go through all the data that they get. */
function front(data: TypedArray, view: View): TypedArray {
  const size = sizeOf(view.shape);
  return data.length === size ? data : data.subarray(0, size);
}

/**
 * What an instruction means, as a function of the arrays of all buffers: for backends, which may leave to it what they
 * do not compile themselves. `check` looks at what an inner program computes; its own result the caller checks.
 */
export function interpretInstruction(instruction: Instruction, program: Program, check: boolean): (arrays: readonly TypedArray[]) => void {
  return compileInstruction(instruction, program, check);
}

function compileInstruction(instruction: Instruction, program: Program, check: boolean): (arrays: Arrays) => void {
  switch (instruction.kind) {
    case 'loop':
      return compileLoop(instruction);
    case 'call':
      return compileCall(instruction, program);
    case 'scan':
      return compileScan(instruction, (inner) => new ReferenceExecutable(inner, check));
  }
}

function compileCall(call: CallInstruction, program: Program): (arrays: Arrays) => void {
  const dtypeOf = (buffer: number): DType => (program.buffers[buffer] as Buffer).dtype;
  const op = opNamed(call.op) as CallOp;
  return (arrays) => {
    const inputs = call.inputs.map((view) => {
      const data = arrays[view.buffer] as TypedArray;
      return { dtype: dtypeOf(view.buffer), shape: view.shape, data: isDense(view) ? front(data, view) : denseCopy(view, arrays) };
    });
    const data = arrays[call.output] as TypedArray;
    try {
      op.evaluate(inputs, { dtype: dtypeOf(call.output), shape: call.shape, data }, call.attrs);
    } catch (error) {
      throw error instanceof InputError ? withCulprit(error, program, call) : error;
    }
  };
}

/** The error of a bad value (an index out of range), with the input it came from and the user's line. */
function withCulprit(error: InputError, program: Program, call: CallInstruction): InputError {
  const input = integerInputBehind(program, call.inputs.map(({ buffer }) => buffer));
  const line = String(call.origin.site);
  return withMore(error, `${input === undefined ? '' : `; the indices come from input '${input}'`}${line === '' ? '' : ` (at ${line})`}`, { input, site: line });
}

/** The name of the integer input that the buffers are computed from. */
function integerInputBehind(program: Program, buffers: readonly number[]): string | undefined {
  const reached = new Set(buffers.filter((buffer) => isInteger(program.buffers[buffer]?.dtype ?? 'bool')));
  for (const instruction of [...program.instructions].reverse()) if (outputsOf(instruction).some((output) => reached.has(output))) instruction.inputs.forEach(({ buffer }) => reached.add(buffer));
  return program.inputs.find(({ name, view }) => name !== randomStateOp.name && reached.has(view.buffer))?.name;
}
