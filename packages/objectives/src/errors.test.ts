import { constant, DTypeError, input, InputError, ShapeError, type Expression } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import * as o from './index.js';

const [items, column, rows, classes] = [input('v', ['batch']), input('c', ['batch', 1]), input('r', ['batch', 3]), input('k', ['batch'], 'int32')];

function errorOf(make: () => unknown): Error {
  try {
    make();
  } catch (error) {
    return error as Error;
  }
  throw new Error('no error');
}

type Pair = (a: Expression, b: Expression) => Expression;

/** Everything that takes two operands of one shape and dtype, and what it calls them. */
const pairs: readonly (readonly [string, Pair, readonly [string, string]])[] = [
  ['binaryCrossentropy', o.binaryCrossentropy, ['predictions', 'targets']],
  ['binaryCrossentropyWithLogits', o.binaryCrossentropyWithLogits, ['logits', 'targets']],
  ['binaryFocalLoss', o.binaryFocalLoss, ['predictions', 'targets']],
  ['klDivergence', o.klDivergence, ['predictions', 'targets']],
  ['poissonLoss', o.poissonLoss, ['predictions', 'targets']],
  ['squaredError', o.squaredError, ['a', 'b']],
  ['absoluteError', o.absoluteError, ['a', 'b']],
  ['huberLoss', o.huberLoss, ['a', 'b']],
  ['cosineDistance', o.cosineDistance, ['a', 'b']],
  ['binaryHingeLoss', (a, b) => o.binaryHingeLoss(a, b, { logOdds: true }), ['predictions', 'targets']],
];

describe('two operands', () => {
  test.each(pairs)('%s: [n] against [n, 1] shows both and the cure, either way round', (name, make, [a, b]) => {
    expect(String(errorOf(() => make(column, items)))).toBe(`ShapeError: ${name}: ${a} are float32[batch, 1] and ${b} are float32[batch]; objectives do not broadcast: make both of one rank: expandDims(${b}, -1), or squeeze the other [OBJECTIVE_SHAPE]`);
    expect(String(errorOf(() => make(items, column)))).toBe(`ShapeError: ${name}: ${a} are float32[batch] and ${b} are float32[batch, 1]; objectives do not broadcast: make both of one rank: expandDims(${a}, -1), or squeeze the other [OBJECTIVE_SHAPE]`);
    expect(errorOf(() => make(rows, column))).toBeInstanceOf(ShapeError);
    expect(errorOf(() => make(rows, input('r4', ['batch', 4])))).toBeInstanceOf(ShapeError);
    expect(errorOf(() => make(items, input('other', ['items'])))).toBeInstanceOf(ShapeError);
  });

  test.each(pairs)('%s: dtypes that are no floats, or differ', (name, make, [a, b]) => {
    expect(String(errorOf(() => make(classes, items)))).toBe(`DTypeError: ${name}: ${a} are int32[batch]; expected a floating dtype [OBJECTIVE_DTYPE]`);
    expect(String(errorOf(() => make(items, classes)))).toBe(`DTypeError: ${name}: ${a} are float32[batch] and ${b} are int32[batch]; expected one dtype: use cast(${b}, 'float32') [OBJECTIVE_DTYPE]`);
    expect(errorOf(() => make(items, input('d', ['batch'], 'float64')))).toBeInstanceOf(DTypeError);
    expect(String(errorOf(() => make(items, [1, 2] as never)))).toBe(`InputError: ${name}: ${b} is no expression; wrap data in constant(…) [NOT_AN_EXPRESSION]`);
    expect(String(errorOf(() => make(1 as never, items)))).toBe(`InputError: ${name}: ${a} is no expression; wrap data in constant(…) [NOT_AN_EXPRESSION]`);
  });

  test('vectors need an axis', () => {
    expect(String(errorOf(() => o.klDivergence(constant(1), constant(1))))).toBe('ShapeError: klDivergence: predictions are float32[]; expected [items, classes] [OBJECTIVE_SHAPE]');
    expect(String(errorOf(() => o.cosineDistance(constant(1), constant(1))))).toBe('ShapeError: cosineDistance: a are float32[]; expected [items, components] [OBJECTIVE_SHAPE]');
  });
});

const categorical: readonly (readonly [string, Pair, string])[] = [
  ['categoricalCrossentropy', o.categoricalCrossentropy, 'predictions'],
  ['categoricalCrossentropyWithLogits', o.categoricalCrossentropyWithLogits, 'logits'],
  ['categoricalFocalLoss', o.categoricalFocalLoss, 'predictions'],
];

