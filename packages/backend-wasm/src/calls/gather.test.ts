import * as core from '@pastina/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wasmBackend } from '../index.js';

const wasm = await wasmBackend();
const numbers = (shape: readonly number[]): { data: Float32Array; shape: readonly number[] } => ({ data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.round(Math.sin(i) * 9)), shape });

describe('gather, scatterAdd and concat', () => {
  test('are exactly those of the interpreter, along any axis, with batches, and gradients', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), fc.nat(3), fc.nat(2), fc.integer({ min: 0, max: 5 }), fc.constantFrom('float32' as const, 'int32' as const, 'float64' as const), (shape, a, b, count, dtype) => {
      const axis = a % shape.length;
      const batchAxes = Math.min(b, axis);
      const x = core.input('x', shape, dtype);
      const indexShape = [...shape.slice(0, batchAxes), count];
      const k = core.input('k', indexShape, 'int32');
      const picked = core.gather(x, k, { axis, batchAxes });
      const outputs = {
        picked, added: core.scatterAdd(x, k, core.mul(picked, picked), { axis, batchAxes }), both: core.concat([x, core.mul(x, 2), x], axis), flipped: core.concat([core.flip(x, axis), x], axis),
        ...(dtype === 'int32' ? {} : { slope: core.grad(core.sum(core.mul(picked, core.square(picked))), x) }),
      };
      const feeds = { x: { ...numbers(shape), data: [...numbers(shape).data] }, k: { data: Int32Array.from({ length: indexShape.reduce((p, q) => p * q, 1) }, (_, i) => (i * 7) % (shape[axis] as number)), shape: indexShape } };
      const data = dtype === 'int32' ? Int32Array.from(feeds.x.data) : dtype === 'float64' ? Float64Array.from(feeds.x.data) : Float32Array.from(feeds.x.data);
      const given = { ...feeds, x: { data, shape } };
      const [found, truth] = [core.compile({ inputs: { x, k }, outputs, backend: wasm })(given), core.compile({ inputs: { x, k }, outputs })(given)];
      for (const name of Object.keys(outputs) as (keyof typeof outputs)[]) expect(found[name]?.toArray(), name).toEqual(truth[name]?.toArray());
    }), { numRuns: 120 });
  });

  test('pad: before, after, and between neighbours', () => {
    const axis = fc.record({ size: fc.integer({ min: 0, max: 4 }), before: fc.integer({ min: 0, max: 2 }), after: fc.integer({ min: 0, max: 2 }), step: fc.integer({ min: 1, max: 3 }) });
    fc.assert(fc.property(fc.array(axis, { minLength: 1, maxLength: 3 }), fc.integer({ min: -2, max: 2 }), (axes, value) => {
      const shape = axes.map(({ size }) => size);
      const x = core.input('x', shape);
      const outputs = { y: core.pad(x, axes.map(({ before, after }) => [before, after] as const), value), ...(shape.includes(0) ? {} : { slope: core.grad(core.sum(core.square(core.slice(core.pad(x, axes.map(({ before }) => [before, 2])), axes.map(({ before }) => before), axes.map(() => null), axes.map(({ step }) => step)))), x) }) };
      const [found, truth] = [core.compile({ inputs: { x }, outputs, backend: wasm })({ x: numbers(shape) }), core.compile({ inputs: { x }, outputs })({ x: numbers(shape) })];
      for (const name of Object.keys(outputs) as (keyof typeof outputs)[]) expect(found[name]?.toArray(), name).toEqual(truth[name]?.toArray());
    }), { numRuns: 150 });
  });

  test('an index out of range is the same error, and nothing has changed', () => {
    const p = core.parameter([1, 2, 3]);
    const k = core.input('k', ['n'], 'int32');
    for (const make of [(): core.Expression => core.gather(p, k), (): core.Expression => core.scatterAdd(p, k, core.cast(k, 'float32'))]) {
      const run = (backend?: core.Backend): string => {
        try {
          core.compile({ inputs: { k }, outputs: { y: make() }, updates: new Map([[p, core.mul(p, 2)]]), ...(backend === undefined ? {} : { backend }) })({ k: [0, 2, 3, -1] });
        } catch (error) {
          return String(error);
        }
        return 'nothing was thrown';
      };
      expect(run(wasm)).toBe(run());
      expect(run(wasm)).toMatch(/index 3 at position 2/);
    }
    expect(p.valueSync().toArray()).toEqual([1, 2, 3]);
  });
});
