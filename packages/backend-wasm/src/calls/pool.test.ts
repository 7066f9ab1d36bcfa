import * as core from '@pastina/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wasmBackend } from '../index.js';

const wasm = await wasmBackend();

test('pools and their gradients agree with the interpreter, ties and NaN included', () => {
  const setting = fc.integer({ min: 1, max: 3 }).chain((axes) => {
    const each = (min: number, max: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min, max }), { minLength: axes, maxLength: axes });
    return fc.record({ items: fc.integer({ min: 0, max: 2 }), space: each(3, 6), size: each(1, 3), stride: each(1, 3), wide: fc.boolean(), mode: fc.constantFrom('max' as const, 'average-include-pad' as const, 'average-exclude-pad' as const), nan: fc.boolean() });
  });
  fc.assert(fc.property(setting, ({ items, space, size, stride, wide, mode, nan }) => {
    const shape = [items, 2, ...space];
    const x = core.input('x', shape);
    const y = core.pool(x, { size, stride, mode, padding: wide ? size.map((one) => one - 1) : 0 });
    const gradient = core.grad(core.sum(core.mul(y, core.square(y))), x);
    const outputs = { y, gradient, second: core.grad(core.sum(core.mul(gradient, x)), x) };
    const feeds = { x: { data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (nan && i === 3 ? NaN : Math.round(Math.sin(i * 1.3) * 3))), shape } };
    const [found, truth] = [core.compile({ inputs: { x }, outputs, backend: wasm })(feeds), core.compile({ inputs: { x }, outputs })(feeds)];
    for (const name of Object.keys(outputs) as (keyof typeof outputs)[]) {
      const [a, b] = [found[name].dataSync(), truth[name].dataSync()];
      expect(a.length).toBe(b.length);
      b.forEach((value: number, i: number) => (Number.isNaN(value) ? expect(a[i]).toBeNaN() : expect(a[i]).toBeCloseTo(value, 3)));
    }
    if (mode === 'max') expect([...found.y.dataSync()]).toEqual([...truth.y.dataSync()]);
  }), { numRuns: 150 });
});
