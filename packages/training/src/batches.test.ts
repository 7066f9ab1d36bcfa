import { InputError, ShapeError } from '@pastina/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batches } from './batches.js';

const data = { x: { data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), shape: [5, 2] }, y: Int32Array.of(0, 1, 2, 3, 4), z: [[0], [1], [2], [3], [4]] };

describe('batches', () => {
  it('keeps order, names and kinds', () => {
    const all = batches(data, { batchSize: 2 });
    expect([all.length, all.items]).toEqual([3, 5]);
    expect([...all]).toEqual([
      { x: { data: Float32Array.of(0, 1, 2, 3), shape: [2, 2] }, y: Int32Array.of(0, 1), z: [[0], [1]] },
      { x: { data: Float32Array.of(4, 5, 6, 7), shape: [2, 2] }, y: Int32Array.of(2, 3), z: [[2], [3]] },
      { x: { data: Float32Array.of(8, 9), shape: [1, 2] }, y: Int32Array.of(4), z: [[4]] },
    ]);
    expect([...batches(data, { batchSize: 2, dropLast: true })]).toHaveLength(2);
    expect([...all][0]?.x.data.buffer).toBe(data.x.data.buffer);
  });

  it('shuffled: each item once, all fields alike, the same order for the same seed and epoch', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 7 }), fc.nat(4294967295), fc.nat(100), (count, batchSize, seed, epoch) => {
      const x = Float32Array.from({ length: 3 * count }, (_, i) => Math.floor(i / 3));
      const y = Uint8Array.from({ length: count }, (_, i) => i);
      const run = (): number[] => [...batches({ x: { data: x, shape: [count, 3] }, y }, { batchSize, shuffle: true, seed, epoch })].flatMap((batch) => {
        batch.y.forEach((item, i) => expect([...batch.x.data.subarray(3 * i, 3 * i + 3)]).toEqual([item, item, item]));
        return [...batch.y];
      });
      const order = run();
      expect([...order].sort((a, b) => a - b)).toEqual([...y]);
      expect(run()).toEqual(order);
    }), { numRuns: 50 });
  });

  it('has another order for another seed or epoch', () => {
    const y = Int32Array.from({ length: 50 }, (_, i) => i);
    const order = (seed: number, epoch: number): number[] => [...batches({ y }, { batchSize: 50, shuffle: true, seed, epoch })].flatMap((batch) => [...batch.y]);
    expect(order(0, 0)).not.toEqual(order(0, 1));
    expect(order(0, 1)).not.toEqual(order(1, 0));
  });

  it.each([
    [{}, {}, InputError, /no fields/],
    [{ ...data, y: Int32Array.of(1) }, {}, ShapeError, /field 'y' has 1 items, but 'x' has 5/],
    [{ x: { data: new Float32Array(3), shape: [2, 2] } }, {}, ShapeError, /field 'x' has 3 elements, which do not fill its shape \[2, 2\]/],
    [{ x: 3 }, {}, InputError, /field 'x' is number; expected a typed array/],
    [{ x: [] }, {}, ShapeError, /field 'x' has no items/],
    [data, { batchSize: 0 }, InputError, /batchSize is 0; expected a whole number from 1 up/],
    [data, { batchsize: 2 }, InputError, /did you mean 'batchSize'/],
    [data, { batchSize: 9, dropLast: true }, InputError, /5 items do not fill one batch of 9/],
    [data, { seed: -1 }, InputError, /seed is -1; expected a whole number from 0 to 4294967295/],
  ])('refuses %o with %o', (fields, options, kind, message) => {
    const make = (): unknown => batches(fields as never, { batchSize: 2, ...options });
    expect(make).toThrow(kind as never);
    expect(make).toThrow(message);
  });
});
