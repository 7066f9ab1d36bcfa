import { readFileSync } from 'node:fs';
import { constant, evaluate, exp, finfo, grad, input, sigmoid, softmax, sum, type DType, type Expression } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import * as objectives from './index.js';

// The table of docs/objectives.md is what is tested here: a row that is not true fails, in every dtype.

type Formula = (x: Expression, t: Expression) => Expression;

const { binaryCrossentropy, binaryCrossentropyWithLogits, binaryFocalLoss, binaryHingeLoss, categoricalCrossentropy, categoricalCrossentropyWithLogits, categoricalFocalLoss, klDivergence } = objectives;

/** The first column, and what it means. Each row is computed by all that stand beside its name. */
const formulas: Readonly<Record<string, readonly Formula[]>> = {
  'binaryCrossentropy(p, t)': [binaryCrossentropy],
  'binaryCrossentropyWithLogits(z, t)': [binaryCrossentropyWithLogits, (z, t) => binaryCrossentropy(sigmoid(z), t)],
  'binaryFocalLoss(p, t)': [binaryFocalLoss, (p, t) => binaryFocalLoss(p, t, { gamma: 2 })],
  'binaryFocalLoss(sigmoid(z), t)': [(z, t) => binaryFocalLoss(sigmoid(z), t)],
  'categoricalCrossentropy(p, t)': [categoricalCrossentropy],
  'categoricalCrossentropyWithLogits(z, t)': [categoricalCrossentropyWithLogits, (z, t) => categoricalCrossentropy(softmax(z), t)],
  'categoricalFocalLoss(p, t)': [categoricalFocalLoss],
  'categoricalFocalLoss(softmax(z), t)': [(z, t) => categoricalFocalLoss(softmax(z), t)],
  'klDivergence(p, t)': [klDivergence],
  'klDivergence(softmax(z), t)': [(z, t) => klDivergence(softmax(z), t)],
  'poissonLoss(p, t)': [objectives.poissonLoss],
  'poissonLoss(exp(z), t)': [(z, t) => objectives.poissonLoss(exp(z), t)],
  'squaredError(a, b)': [objectives.squaredError],
  'absoluteError(a, b)': [objectives.absoluteError],
  'huberLoss(a, b)': [objectives.huberLoss, (a, b) => objectives.huberLoss(a, b, { delta: 1 })],
  'cosineDistance(a, b)': [objectives.cosineDistance],
  'binaryHingeLoss(z, t, { logOdds: true })': [(z, t) => binaryHingeLoss(z, t, { logOdds: true }), (z, t) => binaryHingeLoss(sigmoid(z), t, { logOdds: false })],
  'binaryHingeLoss(p, t, { logOdds: false })': [(p, t) => binaryHingeLoss(p, t, { logOdds: false })],
  'multiclassHingeLoss(z, t)': [objectives.multiclassHingeLoss],
  'binaryAccuracy(p, t)': [objectives.binaryAccuracy],
  'categoricalAccuracy(p, t)': [objectives.categoricalAccuracy],
  'labelSmoothing(t, { numClasses: 2 })': [(t) => objectives.labelSmoothing(t, { numClasses: 2 })],
};

interface Row {
  readonly name: string;
  readonly x: string;
  readonly t: string;
  readonly loss: string;
  readonly slope: string;
}

const page = readFileSync(new URL('../../../docs/objectives.md', import.meta.url), 'utf8');
const rows: readonly Row[] = page.slice(page.indexOf('## At the extremes')).split('\n').flatMap((line) => {
  const [, name = '', x = '', t = '', loss = '', slope = ''] = line.split('|').map((cell) => cell.trim());
  return /^`.*`$/.test(name) && slope !== '' ? [{ name: name.slice(1, -1), x, t, loss, slope }] : [];
});

/** `[0, -∞]`, `1e4`, `tiny` (the smallest number above 0 of the dtype), `-ln tiny`. */
function parse(cell: string, dtype: DType): number[] {
  const tiny = finfo(dtype).smallestSubnormal;
  const words: Readonly<Record<string, number>> = { '∞': Infinity, '-∞': -Infinity, NaN, tiny, '-ln tiny': -Math.log(tiny), '1 - ln tiny': 1 - Math.log(tiny), '-2 ln tiny': -2 * Math.log(tiny) };
  return cell.replace(/^\[|\]$/g, '').split(',').map((word) => {
    const value = words[word.trim()] ?? Number(word);
    if (Number.isNaN(value) && word.trim() !== 'NaN') throw new Error(`no number: ${word}`);
    return value;
  });
}

/** A vector is one item, [1, k]; a number is a batch of one. */
const valueOf = (cell: string, dtype: DType): number[] | number[][] => (cell.startsWith('[') ? [parse(cell, dtype)] : parse(cell, dtype));

/** `class 1` is an integer target, `[0, 1]` and `0.5` are floats. */
function targetsOf(cell: string, dtype: DType): Expression[] {
  if (!cell.startsWith('class ')) return [constant(valueOf(cell, dtype), dtype)];
  const index = Number(cell.slice('class '.length));
  const oneHot = constant([[0, 1].map((k) => (k === index ? 1 : 0))], dtype);
  return [constant([index], 'int32'), oneHot];
}

function close(found: ArrayLike<number>, expected: readonly number[], dtype: DType, what: string): void {
  expect(found.length, what).toBe(expected.length);
  expected.forEach((value, i) => {
    const actual = found[i] as number;
    const rounded = Math.abs(value) > finfo(dtype).max ? Math.sign(value) * Infinity : value;
    if (!Number.isFinite(rounded)) expect(actual, what).toBe(rounded);
    // Cells have six digits at most; a result below the dtype's numbers is 0 or the smallest of them.
    else expect(Math.abs(actual - rounded), `${what}: ${actual} for ${rounded}`).toBeLessThanOrEqual(Math.abs(rounded) * Math.max(6 * finfo(dtype).eps, 5e-6) + finfo(dtype).smallestSubnormal);
  });
}

describe('the table of docs/objectives.md', () => {
  test('has rows for every objective that gives one number per item', () => {
    const aside = ['aggregate', 'confusionMatrix', 'defaults', 'version'];
    const told = new Set(rows.map(({ name }) => name.slice(0, name.indexOf('('))));
    expect(Object.keys(objectives).filter((name) => !aside.includes(name) && !told.has(name))).toEqual([]);
    expect(Object.keys(formulas).filter((name) => !rows.some((row) => row.name === name))).toEqual([]);
    expect(rows.length).toBeGreaterThan(100);
  });

  for (const dtype of ['float64', 'float32', 'float16'] as const) {
    test.each(rows.map((row) => [`${row.name} at ${row.x}, ${row.t}`, row] as const))(`${dtype}: %s`, (what, row) => {
      const own = formulas[row.name];
      if (own === undefined) throw new Error(`${row.name} has no formula`);
      for (const formula of own) for (const t of row.t === '' ? [constant(0, dtype)] : targetsOf(row.t, dtype)) {
        const feeds = { x: valueOf(row.x, dtype) };
        const x = input('x', row.x.startsWith('[') ? [1, parse(row.x, dtype).length] : [1], dtype);
        const loss = formula(x, t);
        close(evaluate(loss, feeds).dataSync(), parse(row.loss, dtype), dtype, `${what}: loss`);
        if (row.slope !== 'none') close(evaluate(grad(sum(loss), x), feeds).dataSync(), parse(row.slope, dtype), dtype, `${what}: gradient`);
      }
    });
  }
});
