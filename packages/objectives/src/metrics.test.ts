import { compile, constant, evaluate, explain, grad, input, mean, oneHot, reshape, sigmoid, softmax, sum, type Expression } from '@pastina/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as o from './index.js';

const arrayOf = (e: Expression): unknown => evaluate(e).toArray();
const empty = (shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): Expression => constant({ data: dtype === 'int32' ? new Int32Array(0) : new Float32Array(0), shape });

describe('confusionMatrix', () => {
  test('rows are targets, columns predictions; batches add up to the accuracy', () => {
    const item = fc.tuple(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)), fc.nat(2));
    fc.assert(fc.property(fc.array(item, { minLength: 1, maxLength: 20 }), (batch) => {
      const [scores, classes] = [constant(batch.map(([row]) => [...row])), constant(batch.map(([, t]) => t), 'int32')];
      const matrix = arrayOf(o.confusionMatrix(scores, classes)) as number[][];
      const expected = [0, 1, 2].map((t) => [0, 1, 2].map((p) => batch.filter(([row, own]) => own === t && row.indexOf(Math.max(...row)) === p).length));
      expect(matrix).toEqual(expected);
      expect(arrayOf(o.confusionMatrix(scores, oneHot(classes, 3)))).toEqual(expected);
      const right = matrix.reduce((total, row, i) => total + (row[i] as number), 0);
      expect(evaluate(sum(o.categoricalAccuracy(scores, classes))).item()).toBe(right);
    }), { numRuns: 30 });
  });

  test('an item with a NaN is counted nowhere, as it is right nowhere', () => {
    const scores = constant([[NaN, 1], [1, NaN], [0, 1]]);
    expect(arrayOf(o.confusionMatrix(scores, constant([0, 1, 1], 'int32')))).toEqual([[0, 0], [0, 1]]);
    expect(arrayOf(o.categoricalAccuracy(scores, constant([0, 1, 1], 'int32')))).toEqual([0, 0, 1]);
  });

  test('class numbers as predictions; a class that there is not is an error with its position', () => {
    const k = input('k', [2], 'int32');
    const matrix = o.confusionMatrix(k, constant([0, 1], 'int32'), { numClasses: 2 });
    expect(evaluate(matrix, { k: [1, 1] }).toArray()).toEqual([[0, 1], [0, 1]]);
    expect(evaluate(matrix, { k: [1, 1] }).dtype).toBe('int32');
    expect(() => evaluate(matrix, { k: [1, 2] })).toThrow(/index 2 at position 1; expected 0 to 1/);
    const targets = o.confusionMatrix(constant([0, 1], 'int32'), k, { numClasses: 2 });
    expect(() => evaluate(targets, { k: [-1, 0] })).toThrow(/index -1 at position 0; expected 0 to 1/);
  });
});

describe('classes out of range', () => {
  test.each<[string, (x: Expression, t: Expression) => Expression]>([
    ['categoricalCrossentropy', o.categoricalCrossentropy], ['categoricalCrossentropyWithLogits', o.categoricalCrossentropyWithLogits], ['categoricalFocalLoss', o.categoricalFocalLoss],
    ['multiclassHingeLoss', o.multiclassHingeLoss], ['categoricalAccuracy', o.categoricalAccuracy],
  ])('%s', (_, make) => {
    const t = input('t', [2], 'int32');
    const loss = make(constant([[0.5, 0.5], [0.5, 0.5]]), t);
    expect(() => evaluate(loss, { t: [0, 2] })).toThrow(/index 2 at position 1; expected 0 to 1/);
    expect(() => evaluate(loss, { t: [-1, 0] })).toThrow(/index -1 at position 0; expected 0 to 1/);
  });
});

describe('more axes before the classes', () => {
  test('each item as if it stood alone', () => {
    const [x, t] = [constant([[[1, 2, 3], [3, 1, 0]], [[0, 0, 1], [5, 5, 5]]]), constant([[2, 1], [0, 2]], 'int32')];
    const [flat, flatT] = [reshape(x, [4, 3]), reshape(t, [4])];
    for (const make of [o.categoricalCrossentropyWithLogits, o.multiclassHingeLoss, o.categoricalAccuracy] as const) {
      expect((arrayOf(make(x, t)) as number[][]).flat()).toEqual(arrayOf(make(flat, flatT)));
      expect((arrayOf(make(x, oneHot(t, 3))) as number[][]).flat()).toEqual(arrayOf(make(flat, flatT)));
    }
  });
});

