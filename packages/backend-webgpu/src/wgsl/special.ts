import { polynomial, type Helper } from './elementary.js';
import { literal } from './literal.js';

// The error function with the coefficients of Sun's fdlibm (s_erf.c), in float32; powers; the remainder of a division;
// casts to integers that wrap.

const near = [[1.28379167095512558561e-1, -3.25042107247001499370e-1, -2.84817495755985104766e-2, -5.77027029648944159157e-3, -2.37630166566501626084e-5], [1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3, 1.32494738004321644526e-4, -3.96022827877536812320e-6]] as const;
const one = [[-2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1, 3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.16637559486879084300e-3], [1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2, 1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.19844998467991074170e-2]] as const;
const middle = [[-9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1, -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2, -8.12874355063065934246e1, -9.81432934416914548592], [1, 1.96512716674392571292e1, 1.37657754143519042600e2, 4.34565877475229228821e2, 6.45387271733267880336e2, 4.29008140027567833386e2, 1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2]] as const;
const far = [[-9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1, -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3, -4.83519191608651397019e2], [1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3, 2.55305040643316442583e3, 4.74528541206955367215e2, -22.440952446545818]] as const;

const ratio = ([p, q]: readonly [readonly number[], readonly number[]], x: string): string => `${polynomial(x, p)} / ${polynomial(x, q)}`;

