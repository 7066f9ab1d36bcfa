import { type Code } from '../emit/code.js';
import { type Simd } from '../emit/opcodes.js';

/** A value of two or four lanes, in a local variable. */
export type Lanes = number;

/** How many lanes count. One element stands in all lanes. */
export type Count = 1 | 2 | 4;

/** Pushes the result of an op; operands are locals. */
export type EmitOp = (code: Code, operands: readonly Lanes[], lanes: Count) => void;

/** Four float32, or two float64. */
export type Shape = 'f32x4' | 'f64x2';

const integers = { f32x4: 'i32x4', f64x2: 'i64x2' } as const;

/** Writes expressions of lanes: every result gets a local of its own, until {@link Vector.done}. */
export class Vector {
  readonly code: Code;
  readonly #shape: Shape;
  readonly #locals: Lanes[] = [];

  constructor(code: Code, shape: Shape) {
    this.code = code;
    this.#shape = shape;
  }

  /** A local that holds what is pushed. */
  keep(push: () => unknown): Lanes {
    push();
    const local = this.code.borrow();
    this.#locals.push(local);
    this.code.set(local);
    return local;
  }

  of(name: Simd, ...operands: readonly Lanes[]): Lanes {
    return this.keep(() => {
      for (const operand of operands) this.code.get(operand);
      this.code.simd(name);
    });
  }

  #float(name: 'add' | 'sub' | 'mul' | 'div' | 'neg' | 'abs' | 'sqrt' | 'max' | 'min' | 'nearest' | 'eq' | 'ne' | 'lt' | 'ge', ...operands: readonly Lanes[]): Lanes {
    return this.of(`${this.#shape}.${name}`, ...operands);
  }

  /** Gives all locals back: what is still needed of them is on the stack. */
  done(): void {
    this.code.giveBack(this.#locals.splice(0));
  }

  float(value: number): Lanes {
    return this.keep(() => (this.#shape === 'f32x4' ? this.code.f32x4(value) : this.code.f64x2(value)));
  }

  readonly add = (a: Lanes, b: Lanes): Lanes => this.#float('add', a, b);
  readonly sub = (a: Lanes, b: Lanes): Lanes => this.#float('sub', a, b);
  readonly mul = (a: Lanes, b: Lanes): Lanes => this.#float('mul', a, b);
  readonly div = (a: Lanes, b: Lanes): Lanes => this.#float('div', a, b);
  readonly neg = (a: Lanes): Lanes => this.#float('neg', a);
  readonly abs = (a: Lanes): Lanes => this.#float('abs', a);
  readonly sqrt = (a: Lanes): Lanes => this.#float('sqrt', a);
  readonly max = (a: Lanes, b: Lanes): Lanes => this.#float('max', a, b);
  readonly min = (a: Lanes, b: Lanes): Lanes => this.#float('min', a, b);
  /** x, but at most a limit; NaN stays. Where x may be -0 and the limit 0, either may come: one instruction, not seven. */
  readonly atMost = (x: Lanes, limit: number): Lanes => this.of(`${this.#shape}.pmin`, x, this.float(limit));
  readonly atLeast = (x: Lanes, limit: number): Lanes => this.of(`${this.#shape}.pmax`, x, this.float(limit));
  readonly nearest = (a: Lanes): Lanes => this.#float('nearest', a);
  readonly equal = (a: Lanes, b: Lanes): Lanes => this.#float('eq', a, b);
  readonly notEqual = (a: Lanes, b: Lanes): Lanes => this.#float('ne', a, b);
  readonly less = (a: Lanes, b: Lanes): Lanes => this.#float('lt', a, b);
  readonly greaterEqual = (a: Lanes, b: Lanes): Lanes => this.#float('ge', a, b);
  readonly and = (a: Lanes, b: Lanes): Lanes => this.of('v128.and', a, b);
  readonly or = (a: Lanes, b: Lanes): Lanes => this.of('v128.or', a, b);
  readonly xor = (a: Lanes, b: Lanes): Lanes => this.of('v128.xor', a, b);
  readonly addInt = (a: Lanes, b: Lanes): Lanes => this.of(`${integers[this.#shape]}.add`, a, b);
  readonly subInt = (a: Lanes, b: Lanes): Lanes => this.of(`${integers[this.#shape]}.sub`, a, b);

  /** Integers as wide as the lanes. */
  shift(a: Lanes, by: number, direction: 'shl' | 'shr_s' | 'shr_u'): Lanes {
    return this.keep(() => this.code.get(a).i32(by).simd(`${integers[this.#shape]}.${direction}`));
  }

  /** a where the mask has bits, b elsewhere. */
  select(mask: Lanes, a: Lanes, b: Lanes): Lanes {
    return this.of('v128.bitselect', a, b, mask);
  }

  /** The sign bit alone. */
  signOf(a: Lanes): Lanes {
    return this.and(a, this.float(-0));
  }

  /** The size of a with the sign of b. */
  copySign(a: Lanes, b: Lanes): Lanes {
    return this.or(this.abs(a), this.signOf(b));
  }

  /** c₀ + x (c₁ + x (c₂ + …)) */
  polynomial(x: Lanes, coefficients: readonly number[]): Lanes {
    let sum = this.float(coefficients[coefficients.length - 1] as number);
    for (let i = coefficients.length - 2; i >= 0; i -= 1) sum = this.add(this.mul(sum, x), this.float(coefficients[i] as number));
    return sum;
  }

  /** Runs `body` if any lane of the mask has bits. */
  whenAny(mask: Lanes, body: () => void): void {
    this.code.when(() => this.code.get(mask).simd('v128.any_true'), body);
  }

  /** Overwrites a value. */
  assign(target: Lanes, value: Lanes): void {
    this.code.get(value).set(target);
  }

  /** A value that may be overwritten. */
  copy(value: Lanes): Lanes {
    return this.keep(() => this.code.get(value));
  }
}

/** Four lanes of float32, and of int32 by their bits. */
export class Singles extends Vector {
  constructor(code: Code) {
    super(code, 'f32x4');
  }

  bits(value: number): Lanes {
    return this.keep(() => this.code.i32x4(value));
  }

  readonly toInt = (a: Lanes): Lanes => this.of('i32x4.trunc_sat_f32x4_s', a);
  readonly toFloat = (a: Lanes): Lanes => this.of('f32x4.convert_i32x4_s', a);
}

/** Two lanes of float64, and of 64-bit integers by their bits. */
export class Doubles extends Vector {
  constructor(code: Code) {
    super(code, 'f64x2');
  }

  bits(value: bigint): Lanes {
    return this.keep(() => this.code.i64x2(value));
  }

  /** A whole number below 2³¹ as a 64-bit integer. */
  readonly toInt = (a: Lanes): Lanes => this.of('i64x2.extend_low_i32x4_s', this.of('i32x4.trunc_sat_f64x2_s_zero', a));

  /** A small 64-bit integer as float64: by the bits of 2⁵² + 2⁵¹, whose last one counts by 1. */
  toFloat(a: Lanes): Lanes {
    const base = this.float(6755399441055744);
    return this.sub(this.addInt(a, base), base);
  }
}
