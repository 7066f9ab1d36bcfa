import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { evaluate } from '../compile/evaluate.js';
import { grad } from '../gradient/grad.js';
import { constant } from '../graph/constant.js';
import { input } from '../graph/input.js';
import { type Expression } from '../graph/node.js';
import { bits, derivatives, ulpsFloat32, valuesOf } from '../testing.js';
import * as ops from './index.js';

const value = (e: Expression): unknown => evaluate(e).toArray();
const numbers = (min: number, max: number): fc.Arbitrary<readonly number[]> => fc.array(fc.integer({ min: -9, max: 9 }), { minLength: min, maxLength: max });
const matrix = (rows: number, columns: number): Expression => constant(Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_none, j) => 10 * i + j + 1)));

describe('running sums and products', () => {
  test('against loops, in every direction', () => {
    fc.assert(fc.property(numbers(1, 7), fc.boolean(), fc.boolean(), (xs, reverse, exclusive) => {
      const loop = (step: (a: number, b: number) => number, initial: number): readonly number[] => {
        const list = reverse ? [...xs].reverse() : [...xs];
        let total = initial;
        const out = list.map((x) => {
          const before = total;
          total = step(total, x);
          return exclusive ? before : total;
        });
        return (reverse ? out.reverse() : out).map((x) => x + 0);
      };
      const plus = (list: unknown): readonly number[] => (list as number[]).map((x) => x + 0);
      expect(plus(value(ops.cumSum(constant([...xs]), { reverse, exclusive })))).toEqual(loop((a, b) => a + b, 0));
      expect(plus(value(ops.cumProd(constant([...xs]), { reverse, exclusive })))).toEqual(loop((a, b) => a * b, 1));
    }));
  });

  test('the last running value is the fold; NaN stays from where it comes; nothing is fine', () => {
    const x = constant([0.1, 0.2, 0.3, 1e8, -1e8]);
    expect((value(ops.cumSum(x)) as number[]).at(-1)).toBe(evaluate(ops.sum(x)).item());
    expect((value(ops.cumProd(x)) as number[]).at(-1)).toBe(evaluate(ops.prod(x)).item());
    expect(value(ops.cumSum(constant([1, NaN, 2])))).toEqual([1, NaN, NaN]);
    expect([value(ops.cumSum(ops.zeros([0]))), value(ops.cumProd(ops.zeros([0, 3]), { axis: 0, exclusive: true })), value(ops.prod(ops.zeros([0])))]).toEqual([[], [], 1]);
    expect(value(ops.cumSum(matrix(2, 3), { axis: 0 }))).toEqual([[1, 2, 3], [12, 14, 16]]);
    expect(value(ops.cumSum(constant([2147483647, 1], 'int32')))).toEqual([2147483647, -2147483648]);
    expect(value(ops.prod(constant([NaN, 0])))).toBe(NaN);
  });
});

