import { constant, evaluate, grad, input, softmax, sum, type Expression, type TypedArray } from '@pastina/core';
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
];
