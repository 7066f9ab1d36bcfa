import { type CallInstruction, type DType, type View } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { advance, widthOf } from '../loop/access.js';
import { roundDoubles } from '../loop/fold.js';
import { Doubles, type Lanes, Singles } from '../loop/lanes.js';
import { type Places } from '../loop/compileLoop.js';
import { addressOf, outputOf, product, repeatBy } from './elements.js';
import { inverseNormal, logarithm } from './inverseNormal.js';
import { threefry } from './threefry.js';

// Draws: element i is made of the two words of Threefry with the state as its key and [stream, i] as its counter, four
// elements at a time. Bits are those of core.

/** The number that a pair of words becomes, in float64; both are given as float64. */
type FromWords = (v: Doubles, first: Lanes, second: Lanes) => Lanes;

const steps53 = 9007199254740992;

/** 32-bit lanes without their last bits. */
const shifted = (v: Doubles, words: Lanes, by: number): Lanes => v.keep(() => v.code.get(words).i32(by).simd('i32x4.shr_u'));
const toDoubles = (v: Doubles, words: Lanes): Lanes => v.of('f64x2.convert_low_i32x4_u', words);

/** k / 2⁵³ */
const unit: FromWords = (v, first, second) => v.div(v.add(v.mul(toDoubles(v, first), v.float(2097152)), toDoubles(v, shifted(v, second, 11))), v.float(steps53));
/** (k + ½) / 2⁵² */
const openUnit: FromWords = (v, first, second) => v.div(v.add(v.add(v.mul(toDoubles(v, first), v.float(2097152)), v.mul(toDoubles(v, shifted(v, second, 12)), v.float(2))), v.float(1)), v.float(steps53));

const kinds: Readonly<Record<string, FromWords>> = {
  randomUniform: unit,
  randomNormal: (v, first, second) => inverseNormal(v, openUnit(v, first, second)),
  randomGumbel: (v, first, second) => v.neg(logarithm(v, v.neg(logarithm(v, openUnit(v, first, second))))),
};

/** The calls that have a kernel here. */
export const draws: ReadonlySet<string> = new Set([...Object.keys(kinds), 'randomSplit']);

/** What a split turns around of its state. */
const marks = { randomSplit: [0x9e3779b9 | 0, 0xb5297a4d | 0] } as const;

export function emitDraw(code: Code, call: CallInstruction, places: Places): void {
  const dtype = places.dtypeOf(call.output);
  const split = call.op === 'randomSplit';
  const count = product(call.shape) / (split ? 2 : 1);
  const [state, out] = [addressOf(code, places, call.inputs[0] as View), outputOf(code, places, call)];
  const v = new Singles(code);
  const key = (word: 0 | 1): Lanes => {
    const loaded = v.keep(() => code.get(state).memoryAt('v128.load32_splat', 4 * word));
    return split ? v.xor(loaded, v.bits(marks.randomSplit[word])) : loaded;
  };
  const keys = [key(0), key(1)] as const;
  const stream = v.bits((call.attrs.stream as number) | 0);
  const bytes = split ? 8 : widthOf(dtype);
  const four = (index: Lanes, lanes: number): void => {
    const [first, second] = threefry(v, keys, stream, index);
    const doubles = new Doubles(code);
    const results = split ? interleaved(v, first, second) : numbers(doubles, call.op, dtype, first, second);
    results.forEach((result, i) => storeSome(code, out, result, i * 16, Math.min(16, lanes * bytes - i * 16)));
    doubles.done();
  };
  const step = v.bits(4);
  const index = v.copy(v.keep(() => code.lanes(0, 1, 2, 3)));
  const whole = count - (count % 4);
  repeatBy(code, whole, 4, () => {
    four(index, 4);
    code.get(index).get(step).simd('i32x4.add').set(index);
    advance(code, out, 4 * bytes);
  });
  if (whole < count) four(index, count - whole);
  v.done();
}

/** The words of four rows, one after another. */
function interleaved(v: Singles, first: Lanes, second: Lanes): readonly Lanes[] {
  const rows = (from: number): Lanes => v.keep(() => v.code.get(first).get(second).simd('i8x16.shuffle', ...[0, 16, 4, 20].flatMap((byte) => [0, 1, 2, 3].map((k) => byte + from + k))));
  return [rows(0), rows(8)];
}

/** Four numbers as they lie in memory: one vector, or two. */
function numbers(v: Doubles, op: string, dtype: DType, first: Lanes, second: Lanes): readonly Lanes[] {
  const { code } = v;
  const short = op === 'randomUniform' && dtype !== 'float64';
  if (short) {
    // As many leading bits as the dtype holds.
    const bits = dtype === 'float16' ? 11 : 24;
    const scale = v.keep(() => code.f32x4(dtype === 'float16' ? 1 / 2048 : 1 / 16777216));
    return [v.of('f32x4.mul', v.of('f32x4.convert_i32x4_s', shifted(v, first, 32 - bits)), scale)];
  }
  const upper = (words: Lanes): Lanes => v.keep(() => code.get(words).get(words).simd('i8x16.shuffle', 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
  const rounded = (value: Lanes): Lanes => v.keep(() => {
    code.get(value);
    roundDoubles(code, dtype);
  });
  const make = kinds[op] as FromWords;
  const [low, high] = [rounded(make(v, first, second)), rounded(make(v, upper(first), upper(second)))];
  return dtype === 'float64' ? [low, high] : [v.keep(() => code.get(low).get(high).simd('i8x16.shuffle', 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23))];
}

/** The first bytes of a vector, a multiple of 4. */
function storeSome(code: Code, pointer: number, value: Lanes, offset: number, bytes: number): void {
  if (bytes === 16) {
    code.get(pointer).get(value).memoryAt('v128.store', offset);
    return;
  }
  for (let at = 0; at < bytes; at += 4) code.get(pointer).get(value).memoryAt('v128.store32_lane', offset + at, at / 4);
}
