import { add, checkOptions, defaultOf, expm1, greater, mul, relu, tanh, where, type Defaulted, type Expression } from '@pastina/core';
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
