import { evaluate, grad, input, softmax, sum } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { aggregate } from './aggregate.js';
import { categoricalAccuracy } from './accuracy.js';
import { categoricalCrossentropy } from './crossentropy.js';
import { squaredError } from './squaredError.js';
import { compare, constantOf, feedOf, numbers, readCases, type Case } from './testing.js';

for (const [folder, tolerance] of [['float64', 1e-10], ['float32', 1e-5]] as const) {
  const { objectives, logits } = readCases(folder);
  const named = (prefix: string): readonly Case[] => objectives.filter(({ name }) => name.startsWith(prefix));

  describe(`${folder}: as Lasagne has it`, () => {
    test.each(named('categorical_crossentropy').map((c) => [c.name, c] as const))('%s', (_, { predictions, targets, fast_run }) => {
      const p = input('p', predictions.shape, predictions.dtype);
      const loss = categoricalCrossentropy(p, constantOf(targets));
      const feeds = { p: feedOf(predictions) };
      const found = evaluate(loss, feeds).dataSync();
      numbers(fast_run.loss).forEach((expected, i) => {
        // Theano lets ln p overflow to -Inf for a subnormal p in float32; ours is exact.
        if (Number.isNaN(expected)) expect(Number.isNaN(found[i])).toBe(false);
        else if (Number.isFinite(expected)) expect(Math.abs((found[i] as number) - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
      });
      compare(evaluate(grad(sum(loss), p), feeds).dataSync(), fast_run.grad_predictions, tolerance, true);
    });

    test.each(logits.filter(({ name }) => name.startsWith('softmax')).map((c) => [c.name, c] as const))('%s', (name, { logits: x, targets, fast_run }) => {
      const z = input('z', x.shape, x.dtype);
      const loss = categoricalCrossentropy(softmax(z), constantOf(targets), name.includes('clip') ? { epsilon: 1e-7 } : {});
      const feeds = { z: feedOf(x) };
      compare(evaluate(loss, feeds).dataSync(), fast_run.loss, folder === 'float64' && name.includes('clip') ? 1e-7 : tolerance, true);
      compare(evaluate(grad(sum(loss), z), feeds).dataSync(), fast_run.grad_logits, tolerance, true);
    });

    test('squared_error', () => {
      for (const { predictions, targets, fast_run } of named('squared_error')) compare(evaluate(squaredError(constantOf(predictions), constantOf(targets))).dataSync(), fast_run.loss, tolerance, false);
    });

    test.each(named('aggregate').map((c) => [c.name, c] as const))('%s', (_, { loss, weights, mode, fast_run }) => {
      const value = aggregate(constantOf(loss), { mode: mode === 'normalized_sum' ? 'normalizedSum' : 'mean', ...(weights === null ? {} : { weights: constantOf(weights) }) });
      compare(evaluate(value).dataSync(), fast_run.value, tolerance, false);
    });

    test('categorical_accuracy', () => {
      for (const { predictions, targets, kwargs, fast_run } of named('categorical_accuracy')) {
        const found = evaluate(categoricalAccuracy(constantOf(predictions), constantOf(targets), { topK: kwargs.top_k ?? 1 })).dataSync();
        // On a tie under top_k Lasagne takes the last class; here it is the first one, as for top_k 1.
        const ties = kwargs.top_k === undefined ? [] : [3, 4];
        numbers(fast_run.loss).forEach((expected, i) => ties.includes(i) || expect(found[i]).toBe(expected));
      }
    });
  });
}
