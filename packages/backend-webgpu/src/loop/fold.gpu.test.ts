import * as core from '@pastina/core';
import { cast, compile, type Expression, greater, input, referenceBackend } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { between, bothOf, softwareBackend, worstUlp } from '../testing.js';

type One = (x: Expression) => Expression;

/** Folds by one invocation (few elements), by a group (many), and over several axes or strides. */
const shapes = [[3, 5], [2, 64], [3, 1000], [4, 7, 33], [1, 1]] as const;
const axes = [[0], [1], [0, 1]] as const;
const cases = shapes.flatMap((shape) => axes.map((axis) => [shape, axis] as const));

describe('folds', () => {
  test.each(cases)('%j over %j', async (shape, axis) => {
    const data = between(-3, 2.5, 1000).concat(between(0.9, 1.1, 2000)).slice(0, shape.reduce((a: number, b) => a * b, 1));
    for (const [op, bound] of [[core.sum, 40], [core.max, 0], [core.min, 0], [core.prod, 400]] as const) {
      const { device, reference } = await bothOf((x) => op(x, { axis: [...axis] }), [{ data: op === core.prod ? data.map((x) => 1 + x / 1000) : data, shape }]);
      const scale = Math.max(...reference.map(Math.abs), 1);
      reference.forEach((value: number, i: number) => expect(Math.abs((device[i] as number) - value)).toBeLessThanOrEqual((bound + 1) * scale * 6e-8));
      const whole = await bothOf((x) => op(x, { axis: [...axis] }), [{ data: data.map((x) => (op === core.prod ? (x > 0 ? 1 : -1) : Math.round(1000 * x))), shape, dtype: 'int32' }]);
      expect(whole.device).toEqual(whole.reference);
    }
    for (const op of [core.any, core.all]) {
      for (const bound of [-4, 0, 4]) {
        const logic = await bothOf((x) => op(greater(x, bound), { axis: [...axis] }), [{ data, shape }]);
        expect(logic.device).toEqual(logic.reference);
      }
    }
  });

  test('NaN and infinities show; a sum over nothing is 0', async () => {
    const data = [1, NaN, 3, -Infinity, 2, 5, Infinity, -Infinity, 0];
    for (const op of [core.sum, core.max, core.min] as const) {
      const { device, reference } = await bothOf((x) => op(x, { axis: 1 }), [{ data, shape: [3, 3] }]);
      expect(worstUlp(device, reference)).toBe(0);
    }
    const long = await bothOf((x) => core.max(x), [{ data: between(0, 1, 300).map((x, i) => (i === 170 ? NaN : x)) }]);
    expect(long.device[0]).toBeNaN();
    const empty = await bothOf((x) => core.sum(x, { axis: 1 }), [{ data: [], shape: [2, 0] }]);
    expect(empty.device).toEqual(Float32Array.of(0, 0));
  });

  test('several results of one loop', async () => {
    const sums: One = (x) => core.add(core.sum(x), core.mul(core.sum(core.square(x)), core.max(cast(greater(x, 0), 'float32'))));
    const { device, reference } = await bothOf(sums, [{ data: between(-1, 2, 200) }]);
    expect(worstUlp(device, reference)).toBeLessThanOrEqual(8);
  });

  test.each([[1, 16383], [1, 16384], [3, 20001], [63, 16500], [64, 16400], [2, 1_100_001]] as const)('%i × %i: few folds of many elements, in parts', async (rows, columns) => {
    const data = Array.from({ length: rows * columns }, (_, i) => ((i * 7919) % 1000) - 499);
    for (const [op, of] of [[core.sum, 1], [core.max, 1], [core.min, 1], [core.prod, 0]] as const) {
      const given = of === 1 ? data : data.map((x, i) => (i % 997 === 0 ? -1 : x > 480 ? -1 : 1));
      const { device, reference } = await bothOf((x) => op(x, { axis: 1 }), [{ data: given, shape: [rows, columns] }]);
      expect(device).toEqual(reference);
    }
    const whole = await bothOf((x) => core.sum(x, { axis: 1 }), [{ data: data.map((x) => 1_000_003 * x), shape: [rows, columns], dtype: 'int32' }]);
    expect(whole.device).toEqual(whole.reference);
    const logic = await bothOf((x) => core.any(core.greater(x, 499), { axis: 1 }), [{ data, shape: [rows, columns] }]);
    expect(logic.device).toEqual(logic.reference);
  });

  test('parts: several results, along the first axis, halves, NaN, and elements that are written besides', async () => {
    const data = between(-1, 2, 40_000);
    const several = await bothOf((x) => core.sub(x, core.add(core.mean(x, { axis: 0, keepDims: true }), core.max(x, { axis: 0, keepDims: true }))), [{ data, shape: [20_000, 2] }]);
    several.reference.forEach((value: number, i: number) => expect(several.device[i]).toBeCloseTo(value, 4));
    const halves = await bothOf((x) => core.max(cast(x, 'float16')), [{ data }]);
    expect(halves.device).toEqual(halves.reference);
    expect((await bothOf((x) => core.sum(x), [{ data: data.map((x, i) => (i === 39_999 ? NaN : x)) }])).device[0]).toBeNaN();
    const besides = await bothOf((x) => core.concat([core.reshape(core.exp(x), [-1]), core.reshape(core.sum(core.exp(x)), [1])], 0), [{ data }]);
    besides.reference.forEach((value: number, i: number) => expect(Math.abs((besides.device[i] as number) / value - 1)).toBeLessThan(1e-5));
  });

  test('a million elements, the same bits each time', async () => {
    const data = Array.from({ length: 1_000_003 }, (_, i) => ((i * 7919) % 1000) / 1000);
    const [first, second] = [await bothOf((x) => core.sum(x), [{ data }]), await bothOf((x) => core.sum(x), [{ data }])];
    expect(first.device).toEqual(second.device);
    expect(Math.abs((first.device[0] as number) / (first.reference[0] as number) - 1)).toBeLessThan(1e-5);
  });

  // The second operand lies transposed, so that each of its folds is a row.
  test.each([[64, 16], [65, 17], [1000, 40], [127, 64], [20_000, 20], [4096 * 5 + 77, 33]])('columns have the bits of rows: %d × %d', async (rows, columns) => {
    const data = between(-3, 2.5, 9973).concat(between(0.9, 1.1, 20_011));
    const [down, across] = [new Float32Array(rows * columns), new Float32Array(rows * columns)];
    for (let r = 0; r < rows; r += 1) for (let c = 0; c < columns; c += 1) down[r * columns + c] = across[c * rows + r] = data[(r * columns + c) % data.length] as number;
    for (const op of [core.sum, core.max, core.prod] as const) {
      const [a, b] = [input('a', [rows, columns]), input('b', [columns, rows])];
      // Two folds in one loop, then one.
      for (const more of [[], [core.mean(core.square(a), { axis: 0 })]]) {
        const f = compile({ inputs: { a, b }, outputs: { a: op(core.mul(a, 0.999), { axis: 0 }), b: op(core.mul(b, 0.999), { axis: 1 }), ...Object.fromEntries(more.map((one) => ['more', one])) }, backend: await softwareBackend() });
        const found = f({ a: { data: down, shape: [rows, columns] }, b: { data: across, shape: [columns, rows] } }) as unknown as Record<'a' | 'b', { data(): Promise<Float32Array> }>;
        expect(await found.a.data()).toEqual(await found.b.data());
      }
    }
  });

  test('more folds at once than a group has memory for', async () => {
    const [rows, columns] = [300, 24];
    const x = input('x', [rows, columns]);
    const outputs = Object.fromEntries([core.sum, core.max, core.min, core.mean].flatMap((op, i) => [[`a${i}`, op(x, { axis: 0 })], [`b${i}`, op(core.square(x), { axis: 0 })]]));
    for (const many of [2, 3, 4, 5, 8]) {
      const some = Object.fromEntries(Object.entries(outputs).slice(0, many));
      const feeds = { x: { data: Float32Array.from(between(-2, 3, rows * columns)), shape: [rows, columns] } };
      const [found, expected] = [compile({ inputs: { x }, outputs: some, backend: await softwareBackend() })(feeds), compile({ inputs: { x }, outputs: some, backend: referenceBackend() })(feeds)];
      for (const [name, tensor] of Object.entries(found)) {
        const [own, right] = [await tensor.data(), (expected[name] as typeof tensor).dataSync()];
        right.forEach((value, i) => expect(Math.abs((own[i] as number) - value)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(value))));
      }
    }
  });
});