export const special: Readonly<Record<string, Helper>> = {
  error_tail: {
    needs: ['exponential'],
    code: `fn error_tail(x: f32) -> f32 {
  // What the square of the leading bits loses is multiplied in.
  let high = bitcast<f32>(bitcast<u32>(x) & 0xffffe000u);
  let s = 1.0 / (x * x);
  var r: f32;
  if (x < 2.857142857) { r = ${ratio(middle, 's')}; } else { r = ${ratio(far, 's')}; }
  return (exponential(-high * high - 0.5625) * exponential((high - x) * (high + x) + r)) / x;
}`,
  },
  error_function: {
    needs: ['is_nan', 'error_tail'],
    code: `fn error_function(x: f32) -> f32 {
  let size = abs(x);
  if (is_nan(x)) { return x; }
  if (size < 0.84375) {
    let z = x * x;
    return x + x * (${ratio(near, 'z')});
  }
  var y = 1.0;
  if (size < 1.25) {
    let t = size - 1.0;
    y = ${literal(8.45062911510467529297e-1)} + ${ratio(one, 't')};
  } else if (size < 4.0) {
    y = 1.0 - error_tail(size);
  }
  return select(y, -y, x < 0.0);
}`,
  },
  error_complement: {
    needs: ['is_nan', 'error_function', 'error_tail'],
    code: `fn error_complement(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  if (x < 0.25) { return 1.0 - error_function(x); }
  if (x < 0.84375) {
    let z = x * x;
    return 0.5 - ((x - 0.5) + x * (${ratio(near, 'z')}));
  }
  if (x < 1.25) {
    let t = x - 1.0;
    return ${literal(1 - 8.45062911510467529297e-1)} - ${ratio(one, 't')};
  }
  if (x < 11.0) { return error_tail(x); }
  return 0.0;
}`,
  },
  // The mantissa with its leading bit, and the biased exponent, also of numbers below the normal ones.
  mantissa_of: {
    code: `fn mantissa_of(bits: u32) -> vec2u {
  let exponent = (bits >> 23u) & 255u;
  if (exponent != 0u) { return vec2u((bits & 0x7fffffu) | 0x800000u, exponent); }
  let shift = countLeadingZeros(bits & 0x7fffffu) - 8u;
  return vec2u((bits & 0x7fffffu) << shift, 0u - shift + 1u);
}`,
  },
  power: {
    needs: ['is_nan', 'is_finite', 'nan', 'infinity', 'root', 'exponential', 'logarithm', 'whole_power'],
    code: `fn power(a: f32, b: f32) -> f32 {
  if (b == 0.0) { return 1.0; }
  if (is_nan(a) || is_nan(b)) { return nan(); }
  let size = abs(a);
  let whole = b == trunc(b) && is_finite(b);
  let few = whole && abs(b) <= 4096.0;
  if (b == 0.5) { return root(a); }
  if (a < 0.0 && !whole) { return nan(); }
  var result = exponential(b * logarithm(size));
  if (few && size > 0.0 && is_finite(size)) { result = whole_power(size, i32(b)); }
  if (size == 0.0) { result = select(0.0, infinity(), b < 0.0); }
  let odd = whole && abs(b) < 16777216.0 && (u32(abs(b)) & 1u) == 1u;
  let negative = a < 0.0 || (abs(b) <= 1024.0 && (bitcast<u32>(a) >> 31u) == 1u);
  return select(result, -result, odd && negative);
}`,
  },
  // Whole powers with mantissas of 32 bits, by integers: float32 would double its error with every squaring, and devices
  // differ. The value of vec2u(m, e) is m 2^(e - 31), the leading bit of m is 1, and e has a sign.
  whole_power: {
    needs: ['mantissa_of', 'infinity'],
    code: `fn scaled_product(x: vec2u, y: vec2u) -> vec2u {
  let low = (x.x & 0xffffu) * (y.x & 0xffffu);
  let one = (x.x >> 16u) * (y.x & 0xffffu);
  let other = (x.x & 0xffffu) * (y.x >> 16u);
  let middle = (low >> 16u) + (one & 0xffffu) + (other & 0xffffu);
  let high = (x.x >> 16u) * (y.x >> 16u) + (one >> 16u) + (other >> 16u) + (middle >> 16u);
  let below = (middle << 16u) | (low & 0xffffu);
  if (high >> 31u == 1u) { return vec2u(high + (below >> 31u), x.y + y.y + 1u); }
  let doubled = (high << 1u) | (below >> 31u);
  return vec2u(select(doubled + ((below >> 30u) & 1u), doubled, doubled == 0xffffffffu), x.y + y.y);
}
fn scaled_inverse(x: vec2u) -> vec2u {
  if (x.x == 0x80000000u) { return vec2u(x.x, 0u - x.y); }
  var quotient = 0u;
  var rest = 0x80000000u;
  for (var i = 0u; i < 32u; i += 1u) {
    let carry = rest >> 31u;
    rest = rest << 1u;
    quotient = quotient << 1u;
    if (carry == 1u || rest >= x.x) {
      rest -= x.x;
      quotient |= 1u;
    }
  }
  return vec2u(quotient, 0u - x.y - 1u);
}
fn from_scaled(x: vec2u) -> f32 {
  let exponent = bitcast<i32>(x.y) + 127;
  if (exponent > 254) { return infinity(); }
  if (exponent < -22) { return bitcast<f32>(select(0u, 1u, exponent == -23 && x.x > 0x80000000u)); }
  let shift = u32(8 + max(0, 1 - exponent));
  let kept = x.x >> shift;
  let rest = x.x << (32u - shift);
  let up = select(0u, 1u, rest > 0x80000000u || (rest == 0x80000000u && (kept & 1u) == 1u));
  return bitcast<f32>(select(u32(exponent - 1) << 23u, 0u, exponent < 1) + kept + up);
}
fn whole_power(a: f32, b: i32) -> f32 {
  let parts = mantissa_of(bitcast<u32>(a));
  var base = vec2u(parts.x << 8u, parts.y - 127u);
  var result = vec2u(0x80000000u, 0u);
  for (var n = u32(abs(b)); n > 0u; n = n >> 1u) {
    if ((n & 1u) == 1u) { result = scaled_product(result, base); }
    base = scaled_product(base, base);
  }
  if (b < 0) { result = scaled_inverse(result); }
  return from_scaled(result);
}`,
  },
  // a - b ⌊a/b⌋ without a rounding: the long division of mantissas, bit by bit.
  remainder: {
    needs: ['is_nan', 'is_finite', 'nan', 'mantissa_of'],
    code: `fn remainder(a: f32, b: f32) -> f32 {
  if (!is_finite(a) || is_nan(b) || (bitcast<u32>(b) & 0x7fffffffu) == 0u) { return nan(); }
  let sign = bitcast<u32>(a) & 0x80000000u;
  let size = bitcast<u32>(a) & 0x7fffffffu;
  let divisor = bitcast<u32>(b) & 0x7fffffffu;
  var bits = size;
  if (is_finite(b) && size >= divisor) {
    let x = mantissa_of(size);
    let y = mantissa_of(divisor);
    var m = x.x;
    for (var e = bitcast<i32>(x.y); e > bitcast<i32>(y.y); e -= 1) {
      if (m >= y.x) { m -= y.x; }
      m = m << 1u;
    }
    if (m >= y.x) { m -= y.x; }
    bits = 0u;
    if (m != 0u) {
      let shift = countLeadingZeros(m) - 8u;
      let exponent = bitcast<i32>(y.y) - i32(shift);
      if (exponent > 0) { bits = ((m << shift) & 0x7fffffu) | (u32(exponent) << 23u); } else { bits = (m << shift) >> u32(1 - exponent); }
    }
  }
  let rest = bitcast<f32>(bits | sign);
  return select(rest, rest + b, bits != 0u && (sign != 0u) != (b < 0.0));
}`,
  },
  whole_remainder: { code: 'fn whole_remainder(a: i32, b: i32) -> i32 {\n  if (b == 0 || b == -1) { return 0; }\n  let rest = a % b;\n  return select(rest, rest + b, rest != 0 && (rest < 0) != (b < 0));\n}' },
  // Towards 0, modulo 2³²; 0 for what is not finite.
  whole_bits: {
    code: `fn whole_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let exponent = (bits >> 23u) & 255u;
  if (exponent < 127u || exponent == 255u) { return 0u; }
  let mantissa = (bits & 0x7fffffu) | 0x800000u;
  var size = 0u;
  if (exponent < 150u) { size = mantissa >> (150u - exponent); } else if (exponent < 182u) { size = mantissa << (exponent - 150u); }
  return select(size, 0u - size, (bits & 0x80000000u) != 0u);
}`,
  },
  // To the nearest half, ties to even, by integers: what shaders have for it flushes or truncates on some drivers.
  half: {
    code: `fn half(v: f32) -> f32 {
  let b = bitcast<u32>(v);
  let s = b & 0x80000000u;
  let m = b & 0x7fffffffu;
  if (m >= 0x7f800000u) { return v; }
  if (m >= 0x477ff000u) { return bitcast<f32>(s | 0x7f800000u); }
  if (m >= 0x38800000u) { return bitcast<f32>(s | ((m + 0xfffu + ((m >> 13u) & 1u)) & 0xffffe000u)); }
  let k = u32(round(bitcast<f32>(m) * 16777216.0));
  return bitcast<f32>(s | bitcast<u32>(f32(k) * 5.9604644775390625e-8));
}`,
  },
};
