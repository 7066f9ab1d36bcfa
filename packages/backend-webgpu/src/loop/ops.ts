import { type DType, UnsupportedError } from '@pastina/core';
import { type Shader, typeOf } from '../shader.js';

type Make = (shader: Shader, args: readonly string[]) => string;

const infix = (sign: string): Make => (_, [a, b]) => `${a} ${sign} ${b}`;
const helper = (name: string): Make => (shader, args) => shader.call(name, ...args);

/** Ops of floats; those that are missing here are in {@link common}. */
const ofFloats: Readonly<Record<string, Make>> = {
  // As a negation, since compilers take `!=` for one that NaN does not fulfil.
  notEqual: (_, [a, b]) => `!(${a} == ${b})`,
  add: infix('+'), sub: infix('-'), mul: infix('*'), div: infix('/'),
  neg: (_, [a]) => `-${a}`, square: (_, [a]) => `${a} * ${a}`, reciprocal: (_, [a]) => `1.0 / ${a}`,
  sqrt: helper('root'), rsqrt: (shader, [a]) => `1.0 / ${shader.call('root', a as string)}`,
  sign: (_, [a]) => `select(select(${a}, -1.0, ${a} < 0.0), 1.0, ${a} > 0.0)`, abs: (_, [a]) => `abs(${a})`,
  maximum: helper('larger'), minimum: helper('smaller'), clip: (shader, [a, low, high]) => shader.call('smaller', shader.call('larger', a as string, low as string), high as string),
  relu: (_, [a]) => `select(${a}, 0.0, ${a} <= 0.0)`,
  exp: helper('exponential'), expm1: helper('expm1'), log: helper('logarithm'), log1p: helper('log1p'), sigmoid: helper('sigmoid'), softplus: helper('softplus'),
  log1mexp: helper('log1mexp'), logAddExp: helper('log_add_exp'), xlogy: helper('xlogy'), xmuly: helper('xmuly'), pow: helper('power'),
  floor: (_, [a]) => `floor(${a})`, ceil: (_, [a]) => `ceil(${a})`, round: (_, [a]) => `round(${a})`, trunc: (_, [a]) => `trunc(${a})`, mod: helper('remainder'),
  sin: helper('sine'), cos: helper('cosine'), tan: helper('tangent'), asin: helper('arc_sine'), acos: helper('arc_cosine'), atan: helper('arc_tangent'), atan2: helper('arc_tangent_2'),
  sinh: helper('hyperbolic_sine'), cosh: helper('hyperbolic_cosine'), tanh: helper('hyperbolic_tangent'), erf: helper('error_function'), erfc: helper('error_complement'),
};

const ofIntegers: Readonly<Record<string, Make>> = {
  add: infix('+'), sub: infix('-'), mul: infix('*'), square: (_, [a]) => `${a} * ${a}`,
  maximum: (_, [a, b]) => `max(${a}, ${b})`, minimum: (_, [a, b]) => `min(${a}, ${b})`, clip: (_, [a, low, high]) => `min(max(${a}, ${low}), ${high})`,
  floor: (_, [a]) => a as string, ceil: (_, [a]) => a as string, round: (_, [a]) => a as string, trunc: (_, [a]) => a as string,
};

const ofSigned: Readonly<Record<string, Make>> = { ...ofIntegers, neg: (_, [a]) => `-${a}`, sign: (_, [a]) => `sign(${a})`, abs: (_, [a]) => `abs(${a})`, mod: helper('whole_remainder') };
const ofUnsigned: Readonly<Record<string, Make>> = { ...ofIntegers, neg: (_, [a]) => `0u - ${a}`, sign: (_, [a]) => `min(${a}, 1u)`, abs: (_, [a]) => a as string, mod: (_, [a, b]) => `select(${a} % max(${b}, 1u), 0u, ${b} == 0u)` };

const ofBools: Readonly<Record<string, Make>> = {
  logicalAnd: infix('&'), logicalOr: infix('|'), logicalNot: (_, [a]) => `!${a}`,
  less: (_, [a, b]) => `!${a} & ${b}`, greater: (_, [a, b]) => `${a} & !${b}`, lessEqual: (_, [a, b]) => `!${a} | ${b}`, greaterEqual: (_, [a, b]) => `${a} | !${b}`,
};

/** What does not depend on the dtype of its operands. */
const common: Readonly<Record<string, Make>> = {
  equal: infix('=='), notEqual: infix('!='), less: infix('<'), lessEqual: infix('<='), greater: infix('>'), greaterEqual: infix('>='),
  isNaN: helper('is_nan'), isFinite: helper('is_finite'), where: (_, [condition, a, b]) => `select(${b}, ${a}, ${condition})`,
};

const tables = { f32: ofFloats, i32: ofSigned, u32: ofUnsigned, bool: ofBools } as const;

/** The expression of one step; `from` is the dtype of its first operand. @throws UnsupportedError for an op that has none */
export function expressionOf(shader: Shader, op: string, args: readonly string[], from: DType, to: DType): string {
  if (op === 'cast') return rounded(shader, castOf(shader, args[0] as string, from, to), from === 'float16' || from === 'bool' ? 'float32' : to);
  const make = Object.hasOwn(tables[typeOf(from)], op) ? tables[typeOf(from)][op] : common[op];
  if (make === undefined || (from === 'bool' && op !== 'where' && to !== 'bool')) throw new UnsupportedError('WEBGPU_OP', `webgpu: there is no shader for '${op}' of ${from}; compile with { backend: referenceBackend() }, and please report it`, { op, dtype: from });
  return rounded(shader, make(shader, args), op === 'where' ? 'float32' : to);
}

/** Half precision is computed in float32 and rounded after every step. */
export function rounded(shader: Shader, value: string, dtype: DType): string {
  return dtype === 'float16' ? shader.call('half', value) : value;
}

function castOf(shader: Shader, value: string, from: DType, to: DType): string {
  const [a, b] = [typeOf(from), typeOf(to)];
  if (a === b) return value;
  if (b === 'bool') return `!(${value} == ${a === 'f32' ? '0.0' : a === 'i32' ? '0i' : '0u'})`;
  if (a === 'bool') return b === 'f32' ? `select(0.0, 1.0, ${value})` : `${b}(${value})`;
  if (a === 'f32') return b === 'u32' ? shader.call('whole_bits', value) : `bitcast<i32>(${shader.call('whole_bits', value)})`;
  return b === 'f32' ? `f32(${value})` : `bitcast<${b}>(${value})`;
}
