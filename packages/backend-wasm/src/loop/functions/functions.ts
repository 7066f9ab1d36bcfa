import { Doubles, type EmitOp, type Lanes, Singles, type Vector } from '../lanes.js';
import { composed } from './composed.js';
import * as doubles from './doubles.js';
import { erf, erfc, erfSingle } from './errorFunction.js';
import { acos, asin, atan, atan2 } from './inverse.js';
import { mod, pow, shortPow } from './power.js';
import * as singles from './singles.js';
import { cos, sin, tan } from './trigonometric.js';
import * as trigonometric from './trigonometricDoubles.js';

// Functions that are made of several instructions, by the names of their ops.

type Make<V extends Vector> = (v: V, ...operands: [Lanes, Lanes, Lanes]) => Lanes;
type Table = Readonly<Record<string, EmitOp>>;

const single = (make: Make<Singles>): EmitOp => (code, operands) => {
  const v = new Singles(code);
  code.get(make(v, ...(operands as [Lanes, Lanes, Lanes])));
  v.done();
};

const double = (make: Make<Doubles>): EmitOp => (code, operands) => {
  const v = new Doubles(code);
  code.get(make(v, ...(operands as [Lanes, Lanes, Lanes])));
  v.done();
};

/** Two lanes of 32 bits at a time, computed in float64. */
export const halves = (widen: (v: Doubles, pair: Lanes) => Lanes, make: Make<Doubles>, narrow: (v: Doubles, pair: Lanes) => Lanes): EmitOp => (code, operands, lanes) => {
  const v = new Doubles(code);
  const of = (pairs: readonly Lanes[]): Lanes => narrow(v, make(v, ...(pairs.map((pair) => widen(v, pair)) as [Lanes, Lanes, Lanes])));
  const low = of(operands);
  const high = lanes === 4 ? of(operands.map((x) => v.keep(() => code.get(x).get(x).simd('i8x16.shuffle', 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)))) : low;
  code.get(low).get(high).simd('i8x16.shuffle', 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  v.done();
};

const promoted = (make: Make<Doubles>): EmitOp => halves((v, x) => v.of('f64x2.promote_low_f32x4', x), make, (v, y) => v.of('f32x4.demote_f64x2_zero', y));

const native = composed<Singles>({ ...singles, tiny: 5e-8 });

/** On four lanes of float32. */
export const float32: Table = {
  exp: single(singles.exp), expm1: single(singles.expm1), log: single(singles.log), tanh: single(singles.tanh), erf: single(erfSingle),
  log1p: single(native.log1p), sigmoid: single(native.sigmoid), sigmoidOfNegative: single(native.sigmoidOfNegative), softplus: single(native.softplus),
  log1mexp: single(native.log1mexp), logAddExp: single(native.logAddExp), xlogy: single(native.xlogy),
  sinh: promoted(doubles.sinh), cosh: promoted(doubles.cosh), sin: promoted(sin), cos: promoted(cos), tan: promoted(tan),
  asin: promoted(asin), acos: promoted(acos), atan: promoted(atan), atan2: promoted(atan2), erfc: promoted(erfc), pow: promoted(shortPow), mod: promoted(mod),
};

/** On two lanes of float64. */
export const float64: Table = {
  exp: double(doubles.exp), expm1: double(doubles.expm1), log: double(doubles.log), tanh: double(doubles.tanh), sinh: double(doubles.sinh), cosh: double(doubles.cosh),
  log1p: double(doubles.made.log1p), sigmoid: double(doubles.made.sigmoid), sigmoidOfNegative: double(doubles.made.sigmoidOfNegative),
  softplus: double(doubles.made.softplus), log1mexp: double(doubles.made.log1mexp), logAddExp: double(doubles.made.logAddExp), xlogy: double(doubles.made.xlogy),
  sin: double(trigonometric.sin), cos: double(trigonometric.cos), tan: double(trigonometric.tan), pow: double(pow), mod: double(mod),
  asin: double(asin), acos: double(acos), atan: double(atan), atan2: double(atan2), erf: double(erf), erfc: double(erfc),
};
