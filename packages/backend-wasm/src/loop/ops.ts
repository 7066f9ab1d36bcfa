import { type DType } from '@pastina/core';
import { type Simd } from '../emit/opcodes.js';
import { float32 as functions } from './functions/functions.js';
import { type EmitOp } from './lanes.js';

// What an elementwise op is on four lanes. float32, int32 and uint32 are their bits; bool is a mask: all bits or none.

const direct = (name: Simd): EmitOp => (code, operands) => {
  for (const operand of operands) code.get(operand);
  code.simd(name);
};

const float: Readonly<Record<string, EmitOp>> = {
  add: direct('f32x4.add'), sub: direct('f32x4.sub'), mul: direct('f32x4.mul'), div: direct('f32x4.div'),
  neg: direct('f32x4.neg'), abs: direct('f32x4.abs'), sqrt: direct('f32x4.sqrt'),
  maximum: direct('f32x4.max'), minimum: direct('f32x4.min'),
  ceil: direct('f32x4.ceil'), floor: direct('f32x4.floor'), trunc: direct('f32x4.trunc'),
  square: (code, [a]) => code.get(a as number).get(a as number).simd('f32x4.mul'),
  // -0 stays; what is rounded to 0 is +0.
  round: (code, [a]) => code.get(a as number).get(a as number).simd('f32x4.nearest').f32x4(0).simd('f32x4.add').get(a as number).f32x4(0).simd('f32x4.eq').simd('v128.bitselect'),
  reciprocal: (code, [a]) => code.f32x4(1).get(a as number).simd('f32x4.div'),
  rsqrt: (code, [a]) => code.f32x4(1).get(a as number).simd('f32x4.sqrt').simd('f32x4.div'),
  relu: (code, [a]) => code.get(a as number).f32x4(0).simd('f32x4.max'),
  clip: (code, [a, low, high]) => code.get(a as number).get(low as number).simd('f32x4.max').get(high as number).simd('f32x4.min'),
  // ±1 with the sign of a; a itself where that is 0 or NaN
  sign: (code, [a]) => code.get(a as number).get(a as number).i32x4(-2147483648).simd('v128.and').f32x4(1).simd('v128.or')
    .get(a as number).f32x4(0).simd('f32x4.eq').get(a as number).get(a as number).simd('f32x4.ne').simd('v128.or').simd('v128.bitselect'),
  // 0 where a is 0, even if b is infinite; NaN stays
  xmuly: (code, [a, b]) => code.get(a as number).get(b as number).simd('f32x4.mul')
    .get(a as number).f32x4(0).simd('f32x4.eq').get(b as number).get(b as number).simd('f32x4.eq').simd('v128.and').simd('v128.andnot'),
  ...functions,
};

const integer = (signed: boolean): Readonly<Record<string, EmitOp>> => ({
  add: direct('i32x4.add'), sub: direct('i32x4.sub'), mul: direct('i32x4.mul'), neg: direct('i32x4.neg'),
  square: (code, [a]) => code.get(a as number).get(a as number).simd('i32x4.mul'),
  maximum: direct(signed ? 'i32x4.max_s' : 'i32x4.max_u'), minimum: direct(signed ? 'i32x4.min_s' : 'i32x4.min_u'),
  ...(signed ? { abs: direct('i32x4.abs') } : {}),
});

const not = (name: Simd): EmitOp => (code, operands) => {
  direct(name)(code, operands, 4);
  code.simd('v128.not');
};

const compare: Readonly<Record<'float32' | 'int32' | 'uint32' | 'bool', Readonly<Record<string, EmitOp>>>> = {
  float32: { equal: direct('f32x4.eq'), notEqual: direct('f32x4.ne'), less: direct('f32x4.lt'), lessEqual: direct('f32x4.le'), greater: direct('f32x4.gt'), greaterEqual: direct('f32x4.ge'),
    isNaN: (code, [a]) => code.get(a as number).get(a as number).simd('f32x4.ne'), isFinite: (code, [a]) => code.get(a as number).simd('f32x4.abs').f32x4(Infinity).simd('f32x4.lt') },
  int32: { equal: direct('i32x4.eq'), notEqual: direct('i32x4.ne'), less: direct('i32x4.lt_s'), lessEqual: direct('i32x4.le_s'), greater: direct('i32x4.gt_s'), greaterEqual: direct('i32x4.ge_s') },
  uint32: { equal: direct('i32x4.eq'), notEqual: direct('i32x4.ne'), less: direct('i32x4.lt_u'), lessEqual: direct('i32x4.le_u'), greater: direct('i32x4.gt_u'), greaterEqual: direct('i32x4.ge_u') },
  bool: { equal: not('v128.xor'), notEqual: direct('v128.xor'), logicalAnd: direct('v128.and'), logicalOr: direct('v128.or'), logicalNot: direct('v128.not') },
};

const casts: Readonly<Record<string, EmitOp>> = {
  'bool float32': (code, [a]) => code.get(a as number).f32x4(1).simd('v128.and'),
  'bool int32': (code, [a]) => code.get(a as number).i32x4(1).simd('v128.and'),
  'bool uint32': (code, [a]) => code.get(a as number).i32x4(1).simd('v128.and'),
  'int32 float32': direct('f32x4.convert_i32x4_s'),
  'uint32 float32': direct('f32x4.convert_i32x4_u'),
  'int32 uint32': (code, [a]) => code.get(a as number),
  'uint32 int32': (code, [a]) => code.get(a as number),
  'float32 bool': (code, [a]) => code.get(a as number).f32x4(0).simd('f32x4.ne'),
  'int32 bool': (code, [a]) => code.get(a as number).i32x4(0).simd('i32x4.ne'),
  'uint32 bool': (code, [a]) => code.get(a as number).i32x4(0).simd('i32x4.ne'),
};

const arithmetic: Readonly<Partial<Record<DType, Readonly<Record<string, EmitOp>>>>> = { float32: float, int32: integer(true), uint32: integer(false) };

/** Types that lanes hold. */
export function isLaneType(dtype: DType): dtype is 'float32' | 'int32' | 'uint32' | 'bool' {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'uint32' || dtype === 'bool';
}

/** How an op is computed on lanes; undefined where it is left to the interpreter. */
export function emitterOf(op: string, operands: readonly DType[], result: DType): EmitOp | undefined {
  const [first] = operands;
  if (first === undefined || ![...operands, result].every(isLaneType)) return undefined;
  if (op === 'where') return (code, [c, a, b]) => code.get(a as number).get(b as number).get(c as number).simd('v128.bitselect');
  if (op === 'cast') return first === result ? (code, [a]) => code.get(a as number) : casts[`${first} ${result}`];
  return compare[first as 'float32'][op] ?? (first === result ? arithmetic[result]?.[op] : undefined);
}
