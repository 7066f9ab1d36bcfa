import { type Helper } from './elementary.js';
import { literal } from './literal.js';

// Threefry-2x32 (J. Salmon et al.), and what draws make of its words: as @pastina/core has them, in float32.

const rotations = [[13, 15, 26, 6], [17, 29, 16, 24]] as const;

/** PPND16 (M. Wichura): numerators and denominators by falling power. */
const centre = [
  [2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513, 133.14166789178438, 3.3871328727963665],
  [5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579, 42.31333070160091, 1],
] as const;
const middle = [
  [0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835],
  [1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038, 2.053191626637759, 1],
] as const;
const tail = [
  [2.0103343992922881e-7, 0.000027115555687434876, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103],
  [2.0442631033899397e-15, 1.421511758316446e-7, 0.000018463183175100548, 0.0007868691311456133, 0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1],
] as const;

const horner = (coefficients: readonly number[], x: string): string => coefficients.map(literal).reduce((sum, coefficient) => `(${sum} * ${x} + ${coefficient})`);
const ratio = ([p, q]: readonly [readonly number[], readonly number[]], x: string): string => `${horner(p, x)} / ${horner(q, x)}`;

const rounds = [0, 1, 2, 3, 4].flatMap((group) => [
  ...(rotations[group % 2] as readonly number[]).map((turn) => `  x += y;\n  y = ((y << ${turn}u) | (y >> ${32 - turn}u)) ^ x;`),
  `  x += keys[${(group + 1) % 3}];\n  y += keys[${(group + 2) % 3}] + ${group + 1}u;`,
]);

export const random: Readonly<Record<string, Helper>> = {
  threefry: {
    code: `fn threefry(key0: u32, key1: u32, counter0: u32, counter1: u32) -> vec2u {
  let keys = array<u32, 3>(key0, key1, key0 ^ key1 ^ 0x1bd11bdau);
  var x = counter0 + keys[0];
  var y = counter1 + keys[1];
${rounds.join('\n')}
  return vec2u(x, y);
}`,
  },
  // The distance of (k + ½) / 2⁵² from the nearer end of (0, 1).
  from_end: {
    code: `fn from_end(words: vec2u) -> f32 {
  let near = select(words, ~words, (words.x & 0x80000000u) != 0u);
  return f32(near.x) * 2.3283064365386963e-10 + (f32(near.y >> 12u) * 2.220446049250313e-16 + 1.1102230246251565e-16);
}`,
  },
  inverse_normal: {
    needs: ['from_end', 'logarithm'],
    code: `fn inverse_normal(words: vec2u) -> f32 {
  let above = (words.x & 0x80000000u) != 0u;
  let near = select(words, ~words, above);
  let q = f32(0x80000000u - near.x) * 2.3283064365386963e-10 - (f32(near.y >> 12u) * 2.220446049250313e-16 + 1.1102230246251565e-16);
  var size: f32;
  if (q <= 0.425) {
    let r = 0.180625 - q * q;
    size = q * (${ratio(centre, 'r')});
  } else {
    let depth = sqrt(-logarithm(from_end(words)));
    if (depth <= 5.0) {
      let r = depth - 1.6;
      size = ${ratio(middle, 'r')};
    } else {
      let r = depth - 5.0;
      size = ${ratio(tail, 'r')};
    }
  }
  return select(-size, size, above);
}`,
  },
  gumbel: {
    needs: ['from_end', 'logarithm', 'log1p'],
    code: `fn gumbel(words: vec2u) -> f32 {
  let p = from_end(words);
  if ((words.x & 0x80000000u) != 0u) { return -logarithm(-log1p(-p)); }
  return -logarithm(-logarithm(p));
}`,
  },
};