describe('categorical targets', () => {
  test.each(categorical)('%s', (name, make, x) => {
    expect(String(errorOf(() => make(rows, items)))).toBe(`DTypeError: ${name}: targets are float32[batch], one number per item; class numbers must be integers: declare the input as int32, or use cast(targets, 'int32') [OBJECTIVE_DTYPE]`);
    expect(String(errorOf(() => make(rows, input('k1', ['batch', 1], 'int32'))))).toBe(`ShapeError: ${name}: ${x} are float32[batch, 3] and class numbers are int32[batch, 1]; expected one class per item: [batch] [OBJECTIVE_SHAPE]`);
    expect(String(errorOf(() => make(rows, column)))).toBe(`ShapeError: ${name}: ${x} are float32[batch, 3] and targets are float32[batch, 1]; objectives do not broadcast: make the shapes equal [OBJECTIVE_SHAPE]`);
    expect(String(errorOf(() => make(rows, input('d', ['batch', 3], 'float64'))))).toBe(`DTypeError: ${name}: ${x} are float32[batch, 3] and targets are float64[batch, 3]; expected one dtype: use cast(targets, 'float32') [OBJECTIVE_DTYPE]`);
    expect(String(errorOf(() => make(rows, input('f', ['batch'], 'bool'))))).toBe(`DTypeError: ${name}: targets are bool[batch]; expected a floating dtype [OBJECTIVE_DTYPE]`);
    expect(String(errorOf(() => make(classes, classes)))).toBe(`DTypeError: ${name}: ${x} are int32[batch]; expected a floating dtype [OBJECTIVE_DTYPE]`);
    expect(String(errorOf(() => make(constant(1), classes)))).toBe(`ShapeError: ${name}: ${x} are float32[]; expected [items, classes] [OBJECTIVE_SHAPE]`);
  });

  test.each<[string, Pair]>([['multiclassHingeLoss', o.multiclassHingeLoss], ['categoricalAccuracy', o.categoricalAccuracy], ['confusionMatrix', o.confusionMatrix]])('%s', (name, make) => {
    expect(String(errorOf(() => make(rows, items)))).toBe(`DTypeError: ${name}: targets are float32[batch]; class numbers must be integers: declare the input as int32, or use cast(targets, 'int32') [OBJECTIVE_DTYPE]`);
    expect(String(errorOf(() => make(rows, input('k', ['other'], 'int32'))))).toBe(`ShapeError: ${name}: predictions are float32[batch, 3] and targets are int32[other]; expected integer classes [batch], or one-hot targets of the predictions' shape [OBJECTIVE_SHAPE]`);
    expect(String(errorOf(() => make(rows, column)))).toBe(`ShapeError: ${name}: predictions are float32[batch, 3] and targets are float32[batch, 1]; objectives do not broadcast: make the shapes equal [OBJECTIVE_SHAPE]`);
  });

  test('one class has no others', () => {
    expect(String(errorOf(() => o.multiclassHingeLoss(column, classes)))).toBe('ShapeError: multiclassHingeLoss: predictions are float32[batch, 1], of one class; expected two classes or more, or use binaryHingeLoss [OBJECTIVE_SHAPE]');
  });
});

