import { type DType } from '@pastina/core';
import { type Code } from '../emit/code.js';
import { type Simd } from '../emit/opcodes.js';

/** How a fold goes on over lanes: accumulators in locals, lanes added at the end in a fixed order. */
export interface Fold {
  readonly begin: (code: Code) => void;
  /** Four elements, or one that stands in all lanes. */
  readonly step: (code: Code, value: number, lanes: 4 | 1) => void;
  /** Pushes the result as a vector whose first lane counts. */
  readonly end: (code: Code) => void;
}

const high = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];
const odd = [4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7];

/**
 * Sums and products of float32 in float64: two pairs of lanes for runs of four, one more for what is left over.
 * The result is (a₀ + a₁) + (b₀ + b₁) + rest, rounded once.
 */
function inFloat64(code: Code, initial: number, simd: Simd, scalar: 'f64.add' | 'f64.mul'): Fold {
  const [a, b, rest] = [code.local('v128'), code.local('v128'), code.local('f64')];
  return {
    begin: () => code.f64(initial).tee(rest).simd('f64x2.splat').tee(a).set(b),
    step: (_, value, lanes) => {
      if (lanes === 1) {
        code.get(rest).get(value).simd('f32x4.extract_lane', 0).op('f64.promote_f32').op(scalar).set(rest);
        return;
      }
      code.get(a).get(value).simd('f64x2.promote_low_f32x4').simd(simd).set(a);
      code.get(b).get(value).get(value).simd('i8x16.shuffle', ...high).simd('f64x2.promote_low_f32x4').simd(simd).set(b);
    },
    end: () => {
      code.get(a).simd('f64x2.extract_lane', 0).get(a).simd('f64x2.extract_lane', 1).op(scalar);
      code.get(b).simd('f64x2.extract_lane', 0).get(b).simd('f64x2.extract_lane', 1).op(scalar).op(scalar);
      code.get(rest).op(scalar).op('f32.demote_f64').simd('f32x4.splat');
    },
  };
}

/** Folds for which it does not matter that an element counts more than once. */
function idempotent(code: Code, push: () => void, simd: Simd): Fold {
  const all = code.local('v128');
  return {
    begin: () => {
      push();
      code.set(all);
    },
    step: (_, value) => code.get(all).get(value).simd(simd).set(all),
    end: () => {
      code.get(all).get(all).get(all).simd('i8x16.shuffle', ...high).simd(simd).tee(all);
      code.get(all).get(all).simd('i8x16.shuffle', ...odd).simd(simd);
    },
  };
}

function integerSum(code: Code): Fold {
  const all = code.local('v128');
  return {
    begin: () => code.i32x4(0).set(all),
    step: (_, value, lanes) => {
      code.get(all).get(value);
      // One element stands in all lanes: the first counts.
      if (lanes === 1) code.lanes(-1, 0, 0, 0).simd('v128.and');
      code.simd('i32x4.add').set(all);
    },
    end: () => {
      code.get(all).get(all).get(all).simd('i8x16.shuffle', ...high).simd('i32x4.add').tee(all);
      code.get(all).get(all).simd('i8x16.shuffle', ...odd).simd('i32x4.add');
    },
  };
}

/** The fold of that name; undefined where it is left to the interpreter. */
export function foldOf(code: Code, op: string, dtype: DType): Fold | undefined {
  switch (`${op} ${dtype}`) {
    case 'sum float32':
      return inFloat64(code, 0, 'f64x2.add', 'f64.add');
    case 'prod float32':
      return inFloat64(code, 1, 'f64x2.mul', 'f64.mul');
    case 'max float32':
      return idempotent(code, () => code.f32x4(-Infinity), 'f32x4.max');
    case 'min float32':
      return idempotent(code, () => code.f32x4(Infinity), 'f32x4.min');
    case 'any bool':
      return idempotent(code, () => code.i32x4(0), 'v128.or');
    case 'all bool':
      return idempotent(code, () => code.i32x4(-1), 'v128.and');
    case 'sum int32': case 'sum uint32':
      return integerSum(code);
    default:
      return undefined;
  }
}
