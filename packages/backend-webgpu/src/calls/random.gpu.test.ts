import { compile, cumLogSumExp, cumProd, cumSum, argSort, type Expression, grad, randomBernoulli, randomCategorical, randomNormal, randomUniform, referenceBackend, sort, square, sum, topK, exp, constant, log } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { between, bothOf, softwareBackend } from '../testing.js';

const drawn = async (make: () => Expression, seed: number) => {
  const y = make();
  const [device, reference] = [compile({ inputs: {}, outputs: { y }, seed, backend: await softwareBackend() }), compile({ inputs: {}, outputs: { y }, seed, backend: referenceBackend() })];
  return { device: [await device({}).y.data(), await device({}).y.data()] as const, reference: [reference({}).y.dataSync(), reference({}).y.dataSync()] as const };
};

describe('draws', () => {
  test('uniform and bernoulli have the bits of the reference interpreter, call by call', async () => {
    for (const make of [() => randomUniform([1000]), () => randomUniform([70], { dtype: 'float16' }), () => randomBernoulli([300], { p: 0.3 })]) {
      const { device, reference } = await drawn(make, 7);
      expect(device).toEqual(reference);
      expect(device[0]).not.toEqual(device[1]);
    }
  });

  test('normal draws within a few units of the last place, tails too', async () => {
    const { device, reference } = await drawn(() => randomNormal([200_000]), 3);
    reference[0].forEach((value: number, i: number) => {
      if (Math.abs((device[0][i] as number) - value) > 1e-6 * Math.max(Math.abs(value), 1e-3)) throw new Error(`${i}: ${device[0][i]} for ${value}`);
    });
    expect(Array.from(device[0]).some((value) => value > 4)).toBe(true);
  });

  test('categorical draws choose as the reference interpreter', async () => {
    const { device, reference } = await drawn(() => randomCategorical(constant(Array.from({ length: 500 }, () => [0.2, 0, 0.5, 0.3]))), 5);
    expect(device).toEqual(reference);
  });
});

describe('running values', () => {
  const shape = [3, 40, 2];
  const data = between(-1.5, 1.4, 240);

  test.each([['cumSum', cumSum], ['cumProd', cumProd], ['cumLogSumExp', cumLogSumExp]] as const)('%s along every axis, both ways, and its gradient', async (_, op) => {
    for (const axis of [0, 1, 2]) {
      for (const options of [{ axis }, { axis, reverse: true }, { axis, exclusive: true }]) {
        for (const make of [(x: Expression) => op(x, options), (x: Expression) => grad(sum(square(op(x, axis === 1 ? { axis } : options))), x)]) {
          if (op === cumLogSumExp && 'exclusive' in options) continue;
          const { device, reference } = await bothOf(make, [{ data, shape }]);
          const scale = Math.max(1, ...reference.map(Math.abs));
          reference.forEach((value: number, i: number) => expect(Math.abs((device[i] as number) - value)).toBeLessThanOrEqual(4e-6 * scale));
        }
      }
    }
  });

  test('whole numbers wrap; logarithms of running sums of exponentials do not overflow', async () => {
    const whole = await bothOf((x) => cumSum(x), [{ data: [2147483647, 1, 5, -7], dtype: 'int32' }]);
    expect(whole.device).toEqual(whole.reference);
    const { device, reference } = await bothOf((x) => log(cumSum(exp(x))), [{ data: [-1000, -1000, 0, 1000, -Infinity, 1000] }]);
    reference.forEach((value: number, i: number) => expect(device[i]).toBeCloseTo(value, 3));
  });
});

describe('order', () => {
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => (i % 11 === 3 ? NaN : Math.round(20 * Math.sin(i * i)) / 4));

  test.each([1, 2, 63, 64, 65, 200, 1000])('%i elements: stable, both ways, NaN as the largest', async (count) => {
    for (const descending of [false, true]) {
      const { device, reference } = await bothOf((x) => argSort(x, { descending }), [{ data: numbers(count) }]);
      expect(device).toEqual(reference);
    }
  });

  test('rows and columns, whole numbers, the values and the largest', async () => {
    const x = { data: numbers(6 * 70), shape: [6, 70] };
    for (const make of [(a: Expression) => sort(a, { axis: 0 }), (a: Expression) => sort(a), (a: Expression) => topK(a, 5).values, (a: Expression) => argSort(a, { axis: 0, descending: true })]) {
      const { device, reference } = await bothOf(make, [x]);
      expect(device).toEqual(reference);
    }
    const whole = await bothOf((a) => argSort(a), [{ data: [3, -1, 2147483647, -2147483648, 3], dtype: 'int32' }]);
    expect(whole.device).toEqual(whole.reference);
    expect((await bothOf((a) => sort(a), [{ data: [], shape: [0] }])).device).toHaveLength(0);
  });
});
