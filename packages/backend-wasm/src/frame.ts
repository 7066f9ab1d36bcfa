import { planMemory, type Program, type TypedArray } from '@pastina/core';
import { type Code } from './emit/code.js';
import { type Heap } from './memory/heap.js';
import { bytesOf, viewOf } from './memory/heapBuffer.js';

export const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Where the buffers of one program lie: in a stretch of memory of its own, parameters elsewhere. */
export class Frame {
  readonly program: Program;
  /** How many bytes the stretch has. */
  readonly bytes: number;
  /** Buffers that lie in a parameter's memory, by the parameter's position. */
  readonly parameterOf: ReadonlyMap<number, number>;
  readonly #offsets: readonly number[];
  #base = 0;
  #views: readonly TypedArray[] | undefined;

  constructor(program: Program, overwrite: boolean) {
    this.program = program;
    const { offsets, bytes, inPlace } = planMemory(program);
    this.parameterOf = new Map([...program.parameters.map(({ view }, i) => [view.buffer, i] as const), ...(overwrite ? inPlace : [])]);
    // First the number of the iteration, if this is the inside of a scan.
    const cell = align(4);
    let size = cell + align(bytes);
    this.#offsets = program.buffers.map(({ dtype, size: count }, i) => {
      const planned = offsets[i];
      if (planned !== undefined || this.parameterOf.has(i)) return cell + (planned ?? 0);
      const at = size;
      size += align(count * bytesOf(dtype));
      return at;
    });
    this.bytes = size;
  }

  /** Lays the frame at an address, and the constants into it. */
  lay(heap: Heap, base: number): void {
    this.#base = base;
    this.program.buffers.forEach(({ dtype, data, size }, i) => data !== undefined && viewOf(heap, dtype, this.address(i), size).set(data));
  }

  /** Where the number of the iteration is written. */
  get cell(): number {
    return this.#base;
  }

  /** The address of a buffer that is no parameter. */
  address(buffer: number): number {
    return this.#base + (this.#offsets[buffer] as number);
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
