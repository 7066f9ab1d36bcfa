import { type DType } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { type Simd } from '../emit/opcodes.js';
import { carrierOf, castOf, narrowMask, inTurn, toHalf, widenMask } from './casts.js';
import { float32, float64, halves } from './functions/functions.js';
import { type EmitOp, type Shape } from './lanes.js';

// What an elementwise op is on lanes. float32, int32 and uint32 are their bits, float16 a float32; bool is a mask: all
// bits or none. Beside float64 two lanes count instead of four: masks are then 64 bits wide, and what has 32 bits stands
// in the lower half.

type Table = Readonly<Record<string, EmitOp>>;

const direct = (name: Simd): EmitOp => (code, operands) => {
  for (const operand of operands) code.get(operand);
  code.simd(name);
};
const same: EmitOp = (code, [a]) => void code.get(a as number);

const float = (shape: Shape): Table => {
  const op = (name: 'mul' | 'max' | 'min' | 'eq' | 'ne' | 'add' | 'div' | 'sqrt' | 'nearest'): Simd => `${shape}.${name}`;
  const isZero = (code: Code, a: number): Code => code.get(a)[shape](0).simd(op('eq'));
  return {
    add: direct(`${shape}.add`), sub: direct(`${shape}.sub`), mul: direct(op('mul')), div: direct(op('div')),
    neg: direct(`${shape}.neg`), abs: direct(`${shape}.abs`), sqrt: direct(op('sqrt')),
    maximum: direct(op('max')), minimum: direct(op('min')),
    ceil: direct(`${shape}.ceil`), floor: direct(`${shape}.floor`), trunc: direct(`${shape}.trunc`),
    // -0 stays; what is rounded to 0 is +0.
    round: (code, [a]) => isZero(code.get(a as number).get(a as number).simd(op('nearest'))[shape](0).simd(op('add')), a as number).simd('v128.bitselect'),
    square: (code, [a]) => code.get(a as number).get(a as number).simd(op('mul')),
    reciprocal: (code, [a]) => code[shape](1).get(a as number).simd(op('div')),
    rsqrt: (code, [a]) => code[shape](1).get(a as number).simd(op('sqrt')).simd(op('div')),
    // pmax keeps -0 and NaN; -0 + 0 is 0. Together they are quicker than max.
    relu: (code, [a]) => code.get(a as number)[shape](0).simd(`${shape}.pmax`)[shape](0).simd(op('add')),
    clip: (code, [a, low, high]) => code.get(a as number).get(low as number).simd(op('max')).get(high as number).simd(op('min')),
    // ±1 with the sign of a; a itself where that is 0 or NaN
    sign: (code, [a]) => isZero(code.get(a as number).get(a as number)[shape](-0).simd('v128.and')[shape](1).simd('v128.or'), a as number)
      .get(a as number).get(a as number).simd(op('ne')).simd('v128.or').simd('v128.bitselect'),
    // 0 where a is 0, even if b is infinite; NaN stays
    xmuly: (code, [a, b]) => isZero(code.get(a as number).get(b as number).simd(op('mul')), a as number).get(b as number).get(b as number).simd(op('eq')).simd('v128.and').simd('v128.andnot'),
  };
};

const integer = (kind: 's' | 'u'): Table => ({
  add: direct('i32x4.add'), sub: direct('i32x4.sub'), mul: direct('i32x4.mul'), neg: direct('i32x4.neg'),
  square: (code, [a]) => code.get(a as number).get(a as number).simd('i32x4.mul'),
  maximum: direct(`i32x4.max_${kind}`), minimum: direct(`i32x4.min_${kind}`),
  clip: (code, [a, low, high]) => code.get(a as number).get(low as number).simd(`i32x4.max_${kind}`).get(high as number).simd(`i32x4.min_${kind}`),
  abs: kind === 's' ? direct('i32x4.abs') : same,
  sign: kind === 's' ? (code, [a]) => code.get(a as number).i32x4(1).simd('i32x4.min_s').i32x4(-1).simd('i32x4.max_s') : (code, [a]) => code.get(a as number).i32x4(1).simd('i32x4.min_u'),
  ceil: same, floor: same, round: same, trunc: same,
  // Quotients of 32-bit numbers are told apart by float64; over 0 the remainder is 0.
  mod: halves((v, x) => v.of(`f64x2.convert_low_i32x4_${kind}`, x), (v, a, b) => {
    const rest = v.sub(a, v.mul(v.of('f64x2.trunc', v.div(a, b)), b));
    const apart = v.less(v.mul(rest, b), v.float(0));
    return v.select(apart, v.add(rest, b), rest);
  }, (v, y) => v.of(`i32x4.trunc_sat_f64x2_${kind}_zero`, y)),
});

