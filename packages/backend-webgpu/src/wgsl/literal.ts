/** A finite number as a float32 of WGSL. */
export function literal(value: number): string {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? `${text}f`.replace(/^(-?\d+)e/, '$1.0e') : `${text}.0f`;
}

/** A whole number from 0 up as a uint32 of WGSL. */
export function word(value: number): string {
  return `${value}u`;
}
