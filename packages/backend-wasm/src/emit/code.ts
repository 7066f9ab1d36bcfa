// The body of a WebAssembly function, byte by byte. Names are those of the text format.

import { plain, scalars, signed, simdOps, types, unsigned, type Plain, type Scalar, type Simd, type ValueType } from './opcodes.js';

/** For the bits of numbers. */
const exchange = new DataView(new ArrayBuffer(4));

/** Collects instructions and local variables. Emitters are told where values are by functions that push them. */
export class Code {
  readonly #bytes: number[] = [];
  readonly #locals: ValueType[] = [];
  /** Types of the parameters; these are the first local variables. */
  readonly params: readonly ValueType[];
  /** Locals of vectors that nobody needs any more. */
  readonly #free: number[] = [];
  /** While they are held in locals: the constants so far, by their bytes. */
  #constants: Map<string, { readonly local: number; readonly bytes: readonly number[] }> | undefined;

  constructor(...params: readonly ValueType[]) {
    this.params = params;
  }

  /** A new local variable. */
  local(type: ValueType): number {
    this.#locals.push(type);
    return this.params.length + this.#locals.length - 1;
  }

  /** A local for a vector, for as long as it is not given back. */
  borrow(): number {
    return this.#free.pop() ?? this.local('v128');
  }

  giveBack(locals: readonly number[]): void {
    this.#free.push(...locals);
  }

  op(name: Plain): this {
    this.#bytes.push(plain[name]);
    return this;
  }

  simd(name: Simd, ...immediates: readonly number[]): this {
    this.#bytes.push(0xfd, ...unsigned(simdOps[name]), ...immediates);
    return this;
  }

  /** A load or store of SIMD values; the address is on the stack. */
  memory(name: Simd, ...lane: readonly number[]): this {
    return this.memoryAt(name, 0, ...lane);
  }

  /** The same, `offset` bytes behind the address. */
  memoryAt(name: Simd, offset: number, ...lane: readonly number[]): this {
    this.#bytes.push(0xfd, ...unsigned(simdOps[name]), 0, ...unsigned(offset), ...lane);
    return this;
  }

  get(local: number): this {
    return this.#withIndex(0x20, local);
  }

  set(local: number): this {
    return this.#withIndex(0x21, local);
  }

  tee(local: number): this {
    return this.#withIndex(0x22, local);
  }

