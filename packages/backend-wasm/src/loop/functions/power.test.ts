import * as core from '@pastina/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wasmBackend } from '../../index.js';

const wasm = await wasmBackend();

/** f of all pairs, here and by the interpreter. */
function ofPairs(f: (a: core.Expression, b: core.Expression) => core.Expression, left: readonly number[], right: readonly number[], dtype: 'float32' | 'float64' = 'float32'): { readonly a: number; readonly b: number; readonly found: number; readonly truth: number }[] {
  const [a, b] = [core.input('a', [left.length, 1], dtype), core.input('b', [1, right.length], dtype)];
  const array = dtype === 'float32' ? Float32Array : Float64Array;
  const feeds = { a: { data: array.from(left), shape: [left.length, 1] }, b: { data: array.from(right), shape: [1, right.length] } };
  const [found, truth] = [core.evaluate(f(a, b), feeds, { backend: wasm }).dataSync(), core.evaluate(f(a, b), feeds).dataSync()];
  return left.flatMap((x, i) => right.map((y, j) => ({ a: x, b: y, found: found[i * right.length + j] as number, truth: truth[i * right.length + j] as number })));
}

const extremes = [0, -0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 1e-45, -1e-45, 1e38, -1e38, 1.0000001, 0.9999999, 1023, 1024, 1025, -1025, 16777215, -16777215, 3e9, 1.5, -1.5, Infinity, -Infinity, NaN];

describe('pow and mod are those of the interpreter', () => {
  for (const [name, f] of [['pow', core.pow], ['mod', core.mod]] as const) {
    test(`${name} of all pairs of extremes, signs of zero included`, () => {
      for (const { a, b, found, truth } of ofPairs(f, extremes, extremes)) expect(Object.is(found, truth), `${name}(${a}, ${b}) = ${found}, expected ${truth}`).toBe(true);
    });

    test(`${name} of any numbers`, () => {
      const numbers = fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 9 });
      const small = fc.array(fc.oneof(fc.integer({ min: -40, max: 40 }), fc.float({ min: -30, max: 30, noNaN: true })), { minLength: 1, maxLength: 9 });
      fc.assert(fc.property(fc.oneof(numbers, small), fc.oneof(numbers, small), (left, right) => {
        // Both round once from float64, where they may differ in the last bits.
        for (const { a, b, found, truth } of ofPairs(f, left, right)) if (!Object.is(found, truth)) expect(Math.abs(found - truth), `${name}(${a}, ${b})`).toBeLessThanOrEqual(Math.abs(truth) * 1.2e-7);
      }), { numRuns: 400 });
    });
  }

  test('float64: whole exponents and remainders to the bit, other powers as near as the interpreter comes', () => {
    const numbers = fc.array(fc.oneof(fc.constantFrom(...extremes, 1e300, -1e-310, 5e-324), fc.double(), fc.double({ min: -20, max: 20 })), { minLength: 1, maxLength: 9 });
    fc.assert(fc.property(numbers, numbers, (left, right) => {
      for (const { a, b, found, truth } of ofPairs(core.mod, left, right, 'float64')) expect(Object.is(found, truth), `mod(${a}, ${b}) = ${found}, expected ${truth}`).toBe(true);
      for (const { a, b, found, truth } of ofPairs(core.pow, left, right, 'float64')) {
        if (Object.is(found, truth)) continue;
        // The interpreter's e^(b ln a) multiplies the rounding of ln a by b; beside the largest numbers one of the two may be infinite.
        expect(Number.isInteger(b) && Math.abs(b) <= 1024, `pow(${a}, ${b}) = ${found}, expected ${truth}`).toBe(false);
        const [x, y] = [Math.log(Math.abs(found)), Math.log(Math.abs(truth))];
        const edge = (size: number): boolean => size > 709.7 || size < -708;
        if (!(edge(x) && edge(y))) expect(Math.abs(found - truth) / Math.abs(truth), `pow(${a}, ${b})`).toBeLessThanOrEqual((Math.abs(b * Math.log(Math.abs(a))) + 2) * 2.3e-16);
        expect(Math.sign(found)).toBe(Math.sign(truth));
      }
    }), { numRuns: 500 });
  });

  test('the table of IEEE 754, where the interpreter keeps to it', () => {
    const rows: readonly (readonly [number, number, number])[] = [
      [NaN, 0, 1], [0, 0, 1], [Infinity, -0, 1], [-2, 3, -8], [-2, 2, 4], [-2, -1, -0.5], [-2, 0.3, NaN], [0, -1, Infinity], [-0, -1, -Infinity], [-0, -2, Infinity], [-0, 3, -0], [-0, 4, 0],
      [0.5, Infinity, 0], [2, Infinity, Infinity], [0.5, -Infinity, Infinity], [2, -Infinity, 0], [Infinity, 2, Infinity], [Infinity, -2, 0], [-Infinity, 3, -Infinity], [-Infinity, 2, Infinity], [-Infinity, -3, -0],
      [NaN, 1, NaN], [2, NaN, NaN], [9, 0.5, 3], [-9, 0.5, NaN], [2, -149, 1.401298464324817e-45], [2, -150, 0], [2, 127, 1.7014118346046923e38], [2, 128, Infinity], [-2, 129, -Infinity],
    ];
    for (const [a, b, y] of rows) expect(ofPairs(core.pow, [a], [b])[0]?.found, `pow(${a}, ${b})`).toBe(y);
  });
});