describe('products over axes', () => {
  test('tensordot with two lists is a product of the rearranged matrices', () => {
    const [a, b] = [ops.reshape(ops.arange(24), [2, 3, 4]), ops.reshape(ops.arange(36), [4, 3, 3])];
    expect(value(ops.tensordot(a, b, [[1, 2], [1, 0]]))).toEqual(value(ops.matmul(ops.reshape(a, [2, 12]), ops.reshape(ops.transpose(b, [1, 0, 2]), [12, 3]))));
    expect(value(ops.tensordot(matrix(2, 2), matrix(2, 2), 0))).toEqual([[[[1, 2], [11, 12]], [[2, 4], [22, 24]]], [[[11, 22], [121, 132]], [[12, 24], [132, 144]]]]);
    expect(value(ops.tensordot(a, b, [2, 0]))).toEqual(value(ops.tensordot(a, b, [[-1], [0]])));
    const x = input('x', ['batch', 3]);
    expect(ops.tensordot(x, matrix(3, 2), 1).shape.map(String)).toEqual(['batch', '2']);
  });

  test('dot and outer', () => {
    const [u, v] = [constant([1, 2, 3]), constant([4, 5, 6])];
    expect([value(ops.dot(u, v)), value(ops.dot(matrix(2, 3), v)), value(ops.dot(u, constant(2)))]).toEqual([32, [32, 182], [2, 4, 6]]);
    expect(ops.dot(ops.zeros([2, 3, 4]), ops.zeros([5, 4, 6])).shape).toEqual([2, 3, 5, 6]);
    expect(value(ops.outer(u, constant([[1, 2]])))).toEqual([[1, 2], [2, 4], [3, 6]]);
  });

  test('errors', () => {
    expect(() => ops.tensordot(matrix(2, 3), matrix(2, 3), 1)).toThrowErrorMatchingInlineSnapshot(`[ShapeError: tensordot: axis 1 of float32[2, 3] with axis 0 of float32[2, 3]: 3 against 2; paired axes must be equal [TENSORDOT]]`);
    expect(() => ops.tensordot(matrix(2, 3), matrix(2, 3), [1] as never)).toThrowErrorMatchingInlineSnapshot(`[InputError: tensordot: axes [1] for float32[2, 3] and float32[2, 3]; expected a whole number from 0 to 2, or [ofA, ofB] with as many axes each, none twice [TENSORDOT_AXES]]`);
    expect(() => ops.tensordot(constant([1], 'int32'), constant([1]), 1)).toThrowErrorMatchingInlineSnapshot(`[DTypeError: tensordot: int32[1] with float32[1]; expected one floating dtype for both; use cast(x, 'float32') [OP_DTYPE]]`);
    expect(() => ops.dot(constant([1, 2]), constant([1, 2, 3]))).toThrowErrorMatchingInlineSnapshot(`[ShapeError: dot: axis 0 of float32[2] with axis 0 of float32[3]: 2 against 3; paired axes must be equal [TENSORDOT]]`);
    expect(() => ops.dot(constant([1, 2], 'int32'), constant([1, 2], 'int32'))).toThrowErrorMatchingInlineSnapshot(`[DTypeError: dot: int32[2] with int32[2]; expected one floating dtype for both; use cast(x, 'float32') [OP_DTYPE]]`);
    expect(() => ops.tensordot(matrix(2, 3), matrix(2, 3), 3)).toThrowErrorMatchingInlineSnapshot(`[InputError: tensordot: axes 3 for float32[2, 3] and float32[2, 3]; expected a whole number from 0 to 2, or [ofA, ofB] with as many axes each, none twice [TENSORDOT_AXES]]`);
    expect(() => ops.tensordot(matrix(2, 3), matrix(2, 3), [[0, 0], [0, 1]])).toThrowErrorMatchingInlineSnapshot(`[InputError: tensordot: axes [[0,0],[0,1]] for float32[2, 3] and float32[2, 3]; expected a whole number from 0 to 2, or [ofA, ofB] with as many axes each, none twice [TENSORDOT_AXES]]`);
  });
});