describe('labelSmoothing', () => {
  test('rows keep their sum, of classes and one-hot alike', () => {
    const classes = constant([0, 2], 'int32');
    const soft = arrayOf(o.labelSmoothing(classes, { numClasses: 4 })) as number[][];
    expect(soft).toEqual(arrayOf(o.labelSmoothing(oneHot(classes, 4))));
    soft.forEach((row) => expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6));
    expect(soft[0]?.[0]).toBeCloseTo(0.925, 6);
    expect(o.labelSmoothing(classes, { numClasses: 4, dtype: 'float64' }).dtype).toBe('float64');
  });

  test('0 changes nothing; 1 leaves nothing of the targets; several labels are binary ones', () => {
    const hot = constant([[1, 0], [0, 1]]);
    expect(arrayOf(o.labelSmoothing(hot, { smoothing: 0 }))).toEqual([[1, 0], [0, 1]]);
    expect(arrayOf(o.labelSmoothing(hot, { smoothing: 1 }))).toEqual([[0.5, 0.5], [0.5, 0.5]]);
    expect(arrayOf(o.labelSmoothing(constant([[1, 0, 1]]), { smoothing: 0.5, numClasses: 2 }))).toEqual([[0.75, 0.25, 0.75]]);
  });
});

describe('focal losses', () => {
  test('with gamma 0 are the cross-entropies, to the bit', () => {
    const [p, t] = [constant([[0, 0.25, 1], [0.3, 1e-30, 0.9]]), constant([[0, 1, 1], [0, 1, 0.5]])];
    expect(arrayOf(o.binaryFocalLoss(p, t, { gamma: 0 }))).toEqual(arrayOf(o.binaryCrossentropy(p, t)));
    expect(arrayOf(o.categoricalFocalLoss(p, t, { gamma: 0 }))).toEqual(arrayOf(o.categoricalCrossentropy(p, t)));
  });

  test('alpha weighs class 1, and 1 - alpha class 0', () => {
    const [p, t] = [constant([0.5, 0.5]), constant([1, 0])];
    const plain = arrayOf(o.binaryFocalLoss(p, t)) as number[];
    expect(arrayOf(o.binaryFocalLoss(p, t, { alpha: 0.25 }))).toEqual([(plain[0] as number) * 0.25, (plain[1] as number) * 0.75]);
  });
});

describe('what targets may be', () => {
  test('truth values, integers and floats for accuracies', () => {
    const p = constant([0.2, 0.7, 0.7]);
    for (const t of [constant([false, true, false]), constant([0, 1, 0], 'int32'), constant([0, 1, 0])]) expect(arrayOf(o.binaryAccuracy(p, t))).toEqual([1, 1, 0]);
    const scores = constant([[0.2, 0.8], [0.7, 0.3]]);
    for (const t of [constant([[false, true], [false, true]]), constant([[0, 1], [0, 1]], 'int32'), constant([1, 1], 'uint32')]) {
      expect(arrayOf(o.categoricalAccuracy(scores, t))).toEqual([1, 0]);
      expect((arrayOf(o.multiclassHingeLoss(scores, t)) as number[]).map((v) => Math.round(v * 10))).toEqual([4, 14]);
    }
    expect(arrayOf(o.categoricalCrossentropy(scores, constant([1, 1], 'uint32')))).toEqual(arrayOf(o.categoricalCrossentropy(scores, constant([1, 1], 'int32'))));
  });

  test('-1 and 1 for the hinge', () => {
    const [z, t] = [constant([0.5, 0.5, 3]), constant([1, -1, 1])];
    expect(arrayOf(o.binaryHingeLoss(z, t, { logOdds: true, binary: false }))).toEqual([0.5, 1.5, 0]);
    expect(arrayOf(o.binaryHingeLoss(z, t, { logOdds: true, binary: false, delta: 2 }))).toEqual([1.5, 2.5, 0]);
  });

  test('a number of classes that comes with the data', () => {
    const [z, t] = [input('z', ['n', 'k']), input('t', ['n'], 'int32')];
    const run = compile({ inputs: { z, t }, outputs: { hinge: o.multiclassHingeLoss(z, t), right: o.categoricalAccuracy(z, t), focal: o.categoricalFocalLoss(softmax(z), t) } });
    for (const k of [2, 3]) {
      const { hinge, right, focal } = run({ z: [[3, 1, 0].slice(0, k)], t: [0] });
      expect([hinge.item(), right.item(), focal.shape]).toEqual([0, 1, [1]]);
    }
  });
});

