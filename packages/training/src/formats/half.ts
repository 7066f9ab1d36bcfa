const word = new DataView(new ArrayBuffer(4));

/** The value of the sixteen bits of a half. */
export function valueOfHalf(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  // 2^-24 is the smallest half; a normal one has 1024 added to its fraction
  return exponent === 0 ? sign * fraction * 5.9604644775390625e-8 : sign * (1024 + fraction) * scaleOf(exponent);
}

function scaleOf(exponent: number): number {
  word.setUint32(0, (exponent - 25 + 127) << 23);
  return word.getFloat32(0);
}

/** The sixteen bits of a value that is a half exactly, as elements of float16 tensors are. */
export function bitsOfHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Infinity) return sign | 0x7c00;
  if (size < 0.00006103515625) return sign | (size * 16777216);
  word.setFloat32(0, size);
  const bits = word.getUint32(0);
  return sign | (((bits >>> 23) - 127 + 15) << 10) | ((bits >>> 13) & 1023);
}

/** The value of the sixteen bits of a bfloat16, the upper half of a float32. */
export function valueOfBfloat(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}