const not = (name: Simd): EmitOp => inTurn(direct(name), (code) => void code.simd('v128.not'));

const comparisons = (shape: 'f32x4' | 'f64x2' | 'i32x4', kind: '' | '_s' | '_u'): Table => ({
  equal: direct(`${shape}.eq`), notEqual: direct(`${shape}.ne`), less: direct(`${shape}.lt${kind}` as Simd), lessEqual: direct(`${shape}.le${kind}` as Simd),
  greater: direct(`${shape}.gt${kind}` as Simd), greaterEqual: direct(`${shape}.ge${kind}` as Simd),
});

const classes = (shape: Shape): Table => ({
  isNaN: (code, [a]) => code.get(a as number).get(a as number).simd(`${shape}.ne`),
  isFinite: (code, [a]) => code.get(a as number).simd(`${shape}.abs`)[shape](Infinity).simd(`${shape}.lt`),
});

const compare: Readonly<Record<ReturnType<typeof carrierOf>, Table>> = {
  float32: { ...comparisons('f32x4', ''), ...classes('f32x4') }, float64: { ...comparisons('f64x2', ''), ...classes('f64x2') },
  int32: comparisons('i32x4', '_s'), uint32: comparisons('i32x4', '_u'),
  bool: { equal: not('v128.xor'), notEqual: direct('v128.xor'), less: (code, [a, b]) => code.get(b as number).get(a as number).simd('v128.andnot'), greater: direct('v128.andnot'),
    lessEqual: (code, [a, b]) => code.get(a as number).simd('v128.not').get(b as number).simd('v128.or'), greaterEqual: (code, [a, b]) => code.get(b as number).simd('v128.not').get(a as number).simd('v128.or'),
    logicalAnd: direct('v128.and'), logicalOr: direct('v128.or'), logicalNot: direct('v128.not') },
};

const arithmetic: Readonly<Record<ReturnType<typeof carrierOf>, Table>> = {
  float32: { ...float('f32x4'), ...float32 }, float64: { ...float('f64x2'), ...float64 }, int32: integer('s'), uint32: integer('u'), bool: {},
};

/** What makes halves of halves without rounding. */
const exactInHalf: ReadonlySet<string> = new Set(['neg', 'abs', 'maximum', 'minimum', 'relu', 'clip', 'sign', 'ceil', 'floor', 'round', 'trunc']);

/**
 * How an op is computed on lanes; undefined where it is left to the interpreter.
 *
 * @param wide - are there float64 values in the loop?
 */
export function emitterOf(op: string, operands: readonly DType[], result: DType, wide: boolean): EmitOp | undefined {
  const first = operands[0] as DType;
  if (op === 'where') return where(wide && result !== 'float64' && result !== 'bool');
  if (op === 'cast') return castOf(first, result, wide);
  const carrier = carrierOf(first);
  const test = compare[carrier][op];
  if (test !== undefined) return wide && carrier !== 'float64' && carrier !== 'bool' ? inTurn(test, widenMask) : test;
  const compute = arithmetic[carrier][op];
  return compute !== undefined && result === 'float16' && !exactInHalf.has(op) ? inTurn(compute, toHalf) : compute;
}

const where = (narrowed: boolean): EmitOp => (code, [c, a, b], lanes) => {
  code.get(a as number).get(b as number).get(c as number);
  if (narrowed) narrowMask(code, [], lanes);
  code.simd('v128.bitselect');
};
