import { literal } from './literal.js';

// Elementary functions of float32 in WGSL. What WGSL itself has may be wrong by far more than a few units in the last
// place (sin by 2⁻¹¹ outside ±π), and differs from device to device; these add, multiply and divide only.

/** A function of the prelude, and the functions that it calls. */
export interface Helper {
  readonly code: string;
  readonly needs?: readonly string[];
}

/** c₀ + x (c₁ + x (c₂ + …)) */
export function polynomial(x: string, coefficients: readonly number[]): string {
  return coefficients.slice(0, -1).reduceRight((inner, coefficient) => `(${literal(coefficient)} + ${x} * ${inner})`, literal(coefficients[coefficients.length - 1] as number));
}

/** eʳ = 1 + r + r² P(r) for |r| ≤ ½ ln 2. S. Moshier, Cephes (expf). */
const expTail = [5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3, 1.9875691500e-4];
/** ln(1 + f) by s = f/(2 + f): Sun's fdlibm in float32 (e_logf.c, as in FreeBSD). */
const logOdd = [0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841];
/** tanh x = x + x³ P(x²) for |x| < 0.625. Cephes (tanhf). */
const tanhTail = [-3.33332819422e-1, 1.33314422036e-1, -5.37397155531e-2, 2.06390887954e-2, -5.70498872745e-3];

