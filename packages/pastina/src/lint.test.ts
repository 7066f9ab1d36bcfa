import { describe, expect, test } from 'vitest';
import * as p from './index.js';

// What lint says of all that the library offers with its defaults. Each alarm that remains stands here, with its reason.

const { input, lint, mean, parameter, square } = p;
const logits = input('logits', ['batch', 5]);
const classes = input('classes', ['batch'], 'int32');

/** What is told, as `op kind`. */
const alarms = (report: p.LintReport): readonly string[] => report.hazards.map(({ op, kind, phase }) => `${op} ${kind}${phase === 'gradient' ? ' of the gradient' : ''}`);

const objectives: Readonly<Record<string, (x: p.Expression, t: p.Expression) => p.Expression>> = {
  binaryCrossentropy: (x, t) => p.binaryCrossentropy(p.sigmoid(x), t),
  binaryCrossentropyWithLogits: (x, t) => p.binaryCrossentropyWithLogits(x, t),
  'categoricalCrossentropy, classes': (x) => p.categoricalCrossentropy(p.softmax(x), classes),
  'categoricalCrossentropy, distributions': (x, t) => p.categoricalCrossentropy(p.softmax(x), t),
  categoricalCrossentropyWithLogits: (x) => p.categoricalCrossentropyWithLogits(x, classes),
  'categoricalCrossentropy, smoothed': (x) => p.categoricalCrossentropy(p.softmax(x), p.labelSmoothing(classes, { numClasses: 5, dtype: x.dtype as 'float32' })),
  binaryFocalLoss: (x, t) => p.binaryFocalLoss(p.sigmoid(x), t),
  'binaryFocalLoss, gamma ½': (x, t) => p.binaryFocalLoss(p.sigmoid(x), t, { gamma: 0.5 }),
  categoricalFocalLoss: (x) => p.categoricalFocalLoss(p.softmax(x), classes),
  klDivergence: (x, t) => p.klDivergence(p.softmax(x), t),
  'klDivergence of two': (x, t) => p.klDivergence(p.softmax(x), p.softmax(t)),
  binaryHingeLoss: (x, t) => p.binaryHingeLoss(x, t, { logOdds: true }),
  'binaryHingeLoss of probabilities': (x, t) => p.binaryHingeLoss(p.sigmoid(x), t, { logOdds: false }),
  multiclassHingeLoss: (x) => p.multiclassHingeLoss(x, classes),
  huberLoss: (x, t) => p.huberLoss(x, t),
  absoluteError: (x, t) => p.absoluteError(x, t),
  squaredError: (x, t) => p.squaredError(x, t),
  poissonLoss: (x, t) => p.poissonLoss(p.exp(x), t),
  'poissonLoss of a softplus': (x, t) => p.poissonLoss(p.softplus(x), t),
  cosineDistance: (x, t) => p.cosineDistance(x, t),
  'aggregate, normalised': (x, t) => p.aggregate(p.squaredError(x, t), { weights: t, mode: 'normalizedSum' }),
  binaryAccuracy: (x, t) => p.binaryAccuracy(p.sigmoid(x), t),
  categoricalAccuracy: (x) => p.categoricalAccuracy(p.softmax(x), classes),
};

const explained: Readonly<Record<string, readonly string[]>> = {
  // True: the expected count eˣ overflows from 88.72 on, and with it the loss.
  poissonLoss: ['exp exp'],
  // True: softplus underflows below -103, and nothing brings its logarithm to the log domain.
  'poissonLoss of a softplus': ['xlogy log'],
  // False: a vector whose largest element is ±1 has a norm of 1 at least; the interval of its elements does not tell.
  cosineDistance: ['div division', 'div division'],
  // True: weights may add up to 0.
  'aggregate, normalised': ['div division'],
};

describe.each(['float32', 'float16', 'float64'] as const)('%s', (dtype) => {
  const [x, of] = [input('x', ['batch', 5], dtype), input('t', ['batch', 5], dtype)];
  test.each(Object.entries(objectives))('%s and its gradient', (name, make) => {
    const bounds = make.length === 2 ? new Map([[of, [0, 1] as const]]) : new Map();
    expect(alarms(lint(make(x, of), { bounds, wrt: [x] }))).toEqual(explained[name] ?? []);
  });
});

test('every objective is here', () => {
  const offered = ['absoluteError', 'aggregate', 'binaryAccuracy', 'binaryCrossentropy', 'binaryCrossentropyWithLogits', 'binaryFocalLoss', 'binaryHingeLoss', 'categoricalAccuracy', 'categoricalCrossentropy', 'categoricalCrossentropyWithLogits', 'categoricalFocalLoss', 'cosineDistance', 'huberLoss', 'klDivergence', 'multiclassHingeLoss', 'poissonLoss', 'squaredError'];
  for (const name of offered) expect(Object.keys(objectives).some((key) => key.startsWith(name)), name).toBe(true);
  for (const name of Object.keys(p)) if (/(?:Loss|Crossentropy\w*|Error|Distance|Divergence|Accuracy)$/.test(name) && /^[a-z]/.test(name)) expect(offered).toContain(name);
});

