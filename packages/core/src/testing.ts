import { compile } from './compile/compile.js';
import { getDefaultBackend } from './compile/defaultBackend.js';
import { evaluate } from './compile/evaluate.js';
import { PastinaError } from './errors.js';
import { grad } from './gradient/grad.js';
import { input } from './graph/input.js';
import { type Expression } from './graph/node.js';
import { type DType, type TypedArray } from './graph/dtype.js';
import { add, mul, pow, sum } from './ops/index.js';
import { constant } from './graph/constant.js';

// Helpers of this package's tests; not exported, not shipped.

/** A bound, where the WebGPU backend has one of its own: it computes in float32 throughout (docs/numerics.md). */
export function bound(usual: number, onWebgpu: number): number {
  return getDefaultBackend().name === 'webgpu' ? onWebgpu : usual;
}

/** Bits of floats as text, so that -0, NaN and the last bit show. */
export function bits(data: TypedArray): readonly string[] {
  return Array.from(data, (x) => (Object.is(x, -0) ? '-0' : String(x)));
}

/** Values of a function of one vector. */
export function valuesOf(make: (x: Expression) => Expression, x: readonly number[], dtype: DType = 'float64'): TypedArray {
  const variable = input('x', [x.length], dtype);
  return evaluate(make(variable), { x: [...x] }).dataSync();
}

/**
 * The n-th derivative of Σ w·f(x) along the vector, by `grad` and by central differences of the
 * derivative before it, in float64.
 */
export function derivatives(make: (x: Expression) => Expression, x: readonly number[], order: number): { readonly byGrad: readonly number[]; readonly byDifference: readonly number[] } {
  const variable = input('x', [x.length], 'float64');
  const weights = constant(x.map((_, i) => 1 + 0.25 * i), 'float64');
  const scalar = (e: Expression): Expression => (e.rank === 0 ? e : sum(e.rank === 1 && e.shape[0] === x.length ? mul(e, weights) : e));
  // The fifth power keeps every order connected.
  let before = add(scalar(make(variable)), mul(sum(pow(variable, 5)), 0.1));
  for (let i = 1; i < order; i += 1) before = scalar(grad(before, variable));
  const f = compile({ inputs: { x: variable }, outputs: { value: before, slope: grad(before, variable) } });
  const h = 1e-5;
  const byDifference = x.map((_, i) => {
    const at = (step: number): number => f({ x: x.map((value, k) => (k === i ? value + step : value)) }).value.item();
    return (at(h) - at(-h)) / (2 * h);
  });
  return { byGrad: [...f({ x: [...x] }).slope.dataSync()], byDifference };
}

/** The largest error of `found` in units in the last place of float32 at `scale`. */
export function ulpsFloat32(found: ArrayLike<number>, truth: ArrayLike<number>, scale?: number): number {
  let worst = 0;
  for (let i = 0; i < truth.length; i += 1) {
    const [a, b] = [found[i] as number, truth[i] as number];
    if (Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    if (!Number.isFinite(a) || !Number.isFinite(b)) return Infinity;
    const size = Math.max(Math.abs(b), scale ?? 0, 1.1754943508222875e-38);
    const spacing = Math.fround(size) === 0 ? 1.4e-45 : ulpAt(size);
    worst = Math.max(worst, Math.abs(a - b) / spacing);
  }
  return worst;
}

function ulpAt(size: number): number {
  const [word] = new Uint32Array(new Float32Array([size]).buffer) as unknown as [number];
  const [next] = new Float32Array(new Uint32Array([word + 1]).buffer) as unknown as [number];
  return next - Math.fround(size);
}

/** The error of a wrong program, as its reader sees it; the test's own line is cut, so that it may move. */
export function errorOf(wrong: () => unknown): string {
  try {
    wrong();
  } catch (error) {
    if (error instanceof PastinaError) return `${error.name}: ${error.message}`.replace(/ ?\(at [^)]*\)/, ' (at …)').replace(/line: +\S+/, 'line: …');
    throw error;
  }
  throw new Error('no error was thrown');
}
