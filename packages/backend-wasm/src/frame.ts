import { planMemory, type DType, type Program, type TypedArray } from '@pastina/core';
import { type Code } from './emit/code.js';
import { type Heap } from './memory/heap.js';
import { bytesOf, viewOf } from './memory/heapBuffer.js';

export const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/**
 * Where the buffers of one program lie: constants in memory of their own, parameters elsewhere, and all else in memory
 * that programs take turns with, since it holds nothing between two calls.
 */
export class Frame {
  readonly program: Program;
  /** Bytes that hold something during a call only, and bytes of constants. */
  readonly passing: number;
  readonly lasting: number;
  /** Buffers that lie in a parameter's memory, by the parameter's position. */
  readonly parameterOf: ReadonlyMap<number, number>;
  readonly #offsets: readonly number[];
  #passingAt = 0;
  #lastingAt = 0;
  #views: readonly TypedArray[] | undefined;

  constructor(program: Program, overwrite: boolean) {
    this.program = program;
    const { offsets, bytes, inPlace } = planMemory(program);
    this.parameterOf = new Map([...program.parameters.map(({ view }, i) => [view.buffer, i] as const), ...(overwrite ? inPlace : [])]);
    // First the number of the iteration, if this is the inside of a scan.
    const cell = align(4);
    let passing = cell + align(bytes);
    let lasting = 0;
    this.#offsets = program.buffers.map(({ dtype, data, size: count }, i) => {
      const planned = offsets[i];
      if (planned !== undefined || this.parameterOf.has(i)) return cell + (planned ?? 0);
      const room = align(count * bytesOf(dtype));
      if (data === undefined) passing += room;
      else lasting += room;
      return (data === undefined ? passing : lasting) - room;
    });
    this.passing = passing;
    this.lasting = lasting;
  }

  /** Lays the frame at its addresses, and the constants into it. */
  lay(heap: Heap, passingAt: number, lastingAt: number): void {
    this.#passingAt = passingAt;
    this.#lastingAt = lastingAt;
    this.program.buffers.forEach(({ dtype, data, size }, i) => data !== undefined && viewOf(heap, dtype, this.address(i), size).set(data));
  }

  readonly dtypeOf = (buffer: number): DType => this.program.buffers[buffer]?.dtype ?? 'float64';

  /** Where the number of the iteration is written. */
  get cell(): number {
    return this.#passingAt;
  }

  /** The address of a buffer that is no parameter. */
  address(buffer: number): number {
    return (this.program.buffers[buffer]?.data === undefined ? this.#passingAt : this.#lastingAt) + (this.#offsets[buffer] as number);
  }

  sizeOf(buffer: number): number {
    const { size, dtype } = this.program.buffers[buffer] as Program['buffers'][0];
    return size * bytesOf(dtype);
  }

  /** Pushes the address of a buffer. */
  push(code: Code, buffer: number): void {
    const parameter = this.parameterOf.get(buffer);
    if (parameter === undefined) code.i32(this.address(buffer));
    else code.global(parameter);
  }

  /** The arrays of all buffers, as the interpreter sees them; made anew when the memory has grown. */
  views(heap: Heap, parameters: readonly number[]): readonly TypedArray[] {
    if (this.#views === undefined || this.#views[0]?.buffer !== heap.memory.buffer) {
      this.#views = this.program.buffers.map(({ dtype, size }, i) => {
        const parameter = this.parameterOf.get(i);
        return viewOf(heap, dtype, parameter === undefined ? this.address(i) : (parameters[parameter] as number), size);
      });
    }
    return this.#views;
  }

  /** Parameters have moved. */
  forget(): void {
    this.#views = undefined;
  }
}
