import { evaluate, grad, input, sigmoid, sum, type Expression } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { binaryAccuracy } from './accuracy.js';
import { binaryCrossentropy, binaryCrossentropyWithLogits } from './binaryCrossentropy.js';
import { binaryHingeLoss, multiclassHingeLoss } from './hinge.js';
import { huberLoss } from './robust.js';
import { compare, constantOf, feedOf, numbers, readCases, type Case, type Stored } from './testing.js';

/** Loss, and gradient of its sum. */
function both(stored: Stored, make: (x: Expression) => Expression): { readonly loss: ArrayLike<number>; readonly slope: ArrayLike<number> } {
  const x = input('x', stored.shape, stored.dtype);
  const loss = make(x);
  const feeds = { x: feedOf(stored) };
  return { loss: evaluate(loss, feeds).dataSync(), slope: evaluate(grad(sum(loss), x), feeds).dataSync() };
}

const optional = ({ kwargs: { delta } }: Case): { readonly delta?: number } => (delta === undefined ? {} : { delta });

for (const [folder, tolerance] of [['float64', 1e-10], ['float32', 1e-5]] as const) {
  const { objectives, logits } = readCases(folder);
  const named = (cases: readonly Case[], prefix: string): (readonly [string, Case])[] => cases.filter(({ name }) => name.startsWith(prefix)).map((c) => [c.name, c] as const);

  describe(`${folder}: as Lasagne has it`, () => {
    test.each(named(objectives, 'binary_crossentropy'))('%s', (_, { predictions, targets, fast_run }) => {
      const { loss, slope } = both(predictions, (p) => binaryCrossentropy(p, constantOf(targets)));
      numbers(fast_run.loss).forEach((expected, i) => {
        if (Number.isNaN(expected)) expect((loss[i] as number) + 0).toBe(0);
        else if (Number.isFinite(expected)) expect(Math.abs((loss[i] as number) - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
        else expect(loss[i]).toBe(expected);
      });
      compare(slope, fast_run.grad_predictions, tolerance, true);
    });

    test.each(named(logits, 'sigmoid+bce'))('%s', (_, { logits: x, targets, fast_run }) => {
      const { loss, slope } = both(x, (z) => binaryCrossentropy(sigmoid(z), constantOf(targets)));
      compare(loss, fast_run.loss, tolerance, true);
      compare(slope, fast_run.grad_logits, tolerance, true);
      const direct = both(x, (z) => binaryCrossentropyWithLogits(z, constantOf(targets)));
      expect([...Array.from(direct.loss), ...Array.from(direct.slope)]).toEqual([...Array.from(loss), ...Array.from(slope)]);
    });

    test.each(named(logits, 'sigmoid_binary_crossentropy'))('%s', (_, { logits: x, targets, fast_run }) => {
      const { loss, slope } = both(x, (z) => binaryCrossentropyWithLogits(z, constantOf(targets)));
      compare(loss, fast_run.loss, tolerance, true);
      compare(slope, fast_run.grad_logits, tolerance, true);
    });

    test.each(named(logits, 'sigmoid+clip+bce'))('%s', (_, { logits: x, targets, fast_run }) => {
      const { loss, slope } = both(x, (z) => binaryCrossentropy(sigmoid(z), constantOf(targets), { epsilon: 1e-7 }));
      // Between, one ulp of the sigmoid in float32 is up to a fifth of 1 - p.
      const steady = numbers(x).map((z) => folder === 'float64' || z <= 5 || z >= 17);
      expect(steady.filter(Boolean).length).toBeGreaterThan(24);
      const only = (stored: Stored): Stored => ({ ...stored, data: stored.data.filter((_value, i) => steady[i]) });
      const picked = (values: ArrayLike<number>): number[] => Array.from(values).filter((_value, i) => steady[i]);
      compare(picked(loss), only(fast_run.loss), 1e-5, false);
      compare(picked(slope), only(fast_run.grad_logits), 1e-5, false);
    });

    test.each(named(logits, 'sigmoid+binary_hinge_loss'))('%s: where Lasagne has Infinity or NaN, the exact value', (_, { logits: x, targets, fast_run }) => {
      const { loss, slope } = both(x, (z) => binaryHingeLoss(sigmoid(z), constantOf(targets), { logOdds: false }));
      numbers(x).forEach((z, i) => {
        const lasagne = numbers(fast_run.loss)[i] as number;
        const exact = Math.max(0, 1 - z);
        expect(Math.abs((loss[i] as number) - exact)).toBeLessThanOrEqual(tolerance * Math.max(1, exact));
        if (Number.isFinite(lasagne)) expect(Math.abs(exact - lasagne)).toBeLessThanOrEqual(tolerance * Math.max(1, exact));
        // At the hinge itself (z = 1) one ulp of the logarithms decides.
        if (z === 1) expect([-1, -0.5, 0]).toContain((slope[i] as number) + 0);
        else expect(Math.abs((slope[i] as number) - (numbers(fast_run.grad_logits)[i] as number))).toBeLessThanOrEqual(tolerance);
      });
    });

    test.each(named(objectives, 'binary_hinge_loss'))('%s', (_, c) => {
      const { loss, slope } = both(c.predictions, (z) => binaryHingeLoss(z, constantOf(c.targets), { logOdds: true, ...optional(c) }));
      compare(loss, c.fast_run.loss, tolerance, false);
      compare(slope, c.fast_run.grad_predictions, tolerance, false);
    });

    test.each(named(objectives, 'multiclass_hinge_loss'))('%s', (_, c) => {
      const { loss, slope } = both(c.predictions, (z) => multiclassHingeLoss(z, constantOf(c.targets), optional(c)));
      compare(loss, c.fast_run.loss, tolerance, false);
      // Among equal largest others Lasagne gives each the whole gradient; here they share it.
      const [items, k] = c.predictions.shape as readonly [number, number];
      const found = Array.from(slope);
      const expected = numbers(c.fast_run.grad_predictions);
      let shared = 0;
      for (let i = 0; i < items; i += 1) {
        const row = expected.slice(i * k, i * k + k);
        // At the hinge itself one ulp of the sum decides.
        if (Math.abs(loss[i] as number) < 1e-7) continue;
        const winners = row.filter((g) => g > 0).length;
        if (winners > 1) shared += 1;
        row.forEach((g, j) => expect(found[i * k + j]).toBeCloseTo(g > 0 ? g / winners : g, 6));
      }
      expect(shared).toBeGreaterThan(0);
    });

    test.each(named(objectives, 'huber_loss'))('%s', (_, c) => {
      const { loss, slope } = both(c.predictions, (p) => huberLoss(p, constantOf(c.targets), optional(c)));
      compare(loss, c.fast_run.loss, tolerance, false);
      compare(slope, c.fast_run.grad_predictions, tolerance, false);
    });

    test.each(named(objectives, 'binary_accuracy'))('%s', (_, c) => {
      const { threshold } = c.kwargs;
      const right = binaryAccuracy(constantOf(c.predictions), constantOf(c.targets), threshold === undefined ? {} : { threshold });
      expect(Array.from(evaluate(right).dataSync())).toEqual(numbers(c.fast_run.loss));
    });

    test('no objective in the files is left out', () => {
      const prefixes = ['categorical_crossentropy', 'categorical_accuracy', 'squared_error', 'aggregate', 'binary_crossentropy', 'binary_hinge_loss', 'multiclass_hinge_loss', 'huber_loss', 'binary_accuracy'];
      expect(objectives.map(({ name }) => name).filter((name) => !prefixes.some((prefix) => name.startsWith(prefix)))).toEqual([]);
    });
  });
}
