import { describe, expect, test } from 'vitest';
import * as core from '../index.js';
import { errorOf } from '../testing.js';

const { add, compile, constant, div, evaluate, exp, grad, greater, input, log, matmul, mul, parameter, pow, referenceBackend, scan, softmax, sqrt, sub, sum, where, NonFiniteError } = core;

const x = input('x', [2, 3]);
const checked = (outputs: Readonly<Record<string, core.Expression>>, inputs: Readonly<Record<string, core.Expression>> = { x }): core.CompiledFunction => compile({ inputs, outputs, check: 'finite' });

/** The error itself. */
function caught(run: () => unknown): core.PastinaError {
  try {
    run();
  } catch (error) {
    return error as core.PastinaError;
  }
  throw new Error('nothing was thrown');
}

describe('where it happened', () => {
  test('the op, the line, the first element, how many, the operands', () => {
    const y = log(sub(x, 2));
    const run = (): unknown => checked({ y })({ x: [[3, 2, 1], [0, 5, 2]] });
    expect(errorOf(run)).toMatchInlineSnapshot(`
      "NonFiniteError: 'log' gives -Infinity at [0, 1] of [2, 3] (2 of 6 NaN, 2 infinite)
        pass:     forward
        line: …
        operands: sub: float32[2, 3] from -2 to 3, there 0
        guide:    docs/nan-guide.md#log-of-zero [NON_FINITE]"
    `);
    expect(caught(run)).toBeInstanceOf(NonFiniteError);
    expect(caught(run)).toMatchObject({
      code: 'NON_FINITE',
      details: { op: 'log', pass: 'forward', position: 1, index: '[0, 1]', nan: 2, infinite: 2, size: 6, page: 'docs/nan-guide.md#log-of-zero', statistics: [{ label: 'sub', dtype: 'float32', shape: [2, 3], size: 6, nan: 0, infinite: 0, from: -2, to: 3, there: 0 }] },
    });
  });

  test('the value is in the details', () => {
    const y = log(sub(x, 2));
    const run = compile({ inputs: { x }, outputs: { y }, check: 'finite', backend: referenceBackend() });
    expect(caught(() => run({ x: [[3, 2, 1], [0, 5, 2]] })).details.value).toBe(-Infinity);
    expect(caught(() => run({ x: [[3, 1, 2], [0, 5, 2]] })).details.value).toBeNaN();
  });

  test('the gradient of a value that is a number', () => {
    const slope = (y: core.Expression): core.CompiledFunction => checked({ y, slope: grad(sum(y), x) });
    expect(errorOf(() => slope(sqrt(x))({ x: [[1, 4, 0], [1, 1, 1]] }))).toMatchInlineSnapshot(`
      "NonFiniteError: 'div' gives Infinity at [0, 2] of [2, 3] (1 of 6 infinite)
        pass:     gradient of sqrt
        line: …
        operands: mul: float32[2, 3] = 0.5; sqrt: float32[2, 3] from 0 to 2, there 0
        guide:    docs/nan-guide.md#infinite-slope [NON_FINITE]"
    `);
    expect(slope(where(greater(x, 0), log(where(greater(x, 0), x, 1)), 0))({ x: [[1, 0, 0.5], [1, 1, 1]] }).slope?.toArray()).toEqual([[1, 0, 2], [1, 1, 1]]);
    const power = caught(() => slope(pow(x, 0.75))({ x: [[1, 4, 0], [1, 1, 1]] }));
    expect(power.details).toMatchObject({ pass: 'gradient', page: 'docs/nan-guide.md#infinite-slope' });
  });

  test('a branch that is not taken: the value is looked at too, since the gradient will use it', () => {
    const y = where(greater(x, 0), log(mul(x, 3)), 0);
    expect(caught(() => checked({ y })({ x: [[1, 4, 0], [1, 1, 1]] })).details).toMatchObject({ op: 'log', pass: 'forward', page: 'docs/nan-guide.md#log-of-zero' });
  });

  test('0 times an infinite slope', () => {
    const chosen = where(greater(x, 0), div(1, x), 0);
    const g = grad(sum(chosen), x, { recognise: false });
    const plain = compile({ inputs: { x }, outputs: { g } });
    expect(plain({ x: [[1, 0, 1], [1, 1, 1]] }).g?.toArray()).toEqual([[-1, NaN, -1], [-1, -1, -1]]);
  });

  test('folds, products and casts', () => {
    const page = (y: core.Expression, feed: number[][]): unknown => caught(() => checked({ y })({ x: feed })).details.page;
    const large = [[3e38, 3e38, 3e38], [3e38, 1, 1]];
    expect(page(sum(x), large)).toBe('docs/nan-guide.md#overflow');
    expect(page(matmul(x, constant([[1], [2], [3]])), large)).toBe('docs/nan-guide.md#overflow');
    expect(page(core.cast(x, 'float16'), large)).toBe('docs/nan-guide.md#overflow');
    expect(page(exp(x), large)).toBe('docs/nan-guide.md#exponential-overflow');
    expect(page(div(1, sub(x, 1)), large)).toBe('docs/nan-guide.md#division-by-zero');
    expect(page(sqrt(sub(0, x)), large)).toBe('docs/nan-guide.md#root-of-a-negative-number');
    expect(page(core.acos(x), large)).toBe('docs/nan-guide.md#outside-the-domain');
    expect(page(pow(x, 20), large)).toBe('docs/nan-guide.md#powers');
    expect(page(add(x, constant([Infinity, 0, 0])), [[1, 1, 1], [1, 1, 1]])).toBe('docs/nan-guide.md#infinities-meet');
  });

  test('scalars, empty operands, integers that turn into floats', () => {
    const s = input('s', []);
    expect(errorOf(() => checked({ y: div(s, 0) }, { s })({ s: 1 }))).toMatchInlineSnapshot(`
      "NonFiniteError: 'div' gives Infinity
        pass:     forward
        line: …
        operands: s: float32[] = 1; 0: float32[] = 0
        guide:    docs/nan-guide.md#division-by-zero [NON_FINITE]"
    `);
    const i = input('i', [2], 'int32');
    expect(errorOf(() => checked({ y: log(core.cast(i, 'float64')) }, { i })({ i: [-7, -7] }))).toMatchInlineSnapshot(`
      "NonFiniteError: 'log' gives NaN at [0] of [2] (2 of 2 NaN)
        pass:     forward
        line: …
        operands: cast: float64[2] = -7
        guide:    docs/nan-guide.md#log-of-zero [NON_FINITE]"
    `);
  });

  test('in an iteration of a scan', () => {
    const { outputs } = scan((carry: core.Expression, value: core.Expression) => ({ carry: add(carry, 1), outputs: log(value) }), { carry: constant(0), sequences: x });
    expect(errorOf(() => checked({ y: outputs as core.Expression })({ x: [[1, 1, 1], [1, 0, 1]] }))).toMatchInlineSnapshot(`
      "NonFiniteError: 'log' gives -Infinity at [1] of [3] (1 of 3 infinite)
        pass:     forward
        line: …
        operands: item: float32[3] from 0 to 1, there 0
        guide:    docs/nan-guide.md#log-of-zero
        in iteration 1 of the scan at packages/core/src/compile/finite.test.ts:105:25 [NON_FINITE]"
    `);
  });
});

