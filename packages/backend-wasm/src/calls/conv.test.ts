import * as core from '@pastina/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wasmBackend } from '../index.js';

const wasm = await wasmBackend();
const fill = (shape: readonly number[], seed: number): { data: Float32Array; shape: readonly number[] } => ({ data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 1.3 + seed)), shape });

test('conv and all its gradients agree with the interpreter: any axes, groups, strides, dilations, padding, flipped or not', () => {
  const setting = fc.integer({ min: 1, max: 3 }).chain((axes) => {
    const each = (min: number, max: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min, max }), { minLength: axes, maxLength: axes });
    return fc.record({ items: fc.integer({ min: 0, max: 3 }), groups: fc.integer({ min: 1, max: 2 }), channels: fc.integer({ min: 1, max: 3 }), filters: fc.integer({ min: 1, max: 6 }), space: each(5, 7), window: each(1, 3), stride: each(1, 3), dilation: each(1, 2), padding: each(0, 2), flipFilters: fc.boolean() });
  });
  fc.assert(fc.property(setting, ({ items, groups, channels, filters, space, window, stride, dilation, padding, flipFilters }) => {
    const shapes = { x: [items, groups * channels, ...space], w: [groups * filters, channels, ...window] };
    const [x, w] = [core.input('x', shapes.x), core.input('w', shapes.w)];
    const y = core.conv(x, w, { groups, stride, dilation, padding, flipFilters });
    const cost = core.sum(core.square(y));
    const [gx, gw] = core.grad(cost, [x, w]) as [core.Expression, core.Expression];
    const outputs = { y, gx, gw, second: core.grad(core.sum(core.square(gw)), x) };
    const feeds = { x: fill(shapes.x, 1), w: fill(shapes.w, 2) };
    const [found, truth] = [core.compile({ inputs: { x, w }, outputs, backend: wasm })(feeds), core.compile({ inputs: { x, w }, outputs })(feeds)];
    for (const name of Object.keys(outputs) as (keyof typeof outputs)[]) {
      const [a, b] = [found[name].dataSync(), truth[name].dataSync()];
      const scale = Math.max(1, ...b);
      expect(a.length).toBe(b.length);
      b.forEach((value: number, i: number) => expect(Math.abs((a[i] as number) - value) / scale).toBeLessThan(name === 'second' ? 5e-4 : 2e-5));
    }
  }), { numRuns: 80 });
});

test('a transposed operand is right too', () => {
  const x = core.input('x', [2, 5, 5, 3]);
  const y = core.conv(core.transpose(x, [0, 3, 1, 2]), core.ones([2, 3, 2, 2]));
  const feeds = { x: fill([2, 5, 5, 3], 1) };
  const [found, truth] = [core.evaluate(y, feeds, { backend: wasm }).dataSync(), core.evaluate(y, feeds).dataSync()];
  truth.forEach((value: number, i: number) => expect(found[i]).toBeCloseTo(value, 5));
});