describe('accuracies and counts', () => {
  test('shapes and dtypes', () => {
    expect(String(errorOf(() => o.binaryAccuracy(column, items)))).toBe('ShapeError: binaryAccuracy: predictions are float32[batch, 1] and targets are float32[batch]; objectives do not broadcast: make both of one rank: expandDims(targets, -1), or squeeze the other [OBJECTIVE_SHAPE]');
    expect(String(errorOf(() => o.binaryAccuracy(classes, classes)))).toBe('DTypeError: binaryAccuracy: predictions are int32[batch]; expected a floating dtype [OBJECTIVE_DTYPE]');
    expect(String(errorOf(() => o.categoricalAccuracy(items, classes)))).toBe('ShapeError: categoricalAccuracy: predictions are float32[batch]; expected [items, classes] [OBJECTIVE_SHAPE]');
    expect(String(errorOf(() => o.confusionMatrix(items, classes)))).toBe('ShapeError: confusionMatrix: predictions are float32[batch]; expected scores [items, classes] with a number of classes, or integer class numbers [items] [OBJECTIVE_SHAPE]');
    expect(String(errorOf(() => o.confusionMatrix(input('i', ['batch', 3], 'int32'), classes)))).toBe('ShapeError: confusionMatrix: predictions are int32[batch, 3]; expected scores [items, classes] of a floating dtype, or class numbers [items] [OBJECTIVE_SHAPE]');
    expect(String(errorOf(() => o.confusionMatrix(classes, items, { numClasses: 3 })))).toBe("DTypeError: confusionMatrix: targets are float32[batch]; class numbers must be integers: declare the input as int32, or use cast(targets, 'int32') [OBJECTIVE_DTYPE]");
    expect(String(errorOf(() => o.confusionMatrix(classes, classes)))).toBe('InputError: confusionMatrix: numClasses undefined; expected how many classes there are, since predictions int32[batch] do not tell [NUM_CLASSES]');
    expect(String(errorOf(() => o.confusionMatrix(rows, classes, { numClasses: 4 })))).toBe('InputError: confusionMatrix: numClasses 4, but predictions are float32[batch, 3]; leave it out, or give 3 [NUM_CLASSES]');
    expect(String(errorOf(() => o.confusionMatrix(input('b', ['batch', 3], 'bool'), classes)))).toBe('DTypeError: confusionMatrix: predictions are bool[batch, 3]; expected a floating dtype [OBJECTIVE_DTYPE]');
  });
});

describe('options', () => {
  test.each<[string, () => unknown, string]>([
    ['unknown', () => o.binaryCrossentropy(items, items, { eps: 1 } as never), "binaryCrossentropy: there is no option 'eps'; known: epsilon [UNKNOWN_OPTION]"],
    ['unknown, with a near name', () => o.huberLoss(items, items, { dleta: 1 } as never), "huberLoss: there is no option 'dleta'; did you mean 'delta'? [UNKNOWN_OPTION]"],
    ['epsilon that vanishes', () => o.binaryCrossentropy(input('h', ['n'], 'float16'), input('t', ['n'], 'float16'), { epsilon: 1e-7 }), "binaryCrossentropy: epsilon 1e-7 vanishes in float16, where 1 - epsilon is 1; expected at least 0.00048828125, or 'auto' (0.0009765625) [EPSILON]"],
    ['epsilon that is half', () => o.binaryCrossentropy(items, items, { epsilon: 0.5 }), "binaryCrossentropy: epsilon 0.5; expected 0, a number below 0.5, or 'auto' [EPSILON]"],
    ['epsilon NaN', () => o.binaryCrossentropy(items, items, { epsilon: NaN }), "binaryCrossentropy: epsilon NaN; expected 0, a number below 0.5, or 'auto' [EPSILON]"],
    ['delta 0', () => o.huberLoss(items, items, { delta: 0 }), 'huberLoss: delta 0; expected a number above 0 [OBJECTIVE_OPTION]'],
    ['delta infinite', () => o.multiclassHingeLoss(rows, classes, { delta: Infinity }), 'multiclassHingeLoss: delta Infinity; expected a number above 0 [OBJECTIVE_OPTION]'],
    ['logOdds left out', () => o.binaryHingeLoss(items, items, {} as never), 'binaryHingeLoss: logOdds undefined; say what the predictions are: { logOdds: true } for log-odds (no nonlinearity), { logOdds: false } for probabilities (a sigmoid) [LOG_ODDS]'],
    ['options left out where one must be said', () => (o.binaryHingeLoss as Pair)(items, items), 'binaryHingeLoss: logOdds undefined; say what the predictions are: { logOdds: true } for log-odds (no nonlinearity), { logOdds: false } for probabilities (a sigmoid) [LOG_ODDS]'],
    ['binary', () => o.binaryHingeLoss(items, items, { logOdds: true, binary: 1 as never }), 'binaryHingeLoss: binary 1; expected true for targets 0 and 1, or false for -1 and 1 [OBJECTIVE_OPTION]'],
    ['gamma', () => o.binaryFocalLoss(items, items, { gamma: -1 }), 'binaryFocalLoss: gamma -1; expected a number from 0 up [OBJECTIVE_OPTION]'],
    ['alpha', () => o.binaryFocalLoss(items, items, { alpha: 2 }), 'binaryFocalLoss: alpha 2; expected a number from 0 to 1 [OBJECTIVE_OPTION]'],
    ['gamma of classes', () => o.categoricalFocalLoss(rows, classes, { gamma: NaN }), 'categoricalFocalLoss: gamma NaN; expected a number from 0 up [OBJECTIVE_OPTION]'],
    ['threshold', () => o.binaryAccuracy(items, items, { threshold: NaN }), 'binaryAccuracy: threshold NaN; expected a finite number [OBJECTIVE_OPTION]'],
    ['topK', () => o.categoricalAccuracy(rows, classes, { topK: 1.5 }), 'categoricalAccuracy: topK 1.5; expected a whole number from 1 up [TOP_K]'],
    ['smoothing', () => o.labelSmoothing(rows, { smoothing: 1.1 }), 'labelSmoothing: smoothing 1.1; expected a number from 0 to 1 [OBJECTIVE_OPTION]'],
    ['numClasses left out', () => o.labelSmoothing(classes), 'labelSmoothing: targets are int32[batch], class numbers; expected numClasses, which they do not tell [NUM_CLASSES]'],
    ['numClasses 1', () => o.labelSmoothing(classes, { numClasses: 1 }), 'labelSmoothing: numClasses 1; expected a whole number from 2 up [NUM_CLASSES]'],
    ['numClasses that the targets contradict', () => o.labelSmoothing(rows, { numClasses: 4 }), 'labelSmoothing: numClasses 4, but targets are float32[batch, 3]; expected the size of the last axis, or 2 for binary targets [NUM_CLASSES]'],
    ['binary targets that could be anything', () => o.labelSmoothing(column), 'labelSmoothing: targets are float32[batch, 1]; expected [items, classes], or numClasses: 2 for binary targets [OBJECTIVE_SHAPE]'],
    ['targets of no use', () => o.labelSmoothing(input('b', ['n', 2], 'bool')), 'labelSmoothing: targets are bool[n, 2]; expected a floating dtype [OBJECTIVE_DTYPE]'],
  ])('%s', (_, make, message) => {
    expect(String(errorOf(make)).replace(/^\w+: /, '')).toBe(message);
  });
});