describe('an empty batch', () => {
  test('elementwise and by item: an empty result and an empty gradient', () => {
    const flat: readonly ((x: Expression, t: Expression) => Expression)[] = [o.binaryCrossentropy, o.binaryCrossentropyWithLogits, o.binaryFocalLoss, o.poissonLoss, o.squaredError, o.absoluteError, o.huberLoss, (a, b) => o.binaryHingeLoss(a, b, { logOdds: false })];
    for (const make of flat) expect(arrayOf(make(empty([0]), empty([0])))).toEqual([]);
    const rows: readonly ((x: Expression, t: Expression) => Expression)[] = [o.categoricalCrossentropy, o.categoricalCrossentropyWithLogits, o.categoricalFocalLoss, o.klDivergence, o.cosineDistance, o.multiclassHingeLoss, o.categoricalAccuracy];
    for (const make of rows) expect(arrayOf(make(empty([0, 3]), empty([0, 3])))).toEqual([]);
    for (const make of [o.categoricalCrossentropy, o.categoricalFocalLoss, o.multiclassHingeLoss, o.categoricalAccuracy]) expect(arrayOf(make(empty([0, 3]), empty([0], 'int32')))).toEqual([]);
    const x = input('x', [0, 3]);
    expect(evaluate(grad(sum(o.categoricalCrossentropy(softmax(x), empty([0, 3]))), x), { x: { data: new Float32Array(0), shape: [0, 3] } }).shape).toEqual([0, 3]);
  });

  test('counts are 0, the sum is 0, a sum of no weights divides to NaN, and there is no mean', () => {
    expect(arrayOf(o.confusionMatrix(empty([0, 2]), empty([0], 'int32')))).toEqual([[0, 0], [0, 0]]);
    const loss = empty([0]);
    expect([o.aggregate(loss, { mode: 'sum' }), o.aggregate(loss, { weights: loss, mode: 'normalizedSum' })].map(arrayOf)).toEqual([0, NaN]);
    expect(() => evaluate(o.aggregate(loss))).toThrow(expect.objectContaining({ code: 'EMPTY_REDUCTION', message: expect.stringContaining('mean: axis 0 of float32[0] is empty') as string }));
    expect(evaluate(o.aggregate(constant([1, 2]), { weights: constant([0, 0]), mode: 'normalizedSum' })).item()).toBeNaN();
    expect(evaluate(o.aggregate(constant([1, NaN]), { weights: constant([1, 0]) })).item()).toBeNaN();
  });
});

describe('aggregate', () => {
  test('one weight for a row, a column, or all', () => {
    const loss = constant([[1, 2], [3, 4]]);
    expect(arrayOf(o.aggregate(loss, { weights: constant([[1], [0]]), mode: 'sum' }))).toBe(3);
    expect(arrayOf(o.aggregate(loss, { weights: constant([[1, 0]]), mode: 'sum' }))).toBe(4);
    expect(arrayOf(o.aggregate(loss, { weights: 2 }))).toBe(5);
    expect(arrayOf(o.aggregate(loss, { weights: constant(2), mode: 'normalizedSum' }))).toBe(10);
    expect(arrayOf(o.aggregate(loss, { weights: constant([[1], [3]]), mode: 'normalizedSum' }))).toBe(6);
  });
});

describe('an epsilon on what can be traced', () => {
  const x = input('x', [2]);
  const t = constant([1, 0]);

  test('is reported with its price and the line that needs none', () => {
    const report = explain(mean(o.binaryCrossentropy(sigmoid(x), t, { epsilon: 1e-7 })));
    expect(report.recognised).toEqual([]);
    expect(report.unstable.map(({ op, reason, advice }) => ({ op, reason, advice }))).toEqual([{
      op: 'clip',
      reason: 'clip stands between the logarithm and the probability: the loss cannot exceed 16.1, which is -ln of its lower bound, and the gradient is exactly 0 outside the bounds, that is, biased to zero for the items that are most wrong',
      advice: 'leave the clip out (of an objective: the option epsilon); write log(sigmoid): the logarithm is then computed in the log domain, where no bound is needed',
    }]);
    expect(explain(mean(o.binaryCrossentropy(x, t, { epsilon: 1e-7 }))).unstable).toEqual([]);
  });

  test('costs the gradient of what is most wrong, which is exact without it', () => {
    const at = (epsilon: number | 'auto'): unknown => {
      const loss = o.binaryCrossentropy(sigmoid(x), t, { epsilon });
      return evaluate(grad(sum(loss), x), { x: [-100, 100] }).toArray();
    };
    expect([at(0), at('auto')]).toEqual([[-1, 1], [0, 0]]);
  });
});

test('a whole step: losses and metrics side by side', () => {
  const [z, t] = [input('z', ['n', 2]), input('t', ['n'], 'int32')];
  const p = softmax(z);
  const run = compile({ inputs: { z, t }, outputs: { loss: o.aggregate(o.categoricalFocalLoss(p, t)), right: mean(o.categoricalAccuracy(p, t)), counts: o.confusionMatrix(p, t) } });
  const { loss, right, counts } = run({ z: [[1e4, 0], [0, 1e4]], t: [0, 0] });
  expect([loss.item(), right.item(), counts.toArray()]).toEqual([5000, 0.5, [[1, 1], [0, 0]]]);
});
