import { describe, expect, test } from 'vitest';
import { evaluate } from '../../compile/evaluate.js';
import { constant } from '../../graph/constant.js';
import { type DType } from '../../graph/dtype.js';
import { input } from '../../graph/input.js';
import { type Expression } from '../../graph/node.js';
import { substitute } from '../../graph/substitute.js';
import { inverseNormal } from '../../random/inverseNormal.js';
import { logarithm } from '../../random/logarithm.js';
import { setRandomStream } from '../../random/stream.js';
import { openUnit, unitOf } from '../../random/unit.js';
import { bits, bound, ulpsFloat32 } from '../../testing.js';
import * as ops from '../index.js';
import { randomSplit } from './split.js';
import { randomStateNode } from './state.js';

const { randomBernoulli, randomCategorical, randomNormal, randomUniform } = ops;
const drawn = (e: Expression, seed = 0): unknown => evaluate(e, {}, { seed }).toArray();

describe('known bits, computed by another program', () => {
  test('uniform', () => {
    expect(drawn(randomUniform([3], { stream: 0 }))).toEqual([0.4184570908546448, 0.21629542112350464, 0.96532142162323]);
    expect(drawn(randomUniform([3], { stream: 5 }), 1)).toEqual([0.491136372089386, 0.7463204264640808, 0.040681540966033936]);
    expect(drawn(randomUniform([3], { stream: 5, dtype: 'float64' }), 1)).toEqual([0.4911363944746825, 0.7463204316447193, 0.040681553578125085]);
    expect(drawn(randomUniform([3], { stream: 5, dtype: 'float16' }), 1)).toEqual([0.49072265625, 0.74609375, 0.04052734375]);
  });

  test('normal', () => {
    expect(ulpsFloat32(drawn(randomNormal([3], { stream: 0 }), 1) as readonly number[], [0.53577721118927, 1.3385601043701172, 1.6821608543395996])).toBeLessThanOrEqual(bound(0, 8));
    expect(ulpsFloat32(drawn(randomNormal([3], { stream: 5 }), 1) as readonly number[], [-0.022219592705368996, 0.6629553437232971, -1.7428312301635742])).toBeLessThanOrEqual(bound(0, 8));
  });

  test('split, categorical and a choice of rows', () => {
    expect(String(drawn(randomSplit(randomStateNode(), 3, 7), 1))).toMatchInlineSnapshot(`"1685217600,2929051943,2374286167,901917325,2022448925,1584806109"`);
    const weights = ops.broadcastTo(constant([1, 2, 3, 4]), [12, 4]);
    expect(String(drawn(randomCategorical(weights, { stream: 2 }), 1))).toMatchInlineSnapshot(`"3,3,3,3,1,1,2,0,0,2,1,3"`);
    expect(String(drawn(randomBernoulli([8], { p: 0.5, stream: 2, dtype: 'int32' }), 1))).toMatchInlineSnapshot(`"1,1,1,1,1,1,0,0"`);
  });
});

describe('from words to numbers', () => {
  const ones = 0xffffffff;
  test('the uniform of a dtype has all of its bits, and never reaches 1', () => {
    for (const [dtype, most] of [['float16', 1 - 2 ** -11], ['float32', 1 - 2 ** -24], ['float64', 1 - 2 ** -53]] as const) {
      expect([unitOf(dtype)(0, 0), unitOf(dtype)(ones, ones)]).toEqual([0, most]);
    }
  });

  test('inverseNormal is symmetric, finite at both ends, and agrees with published quantiles', () => {
    for (const [first, second] of [[0, 0], [1, 0], [0x12345678, 0x9abcdef0], [0x7fffffff, ones]] as const) {
      expect(inverseNormal(openUnit(~first >>> 0, ~second >>> 0))).toBe(-inverseNormal(openUnit(first, second)));
    }
    expect(inverseNormal(openUnit(0, 0))).toBeCloseTo(-8.209536151601386, 13);
    for (const [p, z] of [[0.5, 0], [0.3, -0.5244005127080407], [0.025, -1.9599639845400538], [1e-6, -4.753424308822899], [1e-12, -7.034483825301132]] as const) expect(inverseNormal(p)).toBeCloseTo(z, 14);
  });

  test('the logarithm is within two units of the engine’s', () => {
    for (let x = 1e-17; x < 50; x *= 1.007) expect(Math.abs(logarithm(x) - Math.log(x))).toBeLessThanOrEqual(2 * 2 ** -52 * Math.abs(Math.log(x)));
    expect(logarithm(1)).toBe(0);
  });
});

