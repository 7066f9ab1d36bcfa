// Numbers as WebAssembly writes them. Names are those of the text format.

/** Value types. */
export const types = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = keyof typeof types;

/** Unsigned LEB128. */
export function unsigned(value: number): readonly number[] {
  if (!Number.isInteger(value) || value < 0) throw new RangeError(`unsigned: ${value}; expected a whole number from 0 up`);
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

/** One byte each. */
export const plain = {
  end: 0x0b, return: 0x0f, drop: 0x1a, select: 0x1b,
  'i32.eqz': 0x45, 'i32.lt_s': 0x48, 'i32.lt_u': 0x49, 'i32.ge_u': 0x4f, 'i32.add': 0x6a, 'i32.sub': 0x6b, 'i32.mul': 0x6c, 'i32.div_u': 0x6e, 'i32.and': 0x71, 'i32.or': 0x72, 'f32.eq': 0x5b, 'f32.ne': 0x5c, 'f32.gt': 0x5e, 'f32.le': 0x5f, 'f64.div': 0xa3, 'f64.convert_i32_s': 0xb7, 'i32.shl': 0x74,
  'i32.eq': 0x46, 'i32.gt_s': 0x4a, 'i32.xor': 0x73, 'i64.le_u': 0x58, 'i64.xor': 0x85, 'i64.or': 0x84, 'i64.shr_s': 0x87, 'i64.reinterpret_f64': 0xbd, 'f64.eq': 0x61, 'f64.ne': 0x62, 'f64.lt': 0x63, 'f64.gt': 0x64, 'f64.le': 0x65, 'f64.convert_i32_u': 0xb8,
  'f32.add': 0x92, 'f64.add': 0xa0, 'f64.mul': 0xa2, 'f32.demote_f64': 0xb6, 'f64.promote_f32': 0xbb, 'f32.min': 0x96, 'f32.max': 0x97,
} as const;

/** Loads and stores of one number. */
export const scalars = { 'i32.load8_u': 0x2d, 'i32.store8': 0x3a, 'f32.load': 0x2a, 'f32.store': 0x38, 'i32.store': 0x36, 'i32.load16_u': 0x2f, 'f64.load': 0x2b, 'f64.store': 0x39, 'i64.load': 0x29, 'i64.store': 0x37 } as const;

/** Opcodes behind the prefix 0xfd. */
export const simdOps = {
  'v128.load': 0, 'v128.load32_splat': 9, 'v128.store': 11, 'i8x16.shuffle': 13,
  'i32x4.splat': 17, 'f32x4.splat': 19, 'f64x2.splat': 20, 'i32x4.extract_lane': 27, 'f32x4.extract_lane': 31, 'f64x2.extract_lane': 33, 'f64x2.replace_lane': 34,
  'i32x4.eq': 55, 'i32x4.ne': 56, 'i32x4.lt_s': 57, 'i32x4.lt_u': 58, 'i32x4.gt_s': 59, 'i32x4.gt_u': 60, 'i32x4.le_s': 61, 'i32x4.le_u': 62, 'i32x4.ge_s': 63, 'i32x4.ge_u': 64,
  'f32x4.eq': 65, 'f32x4.ne': 66, 'f32x4.lt': 67, 'f32x4.gt': 68, 'f32x4.le': 69, 'f32x4.ge': 70,
  'v128.not': 77, 'v128.and': 78, 'v128.andnot': 79, 'v128.or': 80, 'v128.xor': 81, 'v128.bitselect': 82, 'v128.load32_lane': 86, 'v128.store32_lane': 90, 'v128.load32_zero': 92,
  'f64x2.promote_low_f32x4': 95, 'f32x4.demote_f64x2_zero': 94,
  'f32x4.ceil': 103, 'f32x4.floor': 104, 'f32x4.trunc': 105, 'f32x4.nearest': 106,
  'i8x16.narrow_i16x8_u': 102, 'i16x8.narrow_i32x4_u': 134, 'i16x8.extend_low_i8x16_u': 137, 'i32x4.extend_low_i16x8_u': 169, 'i32x4.abs': 160, 'i32x4.neg': 161, 'i32x4.all_true': 163,
  'i32x4.shl': 171, 'i32x4.shr_s': 172, 'i32x4.shr_u': 173, 'i32x4.add': 174, 'i32x4.sub': 177, 'i32x4.mul': 181, 'i32x4.min_s': 182, 'i32x4.max_s': 184,
  'i32x4.min_u': 183, 'i32x4.max_u': 185,
  'f32x4.abs': 224, 'f32x4.neg': 225, 'f32x4.sqrt': 227, 'f32x4.add': 228, 'f32x4.sub': 229, 'f32x4.mul': 230, 'f32x4.div': 231, 'f32x4.min': 232, 'f32x4.max': 233, 'f32x4.pmin': 234, 'f32x4.pmax': 235,
  'f64x2.add': 240, 'f64x2.mul': 242,
  'v128.load64_splat': 10, 'v128.any_true': 83, 'v128.load16_lane': 85, 'v128.store16_lane': 89, 'v128.store64_lane': 91, 'v128.load64_zero': 93,
  'f64x2.eq': 71, 'f64x2.ne': 72, 'f64x2.lt': 73, 'f64x2.gt': 74, 'f64x2.le': 75, 'f64x2.ge': 76,
  'f64x2.ceil': 116, 'f64x2.floor': 117, 'f64x2.trunc': 122, 'f64x2.nearest': 148,
  'f64x2.abs': 236, 'f64x2.neg': 237, 'f64x2.sqrt': 239, 'f64x2.sub': 241, 'f64x2.div': 243, 'f64x2.min': 244, 'f64x2.max': 245, 'f64x2.pmin': 246, 'f64x2.pmax': 247,
  'i64x2.extend_low_i32x4_s': 199, 'i64x2.extend_low_i32x4_u': 201, 'i64x2.shl': 203, 'i64x2.shr_s': 204, 'i64x2.shr_u': 205, 'i64x2.add': 206, 'i64x2.sub': 209,
  'i32x4.trunc_sat_f64x2_s_zero': 252, 'i32x4.trunc_sat_f64x2_u_zero': 253, 'f64x2.convert_low_i32x4_s': 254, 'f64x2.convert_low_i32x4_u': 255,
  'f32x4.relaxed_madd': 0x105, 'i32x4.trunc_sat_f32x4_s': 248, 'i32x4.trunc_sat_f32x4_u': 249, 'f32x4.convert_i32x4_s': 250, 'f32x4.convert_i32x4_u': 251,
} as const;

export type Plain = keyof typeof plain;
export type Simd = keyof typeof simdOps;
export type Scalar = keyof typeof scalars;
