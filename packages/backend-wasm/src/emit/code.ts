// The body of a WebAssembly function, byte by byte. Names are those of the text format.

/** Value types. */
export const types = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof types;

/** Unsigned LEB128. */
export function unsigned(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit number. */
export function signed(value: number): readonly number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; ) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
      bytes.push(low);
      return bytes;
    }
    bytes.push(low | 0x80);
  }
}

const plain = {
  end: 0x0b, return: 0x0f, drop: 0x1a, select: 0x1b,
  'i32.eqz': 0x45, 'i32.lt_s': 0x48, 'i32.lt_u': 0x49, 'i32.ge_u': 0x4f, 'i32.add': 0x6a, 'i32.sub': 0x6b, 'i32.mul': 0x6c, 'i32.div_u': 0x6e, 'i32.and': 0x71, 'i32.or': 0x72, 'f32.eq': 0x5b, 'f32.ne': 0x5c, 'f32.gt': 0x5e, 'f32.le': 0x5f, 'f64.div': 0xa3, 'f64.convert_i32_s': 0xb7, 'i32.shl': 0x74,
  'f32.add': 0x92, 'f64.add': 0xa0, 'f64.mul': 0xa2, 'f32.demote_f64': 0xb6, 'f64.promote_f32': 0xbb, 'f32.min': 0x96, 'f32.max': 0x97,
} as const;

const scalars = { 'i32.load8_u': 0x2d, 'i32.store8': 0x3a, 'f32.load': 0x2a, 'f32.store': 0x38, 'i32.store': 0x36 } as const;

/** Opcodes behind the prefix 0xfd. */
export const simdOps = {
  'v128.load': 0, 'v128.load32_splat': 9, 'v128.store': 11, 'i8x16.shuffle': 13,
  'i32x4.splat': 17, 'f32x4.splat': 19, 'f64x2.splat': 20, 'i32x4.extract_lane': 27, 'f32x4.extract_lane': 31, 'f64x2.extract_lane': 33,
  'i32x4.eq': 55, 'i32x4.ne': 56, 'i32x4.lt_s': 57, 'i32x4.lt_u': 58, 'i32x4.gt_s': 59, 'i32x4.gt_u': 60, 'i32x4.le_s': 61, 'i32x4.le_u': 62, 'i32x4.ge_s': 63, 'i32x4.ge_u': 64,
  'f32x4.eq': 65, 'f32x4.ne': 66, 'f32x4.lt': 67, 'f32x4.gt': 68, 'f32x4.le': 69, 'f32x4.ge': 70,
  'v128.not': 77, 'v128.and': 78, 'v128.andnot': 79, 'v128.or': 80, 'v128.xor': 81, 'v128.bitselect': 82, 'v128.load32_lane': 86, 'v128.store32_lane': 90, 'v128.load32_zero': 92,
  'f64x2.promote_low_f32x4': 95, 'f32x4.demote_f64x2_zero': 94,
  'f32x4.ceil': 103, 'f32x4.floor': 104, 'f32x4.trunc': 105, 'f32x4.nearest': 106,
  'i8x16.narrow_i16x8_u': 102, 'i16x8.narrow_i32x4_u': 134, 'i16x8.extend_low_i8x16_u': 137, 'i32x4.extend_low_i16x8_u': 169, 'i32x4.abs': 160, 'i32x4.neg': 161, 'i32x4.all_true': 163,
  'i32x4.shl': 171, 'i32x4.shr_s': 172, 'i32x4.shr_u': 173, 'i32x4.add': 174, 'i32x4.sub': 177, 'i32x4.mul': 181, 'i32x4.min_s': 182, 'i32x4.max_s': 184,
  'i32x4.min_u': 183, 'i32x4.max_u': 185,
  'f32x4.abs': 224, 'f32x4.neg': 225, 'f32x4.sqrt': 227, 'f32x4.add': 228, 'f32x4.sub': 229, 'f32x4.mul': 230, 'f32x4.div': 231, 'f32x4.min': 232, 'f32x4.max': 233,
  'f64x2.add': 240, 'f64x2.mul': 242,
  'f32x4.relaxed_madd': 0x105, 'i32x4.trunc_sat_f32x4_s': 248, 'i32x4.trunc_sat_f32x4_u': 249, 'f32x4.convert_i32x4_s': 250, 'f32x4.convert_i32x4_u': 251,
} as const;

export type Plain = keyof typeof plain;
export type Simd = keyof typeof simdOps;

/** For the bits of numbers. */
const exchange = new DataView(new ArrayBuffer(4));

/** Collects instructions and local variables. Emitters are told where values are by functions that push them. */
export class Code {
  readonly #bytes: number[] = [];
  readonly #locals: ValueType[] = [];
  /** Types of the parameters; these are the first local variables. */
  readonly params: readonly ValueType[];

  constructor(...params: readonly ValueType[]) {
    this.params = params;
  }

  /** A new local variable. */
  local(type: ValueType): number {
    this.#locals.push(type);
    return this.params.length + this.#locals.length - 1;
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
    this.#bytes.push(0x20, ...unsigned(local));
    return this;
  }

  set(local: number): this {
    this.#bytes.push(0x21, ...unsigned(local));
    return this;
  }

  tee(local: number): this {
    this.#bytes.push(0x22, ...unsigned(local));
    return this;
  }

  global(index: number): this {
    this.#bytes.push(0x23, ...unsigned(index));
    return this;
  }

  i32(value: number): this {
    this.#bytes.push(0x41, ...signed(value));
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
    this.#bytes.push(0xfd, 12);
    for (const value of values) this.#bytes.push(value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24);
    return this;
  }

  f32(value: number): this {
    this.#bytes.push(0x43, ...new Uint8Array(new Float32Array([value]).buffer));
    return this;
  }

  f64(value: number): this {
    this.#bytes.push(0x44, ...new Uint8Array(new Float64Array([value]).buffer));
    return this;
  }

  /** A load or store of one number; the address is on the stack. */
  scalar(name: keyof typeof scalars): this {
    return this.scalarAt(name, 0);
  }

  /** The same, `offset` bytes behind the address. */
  scalarAt(name: keyof typeof scalars, offset: number): this {
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