describe('repetition', () => {
  test('tile and repeat against the definitions', () => {
    fc.assert(fc.property(numbers(1, 4), fc.integer({ min: 0, max: 3 }), (xs, count) => {
      const x = constant([...xs]);
      expect(value(ops.tile(x, [count]))).toEqual(Array.from({ length: count }, () => [...xs]).flat());
      expect(value(ops.repeat(x, count, 0))).toEqual(xs.flatMap((v) => Array.from({ length: count }, () => v)));
    }), { numRuns: 30 });
    expect(value(ops.tile(matrix(1, 2), [2, 2]))).toEqual([[1, 2, 1, 2], [1, 2, 1, 2]]);
    expect(value(ops.repeat(matrix(2, 2), 2, 1))).toEqual([[1, 1, 2, 2], [11, 11, 12, 12]]);
    expect(ops.tile(input('x', ['batch']), [3, 2]).shape.map(String)).toEqual(['3', '2*batch']);
    expect(value(ops.tile(constant([1, 2]), 2))).toEqual([1, 2, 1, 2]);
    expect(() => ops.tile(matrix(2, 2), undefined as never)).toThrowErrorMatchingInlineSnapshot(`[ShapeError: tile: float32[2, 2] undefined times; expected whole numbers from 0 up [REPEAT]]`);
    expect(() => ops.tile(matrix(2, 2), [-1])).toThrowErrorMatchingInlineSnapshot(`[ShapeError: tile: float32[2, 2] -1 times; expected whole numbers from 0 up [REPEAT]]`);
  });

  test('gradients add up', () => {
    const x = input('x', [2]);
    const at = (e: Expression): unknown => evaluate(grad(ops.sum(ops.mul(constant([1, 2, 3, 4]), e)), x), { x: [0, 0] }).toArray();
    expect([at(ops.tile(x, [2])), at(ops.repeat(x, 2, 0))]).toEqual([[4, 6], [3, 7]]);
  });
});

describe('diagonals and triangles', () => {
  test('eye, diag, triu and tril against their definitions', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: -2, max: 2 }), (m, n, k) => {
      const at = (f: (i: number, j: number) => number): number[][] => Array.from({ length: m }, (_, i) => Array.from({ length: n }, (_none, j) => f(i, j)));
      const x = matrix(m, n);
      expect(value(ops.eye(m, n, 'float32', k))).toEqual(at((i, j) => (j - i === k ? 1 : 0)));
      expect(value(ops.triu(x, k))).toEqual(at((i, j) => (j - i >= k ? 10 * i + j + 1 : 0)));
      expect(value(ops.tril(x, k))).toEqual(at((i, j) => (j - i <= k ? 10 * i + j + 1 : 0)));
      const length = Math.min(m - Math.max(0, -k), n - Math.max(0, k));
      if (length >= 0) expect(value(ops.diag(x, k))).toEqual(Array.from({ length }, (_, d) => 10 * (d + Math.max(0, -k)) + d + Math.max(0, k) + 1));
      const vector = Array.from({ length: m }, (_, i) => i + 5);
      expect(value(ops.diag(ops.diag(constant(vector), k), k))).toEqual(vector);
    }), { numRuns: 60 });
  });

  test('symbolic sizes, infinities, gradients', () => {
    const x = input('x', ['n', 'n']);
    const feeds = { x: [[1, Infinity], [NaN, 4]] };
    const slope = (e: Expression): unknown => compile({ inputs: { x }, outputs: { g: grad(ops.sum(e), x) } })(feeds).g.toArray();
    expect([evaluate(ops.diag(x), feeds).toArray(), evaluate(ops.diag(ops.diag(x)), feeds).toArray()]).toEqual([[1, 4], [[1, 0], [0, 4]]]);
    expect(evaluate(ops.triu(ops.tril(x)), feeds).toArray()).toEqual([[1, 0], [0, 4]]);
    expect(slope(ops.mul(ops.diag(x), 3))).toEqual([[3, 0], [0, 3]]);
    expect(slope(ops.tril(x))).toEqual([[1, 0], [1, 1]]);
  });

  test('errors', () => {
    expect(() => ops.diag(ops.zeros([2, 2, 2]))).toThrowErrorMatchingInlineSnapshot(`[ShapeError: diag: float32[2, 2, 2]; expected a vector or a matrix [DIAGONAL]]`);
    expect(() => ops.diag(matrix(2, 3), 4)).toThrowErrorMatchingInlineSnapshot(`[ShapeError: diag: float32[2, 3] has no diagonal at offset 4; expected -2 to 3 [DIAGONAL]]`);
    expect(() => ops.diag(input('x', ['m', 'n']))).toThrowErrorMatchingInlineSnapshot(`[ShapeError: diag: float32[m, n]; the sizes of a matrix that is not square must be known numbers [DIAGONAL]]`);
    expect(() => ops.tril(constant([1, 2]))).toThrowErrorMatchingInlineSnapshot(`[ShapeError: tril: float32[2]; expected a matrix, or several: at least two axes [TRIANGLE]]`);
    expect(() => ops.eye(2, 2, 'float' as never)).toThrowErrorMatchingInlineSnapshot(`[DTypeError: eye: unknown dtype "float"; expected one of float32, float64, float16, int32, uint32, bool [DTYPE_UNKNOWN]]`);
    expect(() => ops.eye(2, 2, 'float32', 0.5)).toThrowErrorMatchingInlineSnapshot(`[InputError: eye: offset 0.5; expected a whole number: 0 is the main diagonal, above it counts up [DIAGONAL]]`);
  });
});

