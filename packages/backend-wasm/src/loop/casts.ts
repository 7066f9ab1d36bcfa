import { type DType } from '@pastina/core';
import { Doubles, type EmitOp, type Lanes, Singles, type Vector } from './lanes.js';

// Values of one dtype in another, as core rounds them: floats to nearest, whole parts that wrap around.

type Carrier = 'float32' | 'float64' | 'int32' | 'uint32' | 'bool';

/** How lanes hold a dtype: float16 as float32 numbers that are exact halves. */
export const carrierOf = (dtype: DType): Carrier => (dtype === 'float16' ? 'float32' : dtype);

/** The nearest half-precision number, ties to even: added to 2²³ (or 2⁵²) times its spacing, what is below falls off. */
function nearestHalf(v: Vector, x: Lanes, exponentBits: Lanes, scale: number): Lanes {
  const size = v.abs(x);
  const magic = v.mul(v.max(v.and(size, exponentBits), v.float(0.00006103515625)), v.float(scale));
  const rounded = v.sub(v.add(size, magic), magic);
  return v.copySign(v.select(v.greaterEqual(size, v.float(65520)), v.float(Infinity), rounded), x);
}

export const halfOfSingle = (v: Singles, x: Lanes): Lanes => nearestHalf(v, x, v.bits(0x7f800000), 8192);
export const halfOfDouble = (v: Doubles, x: Lanes): Lanes => nearestHalf(v, x, v.bits(0x7ff0000000000000n), 4398046511104);

/** Rounds what is pushed to half precision. */
export const toHalf: EmitOp = (code) => {
  const v = new Singles(code);
  code.get(halfOfSingle(v, v.keep(() => undefined)));
  v.done();
};

/** The whole part modulo 2³², as 32 bits; 0 for NaN and infinities. Of float64 in the two low lanes. */
export function wholePart(v: Vector, x: Lanes, shape: 'f32x4' | 'f64x2'): Lanes {
  const whole = v.of(`${shape}.trunc`, x);
  const turns = v.of(`${shape}.trunc`, v.mul(whole, v.float(1 / 4294967296)));
  const rest = v.sub(whole, v.mul(turns, v.float(4294967296)));
  const size = v.of(shape === 'f32x4' ? 'i32x4.trunc_sat_f32x4_u' : 'i32x4.trunc_sat_f64x2_u_zero', v.abs(rest));
  const below = v.less(rest, v.float(0));
  const sign = shape === 'f32x4' ? below : v.keep(() => v.code.get(below).get(below).simd('i8x16.shuffle', ...narrowPair));
  return v.of('i32x4.sub', v.xor(size, sign), sign);
}

/** Of two lanes of 64 bits the lower halves, twice. */
export const narrowPair = [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11] as const;

/** A mask of 64-bit lanes as one of 32-bit lanes, and back; on what is pushed last. */
export const narrowMask: EmitOp = (code) => {
  const mask = code.borrow();
  code.tee(mask).get(mask).simd('i8x16.shuffle', ...narrowPair);
  code.giveBack([mask]);
};
export const widenMask: EmitOp = (code) => void code.simd('i64x2.extend_low_i32x4_s');

const same: EmitOp = (code, [a]) => void code.get(a as number);
const isNot0: EmitOp = (code, [a]) => code.get(a as number).i32x4(0).simd('i32x4.ne');
const simd = (name: Parameters<Vector['of']>[0]): EmitOp => (code, [a]) => code.get(a as number).simd(name);
const truncated = (shape: 'f32x4' | 'f64x2'): EmitOp => (code, [a]) => {
  const v = shape === 'f32x4' ? new Singles(code) : new Doubles(code);
  code.get(wholePart(v, a as number, shape));
  v.done();
};

const [fromSingle, fromDouble] = [truncated('f32x4'), truncated('f64x2')];
const one: EmitOp = (code, [a]) => code.get(a as number).i32x4(1).simd('v128.and');

/** Masks of comparisons are 32 bits wide here. */
const narrow: Readonly<Record<string, EmitOp>> = {
  'bool float32': (code, [a]) => code.get(a as number).f32x4(1).simd('v128.and'),
  'bool int32': one, 'bool uint32': one,
  'int32 float32': simd('f32x4.convert_i32x4_s'), 'uint32 float32': simd('f32x4.convert_i32x4_u'),
  'int32 uint32': same, 'uint32 int32': same, 'float32 int32': fromSingle, 'float32 uint32': fromSingle,
  'float32 bool': (code, [a]) => code.get(a as number).f32x4(0).simd('f32x4.ne'), 'int32 bool': isNot0, 'uint32 bool': isNot0,
};

const toDouble: Readonly<Record<string, EmitOp>> = {
  float32: simd('f64x2.promote_low_f32x4'), int32: simd('f64x2.convert_low_i32x4_s'), uint32: simd('f64x2.convert_low_i32x4_u'),
  bool: (code, [a]) => code.get(a as number).f64x2(1).simd('v128.and'),
};

const fromDoubles: Readonly<Record<string, EmitOp>> = {
  float32: simd('f32x4.demote_f64x2_zero'), int32: fromDouble, uint32: fromDouble,
  bool: (code, [a]) => code.get(a as number).f64x2(0).simd('f64x2.ne'),
  float16: (code, [a]) => {
    const v = new Doubles(code);
    code.get(halfOfDouble(v, a as number)).simd('f32x4.demote_f64x2_zero');
    v.done();
  },
};

/** One op after another on what is pushed. */
export const inTurn = (first: EmitOp, second: EmitOp): EmitOp => (code, operands, lanes) => {
  first(code, operands, lanes);
  second(code, operands, lanes);
};

/** @param wide - are there float64 values in the loop? Then masks are 64 bits wide, and two lanes of 32 bits count. */
export function castOf(from: DType, to: DType, wide: boolean): EmitOp {
  if (from === to || (from === 'float16' && to === 'float32')) return same;
  if (to === 'float64') return toDouble[carrierOf(from)] as EmitOp;
  if (from === 'float64') return fromDoubles[to] as EmitOp;
  const [source, target] = [carrierOf(from), carrierOf(to)];
  const plain = source === target ? same : (narrow[`${source} ${target}`] as EmitOp);
  const rounded = to === 'float16' && from !== 'bool' ? inTurn(plain, toHalf) : plain;
  if (!wide) return rounded;
  if (to === 'bool') return inTurn(rounded, widenMask);
  return from === 'bool' ? (code, [a], lanes) => {
    const mask = code.borrow();
    code.get(a as number);
    narrowMask(code, [], lanes);
    code.set(mask);
    rounded(code, [mask], lanes);
    code.giveBack([mask]);
  } : rounded;
}
