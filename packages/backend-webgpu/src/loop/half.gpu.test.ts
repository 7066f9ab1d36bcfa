import * as core from '@pastina/core';
import { cast, compile, type Expression, input, parameter, referenceBackend } from '@pastina/core';
import { expect, test } from 'vitest';
import { between, bothOf, extremes, softwareBackend } from '../testing.js';

const half = (x: Expression): Expression => cast(x, 'float16');
/** Halves of every size, ties between two of them, and what is just beyond the largest. */
const points = [...extremes, ...between(-3, 3, 99), 2049, 2051, 65519, 65520, 5.960464477539063e-8, 2.98e-8, 2.980232238769531e-8, 6.1e-5, 1e-6];

test('each op is rounded to half precision, ties to even: the bits of the reference interpreter', async () => {
  const pairs = [{ data: points.flatMap((a) => points.map(() => a)) }, { data: points.flatMap(() => points) }];
  for (const op of [core.add, core.sub, core.mul, core.div, core.maximum, core.minimum]) {
    const { device, reference } = await bothOf((a, b) => op(half(a), half(b)), pairs);
    expect(device).toEqual(reference);
  }
  for (const make of [half, (x: Expression) => core.sqrt(half(x)), (x: Expression) => core.add(core.mul(half(x), half(x)), 1), (x: Expression) => cast(core.floor(half(x)), 'float32')]) {
    const { device, reference } = await bothOf(make, [{ data: points }]);
    expect(device).toEqual(reference);
  }
});

test('sums and products are rounded once; a parameter of half precision stays one', async () => {
  const sums = await bothOf((x) => core.sum(half(x)), [{ data: new Array<number>(4000).fill(1) }]);
  expect(sums.device).toEqual(Float32Array.of(4000));
  const m = { data: between(-2, 2, 12 * 9), shape: [12, 9] };
  const { device, reference } = await bothOf((x) => core.matmul(half(x), core.transpose(half(x))), [m]);
  reference.forEach((value: number, i: number) => expect(Math.abs((device[i] as number) - value)).toBeLessThanOrEqual(Math.abs(value) / 1024 + 1e-7));
  const run = async (backend: core.Backend): Promise<core.TypedArray> => {
    const w = parameter([0.1, 1000.3], { name: 'w', dtype: 'float16' });
    const x = input('x', [2], 'float16');
    const f = compile({ inputs: { x }, outputs: { y: core.mul(w, x) }, updates: new Map([[w, core.sub(w, core.mul(x, 0.1))]]), backend });
    for (let i = 0; i < 5; i += 1) await f({ x: [1, 3] }).y.data();
    return (await w.value()).data();
  };
  expect(await run(await softwareBackend())).toEqual(await run(referenceBackend()));
});
