import { type Code, type Simd } from '../emit/code.js';

/** A value of four lanes, in a local variable. */
export type Lanes = number;

/** Writes expressions of lanes: every result gets a local of its own. */
export class Vector {
  readonly #code: Code;

  constructor(code: Code) {
    this.#code = code;
  }

  #of(name: Simd, ...operands: readonly Lanes[]): Lanes {
    for (const operand of operands) this.#code.get(operand);
    return this.#keep(() => this.#code.simd(name));
  }

  #keep(push: () => unknown): Lanes {
    push();
    const local = this.#code.local('v128');
    this.#code.set(local);
    return local;
  }

  float(value: number): Lanes {
    return this.#keep(() => this.#code.f32x4(value));
  }

  bits(value: number): Lanes {
    return this.#keep(() => this.#code.i32x4(value));
  }

  readonly add = (a: Lanes, b: Lanes): Lanes => this.#of('f32x4.add', a, b);
  readonly sub = (a: Lanes, b: Lanes): Lanes => this.#of('f32x4.sub', a, b);
  readonly mul = (a: Lanes, b: Lanes): Lanes => this.#of('f32x4.mul', a, b);
  readonly div = (a: Lanes, b: Lanes): Lanes => this.#of('f32x4.div', a, b);
  readonly neg = (a: Lanes): Lanes => this.#of('f32x4.neg', a);
  readonly abs = (a: Lanes): Lanes => this.#of('f32x4.abs', a);
  readonly max = (a: Lanes, b: Lanes): Lanes => this.#of('f32x4.max', a, b);
  readonly min = (a: Lanes, b: Lanes): Lanes => this.#of('f32x4.min', a, b);
  readonly nearest = (a: Lanes): Lanes => this.#of('f32x4.nearest', a);
  readonly equal = (a: Lanes, b: Lanes): Lanes => this.#of('f32x4.eq', a, b);
  readonly less = (a: Lanes, b: Lanes): Lanes => this.#of('f32x4.lt', a, b);
  readonly greaterEqual = (a: Lanes, b: Lanes): Lanes => this.#of('f32x4.ge', a, b);
  readonly and = (a: Lanes, b: Lanes): Lanes => this.#of('v128.and', a, b);
  readonly or = (a: Lanes, b: Lanes): Lanes => this.#of('v128.or', a, b);
  readonly toInt = (a: Lanes): Lanes => this.#of('i32x4.trunc_sat_f32x4_s', a);
  readonly toFloat = (a: Lanes): Lanes => this.#of('f32x4.convert_i32x4_s', a);
  readonly addInt = (a: Lanes, b: Lanes): Lanes => this.#of('i32x4.add', a, b);
  readonly subInt = (a: Lanes, b: Lanes): Lanes => this.#of('i32x4.sub', a, b);

  shift(a: Lanes, by: number, direction: 'i32x4.shl' | 'i32x4.shr_s'): Lanes {
    return this.#keep(() => this.#code.get(a).i32(by).simd(direction));
  }

  /** a where the mask has bits, b elsewhere. */
  select(mask: Lanes, a: Lanes, b: Lanes): Lanes {
    return this.#of('v128.bitselect', a, b, mask);
  }

  /** c₀ + x (c₁ + x (c₂ + …)) */
  polynomial(x: Lanes, coefficients: readonly number[]): Lanes {
    let sum = this.float(coefficients[coefficients.length - 1] as number);
    for (let i = coefficients.length - 2; i >= 0; i -= 1) sum = this.add(this.mul(sum, x), this.float(coefficients[i] as number));
    return sum;
  }
}
