import * as core from '@pastina/core';
import { cast, compile, type DType, type Expression, parameter } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { between, bothOf, extremes, type Fed, softwareBackend, worstUlp } from '../testing.js';

// Loops of 4,096 elements and more whose last axis is a multiple of 4.

/** Numbers of all kinds, to fill a shape. */
const fed = (shape: readonly number[], dtype: DType = 'float32'): Fed => {
  const length = shape.reduce((a, b) => a * b, 1);
  const some = dtype === 'float32' ? [...extremes, ...between(-9, 9)] : [0, 1, -1, 7, -7, 2147483647, -2147483648, 65537];
  return { data: Array.from({ length }, (_, i) => some[(7 * i) % some.length] as number), shape, dtype };
};

describe('by fours', () => {
  const binary: readonly (readonly [name: string, make: (a: Expression, b: Expression) => Expression, a: readonly number[], b: readonly number[]])[] = [
    ['neighbours', (a, b) => core.sub(a, b), [64, 64], [64, 64]],
    ['a row for all', (a, b) => core.sub(a, b), [64, 64], [64]],
    ['a column for all', (a, b) => core.sub(a, b), [64, 64], [64, 1]],
    ['one number for all', (a, b) => core.sub(a, b), [64, 64], []],
    ['transposed', (a, b) => core.sub(core.transpose(a), b), [64, 128], [128, 64]],
    ['turned around', (a, b) => core.sub(core.flip(a, [0, 1]), b), [64, 64], [64, 64]],
    ['slices that begin at fours, and beside them', (a, b) => core.sub(core.slice(a, [1, 4], [65, 68]), core.slice(b, [0, 3], [64, 67])), [65, 72], [64, 70]],
    ['every other', (a, b) => core.sub(core.slice(a, [0, 0], [128, 128], [2, 2]), b), [128, 128], [64, 64]],
    ['rows that are no fours', (a, b) => core.sub(core.slice(a, [0, 0], [64, 64]), b), [64, 67], [64, 64]],
    ['three axes', (a, b) => core.sub(core.transpose(a, [1, 0, 2]), b), [16, 32, 12], [32, 1, 12]],
    ['a last axis that is none', (a, b) => core.sub(a, b), [64, 66], [66]],
  ];

  test.each(binary)('%s', async (_, make, a, b) => {
    const found = await bothOf(make, [fed(a), fed(b)]);
    expect(worstUlp(found.device, found.reference)).toBe(0);
    const whole = await bothOf(make, [fed(a, 'int32'), fed(b, 'int32')]);
    expect(whole.device).toEqual(whole.reference);
  });

  test('all dtypes, choices, and several results of one loop', async () => {
    for (const dtype of ['float32', 'int32', 'uint32', 'bool', 'float16'] as const) {
      const found = await bothOf((x) => core.where(core.greater(x, 0), cast(cast(x, dtype), 'float32'), core.add(x, 1)), [fed([4096])]);
      expect(worstUlp(found.device, found.reference)).toBe(0);
      const bools = await bothOf((x) => core.equal(cast(x, dtype), cast(core.transpose(x), dtype)), [fed([64, 64])]);
      expect(bools.device).toEqual(bools.reference);
    }
  });

  test('parameters whose size is no multiple of 4 are read to their last element, and written ones hold theirs', async () => {
    const [w, few] = [parameter({ data: Float32Array.from({ length: 4096 }, (_, i) => i), shape: [4096] }, { name: 'w' }), parameter([1, 2, 3, 4, 5, 6], { name: 'few' })];
    const step = compile({ inputs: {}, outputs: {}, updates: new Map([[w, core.add(w, core.slice(few, [5], [6]))]]), backend: await softwareBackend() });
    step({});
    step({});
    expect([...(await w.value()).dataSync()]).toEqual(Array.from({ length: 4096 }, (_, i) => i + 12));
    expect([...(await few.value()).dataSync()]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