describe('what a draw depends on', () => {
  test('element i on the stream and i alone: a larger batch begins with the smaller one', () => {
    const x = input('x', ['batch', 2]);
    const rows = (n: number): number[][] => Array.from({ length: n }, () => [0, 0]);
    for (const make of [randomUniform, randomNormal]) {
      const draw = ops.add(x, make(x.shape, { stream: 3 }));
      expect((evaluate(draw, { x: rows(9) }).toArray() as number[][]).slice(0, 4)).toEqual(evaluate(draw, { x: rows(4) }).toArray());
    }
    expect(randomUniform(['batch', 2], { stream: 3 })).toBe(randomUniform(x.shape, { stream: 3 }));
    expect((drawn(randomUniform([6], { stream: 3 })) as number[])).toEqual((drawn(randomUniform([3, 2], { stream: 3 })) as number[][]).flat());
  });

  test('a narrower dtype is the wider one cut off, and a mask is the same in every dtype', () => {
    const wide = drawn(randomUniform([50], { stream: 4, dtype: 'float64' })) as number[];
    expect(drawn(randomUniform([50], { stream: 4 }))).toEqual(wide.map((u) => Math.floor(u * 2 ** 24) / 2 ** 24));
    expect(drawn(randomUniform([50], { stream: 4, dtype: 'float16' }))).toEqual(wide.map((u) => Math.floor(u * 2 ** 11) / 2 ** 11));
    const masks = (['float32', 'float64', 'float16', 'int32', 'bool'] as const).map((dtype) => drawn(randomBernoulli([50], { p: 0.3, stream: 4, dtype })));
    for (const mask of masks) expect(mask).toEqual(masks[0]);
  });

  test('draws count as they are constructed; the same stream is the same node', () => {
    setRandomStream(100);
    const [a, b] = [randomUniform([2]), randomUniform([2])];
    expect(a).not.toBe(b);
    expect([randomUniform([2], { stream: 100 }), randomUniform([2], { stream: 101 })]).toEqual([a, b]);
    setRandomStream(4294967295);
    expect([randomNormal([2]), randomNormal([2])]).toEqual([randomNormal([2], { stream: 4294967295 }), randomNormal([2], { stream: 0 })]);
  });

  test('seeds of any size, negative ones too; each its own numbers', () => {
    const seeds = [0, 1, -1, 4294967295, 4294967296, -4294967296, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    expect(new Set(seeds.map((seed) => String(drawn(randomUniform([2], { stream: 0 }), seed)))).size).toBe(seeds.length);
  });

  test('another state can stand for the leaf: each row of a split draws its own', () => {
    const draw = randomUniform([4], { stream: 9 });
    const states = randomSplit(randomStateNode(), 3, 1);
    const row = (i: number): Expression => substitute(draw, new Map([[randomStateNode(), ops.reshape(ops.slice(states, [i, 0], [i + 1, 2]), [2])]]));
    const rows = [draw, row(0), row(1), row(2)].map((e) => String(drawn(e, 5)));
    expect(new Set(rows).size).toBe(4);
    expect(drawn(substitute(draw, new Map([[randomStateNode(), constant([5, 0], 'uint32')]])))).toEqual(drawn(draw, 5));
    expect((drawn(randomSplit(randomStateNode(), 5, 1), 5) as unknown[]).slice(0, 3)).toEqual(drawn(states, 5));
  });
});

describe('ranges', () => {
  test('high is never reached, also where the sum rounds up to it', () => {
    for (const dtype of ['float16', 'float32', 'float64'] as readonly DType[]) {
      const near = dtype === 'float16' ? 1024 : dtype === 'float32' ? 2 ** 23 : 2 ** 52;
      for (const [low, high] of [[0, 3], [-1e-4, 1e-4], [near, near + 1], [-near - 1, -near], [1, 1 + 3 * (1 / near)]] as const) {
        const values = evaluate(randomUniform([4000], { low, high, dtype, stream: 1 })).dataSync();
        const ends = evaluate(constant([low, high], dtype)).dataSync();
        for (const value of values) expect(value >= (ends[0] as number) && value < (ends[1] as number)).toBe(true);
      }
    }
  });

  test('bounds and moments may be expressions that broadcast', () => {
    const low = input('low', [2, 1], 'float64');
    const u = evaluate(randomUniform([2, 500], { low, high: 11, stream: 1 }), { low: [[0], [10]] });
    expect(u.dtype).toBe('float64');
    const rows = u.toArray() as number[][];
    expect([Math.min(...(rows[0] as number[])) < 1, Math.min(...(rows[1] as number[])) >= 10, Math.max(...rows.flat()) < 11]).toEqual([true, true, true]);
  });

  test('NaN goes through', () => {
    const high = constant([NaN, 1]);
    expect(bits(evaluate(randomUniform([2], { high, stream: 0 })).dataSync())[0]).toBe('NaN');
    expect(bits(evaluate(randomNormal([2], { mean: high, stream: 0 })).dataSync())[0]).toBe('NaN');
  });
});
