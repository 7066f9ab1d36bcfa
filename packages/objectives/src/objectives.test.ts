import { cast, constant, evaluate, expandDims, explain, grad, input, mean, oneHot, reshape, softmax, sum, type DType, type Expression } from '@pastina/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregate } from './aggregate.js';
import { categoricalAccuracy } from './accuracy.js';
import { categoricalCrossentropy } from './crossentropy.js';
import { squaredError } from './squaredError.js';

const classes = constant([0, 2], 'int32');
const bits = (e: Expression): string => JSON.stringify(Array.from(evaluate(e).dataSync(), (v) => (Object.is(v, -0) ? '-0' : String(v))));

describe('categoricalCrossentropy', () => {
  test('integer and one-hot targets agree to the last bit, p = 0 and 1 included', () => {
    const probability = fc.oneof(fc.constantFrom(0, 1, 1e-45, 1e-38), fc.float({ min: 0, max: 1, noNaN: true }));
    fc.assert(fc.property(fc.array(fc.array(probability, { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 2 }), (rows) => {
      const p = constant(rows);
      const [hot, int] = [categoricalCrossentropy(p, oneHot(classes, 3)), categoricalCrossentropy(p, classes)];
      expect(evaluate(hot).toArray()).toEqual((evaluate(int).toArray() as number[]).map((v) => (v === 0 ? expect.closeTo(0) : v)));
    }));
  });

  test('from logits up to ±1e4: the exact value, and gradient p - t', () => {
    const x = input('x', [2, 3]);
    const loss = categoricalCrossentropy(softmax(x), classes);
    const feeds = { x: [[-10000, 10000, 0], [1, 2, 3]] };
    expect(evaluate(loss, feeds).toArray()).toEqual([20000, expect.closeTo(0.4076059, 6)]);
    expect((evaluate(grad(sum(loss), x), feeds).toArray() as number[][])[0]).toEqual([-1, 1, 0]);
  });

  test('through a reshape, as in every recurrent classifier', () => {
    const x = input('x', [1, 2, 3]);
    const loss = categoricalCrossentropy(reshape(softmax(x), [2, 3]), classes);
    expect(evaluate(loss, { x: [[[-10000, 10000, 0], [0, 0, 0]]] }).toArray()).toEqual([20000, expect.closeTo(Math.log(3), 6)]);
    expect(explain(loss).recognised.map(({ found }) => found)).toEqual(['log(gather(reshape(softmax)))']);
  });

  test('an epsilon is what was asked for, is reported, and costs the gradient', () => {
    const x = input('x', [1, 2]);
    const loss = mean(categoricalCrossentropy(softmax(x), constant([0], 'int32'), { epsilon: 1e-7 }));
    expect(evaluate(loss, { x: [[0, 100]] }).item()).toBeCloseTo(-Math.log(1e-7), 4);
    expect(evaluate(grad(loss, x), { x: [[0, 100]] }).toArray()).toEqual([[0, 0]]);
    expect(explain(loss).unstable.map(({ op }) => op)).toEqual(['clip']);
  });

  test.each(['float16', 'float32', 'float64'] as const)("epsilon 'auto' keeps both bounds inside (0, 1) in %s", (dtype: DType) => {
    const p = constant([[0, 1]], dtype);
    const [wrong] = evaluate(categoricalCrossentropy(p, constant([0], 'int32'), { epsilon: 'auto' })).dataSync();
    const [right] = evaluate(categoricalCrossentropy(p, constant([1], 'int32'), { epsilon: 'auto' })).dataSync();
    expect(wrong).toBeGreaterThan(6);
    expect(wrong).toBeLessThan(Infinity);
    expect(right).toBeGreaterThan(0);
  });

  test('a NaN prediction gives NaN, whatever the target', () => {
    const p = constant([[NaN, 0.5, 0.5]]);
    expect(evaluate(categoricalCrossentropy(p, constant([[0, 1, 0]]))).toArray()).toEqual([NaN]);
  });

  test('wrong arguments', () => {
    const x = input('x', ['batch', 10]);
    const message = (make: () => unknown): string => {
      try {
        make();
      } catch (error) {
        return String(error);
      }
      return 'no error';
    };
    expect(message(() => categoricalCrossentropy(x, input('y', ['batch'])))).toMatchInlineSnapshot(`"DTypeError: categoricalCrossentropy: targets are float32[batch], one number per item; class numbers must be integers: declare the input as int32, or use cast(targets, 'int32') [OBJECTIVE_DTYPE]"`);
    expect(message(() => categoricalCrossentropy(x, input('y', ['items'], 'int32')))).toMatchInlineSnapshot(`"ShapeError: categoricalCrossentropy: predictions are float32[batch, 10] and class numbers are int32[items]; expected one class per item: [batch] [OBJECTIVE_SHAPE]"`);
    expect(message(() => categoricalCrossentropy(x, input('y', ['batch', 9])))).toMatchInlineSnapshot(`"ShapeError: categoricalCrossentropy: predictions are float32[batch, 10] and targets are float32[batch, 9]; objectives do not broadcast: make the shapes equal [OBJECTIVE_SHAPE]"`);
    expect(message(() => categoricalCrossentropy(cast(x, 'int32'), classes))).toMatchInlineSnapshot(`"DTypeError: categoricalCrossentropy: predictions are int32[batch, 10]; expected a floating dtype [OBJECTIVE_DTYPE]"`);
    expect(message(() => categoricalCrossentropy(x, classes, { epsilon: 1e-9 }))).toMatchInlineSnapshot(`"InputError: categoricalCrossentropy: epsilon 1e-9 vanishes in float32, where 1 - epsilon is 1; expected at least 5.960464477539063e-8, or 'auto' (1.1920928955078125e-7) [EPSILON]"`);
    expect(message(() => categoricalCrossentropy(x, classes, { epsilon: -1 }))).toMatchInlineSnapshot(`"InputError: categoricalCrossentropy: epsilon -1; expected 0, a number below 0.5, or 'auto' [EPSILON]"`);
    expect(message(() => categoricalCrossentropy(x, classes, { eps: 0 } as never))).toMatchInlineSnapshot(`"InputError: categoricalCrossentropy: there is no option 'eps'; known: epsilon [UNKNOWN_OPTION]"`);
    expect(message(() => categoricalCrossentropy([[1]] as never, classes))).toMatchInlineSnapshot(`"InputError: categoricalCrossentropy: predictions is no expression; wrap data in constant(…) [NOT_AN_EXPRESSION]"`);
  });
});

describe('squaredError', () => {
  test('(n) against (n, 1) is an error with the cure, never an (n, n)', () => {
    const column = input('p', ['batch', 1]);
    expect(() => squaredError(column, input('t', ['batch']))).toThrow('squaredError: a are float32[batch, 1] and b are float32[batch]; objectives do not broadcast: make both of one rank: expandDims(b, -1), or squeeze the other');
    expect(evaluate(squaredError(expandDims(constant([3]), -1), constant([[1]]))).toArray()).toEqual([[4]]);
  });
});

describe('aggregate', () => {
  const loss = constant([1, 3, 8]);
  test('modes', () => {
    expect([aggregate(loss), aggregate(loss, { mode: 'sum' }), aggregate(loss, { weights: constant([1, 1, 0]), mode: 'normalizedSum' })].map((e) => evaluate(e).item())).toEqual([4, 12, 2]);
    expect(() => aggregate(loss, { mode: 'normalizedSum' })).toThrow(/expected weights/);
    expect(() => aggregate(loss, { mode: 'median' as never })).toThrow(/expected 'mean', 'sum' or 'normalizedSum'/);
  });
});

describe('categoricalAccuracy', () => {
  test('the first of the largest is the prediction; topK counts those ahead', () => {
    const p = constant([[0.4, 0.4, 0.2], [0.1, 0.2, 0.7], [NaN, 0.5, 0.5]]);
    expect(bits(categoricalAccuracy(p, constant([0, 2, 1], 'int32')))).toBe('["1","1","0"]');
    expect(bits(categoricalAccuracy(p, constant([1, 0, 1], 'int32')))).toBe('["0","0","0"]');
    expect(bits(categoricalAccuracy(p, constant([1, 1, 1], 'int32'), { topK: 2 }))).toBe('["1","1","1"]');
    expect(bits(categoricalAccuracy(p, constant([[0, 1, 0], [0, 0, 1], [0, 1, 0]]), { topK: 1 }))).toBe('["0","1","0"]');
  });

  test('wrong arguments', () => {
    expect(() => categoricalAccuracy(constant([[1, 2]]), constant([0.5]))).toThrow(/class numbers must be integers/);
    expect(() => categoricalAccuracy(constant([1, 2]), classes)).toThrow(/expected \[items, classes\]/);
    expect(() => categoricalAccuracy(constant([[1, 2]]), classes)).toThrow(/expected integer classes \[1\]/);
    expect(() => categoricalAccuracy(constant([[1, 2]]), classes, { topK: 0 })).toThrow(/from 1 up/);
  });
});