  /** Most of all code is this. */
  #withIndex(opcode: number, index: number): this {
    if (index < 128) this.#bytes.push(opcode, index);
    else this.#bytes.push(opcode, ...unsigned(index));
    return this;
  }

  global(index: number): this {
    this.#bytes.push(0x23, ...unsigned(index));
    return this;
  }

  i32(value: number): this {
    if (value >= -64 && value < 64) this.#bytes.push(0x41, value & 127);
    else this.#bytes.push(0x41, ...signed(value));
    return this;
  }

  f32x4(value: number): this {
    exchange.setFloat32(0, value, true);
    const bits = exchange.getInt32(0, true);
    return this.lanes(bits, bits, bits, bits);
  }

  i32x4(value: number): this {
    return this.lanes(value, value, value, value);
  }

  lanes(...values: readonly [number, number, number, number]): this {
    return this.#vector(values.flatMap((value) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24]));
  }

  /** v128.const, or the local that holds it. */
  #vector(bytes: readonly number[]): this {
    // Zeros are made in no time.
    if (this.#constants === undefined || bytes.every((byte) => byte === 0)) {
      this.#bytes.push(0xfd, 12, ...bytes);
      return this;
    }
    const key = bytes.join(' ');
    const held = this.#constants.get(key) ?? { local: this.local('v128'), bytes };
    this.#constants.set(key, held);
    return this.get(held.local);
  }

  /**
   * Appends `body` with the vectors that are constant in it in locals, set before it: engines make a constant anew
   * wherever it stands, in every round of a loop.
   */
  withConstants(body: () => void): void {
    if (this.#constants !== undefined) {
      body();
      return;
    }
    const start = this.#bytes.length;
    const constants = new Map<string, { readonly local: number; readonly bytes: readonly number[] }>();
    this.#constants = constants;
    body();
    this.#constants = undefined;
    const after = this.#bytes.splice(start);
    for (const { local, bytes } of constants.values()) {
      this.#bytes.push(0xfd, 12, ...bytes);
      this.set(local);
    }
    for (const byte of after) this.#bytes.push(byte);
  }

  f32(value: number): this {
    this.#bytes.push(0x43, ...new Uint8Array(new Float32Array([value]).buffer));
    return this;
  }

  f64x2(value: number): this {
    return this.#vector([...new Uint8Array(new Float64Array([value, value]).buffer)]);
  }

  i64x2(value: bigint): this {
    return this.#vector([...new Uint8Array(new BigInt64Array([value, value]).buffer)]);
  }

  f64(value: number): this {
    this.#bytes.push(0x44, ...new Uint8Array(new Float64Array([value]).buffer));
    return this;
  }

  /** A small one. */
  i64(value: number): this {
    this.#bytes.push(0x42, ...signed(value));
    return this;
  }

  /** A load or store of one number; the address is on the stack. */
  scalar(name: Scalar): this {
    return this.scalarAt(name, 0);
  }

  /** The same, `offset` bytes behind the address. */
  scalarAt(name: Scalar, offset: number): this {
    this.#bytes.push(scalars[name], 0, ...unsigned(offset));
    return this;
  }

  call(index: number): this {
    this.#bytes.push(0x10, ...unsigned(index));
    return this;
  }

  /** memory.copy: destination, source and length are on the stack. */
  copy(): this {
    this.#bytes.push(0xfc, 10, 0, 0);
    return this;
  }

  /** Runs `body` as long as the local `counter`, which goes up by `step`, is below what `end` pushes. */
  countUp(counter: number, end: () => void, step: number, body: () => void): void {
    this.#bytes.push(0x02, 0x40); // block
    this.get(counter);
    end();
    this.op('i32.ge_u');
    this.#bytes.push(0x0d, 0); // br_if 0
    this.#bytes.push(0x03, 0x40); // loop
    body();
    this.get(counter).i32(step).op('i32.add').tee(counter);
    end();
    this.op('i32.lt_u');
    this.#bytes.push(0x0d, 0); // br_if 0: again
    this.op('end').op('end');
  }

  /** memory.fill: destination, byte and length are on the stack. */
  fill(): this {
    this.#bytes.push(0xfc, 11, 0);
    return this;
  }

  /** i32.load, `offset` bytes behind the address on the stack. */
  load(offset: number): this {
    this.#bytes.push(0x28, 0, ...unsigned(offset));
    return this;
  }

  /** Runs the case whose number is pushed; the last where there is none. */
  choose(index: () => void, cases: readonly (() => void)[]): void {
    const last = cases.length - 1;
    for (let i = 0; i <= cases.length; i += 1) this.#bytes.push(0x02, 0x40); // block
    index();
    this.#bytes.push(0x0e, ...unsigned(last), ...cases.flatMap((_, i) => unsigned(i))); // br_table
    cases.forEach((body, i) => {
      this.op('end');
      body();
      this.#bytes.push(0x0c, ...unsigned(last - i)); // br: out
    });
    this.op('end');
  }

  /** Runs `body`, and again as long as what `condition` pushes is not 0. */
  again(body: () => void, condition: () => void): void {
    this.#bytes.push(0x03, 0x40); // loop
    body();
    condition();
    this.#bytes.push(0x0d, 0); // br_if 0
    this.op('end');
  }

  /** Runs `body` if what `condition` pushes is not 0. */
  when(condition: () => void, body: () => void): void {
    condition();
    this.#bytes.push(0x04, 0x40); // if
    body();
    this.op('end');
  }

  /** The function's bytes: locals, then instructions. */
  bytes(): readonly number[] {
    const locals = [...unsigned(this.#locals.length), ...this.#locals.flatMap((type) => [1, types[type]])];
    return [...unsigned(locals.length + this.#bytes.length + 1), ...locals].concat(this.#bytes, plain.end);
  }
}
