import { type DType, type TypedArray } from '../graph/dtype.js';
import { type Program } from './program.js';

/** Elements that may have to be fetched from a device. */
export interface Elements {
  /** The elements as they are at the call, whatever is written before they arrive; the array is the caller's own. */
  read(): Promise<TypedArray>;
  /** The elements at once; callers do not write into them. @throws UnsupportedError where the backend can only wait */
  readSync(): TypedArray;
}

/** Where a parameter's elements are. A compiled function moves a parameter to its own backend when it is first used there. */
export interface ParameterBuffer extends Elements {
  /** Replaces all elements. */
  write(data: TypedArray): void;
}

/** Time of one instruction. */
export interface InstructionTime {
  readonly op: string;
  readonly site: string;
  readonly milliseconds: number;
}

/** A program made ready to run. */
export interface Executable {
  /**
   * Runs once. Outputs are fresh arrays in the order of `program.outputs`, or what waits for them. Parameters change
   * only when everything was computed: after an error each one is as it was.
   */
  run(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): readonly (TypedArray | Elements)[];
  /** Runs once and gives the milliseconds spent in each instruction. Parameters do not change. */
  profile(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): readonly number[];
  /**
   * The same where times can only be waited for. It tells of what the backend runs: it may have joined instructions, or
   * added some.
   */
  profileAsync?(inputs: readonly TypedArray[], parameters: readonly ParameterBuffer[]): Promise<readonly InstructionTime[]>;
  /** The code that the program became, where it can be read. */
  code?(): string;
}

/** All that a backend is: memory for parameters, and a way to run a program. */
export interface Backend {
  readonly name: string;
  /** Can values only be waited for? Then checks of parameters that arrive are the backend's own. */
  readonly waits?: true;
  /** Does `buffer` lie in this backend's memory? */
  owns(buffer: ParameterBuffer): boolean;
  createBuffer(data: TypedArray, dtype: DType): ParameterBuffer;
  compile(program: Program, options: { readonly check: 'none' | 'finite' }): Executable;
}