const { GELU, LeakyRectify, ScaledTanH, ScaledTanh, SELU, ...plain } = p.nonlinearities;
test.each(Object.entries({ ...plain, GELU: GELU(), 'GELU by tanh': GELU({ approximate: 'tanh' }), LeakyRectify: LeakyRectify(), ScaledTanH: ScaledTanH(), ScaledTanh: ScaledTanh(), SELU: SELU() }))('nonlinearity %s', (name, nonlinearity) => {
  // True, and meant: beyond ±30 the sigmoid is 0 or 1 whatever x³ is.
  expect(alarms(lint(nonlinearity(logits)))).toEqual(name === 'GELU by tanh' ? ['clip dead of the gradient'] : []);
});

describe('update rules', () => {
  const rules: Readonly<Record<string, (loss: p.LossOrGrads, params: readonly p.Parameter[], options: { readonly learningRate: number }) => p.Updates>> = { sgd: p.sgd, momentum: p.momentum, nesterovMomentum: p.nesterovMomentum, adagrad: p.adagrad, rmsprop: p.rmsprop, adadelta: p.adadelta, adam: p.adam, adamax: p.adamax, amsgrad: p.amsgrad, adamw: p.adamw, lion: p.lion };
  // True: their epsilon of 1e-8 is 0 in float16, and where a gradient was always 0 they divide 0 by 0.
  const without = ['adam', 'adamax', 'amsgrad', 'adamw'];
  describe.each(['float32', 'float64', 'float16'] as const)('%s', (dtype) => {
    test.each(Object.entries(rules))('%s', (name, rule) => {
      const W = parameter([[1, 2, 3], [4, 5, 6]], { name: 'W', dtype });
      const loss = mean(p.categoricalCrossentropy(p.softmax(p.matmul(input('x', ['batch', 2], dtype), W)), classes));
      expect(alarms(lint(loss, { updates: rule(loss, [W], { learningRate: 0.1 }) }))).toEqual(dtype === 'float16' && without.includes(name) ? ['add epsilon', 'div division'] : []);
    });
  });

  test.each(without)('%s in float16 does divide 0 by 0, with an epsilon of the dtype it does not', (name) => {
    const [g, rule] = [input('g', [2], 'float16'), rules[name] as (grads: p.LossOrGrads, params: readonly p.Parameter[], options: { readonly learningRate: number; readonly epsilon?: number }) => p.Updates];
    for (const [epsilon, after] of [[undefined, NaN], [1e-4, 0]] as const) {
      const w = parameter([0, 0], { name: 'w', dtype: 'float16' });
      p.compile({ inputs: { g }, outputs: {}, updates: rule([g], [w], { learningRate: 0.125, ...(epsilon === undefined ? {} : { epsilon }) }) })({ g: [0, 1] });
      expect(w.valueSync().dataSync()[0]).toBe(after);
    }
  });

  test('an accumulator that forgets its epsilon', () => {
    const [w, v] = [parameter([1, 2], { name: 'w' }), parameter([0, 0], { name: 'v' })];
    const g = input('g', [2]);
    const next = p.add(p.mul(v, 0.9), p.mul(square(g), 0.1));
    const step = (root: p.Expression): p.Updates => new Map([[w, p.sub(w, p.div(g, root))], [v, next]]);
    expect(alarms(lint([], { updates: step(p.sqrt(next)) }))).toEqual(['div division']);
    expect(alarms(lint([], { updates: step(p.add(p.sqrt(next), 1e-8)) }))).toEqual([]);
  });
});

const [images, series, rows] = [new p.InputLayer({ shape: [null, 3, 8, 8] }), new p.InputLayer({ shape: [null, 6, 4] }), new p.InputLayer({ shape: [null, 12] })];
const dense = (): p.Layer => new p.DenseLayer(rows, { numUnits: 4 });
const conv = (): p.Layer => new p.Conv2DLayer(images, { numFilters: 4, filterSize: 3 });
test.each(Object.entries<() => p.Layer>({
  batchNorm: () => p.batchNorm(dense()),
  layerNorm: () => p.layerNorm(dense()),
  instanceNorm: () => p.instanceNorm(conv()),
  localResponse: () => new p.LocalResponseNormalization2DLayer(images),
  pools: () => new p.GlobalPoolLayer(new p.MaxPool2DLayer(conv(), { poolSize: 2 })),
  attention: () => new p.MultiHeadAttentionLayer(series, { numHeads: 2, causal: true }),
  LSTM: () => new p.LSTMLayer(series, { numUnits: 3 }),
  GRU: () => new p.GRULayer(series, { numUnits: 3 }),
  recurrent: () => new p.RecurrentLayer(series, { numUnits: 3 }),
  dropout: () => p.dropout(dense()),
  noise: () => new p.GaussianNoiseLayer(dense()),
  prelu: () => p.prelu(dense()),
  transformer: () => new p.TransformerLayer(images, { localizationNetwork: new p.DenseLayer(images, { numUnits: 6 }) }),
}))('layer %s', (_, make) => {
  expect(alarms(lint(mean(square(p.getOutput(make()) as p.Expression))))).toEqual([]);
});
