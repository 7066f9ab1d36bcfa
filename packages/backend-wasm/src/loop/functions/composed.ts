import { type Lanes, type Vector } from '../lanes.js';

// Functions that are made of others, in float32 and float64 alike.

/** What they are made of. */
export interface Base<V extends Vector> {
  readonly exp: (v: V, x: Lanes) => Lanes;
  /** e^-|x| */
  readonly decay: (v: V, x: Lanes) => Lanes;
  readonly expm1: (v: V, x: Lanes) => Lanes;
  readonly log: (v: V, x: Lanes) => Lanes;
  /** Below this size ln(1 + x) is x. */
  readonly tiny: number;
}

/** What is made of them. */
export interface Composed<V extends Vector> {
  readonly log1p: (v: V, x: Lanes) => Lanes;
  readonly sigmoid: (v: V, x: Lanes) => Lanes;
  /** σ(-x), with the bits of `sigmoid` of -x: beside σ(x) engines find the same exponential in both. */
  readonly sigmoidOfNegative: (v: V, x: Lanes) => Lanes;
  readonly softplus: (v: V, x: Lanes) => Lanes;
  readonly log1mexp: (v: V, x: Lanes) => Lanes;
  readonly logAddExp: (v: V, a: Lanes, b: Lanes) => Lanes;
  readonly xlogy: (v: V, a: Lanes, b: Lanes) => Lanes;
}

export function composed<V extends Vector>({ exp, decay, expm1, log, tiny }: Base<V>): Composed<V> {
  /** ln(1 + x), with what 1 + x loses of x. */
  const log1p = (v: V, x: Lanes): Lanes => {
    const u = v.add(x, v.float(1));
    const lost = v.div(v.sub(x, v.sub(u, v.float(1))), u);
    const whole = log(v, u);
    const ends = v.or(v.equal(u, v.float(0)), v.equal(u, v.float(Infinity)));
    return v.select(v.less(v.abs(x), v.float(tiny)), x, v.select(ends, whole, v.add(whole, lost)));
  };
  const logistic = (v: V, x: Lanes, below: Lanes): Lanes => {
    const e = decay(v, x);
    return v.div(v.select(below, e, v.float(1)), v.add(e, v.float(1)));
  };
  return {
    log1p,
    sigmoid: (v, x) => logistic(v, x, v.less(x, v.float(0))),
    sigmoidOfNegative: (v, x) => logistic(v, x, v.less(v.float(0), x)),
    softplus: (v, x) => v.add(v.max(x, v.float(0)), log1p(v, decay(v, x))),
    log1mexp: (v, x) => v.select(v.less(v.float(Math.LN2), x), log1p(v, v.neg(exp(v, v.neg(x)))), log(v, v.neg(expm1(v, v.neg(x))))),
    logAddExp: (v, a, b) => v.select(v.equal(a, b), v.add(a, v.float(Math.LN2)), v.add(v.max(a, b), log1p(v, decay(v, v.sub(a, b))))),
    // 0 where a is 0 and b is not NaN
    xlogy: (v, a, b) => v.select(v.and(v.equal(a, v.float(0)), v.equal(b, b)), v.float(0), v.mul(a, log(v, b))),
  };
}