describe('aggregate', () => {
  const message = (make: () => unknown): string => String(errorOf(make));
  test('weights never broadcast the losses', () => {
    expect(message(() => o.aggregate(items, { weights: column }))).toBe('ShapeError: aggregate: losses are float32[batch] and weights are float32[batch, 1]; losses do not broadcast: make both of one rank: expandDims(loss, -1), or squeeze the other [OBJECTIVE_SHAPE]');
    expect(message(() => o.aggregate(column, { weights: items }))).toBe('ShapeError: aggregate: losses are float32[batch, 1] and weights are float32[batch]; losses do not broadcast: make both of one rank: expandDims(weights, -1), or squeeze the other [OBJECTIVE_SHAPE]');
    expect(message(() => o.aggregate(column, { weights: rows }))).toBe('ShapeError: aggregate: losses are float32[batch, 1] and weights are float32[batch, 3]; losses do not broadcast: expected the same sizes, or 1 in their place [OBJECTIVE_SHAPE]');
    expect(o.aggregate(rows, { weights: column }).shape).toEqual([]);
  });

  test('dtypes and modes', () => {
    expect(message(() => o.aggregate(classes))).toBe('DTypeError: aggregate: losses are int32[batch]; expected a floating dtype [OBJECTIVE_DTYPE]');
    expect(message(() => o.aggregate(items, { weights: classes }))).toBe("DTypeError: aggregate: losses are float32[batch] and weights are int32[batch]; expected one dtype: use cast(weights, 'float32') [OBJECTIVE_DTYPE]");
    expect(message(() => o.aggregate(items, { weights: [1] as never }))).toBe('InputError: aggregate: weights is no expression; wrap data in constant(…) [NOT_AN_EXPRESSION]');
    expect(message(() => o.aggregate(items, { mode: 'normalized_sum' as never }))).toBe(`InputError: aggregate: mode "normalized_sum"; expected 'mean', 'sum' or 'normalizedSum' [AGGREGATE_MODE]`);
    expect(message(() => o.aggregate(items, { mode: 'normalizedSum' }))).toBe("InputError: aggregate: 'normalizedSum' divides by the sum of the weights; expected weights, an expression [AGGREGATE_WEIGHTS]");
    expect(errorOf(() => o.aggregate(items, { weight: items } as never))).toBeInstanceOf(InputError);
  });
});
