import { evaluate, input } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { restoreCheckpoint, writeCheckpoint } from '../checkpoints.js';
import { type FitNormalizationOptions, fitNormalization, normalization, type Column } from '../index.js';

const of = (data: Column, options?: FitNormalizationOptions): unknown => {
  const { mean, std } = fitNormalization(data, options);
  return [mean.valueSync().toArray(), std.valueSync().toArray()];
};

describe('fitNormalization', () => {
  it('takes means over items, over all, or over axes', () => {
    expect(of([[1, 10], [3, 30]])).toEqual([[2, 20], [1, 10]]);
    expect(of([[1, 10], [3, 30]], { axes: 'all' })).toEqual([11, Math.fround(Math.sqrt((100 + 1 + 64 + 361) / 4))]);
    expect(of(Int32Array.of(1, 3))).toEqual([2, 1]);
    expect(of({ data: Uint8Array.of(1, 1, 2, 2, 3, 3, 4, 4), shape: [2, 2, 2] }, { axes: [0, 2] })).toEqual([[[2], [3]], [[1], [1]]]);
    expect(of({ data: Uint8Array.of(1, 5, 2, 6, 3, 7, 4, 8), shape: [2, 2, 2] }, { axes: [0, 1] })).toEqual([[[2.5, 6.5]], [[Math.fround(Math.sqrt(1.25)), Math.fround(Math.sqrt(1.25))]]]);
    expect(of([[1], [3]])).toEqual([[2], [1]]);
  });

  it('gives constant features deviation 1, also those that rounding would tell apart', () => {
    const tenths = new Float64Array(30).fill(0.1);
    expect(of(tenths, { dtype: 'float64' })).toEqual([0.1, 1]);
    expect(of([[7, 1], [7, 3]])).toEqual([[7, 2], [1, 1]]);
    expect(of([[7]])).toEqual([[7], [1]]);
    // a deviation that float32 has not
    expect(of(Float64Array.of(0, 1e-60))).toEqual([0, 1]);
  });

  it('is exact where sums of squares would cancel', () => {
    expect(of(Float64Array.of(1e9, 1e9 + 1, 1e9 + 2), { dtype: 'float64' })).toEqual([1e9 + 1, Math.sqrt(2 / 3)]);
    const [mean, std] = of(Float64Array.from({ length: 10000 }, (_, i) => 1e6 + (i % 2)), { dtype: 'float64' }) as [number, number];
    expect([mean, std]).toEqual([1000000.5, 0.5]);
  });

  it('is an expression there and back, whose parameters go into checkpoints', async () => {
    const data = [[1, 10, 5], [3, 30, 5], [8, 20, 5]];
    const fitted = fitNormalization(data, { name: 'pixels' });
    const other = normalization([3], { name: 'pixels' });
    restoreCheckpoint(await writeCheckpoint({ params: fitted.params }), { params: other.params });
    expect(other.params.map(({ name }) => name)).toEqual(['pixels.mean', 'pixels.std']);
    const x = input('x', ['batch', 3]);
    const normal = evaluate(other.normalize(x), { x: data }).toArray() as number[][];
    for (const k of [0, 1, 2]) {
      const column = normal.map((row) => row[k] as number);
      expect(column.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 5);
      expect(column.reduce((a, b) => a + b * b, 0) / 3).toBeCloseTo(k === 2 ? 0 : 1, 5);
    }
    const back = evaluate(other.denormalize(other.normalize(x)), { x: data }).toArray() as number[][];
    back.forEach((row, i) => row.forEach((value, k) => expect(value).toBeCloseTo((data[i] as number[])[k] as number, 4)));
  });

  it('refuses what has no mean', () => {
    expect(() => of([[1, 2], [3, NaN]])).toThrow('fitNormalization: item 1 holds NaN; expected finite numbers. Leave such items out, or replace what is missing [NOT_FINITE]');
    expect(() => of(Float32Array.of(-Infinity))).toThrow('item 0 holds -Infinity');
    expect(() => of([])).toThrow('fitNormalization: the data have shape [0]; expected at least one item [FIELD_EMPTY]');
    expect(() => of(Float64Array.of(1e300, -1e300))).toThrow("fitNormalization: mean 0 and deviation Infinity of feature 0 do not fit float32; scale the data, or use { dtype: 'float64' } [NOT_FINITE]");
    expect(() => of([[1]], { axes: [1] })).toThrow('fitNormalization: axes [1] leave out axis 0, the items; a mean for each item cannot be used on others [AXIS_RANGE]');
    expect(() => of([[1]], { axes: [0, 2] })).toThrow('fitNormalization: axis 2 of data of shape [1, 1]; expected a whole number from 0 to 1');
    expect(() => of([[1]], { axes: 'rows' as never })).toThrow("fitNormalization: axes is 'rows'; expected 'items', 'all' or a list of axes");
    expect(() => normalization([1], { dtype: 'int32' as never })).toThrow("normalization: dtype is 'int32'; expected 'float32' or 'float64'");
    expect(() => fitNormalization([[1, 2], [3]])).toThrow(/RAGGED/);
  });
});
