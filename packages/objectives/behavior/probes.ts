import { constant, evaluate, exp, grad, input, sigmoid, softmax, sum, type Expression, type TypedArray } from '@pastina/core';
import * as o from '@pastina/objectives';
import { aggregate, categoricalAccuracy, categoricalCrossentropy, squaredError, type CrossentropyOptions } from '@pastina/objectives';
import type { Probe } from '../../../tools/behavior/probe.ts';

const classes = constant([0, 1, 2, 0], 'int32');
const oneHot = constant([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]);
const probabilities = [[1, 0, 0], [0.25, 0.5, 0.25], [0.75, 0.25, 0], [1e-8, 0.5, 0.5]];
const logits = [[0, 0, 0], [1, 2, 3], [-1000, 0, 1000], [10000, 0, -10000]];

/** Loss and gradient of its sum, from probabilities as they are, or from logits. */
function lossAndGradient(make: (p: Expression) => Expression, from: 'p' | 'logits'): Record<string, TypedArray> {
  const x = input('x', [4, 3]);
  const loss = make(from === 'p' ? x : softmax(x));
  const feeds = { x: from === 'p' ? probabilities : logits };
  return { loss: evaluate(loss, feeds).dataSync(), gradient: evaluate(grad(sum(loss), x), feeds).dataSync() };
}

const crossentropy = (targets: Expression, options?: CrossentropyOptions) => (p: Expression) => categoricalCrossentropy(p, targets, options);

const rows = constant([[1, 0, 0], [0.25, 0.5, 0.25], [0.2, 0.3, 0.5], [0, 0, 1]]);
const zeros = constant([0, 0, 0, 0, 0, 0, 0]);
const ones = constant([1, 1, 1, 1, 1, 1, 1]);
const parts = constant([0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]);

/** As above, one number at a time: probabilities from 0 to 1, and logits. */
function elementwise(make: (x: Expression) => Expression, from: 'p' | 'logits'): Record<string, TypedArray> {
  const x = input('x', [7]);
  const feeds = { x: from === 'p' ? [0, 1e-45, 1e-8, 0.25, 0.5, 0.9, 1] : [-10000, -20, -1, 0, 0.5, 20, 10000] };
  const loss = make(x);
  return { loss: evaluate(loss, feeds).dataSync(), gradient: evaluate(grad(sum(loss), x), feeds).dataSync() };
}

/** The same loss for targets 0, 1 and 0.3. */
function byTarget(name: string, code: string, make: (x: Expression, t: Expression) => Expression, from: 'p' | 'logits'): Probe[] {
  return ([['0', zeros], ['1', ones], ['0.3', parts]] as const).map(([t, targets]) => ({ name: `${name}, t = ${t}`, code, values: () => elementwise((x) => make(x, targets), from) }));
}

const vectors = (name: string, code: string, make: (x: Expression) => Expression, from: 'p' | 'logits'): Probe => ({ name, code, values: () => lossAndGradient(make, from) });
const values = (name: string, code: string, make: () => Expression): Probe => ({ name, code, values: () => ({ value: evaluate(make()).dataSync() }) });

