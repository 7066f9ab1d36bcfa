import { add, checkOptions, clip, defaultOf, erfc, expm1, greater, InputError, mul, relu, sigmoid, softplus, square, tanh, where, type Defaulted, type Expression } from '@pastina/core';
import { defaults } from './defaults.js';

export { sigmoid, softmax, softplus, tanh } from '@pastina/core';

/** A function on a layer's activation. Any function of one expression will do. */
export type Nonlinearity = (x: Expression) => Expression;

/** max(x, 0); the default of layers. */
export const rectify: Nonlinearity = (x) => relu(x);

/** x itself. */
export const linear: Nonlinearity = (x) => x;

/** x itself: another name of {@link linear}. */
export const identity: Nonlinearity = linear;

/** x for x > 0, else eˣ - 1 (Clevert et al., ICLR 2016), exact near 0. */
export const elu: Nonlinearity = (x) => where(greater(x, 0), x, expm1(negativePart(x)));

/** x for x ≤ 0, else 0: `expm1` must not overflow on the branch that is not taken, 0 · Inf would be its gradient. */
function negativePart(x: Expression): Expression {
  return where(greater(x, 0), 0, x);
}

/** Options of {@link LeakyRectify}. */
export interface LeakyRectifyOptions {
  /** Slope for x < 0. 0 is `rectify`, 1 is `linear`. */
  readonly leakiness?: Defaulted<number, 0.01>;
}

/**
 * Makes the nonlinearity max(x, leakiness · x), for a leakiness from 0 to 1 (Maas et al., 2013).
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { LeakyRectify } from '@pastina/layers/nonlinearities';
 * console.log(evaluate(LeakyRectify({ leakiness: 0.5 })(constant([-1, 2]))).toArray()); // [-0.5, 2]
 * ```
 */
export function LeakyRectify(options: LeakyRectifyOptions = {}): Nonlinearity {
  checkOptions('LeakyRectify', options, ['leakiness']);
  const leakiness = options.leakiness ?? defaultOf(defaults, 'LeakyRectify.leakiness');
  return (x) => add(mul(relu(x), 1 - leakiness), mul(x, leakiness));
}

/** {@link LeakyRectify} with a slope of 0.01. */
export const leakyRectify: Nonlinearity = /* @__PURE__ */ LeakyRectify();

/** {@link LeakyRectify} with a slope of 1/3. */
export const veryLeakyRectify: Nonlinearity = /* @__PURE__ */ LeakyRectify({ leakiness: 1 / 3 });

/** Options of {@link ScaledTanh}. */
export interface ScaledTanhOptions {
  readonly scaleIn?: Defaulted<number, 1>;
  readonly scaleOut?: Defaulted<number, 1>;
}

/** Makes the nonlinearity scaleOut · tanh(scaleIn · x); 2/3 and 1.7159 are those of LeCun et al., 1998. */
export function ScaledTanh(options: ScaledTanhOptions = {}): Nonlinearity {
  checkOptions('ScaledTanh', options, ['scaleIn', 'scaleOut']);
  const scaleIn = options.scaleIn ?? defaultOf(defaults, 'ScaledTanh.scaleIn');
  const scaleOut = options.scaleOut ?? defaultOf(defaults, 'ScaledTanh.scaleOut');
  return (x) => mul(tanh(mul(x, scaleIn)), scaleOut);
}

/** Another spelling of {@link ScaledTanh}, which Lasagne has too. */
export const ScaledTanH: typeof ScaledTanh = ScaledTanh;

/** Options of {@link SELU}. */
export interface SeluOptions {
  readonly scale?: Defaulted<number, 1>;
  readonly scaleNeg?: Defaulted<number, 1>;
}

/** Makes the nonlinearity scale · (x for x > 0, else scaleNeg · (eˣ - 1)) (Klambauer et al., 2017). */
export function SELU(options: SeluOptions = {}): Nonlinearity {
  checkOptions('SELU', options, ['scale', 'scaleNeg']);
  const scale = options.scale ?? defaultOf(defaults, 'SELU.scale');
  const scaleNeg = options.scaleNeg ?? defaultOf(defaults, 'SELU.scaleNeg');
  return (x) => mul(where(greater(x, 0), x, mul(expm1(negativePart(x)), scaleNeg)), scale);
}

/** {@link SELU} with the constants under which activations normalise themselves. */
export const selu: Nonlinearity = /* @__PURE__ */ SELU({ scale: 1.0507009873554805, scaleNeg: 1.6732632423543772 });

/** Options of {@link GELU}. */
export interface GeluOptions {
  /** `'tanh'`: the approximation of the paper, within 5e-4, which some models were trained with. */
  readonly approximate?: Defaulted<'none' | 'tanh', 'none'>;
}

/**
 * Makes the nonlinearity x · Φ(x), Φ the normal distribution (Hendrycks and Gimpel, 2016), with full relative
 * precision on the negative side. At -Infinity the product is NaN.
 *
 * @example
 * ```ts
 * import { constant, evaluate } from '@pastina/core';
 * import { GELU, gelu } from '@pastina/layers/nonlinearities';
 * console.log(evaluate(gelu(constant([-1, 0, 1], 'float64'))).toArray()); // [-0.15865525393145702, 0, 0.841344746068543]
 * console.log(evaluate(GELU({ approximate: 'tanh' })(constant([1], 'float64'))).toArray()); // [0.8411919906082768]
 * ```
 */
export function GELU(options: GeluOptions = {}): Nonlinearity {
  checkOptions('GELU', options, ['approximate']);
  const approximate: string = options.approximate ?? defaultOf(defaults, 'GELU.approximate');
  if (approximate !== 'none' && approximate !== 'tanh') throw new InputError('OPTION_VALUE', `GELU: approximate is ${JSON.stringify(approximate)}; expected 'none' or 'tanh'`, { option: 'approximate', value: approximate });
  if (approximate === 'none') return (x) => mul(x, mul(erfc(mul(x, -Math.SQRT1_2)), 0.5));
  // ½ (1 + tanh u) is sigmoid(2u), which keeps its digits where tanh is near -1. Beyond ±30 it is 0 or 1, where x³ might overflow.
  const factor = 2 * Math.sqrt(2 / Math.PI);
  return (x) => {
    const near = clip(x, -30, 30);
    return mul(x, sigmoid(mul(near, add(mul(square(near), 0.044715 * factor), factor))));
  };
}

/** {@link GELU}, exact. */
export const gelu: Nonlinearity = /* @__PURE__ */ GELU();

/** x · sigmoid(x), also called swish (Ramachandran et al., 2017). At -Infinity the product is NaN. */
export const silu: Nonlinearity = (x) => mul(x, sigmoid(x));

/** x · tanh(softplus(x)) (Misra, BMVC 2020). At -Infinity the product is NaN. */
export const mish: Nonlinearity = (x) => mul(x, tanh(softplus(x)));
