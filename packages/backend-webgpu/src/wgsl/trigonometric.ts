import { polynomial, type Helper } from './elementary.js';

// S. Moshier's Cephes in float32; large angles by the bits of 2/π (M. Payne, R. Hanek).

const sinTail = [-1.6666654611e-1, 8.3321608736e-3, -1.9515295891e-4];
const cosTail = [4.166664568298827e-2, -1.388731625493765e-3, 2.443315711809948e-5];
const asinTail = [1.6666752422e-1, 7.4953002686e-2, 4.5470025998e-2, 2.4181311049e-2, 4.2163199048e-2];
const atanTail = [-3.33329491539e-1, 1.99777106478e-1, -1.38776856032e-1, 8.05374449538e-2];

export const trigonometric: Readonly<Record<string, Helper>> = {
  high_product: {
    code: `fn high_product(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let first = (a & 0xffffu) * (b >> 16u);
  let second = (a >> 16u) * (b & 0xffffu);
  let carried = (low >> 16u) + (first & 0xffffu) + (second & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (first >> 16u) + (second >> 16u) + (carried >> 16u);
}`,
  },
  two_over_pi: {
    code: `var<private> two_over_pi_words = array<u32, 8>(0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu);
fn two_over_pi(bit: u32) -> u32 {
  let high = two_over_pi_words[bit >> 5u];
  if ((bit & 31u) == 0u) { return high; }
  return (high << (bit & 31u)) | (two_over_pi_words[(bit >> 5u) + 1u] >> (32u - (bit & 31u)));
}`,
  },
  // The rest of an angle after its quarter turns, and how many of them modulo 4.
  quarter_turns: {
    needs: ['high_product', 'two_over_pi'],
    code: `struct Angle { rest: f32, quarters: u32 }
fn quarter_turns(x: f32) -> Angle {
  if (abs(x) < 1000.0) {
    let n = round(x * 0.636619772);
    return Angle(((x - n * 1.5703125) - n * 4.837512969970703e-4) - n * 7.54978995489188216e-8, u32(i32(n)) & 3u);
  }
  let bits = bitcast<u32>(x);
  let mantissa = (bits & 0x7fffffu) | 0x800000u;
  // The mantissa times 96 bits of 2/π, from the one that counts two quarters on: modulo four quarters.
  let first = ((bits >> 23u) & 255u) - 120u;
  let low = two_over_pi(first + 64u);
  let middle = two_over_pi(first + 32u);
  let tail = mantissa * middle;
  let second = tail + high_product(mantissa, low);
  let top = mantissa * two_over_pi(first) + high_product(mantissa, middle) + select(0u, 1u, second < tail);
  var quarters = top >> 30u;
  var fraction = vec2u((top << 2u) | (second >> 30u), second << 2u);
  let over = (fraction.x & 0x80000000u) != 0u;
  if (over) {
    quarters += 1u;
    fraction = ~fraction;
  }
  let rest = (f32(fraction.x) * 2.3283064365386963e-10 + f32(fraction.y) * 5.421010862427522e-20) * 1.57079633;
  let turned = select(rest, -rest, over);
  if ((bits & 0x80000000u) != 0u) { return Angle(-turned, (4u - quarters) & 3u); }
  return Angle(turned, quarters & 3u);
}`,
  },
  sine_of: { code: `fn sine_of(r: f32) -> f32 {\n  let z = r * r;\n  return r + (r * z) * ${polynomial('z', sinTail)};\n}` },
  cosine_of: { code: `fn cosine_of(r: f32) -> f32 {\n  let z = r * r;\n  return (1.0 - 0.5 * z) + (z * z) * ${polynomial('z', cosTail)};\n}` },
  sine: {
    needs: ['is_finite', 'nan', 'quarter_turns', 'sine_of', 'cosine_of'],
    code: 'fn sine(x: f32) -> f32 {\n  if (!is_finite(x)) { return nan(); }\n  if (abs(x) < 1e-4) { return x; }\n  let angle = quarter_turns(x);\n  let size = select(sine_of(angle.rest), cosine_of(angle.rest), (angle.quarters & 1u) == 1u);\n  return select(size, -size, angle.quarters >= 2u);\n}',
  },
  cosine: {
    needs: ['is_finite', 'nan', 'quarter_turns', 'sine_of', 'cosine_of'],
    code: 'fn cosine(x: f32) -> f32 {\n  if (!is_finite(x)) { return nan(); }\n  let angle = quarter_turns(x);\n  let size = select(cosine_of(angle.rest), sine_of(angle.rest), (angle.quarters & 1u) == 1u);\n  return select(size, -size, angle.quarters == 1u || angle.quarters == 2u);\n}',
  },
  tangent: {
    needs: ['is_finite', 'nan', 'quarter_turns', 'sine_of', 'cosine_of'],
    code: 'fn tangent(x: f32) -> f32 {\n  if (!is_finite(x)) { return nan(); }\n  if (abs(x) < 1e-4) { return x; }\n  let angle = quarter_turns(x);\n  let s = sine_of(angle.rest);\n  let c = cosine_of(angle.rest);\n  if ((angle.quarters & 1u) == 1u) { return -c / s; }\n  return s / c;\n}',
  },
  arc_sine_near: { code: `fn arc_sine_near(x: f32) -> f32 {\n  let z = x * x;\n  return x + (x * z) * ${polynomial('z', asinTail)};\n}` },
  arc_sine: {
    needs: ['nan', 'arc_sine_near'],
    code: 'fn arc_sine(x: f32) -> f32 {\n  let size = abs(x);\n  if (!(size <= 1.0)) { return nan(); }\n  if (size <= 0.5) { return arc_sine_near(x); }\n  let large = 1.57079633 - 2.0 * arc_sine_near(sqrt(0.5 * (1.0 - size)));\n  return select(large, -large, x < 0.0);\n}',
  },
  arc_cosine: {
    needs: ['nan', 'arc_sine_near'],
    code: 'fn arc_cosine(x: f32) -> f32 {\n  if (!(abs(x) <= 1.0)) { return nan(); }\n  if (x > 0.5) { return 2.0 * arc_sine_near(sqrt(0.5 * (1.0 - x))); }\n  if (x < -0.5) { return 3.14159265 - 2.0 * arc_sine_near(sqrt(0.5 * (1.0 + x))); }\n  return 1.57079633 - arc_sine_near(x);\n}',
  },
  arc_tangent: {
    needs: ['is_nan'],
    code: `fn arc_tangent(x: f32) -> f32 {
  if (is_nan(x)) { return x; }
  let size = abs(x);
  var base = 0.0;
  var t = size;
  if (size > 2.414213562373095) {
    base = 1.57079633;
    t = select(-1.0 / size, 0.0, size > 3e38);
  } else if (size > 0.4142135623730950) {
    base = 0.78539816;
    t = (size - 1.0) / (size + 1.0);
  }
  let z = t * t;
  let y = base + (t + (t * z) * ${polynomial('z', atanTail)});
  return select(y, -y, (bitcast<u32>(x) & 0x80000000u) != 0u);
}`,
  },
  arc_tangent_2: {
    needs: ['is_nan', 'nan', 'arc_tangent'],
    code: `fn arc_tangent_2(y: f32, x: f32) -> f32 {
  if (is_nan(x) || is_nan(y)) { return nan(); }
  let left = (bitcast<u32>(x) & 0x80000000u) != 0u;
  let below = (bitcast<u32>(y) & 0x80000000u) != 0u;
  let width = abs(x);
  let height = abs(y);
  // Both infinite, or both nothing: the angle of their signs.
  let level = width == height;
  var angle = select(arc_tangent(height / width), select(0.785398163, 0.0, width == 0.0), level);
  if (left) { angle = 3.14159265 - angle; }
  return select(angle, -angle, below);
}`,
  },
  hyperbolic_sine: {
    needs: ['is_nan', 'expm1', 'exponential'],
    code: 'fn hyperbolic_sine(x: f32) -> f32 {\n  let size = abs(x);\n  if (is_nan(x) || size < 1e-4) { return x; }\n  var y: f32;\n  if (size < 9.0) {\n    let t = expm1(size);\n    y = 0.5 * (t + t / (t + 1.0));\n  } else {\n    let h = exponential(0.5 * size);\n    y = (0.5 * h) * h;\n  }\n  return select(y, -y, x < 0.0);\n}',
  },
  hyperbolic_cosine: {
    needs: ['exponential'],
    code: 'fn hyperbolic_cosine(x: f32) -> f32 {\n  let h = exponential(0.5 * abs(x));\n  return (0.5 * h) * h + (0.5 / h) / h;\n}',
  },
};