describe('order', () => {
  test('sort is a permutation in order, stable, NaN as the largest; argSort picks it', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(NaN, Infinity, -Infinity)), { minLength: 1, maxLength: 9 }), fc.boolean(), (xs, descending) => {
      const order = xs.map((_, i) => i).sort((i, j) => {
        const [a, b] = [xs[i] as number, xs[j] as number];
        if (Number.isNaN(a) || Number.isNaN(b)) return (Number(Number.isNaN(a)) - Number(Number.isNaN(b))) * (descending ? -1 : 1);
        return a === b ? 0 : (a < b ? -1 : 1) * (descending ? -1 : 1);
      });
      const x = constant([...xs]);
      expect(value(ops.argSort(x, { descending }))).toEqual(order);
      expect(value(ops.sort(x, { descending }))).toEqual(order.map((i) => xs[i]));
      expect(value(ops.sort(ops.sort(x, { descending }), { descending }))).toEqual(order.map((i) => xs[i]));
    }));
  });

  test('along any axis, also of a symbolic batch; gradients go back where the elements came from', () => {
    expect(value(ops.sort(constant([[3, 1], [2, 5], [1, 4]]), { axis: 0 }))).toEqual([[1, 1], [2, 4], [3, 5]]);
    const x = input('x', ['batch', 3]);
    const top = ops.topK(x, 2);
    const feeds = { x: [[1, 9, 5], [7, 7, NaN]] };
    expect([evaluate(top.values, feeds).toArray(), evaluate(top.indices, feeds).toArray()]).toEqual([[[9, 5], [NaN, 7]], [[1, 2], [2, 0]]]);
    expect(evaluate(grad(ops.sum(ops.mul(top.values, constant([1, 10]))), x), feeds).toArray()).toEqual([[0, 1, 10], [10, 0, 1]]);
    expect(top.indices.dtype).toBe('int32');
    expect(evaluate(ops.squeeze(ops.topK(x, 1).indices, 1), feeds).toArray()).toEqual(evaluate(ops.argMax(x, { axis: 1 }), feeds).toArray());
  });

  test('more than there are, known only when inputs arrive', () => {
    const x = input('x', ['n']);
    expect(() => evaluate(ops.topK(x, 3).values, { x: [1, 2] })).toThrow(/slice: axis 0 of float32\[2\]: 3 elements from 0 on; expected positions within 0 to 2: feed more, or take less \(at .*arrays.test.ts/);
    expect(() => evaluate(ops.slice(x, [1], [-1]), { x: [1] })).toThrow(/from 1 on, 1 too few/);
  });

  test('errors', () => {
    expect(() => ops.topK(matrix(2, 3), 4)).toThrowErrorMatchingInlineSnapshot(`[ShapeError: topK: k 4 along an axis of size 3; expected a whole number from 1 to 3 [TOP_K]]`);
    expect(() => ops.sort(constant([true]))).toThrowErrorMatchingInlineSnapshot(`[DTypeError: sort: operand bool[1]; expected numbers; use cast(x, 'int32') [OP_DTYPE]]`);
  });
});

