import { type DType } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { type Simd } from '../emit/opcodes.js';
import { carrierOf, halfOfDouble, wholePart } from './casts.js';
import { type Count, Doubles } from './lanes.js';

/** How a fold goes on over lanes: accumulators in locals, lanes added at the end in a fixed order. */
export interface Fold {
  readonly begin: (code: Code) => void;
  /** Four elements, or the first or second two of four, or one that stands in all lanes. */
  readonly step: (code: Code, value: number, lanes: Count, pair: 0 | 1) => void;
  /** Pushes the result as a vector whose first lane counts. */
  readonly end: (code: Code) => void;
}

const high = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];
const odd = [4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7];
const low = [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7];

const widen: Readonly<Record<string, (code: Code) => unknown>> = {
  float32: (code) => code.simd('f64x2.promote_low_f32x4'), int32: (code) => code.simd('f64x2.convert_low_i32x4_s'), uint32: (code) => code.simd('f64x2.convert_low_i32x4_u'),
};

/** Two float64 numbers on the stack become the dtype, rounded once. */
export function roundDoubles(code: Code, dtype: DType): void {
  if (dtype === 'float64') return;
  if (dtype === 'float32') {
    code.simd('f32x4.demote_f64x2_zero');
    return;
  }
  const v = new Doubles(code);
  const value = v.keep(() => undefined);
  if (dtype === 'float16') code.get(halfOfDouble(v, value)).simd('f32x4.demote_f64x2_zero');
  else code.get(wholePart(v, value, 'f64x2'));
  v.done();
}

/**
 * Sums and products in float64: two pairs of lanes for runs of four, one more number for what is left over.
 * The result is (a₀ + a₁) + (b₀ + b₁) + rest, rounded once.
 */
function inFloat64(code: Code, dtype: DType, initial: number, simd: Simd, scalar: 'f64.add' | 'f64.mul'): Fold {
  const [a, b, rest] = [code.local('v128'), code.local('v128'), code.local('f64')];
  const push = (value: number, shuffle?: readonly number[]): void => {
    code.get(value);
    if (shuffle !== undefined) code.get(value).simd('i8x16.shuffle', ...shuffle);
    widen[carrierOf(dtype)]?.(code);
  };
  const into = (accumulator: number, value: number, shuffle?: readonly number[]): void => {
    code.get(accumulator);
    push(value, shuffle);
    code.simd(simd).set(accumulator);
  };
  return {
    begin: () => code.f64(initial).tee(rest).simd('f64x2.splat').tee(a).set(b),
    step: (_, value, lanes, pair) => {
      if (lanes === 1) {
        code.get(rest);
        push(value);
        code.simd('f64x2.extract_lane', 0).op(scalar).set(rest);
        return;
      }
      into(pair === 0 ? a : b, value);
      if (lanes === 4) into(b, value, high);
    },
    end: () => {
      code.get(a).simd('f64x2.extract_lane', 0).get(a).simd('f64x2.extract_lane', 1).op(scalar);
      code.get(b).simd('f64x2.extract_lane', 0).get(b).simd('f64x2.extract_lane', 1).op(scalar).op(scalar);
      code.get(rest).op(scalar).simd('f64x2.splat');
      roundDoubles(code, dtype);
    },
  };
}

/** Sums and products of float64, one element after another: what the interpreter gives, to the bit. */
function inOrder(code: Code, initial: number, scalar: 'f64.add' | 'f64.mul'): Fold {
  const all = code.local('f64');
  return {
    begin: () => code.f64(initial).set(all),
    step: (_, value, lanes) => {
      code.get(all).get(value).simd('f64x2.extract_lane', 0).op(scalar);
      if (lanes === 2) code.get(value).simd('f64x2.extract_lane', 1).op(scalar);
      code.set(all);
    },
    end: () => code.get(all).simd('f64x2.splat'),
  };
}

/**
 * Folds for which it does not matter that an element counts more than once.
 *
 * @param lowHalf - does only the lower half of a value count?
 */
function idempotent(code: Code, push: () => void, simd: Simd, lowHalf: boolean, of64: boolean): Fold {
  const all = code.local('v128');
  return {
    begin: () => {
      push();
      code.set(all);
    },
    step: (_, value) => {
      code.get(all).get(value);
      if (lowHalf) code.get(value).simd('i8x16.shuffle', ...low);
      code.simd(simd).set(all);
    },
    end: () => {
      code.get(all).get(all).get(all).simd('i8x16.shuffle', ...high).simd(simd);
      if (!of64) code.tee(all).get(all).get(all).simd('i8x16.shuffle', ...odd).simd(simd);
    },
  };
}

function integerSum(code: Code): Fold {
  const all = code.local('v128');
  return {
    begin: () => code.i32x4(0).set(all),
    step: (_, value, lanes) => {
      code.get(all).get(value);
      if (lanes === 1) code.lanes(-1, 0, 0, 0).simd('v128.and');
      if (lanes === 2) code.lanes(-1, -1, 0, 0).simd('v128.and');
      code.simd('i32x4.add').set(all);
    },
    end: () => {
      code.get(all).get(all).get(all).simd('i8x16.shuffle', ...high).simd('i32x4.add').tee(all);
      code.get(all).get(all).simd('i8x16.shuffle', ...odd).simd('i32x4.add');
    },
  };
}

/** The fold of that name. */
export function foldOf(code: Code, op: string, dtype: DType, wide: boolean): Fold | undefined {
  const extremum = (push: () => void, simd: Simd): Fold => idempotent(code, push, simd, wide && dtype !== 'float64' && dtype !== 'bool', dtype === 'float64');
  switch (`${op} ${carrierOf(dtype)}`) {
    case 'sum int32': case 'sum uint32':
      return integerSum(code);
    case 'sum float64':
      return inOrder(code, 0, 'f64.add');
    case 'prod float64':
      return inOrder(code, 1, 'f64.mul');
    case 'sum float32':
      return inFloat64(code, dtype, 0, 'f64x2.add', 'f64.add');
    case 'prod float32': case 'prod int32': case 'prod uint32':
      return inFloat64(code, dtype, 1, 'f64x2.mul', 'f64.mul');
    case 'max float32':
      return extremum(() => code.f32x4(-Infinity), 'f32x4.max');
    case 'min float32':
      return extremum(() => code.f32x4(Infinity), 'f32x4.min');
    case 'max float64':
      return extremum(() => code.f64x2(-Infinity), 'f64x2.max');
    case 'min float64':
      return extremum(() => code.f64x2(Infinity), 'f64x2.min');
    case 'max int32':
      return extremum(() => code.i32x4(-2147483648), 'i32x4.max_s');
    case 'min int32':
      return extremum(() => code.i32x4(2147483647), 'i32x4.min_s');
    case 'max uint32':
      return extremum(() => code.i32x4(0), 'i32x4.max_u');
    case 'min uint32':
      return extremum(() => code.i32x4(-1), 'i32x4.min_u');
    case 'any bool':
      return extremum(() => code.i32x4(0), 'v128.or');
    case 'all bool':
      return extremum(() => code.i32x4(-1), 'v128.and');
    default:
      return undefined;
  }
}
