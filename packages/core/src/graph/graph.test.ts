import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { constant } from './constant.js';
import { addDims, divideDims, evaluateDim, mulDims, namedDim, type Dim } from './dim.js';
import { finfo } from './dtype.js';
import { input } from './input.js';
import { toNode } from './node.js';
import { parameter } from './parameter.js';
import { tensor } from './tensor.js';
import { add, mul, reshape, sum } from '../ops/index.js';
import { grad } from '../gradient/grad.js';

describe('sizes', () => {
  const dims = fc.letrec<{ dim: Dim }>((tie) => ({
    dim: fc.oneof({ maxDepth: 3 }, fc.integer({ min: 0, max: 5 }), fc.constantFrom(namedDim('a'), namedDim('b')), fc.tuple(tie('dim'), tie('dim')).map(([p, q]) => addDims(p, q)), fc.tuple(tie('dim'), tie('dim')).map(([p, q]) => mulDims(p, q))),
  })).dim;
  const at = new Map([['a', 7], ['b', 11]]);

  test('arithmetic on sizes is arithmetic on their values, and equal sizes are identical', () => {
    fc.assert(fc.property(dims, dims, dims, (p, q, r) => {
      expect(evaluateDim(addDims(p, q), at)).toBe(evaluateDim(p, at) + evaluateDim(q, at));
      expect(evaluateDim(mulDims(p, q), at)).toBe(evaluateDim(p, at) * evaluateDim(q, at));
      expect(addDims(p, q)).toBe(addDims(q, p));
      expect(mulDims(p, addDims(q, r))).toBe(addDims(mulDims(p, q), mulDims(p, r)));
    }));
  });

  test('exact division', () => {
    const a = namedDim('a');
    expect(divideDims(mulDims(a, 6), 3)).toBe(mulDims(a, 2));
    expect(divideDims(mulDims(a, 6), a)).toBe(6);
    expect(divideDims(a, 2)).toBeUndefined();
    expect(String(addDims(mulDims(a, -2), 1))).toBe('-2*a + 1');
  });

  test('a reshape keeps symbolic sizes', () => {
    const x = input('x', ['batch', 2, 3]);
    expect(reshape(x, [-1, 6]).shape).toEqual([namedDim("batch"), 6]);
    expect(String(reshape(x, [-1]).shape[0])).toBe('6*batch');
  });
});

describe('nodes', () => {
  test('equal nodes are identical, other constants and inputs are not', () => {
    const x = input('x', [2]);
    expect(add(x, 1)).toBe(add(x, 1));
    expect(add(x, 1)).not.toBe(add(x, 2));
    expect(constant([0])).not.toBe(constant([-0]));
    expect(input('x', [2])).not.toBe(x);
    expect(mul(x, constant(3))).toBe(mul(x, 3));
  });

  test("remember the user's line, and so do their gradients", () => {
    const x = input('x', [2]);
    const y = sum(mul(x, x));
    expect(String(toNode(y, 'test').site)).toMatch(/graph\.test\.ts:\d+:\d+$/);
    const line = String(toNode(y, 'test').site);
    expect(String(toNode(grad(y, x), 'test').inputs[0]?.site).split(':')[1]).toBe(line.split(':')[1]);
  });

  test('are collected when nobody holds them: a million nodes in a loop do not pile up', () => {
    const x = input('x', [1]);
    for (let i = 0; i < 20000; i += 1) add(x, i + 0.5);
    expect(add(x, 0.5)).toBe(add(x, 0.5));
  });
});

describe('tensors and parameters', () => {
  test('values come back as they went in', () => {
    expect(tensor([[1, 2], [3, 4]]).toArray()).toEqual([[1, 2], [3, 4]]);
    expect(tensor(new Int32Array([1, 2])).dtype).toBe('int32');
    expect(tensor([true, false]).dtype).toBe('bool');
    expect(tensor([1, 2, 3, 4], [2, 2]).shape).toEqual([2, 2]);
    expect(tensor([]).shape).toEqual([0]);
    expect(() => tensor([1, 2, 3], [2, 2])).toThrow(/do not fill/);
    expect(() => tensor([1, 2]).item()).toThrow(/2 elements/);
  });

  test('a parameter keeps its own copy', async () => {
    const data = new Float32Array([1, 2]);
    const w = parameter(data, { name: 'w', tags: ['trainable'] });
    data[0] = 9;
    (w.valueSync().dataSync() as Float32Array)[1] = 9;
    expect((await w.value()).toArray()).toEqual([1, 2]);
    expect([...w.tags]).toEqual(['trainable']);
    w.set([3, 4]);
    expect(w.valueSync().toArray()).toEqual([3, 4]);
  });

  test('limits of the floating dtypes', () => {
    expect(finfo('float32').eps).toBe(Math.fround(2 ** -23));
    expect(Math.fround(1 + finfo('float32').eps)).toBeGreaterThan(1);
    expect(Math.fround(finfo('float32').smallestSubnormal / 2)).toBe(0);
  });
});
