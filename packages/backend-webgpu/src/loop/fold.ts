import { type DType, UnsupportedError } from '@pastina/core';
import { type Shader, typeOf } from '../shader.js';

/** A fold, as a shader writes it. Bool lies as words in memory that a group shares. */
export interface Fold {
  readonly op: string;
  readonly dtype: DType;
  readonly stored: string;
  store(value: string): string;
  load(value: string): string;
}

export function foldOf(op: string, dtype: DType): Fold {
  const type = typeOf(dtype);
  const bool = type === 'bool';
  return { op, dtype, stored: bool ? 'u32' : type, store: (value) => (bool ? `select(0u, 1u, ${value})` : value), load: (value) => (bool ? `(${value} != 0u)` : value) };
}

const unknown = ({ op, dtype }: Fold): UnsupportedError => new UnsupportedError('WEBGPU_OP', `webgpu: there is no shader for a fold by '${op}' of ${dtype}; compile with { backend: referenceBackend() }, and please report it`, { op, dtype });

/** The value over nothing. */
export function startOf(shader: Shader, fold: Fold): string {
  const type = typeOf(fold.dtype);
  switch (`${fold.op} ${type}`) {
    case 'sum f32':
      return '0.0';
    case 'prod f32':
      return '1.0';
    case 'max f32':
      return `-${shader.call('infinity')}`;
    case 'min f32':
      return shader.call('infinity');
    case 'sum i32':
    case 'sum u32':
      return `${type}(0)`;
    case 'prod i32':
    case 'prod u32':
      return `${type}(1)`;
    case 'max i32':
      return 'bitcast<i32>(0x80000000u)';
    case 'min i32':
      return '0x7fffffffi';
    case 'max u32':
      return '0u';
    case 'min u32':
      return '0xffffffffu';
    case 'any bool':
      return 'false';
    case 'all bool':
      return 'true';
    default:
      throw unknown(fold);
  }
}

/** Both values as one. */
export function combine(shader: Shader, fold: Fold, a: string, b: string): string {
  const float = typeOf(fold.dtype) === 'f32';
  switch (fold.op) {
    case 'sum':
      return `${a} + ${b}`;
    case 'prod':
      return `${a} * ${b}`;
    case 'max':
      return float ? shader.call('larger', a, b) : `max(${a}, ${b})`;
    case 'min':
      return float ? shader.call('smaller', a, b) : `min(${a}, ${b})`;
    case 'any':
      return `${a} | ${b}`;
    case 'all':
      return `${a} & ${b}`;
    default:
      throw unknown(fold);
  }
}
