import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../compile/evaluate.js';
import { grad } from '../gradient/grad.js';
import { input } from '../graph/input.js';
import { type Expression } from '../graph/node.js';
import { sum } from '../ops/index.js';
import { print } from '../print/print.js';
import { referenceBackend } from '../reference/interpreter.js';
import { lint } from './lint.js';
import { ends, fractions, leaf, place, steps } from './testing.js';

const reference = { backend: referenceBackend() };
const rowsOf = (data: readonly number[]): number[][] => [0, 1, 2, 3].map((row) => data.slice(3 * row, 3 * row + 3));
const wrong = (data: ArrayLike<number>): number => Array.from(data).filter((element) => !Number.isFinite(element)).length;

/** Of values and gradients of random programs: how many went wrong where lint told so, and that none did where it was silent. */
test('where lint is silent, nothing goes wrong', () => {
  let told = 0, silent = 0;
  fc.assert(fc.property(steps, fc.constantFrom(...ends), fc.constantFrom(...ends), fractions, fractions, (make, bx, by, px, py) => {
    const [x, y] = [input('x', leaf, 'float64'), input('y', leaf, 'float64')];
    const root = make(x, y);
    // Elements on a grid: what is not 0 is of ordinary size.
    const grid = (at: readonly number[]): readonly number[] => at.map((t) => Math.round(t * 16) / 16);
    const feeds = { x: rowsOf(place(bx, grid(px))), y: rowsOf(place(by, grid(py))) };
    const bounds = new Map([[x, bx], [y, by]]);
    const slope = slopeOf(root, x);
    const report = lint(root, { bounds, wrt: [x] });
    const value = wrong(evaluate(root, feeds, reference).dataSync());
    const gradient = slope === undefined ? 0 : Array.from(evaluate(slope, feeds, reference).dataSync()).filter(Number.isNaN).length;
    if (report.hazards.some(({ phase, kind }) => phase === 'value' && kind !== 'epsilon')) told += 1;
    else {
      silent += 1;
      expect(value, `value of ${print(root)} ${JSON.stringify(feeds)} ${String(report)}`).toBe(0);
      // How large gradients become is not followed: one that passes through float16 may overflow there.
      if (!print(root).includes('float16') && report.hazards.every(({ kind }) => kind === 'dead' || kind === 'epsilon')) expect(gradient, `gradient of ${print(root)} ${JSON.stringify(feeds)} ${String(report)}`).toBe(0);
    }
  }), { numRuns: 600 });
  expect(told).toBeGreaterThan(30);
  expect(silent).toBeGreaterThan(30);
}, 60000);

function slopeOf(root: Expression, x: Expression): Expression | undefined {
  try {
    return grad(sum(root), x);
  } catch {
    return undefined;
  }
}