/** Every other objective, with its defaults first. */
const others: readonly Probe[] = [
  ...byTarget('binaryCrossentropy', 'binaryCrossentropy(p, t)', (p, t) => o.binaryCrossentropy(p, t), 'p'),
  ...byTarget('binaryCrossentropy, from logits', 'binaryCrossentropy(sigmoid(x), t)', (x, t) => o.binaryCrossentropy(sigmoid(x), t), 'logits'),
  ...byTarget('binaryCrossentropy, clipped by dtype', "binaryCrossentropy(sigmoid(x), t, { epsilon: 'auto' })", (x, t) => o.binaryCrossentropy(sigmoid(x), t, { epsilon: 'auto' }), 'logits'),
  ...byTarget('binaryCrossentropyWithLogits', 'binaryCrossentropyWithLogits(x, t)', o.binaryCrossentropyWithLogits, 'logits'),
  ...byTarget('binaryFocalLoss', 'binaryFocalLoss(p, t)', (p, t) => o.binaryFocalLoss(p, t), 'p'),
  ...byTarget('binaryFocalLoss, from logits, weighted', 'binaryFocalLoss(sigmoid(x), t, { gamma: 1, alpha: 0.25 })', (x, t) => o.binaryFocalLoss(sigmoid(x), t, { gamma: 1, alpha: 0.25 }), 'logits'),
  ...byTarget('binaryHingeLoss', 'binaryHingeLoss(x, t, { logOdds: true })', (x, t) => o.binaryHingeLoss(x, t, { logOdds: true }), 'logits'),
  ...byTarget('binaryHingeLoss, of probabilities', 'binaryHingeLoss(p, t, { logOdds: false })', (p, t) => o.binaryHingeLoss(p, t, { logOdds: false }), 'p'),
  ...byTarget('poissonLoss', 'poissonLoss(p, t)', o.poissonLoss, 'p'),
  ...byTarget('poissonLoss, from logarithms', 'poissonLoss(exp(x), t)', (x, t) => o.poissonLoss(exp(x), t), 'logits'),
  ...byTarget('absoluteError', 'absoluteError(x, t)', o.absoluteError, 'logits'),
  ...byTarget('huberLoss', 'huberLoss(x, t)', (x, t) => o.huberLoss(x, t), 'logits'),
  vectors('categoricalCrossentropyWithLogits', 'categoricalCrossentropyWithLogits(x, classes)', (x) => o.categoricalCrossentropyWithLogits(x, classes), 'logits'),
  vectors('categoricalCrossentropyWithLogits, soft', 'categoricalCrossentropyWithLogits(x, rows)', (x) => o.categoricalCrossentropyWithLogits(x, rows), 'logits'),
  vectors('categoricalFocalLoss', 'categoricalFocalLoss(p, classes)', (p) => o.categoricalFocalLoss(p, classes), 'p'),
  vectors('categoricalFocalLoss, soft, from logits', 'categoricalFocalLoss(softmax(x), rows)', (p) => o.categoricalFocalLoss(p, rows), 'logits'),
  vectors('klDivergence', 'klDivergence(p, rows)', (p) => o.klDivergence(p, rows), 'p'),
  vectors('klDivergence, from logits', 'klDivergence(softmax(x), rows)', (p) => o.klDivergence(p, rows), 'logits'),
  vectors('cosineDistance', 'cosineDistance(p, rows)', (p) => o.cosineDistance(p, rows), 'p'),
  vectors('multiclassHingeLoss', 'multiclassHingeLoss(p, classes)', (p) => o.multiclassHingeLoss(p, classes), 'p'),
  vectors('multiclassHingeLoss, one-hot', 'multiclassHingeLoss(p, oneHot, { delta: 0.5 })', (p) => o.multiclassHingeLoss(p, oneHot, { delta: 0.5 }), 'p'),
  values('labelSmoothing', 'labelSmoothing(oneHot)', () => o.labelSmoothing(oneHot)),
  values('labelSmoothing, classes', 'labelSmoothing(classes, { numClasses: 4 })', () => o.labelSmoothing(classes, { numClasses: 4 })),
  values('binaryAccuracy', 'binaryAccuracy(constant([0, 0.25, 0.5, 0.9]), ones)', () => o.binaryAccuracy(constant([0, 0.25, 0.5, 0.9]), constant([1, 1, 1, 1]))),
  values('confusionMatrix', 'confusionMatrix(p, classes)', () => o.confusionMatrix(constant(probabilities), classes)),
  values('aggregate, sum', "aggregate(constant([1, 2, 6]), { mode: 'sum' })", () => aggregate(constant([1, 2, 6]), { mode: 'sum' })),
];

export const probes: readonly Probe[] = [
  { name: 'categoricalCrossentropy, classes, from logits', code: 'categoricalCrossentropy(softmax(x), classes)', values: () => lossAndGradient(crossentropy(classes), 'logits') },
  { name: 'categoricalCrossentropy, one-hot, from logits', code: 'categoricalCrossentropy(softmax(x), oneHot)', values: () => lossAndGradient(crossentropy(oneHot), 'logits') },
  { name: 'categoricalCrossentropy, classes, from probabilities', code: 'categoricalCrossentropy(p, classes)', values: () => lossAndGradient(crossentropy(classes), 'p') },
  { name: 'categoricalCrossentropy, one-hot, from probabilities', code: 'categoricalCrossentropy(p, oneHot)', values: () => lossAndGradient(crossentropy(oneHot), 'p') },
  { name: 'categoricalCrossentropy, clipped', code: 'categoricalCrossentropy(softmax(x), classes, { epsilon: 1e-7 })', values: () => lossAndGradient(crossentropy(classes, { epsilon: 1e-7 }), 'logits') },
  { name: 'categoricalCrossentropy, clipped by dtype', code: "categoricalCrossentropy(p, oneHot, { epsilon: 'auto' })", values: () => lossAndGradient(crossentropy(oneHot, { epsilon: 'auto' }), 'p') },
  { name: 'squaredError', code: 'squaredError(x, oneHot)', values: () => lossAndGradient((p) => squaredError(p, oneHot), 'p') },
  { name: 'aggregate', code: 'aggregate(constant([1, 2, 6]))', values: () => ({ mean: evaluate(aggregate(constant([1, 2, 6]))).dataSync() }) },
  { name: 'aggregate, normalizedSum', code: "aggregate(constant([1, 2, 6]), { weights: constant([1, 1, 0]), mode: 'normalizedSum' })", values: () => ({ value: evaluate(aggregate(constant([1, 2, 6]), { weights: constant([1, 1, 0]), mode: 'normalizedSum' })).dataSync() }) },
  { name: 'categoricalAccuracy', code: 'categoricalAccuracy(p, classes)', values: () => ({ right: evaluate(categoricalAccuracy(constant(probabilities), classes)).dataSync() }) },
  { name: 'categoricalAccuracy, topK', code: 'categoricalAccuracy(p, classes, { topK: 2 })', values: () => ({ right: evaluate(categoricalAccuracy(constant(probabilities), classes, { topK: 2 })).dataSync() }) },
  ...others,
];