test('shapeOf knows sizes when they arrive', () => {
  const x = input('x', ['batch', 3]);
  const f = compile({ inputs: { x }, outputs: { sizes: ops.shapeOf(ops.concat([x, x], 0)) } });
  expect(f({ x: [[1, 2, 3]] }).sizes.toArray()).toEqual([2, 3]);
  expect(() => evaluate(ops.shapeOf(x), { x: [[1, 2, 3]] })).toThrow(/compile: a result needs the size 'batch', which no listed input has; use a number, or list an input that has it/);
  expect(evaluate(ops.shapeOf(constant(1))).toArray()).toEqual([]);
});

describe('norm', () => {
  test('neither over- nor underflows, and NaN and infinities come through', () => {
    const of = (...xs: number[]): number => evaluate(ops.norm(constant(xs))).item();
    expect([of(3, 4), of(2, 3, 6), of(0, 0), of(Infinity, 1), of(-Infinity, 0), of(NaN, 1), of(NaN, Infinity)]).toEqual([5, 7, 0, Infinity, Infinity, NaN, NaN]);
    expect(ulpsFloat32([of(3e38, 1e38), of(3e-42, 4e-42), of(1e20, 1e-20)], [Math.hypot(3e38, 1e38), 5e-42, 1e20])).toBeLessThanOrEqual(2);
    // Through both ends of the range in which nothing is taken out.
    const powers = Array.from({ length: 250 }, (_, i) => Math.fround(1.7 * Math.pow(2, i - 125)));
    expect(ulpsFloat32(powers.map((a) => of(a, a / 3, a / 5)), powers.map((a) => Math.hypot(a, Math.fround(a / 3), Math.fround(a / 5))))).toBeLessThanOrEqual(2);
    const half = (value: number): number => evaluate(ops.norm(ops.full([100], value, 'float16'))).item();
    expect([half(6000), half(0.5), half(2 ** -20)]).toEqual([60000, 5, 10 * 2 ** -20]);
    expect([value(ops.norm(matrix(2, 2), { ord: 1 })), value(ops.norm(matrix(2, 2), { ord: Infinity, axis: 1 })), value(ops.norm(ops.zeros([0])))]).toEqual([26, [2, 12], 0]);
    expect(value(ops.norm(matrix(2, 2), { axis: 0, keepDims: true }))).toEqual([[expect.closeTo(Math.sqrt(122), 5), expect.closeTo(Math.sqrt(148), 5)]]);
  });

  test('the slope at 0 is 0, and every derivative is finite', () => {
    const x = input('x', [2], 'float64');
    const slope = grad(ops.norm(x), x);
    expect(evaluate(slope, { x: [0, 0] }).toArray()).toEqual([0, 0]);
    const bend = grad(ops.sum(slope), x);
    expect((evaluate(bend, { x: [0, 0] }).toArray() as number[]).every(Number.isFinite)).toBe(true);
    for (const order of [1, 2, 3]) {
      const { byGrad, byDifference } = derivatives((v) => ops.square(ops.norm(ops.reshape(v, [2, 2]), { axis: 1 })), [0.3, -0.4, 1.2, 0.5], order);
      byGrad.forEach((g, i) => expect(g).toBeCloseTo(byDifference[i] as number, 4));
    }
    expect(bits(valuesOf((v) => ops.norm(v), [3, 4]))).toEqual(['5']);
  });

  test('an unknown norm', () => {
    expect(() => ops.norm(matrix(2, 2), { ord: 3 })).toThrowErrorMatchingInlineSnapshot(`[InputError: norm: ord 3; expected 1, 2 or Infinity [NORM_ORD]]`);
  });
});

test('an op that gets the first part of a value sees no more of it', () => {
  const x = input('x', [3, 2]);
  const part = ops.slice(ops.concat([x, x], 0), [0], [3]);
  expect(evaluate(ops.pad(part, [[0, 1], [0, 1]]), { x: [[1, 2], [3, 4], [5, 6]] }).toArray()).toEqual([[1, 2, 0], [3, 4, 0], [5, 6, 0], [0, 0, 0]]);
});