describe('what was wrong before', () => {
  const [w, b] = [parameter([1, 2], { name: 'w' }), parameter([[NaN, Infinity], [1, -Infinity]], { name: 'b' })];
  const f = compile({ inputs: { x }, outputs: { y: add(mul(sum(x), w), b) }, updates: new Map([[w, add(w, 1)]]), check: 'finite' });

  test('all inputs and parameters that are not finite are named, before anything runs', () => {
    expect(errorOf(() => f({ x: [[1, 2, NaN], [1, 1, 1]] }))).toMatchInlineSnapshot(`
      "NonFiniteError: input 'x' holds NaN at [0, 2] (1 of 6 NaN); expected finite numbers
        also:     parameter 'b' (1 of 4 NaN, 2 infinite)
        guide:    docs/nan-guide.md#nan-comes-in [NON_FINITE]"
    `);
    expect(errorOf(() => f({ x: [[1, 2, 3], [1, 1, 1]] }))).toMatchInlineSnapshot(`
      "NonFiniteError: parameter 'b' holds NaN at [0, 0] (1 of 4 NaN, 2 infinite); expected finite numbers
        guide:    docs/nan-guide.md#nan-comes-in [NON_FINITE]"
    `);
    expect(caught(() => f({ x: [[1, 2, NaN], [1, 1, 1]] })).details).toMatchObject({ input: 'x', position: 2, index: '[0, 2]', all: ["input 'x'", "parameter 'b'"], page: 'docs/nan-guide.md#nan-comes-in' });
  });

  test('once they are put right, it runs', () => {
    b.set([[0, 0], [0, 0]]);
    expect(f({ x: [[1, 2, 3], [1, 1, 1]] }).y?.toArray()).toEqual([[9, 18], [9, 18]]);
    expect(w.valueSync().toArray()).toEqual([2, 3]);
  });
});

test('nothing is stored after an error, also of updates that were computed before it', () => {
  const [first, second] = [parameter([1, 2], { name: 'first' }), parameter([1, 0], { name: 'second' })];
  const step = compile({ inputs: {}, outputs: { y: sum(first) }, updates: new Map<core.Parameter, core.Expression>([[first, mul(first, 10)], [second, log(second)]]), check: 'finite' });
  for (let i = 0; i < 2; i += 1) {
    expect(caught(() => step({})).details).toMatchObject({ op: 'log', index: '[1]' });
    expect([first.valueSync().toArray(), second.valueSync().toArray()]).toEqual([[1, 2], [1, 0]]);
  }
  second.set([1, Math.E]);
  step({});
  expect(first.valueSync().toArray()).toEqual([10, 20]);
});

test('what is computed in the log domain passes', () => {
  const y = log(softmax(x));
  expect(evaluate(sum(y), { x: [[0, 1000, 0], [1, 2, 3]] }, { check: 'finite' }).item()).toBeLessThan(-1000);
});
