import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { grad } from '../gradient/grad.js';
import { input } from '../graph/input.js';
import { type DType, type TypedArray } from '../graph/dtype.js';
import { type Expression } from '../graph/node.js';
import * as ops from '../ops/index.js';
import { print } from '../print/print.js';
import { valuesOf } from '../testing.js';
import { stableRules } from './stableRules.js';

const { add, exp, log, sub, sum } = ops;

interface Row {
  readonly written: (x: Expression) => Expression;
  /** Where the function is defined. */
  readonly domain: readonly [low: number, high: number];
  readonly truth: (x: number) => number;
  readonly slope: (x: number) => number;
}

const gauss = (x: number): number => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);

// Every rule has the formula it is for; the last test says so when one is missing.
const rows: Readonly<Record<string, Row>> = {
  'log of 1 + x': { written: (x) => log(add(1, x)), domain: [-1, 1e30], truth: Math.log1p, slope: (x) => 1 / (1 + x) },
  'log of 1 - x': { written: (x) => log(sub(1, x)), domain: [-1e30, 1], truth: (x) => Math.log1p(-x), slope: (x) => -1 / (1 - x) },
  'xlogy of 1 - x': { written: (x) => ops.xlogy(2, sub(1, x)), domain: [-1e30, 1], truth: (x) => 2 * Math.log1p(-x), slope: (x) => -2 / (1 - x) },
  'exp minus 1': { written: (x) => sub(exp(x), 1), domain: [-1e4, 80], truth: Math.expm1, slope: Math.exp },
  '1 minus exp': { written: (x) => sub(1, exp(x)), domain: [-1e4, 80], truth: (x) => -Math.expm1(x), slope: (x) => -Math.exp(x) },
  'log of 1 - exp': { written: (x) => log(sub(1, exp(x))), domain: [-1e4, -1e-38], truth: (x) => (x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x))), slope: (x) => 1 / -Math.expm1(-x) },
  '1 minus erf': { written: (x) => sub(1, ops.erf(x)), domain: [-3, 9], truth: (x) => valuesOf(ops.erfc, [x])[0] as number, slope: (x) => -gauss(x) },
  'norm by hand': { written: (x) => ops.sqrt(sum(ops.square(ops.expandDims(x, 1)), { axis: 1 })), domain: [-1e30, 1e30], truth: Math.abs, slope: Math.sign },
  '1 minus erfc': { written: (x) => sub(1, ops.erfc(x)), domain: [-6, 6], truth: (x) => valuesOf(ops.erf, [x])[0] as number, slope: gauss },
};

function run(written: Row['written'], dtype: DType, points: readonly number[], recognise: boolean): { readonly value: TypedArray; readonly slope: TypedArray } {
  const x = input('x', [points.length], dtype);
  const value = written(x);
  const f = compile({ inputs: { x }, outputs: { value, slope: grad(sum(value), x, { recognise }) }, recognise });
  const { value: y, slope } = f({ x: [...points] });
  return { value: y.dataSync(), slope: slope.dataSync() };
}

const relative = (found: number, truth: number): number => (found === truth ? 0 : Math.abs(found - truth) / Math.max(Math.abs(truth), 1e-37));

describe('every rule keeps the function, and loses nothing near 0', () => {
  for (const [name, { written, domain: [low, high], truth, slope }] of Object.entries(rows)) {
    test(`${name}: the same in float64`, () => {
      fc.assert(fc.property(fc.array(fc.double({ min: Math.max(low, -10) + 0.01, max: Math.min(high, 3) - 0.01, noNaN: true }), { minLength: 1, maxLength: 8 }), (points) => {
        const inside = points.filter((x) => Math.abs(x) > 1e-3);
        const [plain, stable] = [run(written, 'float64', inside, false), run(written, 'float64', inside, true)];
        inside.forEach((_, i) => {
          expect(relative(stable.value[i] as number, plain.value[i] as number)).toBeLessThan(1e-9);
          expect(relative(stable.slope[i] as number, plain.slope[i] as number)).toBeLessThan(1e-9);
        });
      }), { numRuns: 50 });
    });

    test(`${name}: exact in float32, extremes included`, () => {
      const points = [-1e4, -88, -20, -1, -0.5, -1e-3, -1e-7, -1e-20, -1e-38, 1e-38, 1e-20, 1e-7, 1e-3, 0.5, 1, 20, 79, low, high].map(Math.fround).filter((x) => x > low && x < high);
      const found = run(written, 'float32', points, true);
      points.forEach((x, i) => {
        expect(relative(found.value[i] as number, Math.fround(truth(x)))).toBeLessThan(4e-7);
        expect(relative(found.slope[i] as number, Math.fround(slope(x)))).toBeLessThan(4e-7);
      });
    });
  }

  test('xlogy of 1 - x: 0 · ln 0 is 0, with no gradient; a NaN stays', () => {
    const points = [0, 1, 2, NaN, 1e-45];
    for (const [a, values, slopes] of [[0, [0, 0, 0, NaN, 0], [0, 0, 0, NaN, 0]], [1, [0, -Infinity, NaN, NaN, -1e-45], [-1, -Infinity, 1, NaN, -1]]] as const) {
      const { value, slope } = run((x) => ops.xlogy(a, sub(1, x)), 'float32', points, true);
      expect([...value].map((v) => v + 0)).toEqual(values.map(Math.fround));
      expect([...slope].map((v) => v + 0)).toEqual([...slopes]);
    }
  });

  test('no rule is left out', () => {
    expect(stableRules.map(({ name }) => name).filter((name) => rows[name] === undefined)).toEqual([]);
  });

  test('the printed program tells which rule was used; without recognising the formula stays', () => {
    const x = input('x', ['n']);
    const y = log(add(x, 1));
    expect(compile({ inputs: { x }, outputs: { y } }).print()).toMatch(/output y = log1p\(x\) .*# log of 1 \+ x at /);
    expect(compile({ inputs: { x }, outputs: { y }, recognise: false }).print()).toMatch(/log\(x \+ 1\)/);
    expect(print(y)).toMatch(/log\(x \+ 1\)/);
  });
});