export const elementary: Readonly<Record<string, Helper>> = {
  // The bits come from variables: WGSL refuses constants that are not finite.
  infinity: { code: 'var<private> infinity_bits: u32 = 0x7f800000u;\nfn infinity() -> f32 { return bitcast<f32>(infinity_bits); }' },
  nan: { code: 'var<private> nan_bits: u32 = 0x7fc00000u;\nfn nan() -> f32 { return bitcast<f32>(nan_bits); }' },
  is_nan: { code: 'fn is_nan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }' },
  is_finite: { code: 'fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }' },
  larger: {
    needs: ['is_nan', 'nan'],
    code: 'fn larger(a: f32, b: f32) -> f32 {\n  if (is_nan(a) || is_nan(b)) { return nan(); }\n  return select(select(bitcast<f32>(bitcast<u32>(a) & bitcast<u32>(b)), b, b > a), a, a > b);\n}',
  },
  smaller: {
    needs: ['is_nan', 'nan'],
    code: 'fn smaller(a: f32, b: f32) -> f32 {\n  if (is_nan(a) || is_nan(b)) { return nan(); }\n  return select(select(bitcast<f32>(bitcast<u32>(a) | bitcast<u32>(b)), b, b < a), a, a < b);\n}',
  },
  root: { needs: ['is_finite', 'nan'], code: 'fn root(x: f32) -> f32 {\n  if (x < 0.0) { return nan(); }\n  return select(x, sqrt(x), is_finite(x) && x > 0.0);\n}' },
  power_of_2: { code: 'fn power_of_2(n: i32) -> f32 { return bitcast<f32>(u32(n + 127) << 23u); }' },
  exp_tail: { code: `fn exp_tail(x: f32, n: f32) -> f32 {\n  let r = (x - n * 0.693359375) - n * -2.12194440e-4;\n  return r + (r * r) * ${polynomial('r', expTail)};\n}` },
  exponential: {
    needs: ['is_nan', 'exp_tail', 'power_of_2'],
    code: 'fn exponential(a: f32) -> f32 {\n  if (is_nan(a)) { return a; }\n  let x = clamp(a, -105.0, 89.5);\n  let n = round(x * 1.44269504);\n  let whole = i32(n);\n  let half = whole >> 1u;\n  return ((exp_tail(x, n) + 1.0) * power_of_2(half)) * power_of_2(whole - half);\n}',
  },
  expm1: {
    needs: ['is_nan', 'exponential', 'exp_tail', 'power_of_2'],
    code: 'fn expm1(a: f32) -> f32 {\n  if (is_nan(a) || abs(a) < 1e-8) { return a; }\n  if (a > 17.0) { return exponential(a) - 1.0; }\n  let x = max(a, -60.0);\n  let n = round(x * 1.44269504);\n  let scale = power_of_2(i32(n));\n  return exp_tail(x, n) * scale + (scale - 1.0);\n}',
  },
  logarithm: {
    needs: ['is_nan', 'nan', 'infinity', 'logarithm_near'],
    code: `fn logarithm(x: f32) -> f32 {
  let given = bitcast<u32>(x);
  if (is_nan(x) || given == 0x7f800000u) { return x; }
  if ((given & 0x7fffffffu) == 0u) { return -infinity(); }
  if ((given & 0x80000000u) != 0u) { return nan(); }
  let tiny = given < 0x00800000u;
  // Numbers below the normal ones are their bits · 2⁻¹⁴⁹.
  let scaled = select(given, bitcast<u32>(f32(given)), tiny);
  let bits = scaled - 0x3f3504f3u;
  let exponent = f32((bitcast<i32>(bits) >> 23u) - select(0, 149, tiny));
  return logarithm_near(bitcast<f32>((bits & 0x7fffffu) + 0x3f3504f3u) - 1.0, exponent);
}`,
  },
  // ln(1 + f) for 1 + f between √½ and √2; what goes with the exponent is added.
  logarithm_near: {
    code: `fn logarithm_near(f: f32, exponent: f32) -> f32 {
  let s = f / (f + 2.0);
  let z = s * s;
  let half = (f * f) * 0.5;
  let odd = z * ${polynomial('z', logOdd)};
  return (((s * (half + odd) + exponent * 9.0580006145e-6) - half) + f) + exponent * 6.9313812256e-1;
}`,
  },
  // Not by what 1 + x loses of x: compilers take (1 + x) - 1 for x.
  log1p: {
    needs: ['logarithm', 'logarithm_near', 'is_nan'],
    code: 'fn log1p(x: f32) -> f32 {\n  if (is_nan(x) || abs(x) < 5e-8) { return x; }\n  if (x > -0.2928932 && x < 0.41421356) { return logarithm_near(x, 0.0); }\n  return logarithm(x + 1.0);\n}',
  },
  hyperbolic_tangent: {
    needs: ['is_nan', 'exponential'],
    code: `fn hyperbolic_tangent(x: f32) -> f32 {\n  let size = abs(x);\n  if (is_nan(x)) { return x; }\n  let z = x * x;\n  if (size < 0.625) { return x + (x * z) * ${polynomial('z', tanhTail)}; }\n  let large = 1.0 - 2.0 / (exponential(min(size + size, 80.0)) + 1.0);\n  return select(large, -large, x < 0.0);\n}`,
  },
  sigmoid: { needs: ['exponential'], code: 'fn sigmoid(x: f32) -> f32 {\n  let e = exponential(-abs(x));\n  return select(1.0, e, x < 0.0) / (e + 1.0);\n}' },
  softplus: { needs: ['exponential', 'log1p', 'is_nan'], code: 'fn softplus(x: f32) -> f32 {\n  if (is_nan(x)) { return x; }\n  return max(x, 0.0) + log1p(exponential(-abs(x)));\n}' },
  log1mexp: { needs: ['expm1', 'exponential', 'log1p', 'logarithm'], code: 'fn log1mexp(a: f32) -> f32 {\n  if (a > 0.69314718) { return log1p(-exponential(-a)); }\n  return logarithm(-expm1(-a));\n}' },
  log_add_exp: { needs: ['larger', 'log1p', 'exponential'], code: 'fn log_add_exp(a: f32, b: f32) -> f32 {\n  if (a == b) { return a + 0.69314718; }\n  return larger(a, b) + log1p(exponential(-abs(a - b)));\n}' },
  xlogy: { needs: ['logarithm', 'is_nan'], code: 'fn xlogy(a: f32, b: f32) -> f32 {\n  if (a == 0.0 && !is_nan(b)) { return 0.0; }\n  return a * logarithm(b);\n}' },
  xmuly: { needs: ['is_nan'], code: 'fn xmuly(a: f32, b: f32) -> f32 {\n  if (a == 0.0 && !is_nan(b)) { return 0.0; }\n  return a * b;\n}' },
};
