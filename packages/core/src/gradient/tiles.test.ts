import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { input } from '../graph/input.js';
import { type Expression } from '../graph/node.js';
import * as ops from '../ops/index.js';
import { grad } from './grad.js';

const x = input('x', [2, 6]);
const feeds = { x: [[1, 2, 3, 4, 5, 6], [-1, -2, -3, -4, -5, -6]] };
/** The square of each cut, with a factor of its own. */
const lossOf = (...cuts: readonly (readonly [number, number])[]): Expression => cuts.map(([from, to], i) => ops.mul(ops.sum(ops.square(ops.slice(x, [0, from], [2, to]))), i + 1)).reduce(ops.add);
const run = (loss: Expression): { readonly text: string; readonly values: unknown } => {
  const f = compile({ inputs: { x }, outputs: { g: grad(loss, x) } });
  return { text: f.print(), values: f(feeds).g.toArray() };
};

describe('the gradient of a value that was cut up', () => {
  test('is put together, in whatever order the cuts come, and nothing is added', () => {
    for (const cuts of [[[0, 2], [2, 3], [3, 6]], [[3, 6], [0, 2], [2, 3]]] as const) {
      const { text, values } = run(lossOf(...cuts));
      expect([text.includes('concat'), text.includes('pad')]).toEqual([true, false]);
      const factor = (place: number): number => cuts.findIndex(([from, to]) => place >= from && place < to) + 1;
      expect(values).toEqual(feeds.x.map((row) => row.map((value, place) => 2 * value * factor(place))));
    }
  });

  test.each([
    ['a gap', [[0, 2], [3, 6]]],
    ['an overlap', [[0, 3], [2, 6]]],
    ['an end that is not reached', [[0, 2], [2, 5]]],
    ['the same cut twice', [[0, 6], [0, 6]]],
  ] as const)('is a sum where there is %s', (_, cuts) => {
    const { text, values } = run(lossOf(...cuts));
    expect(text).not.toContain('concat');
    expect(values).toEqual(feeds.x.map((row) => row.map((value, place) => cuts.reduce((sum, [from, to], i) => sum + (place >= from && place < to ? 2 * value * (i + 1) : 0), 0))));
  });

  test('what else uses it is added', () => {
    const { values } = run(ops.add(lossOf([0, 3], [3, 6]), ops.sum(x)));
    expect(values).toEqual(feeds.x.map((row) => row.map((value, place) => 2 * value * (place < 3 ? 1 : 2) + 1)));
  });

  test('cuts along two axes, or with steps, are summed', () => {
    const steps = ops.add(ops.sum(ops.square(ops.slice(x, [0, 0], [2, 6], [1, 2]))), ops.sum(ops.square(ops.slice(x, [0, 1], [2, 6], [1, 2]))));
    expect(run(steps).values).toEqual(feeds.x.map((row) => row.map((value) => 2 * value)));
    const quarters = [[0, 0], [0, 3], [1, 0], [1, 3]].map(([i = 0, j = 0]) => ops.sum(ops.square(ops.slice(x, [i, j], [i + 1, j + 3])))).reduce(ops.add);
    expect(run(quarters).values).toEqual(feeds.x.map((row) => row.map((value) => 2 * value)));
  });
});
