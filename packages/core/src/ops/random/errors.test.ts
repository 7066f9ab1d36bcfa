import { describe, expect, test } from 'vitest';
import * as core from '../../index.js';
import { errorOf } from '../../testing.js';

const x = core.input('x', ['batch', 3]);
const y = core.input('y', ['batch'], 'int32');
const w = core.parameter([1, 2, 3], { name: 'w' });

describe('wrong draws', () => {
  test('shapes', () => {
    expect(errorOf(() => core.randomUniform(3 as never))).toMatchInlineSnapshot(`"InputError: randomUniform: a shape is an array such as ['batch', 784]; got the number 3 [SHAPE_SPEC]"`);
    expect(errorOf(() => core.randomUniform([2.5]))).toMatchInlineSnapshot(`"ShapeError: randomUniform: size 2.5 of axis 0; expected a whole number from 0 up, a name, or null [SHAPE_SIZE]"`);
    expect(errorOf(() => core.randomUniform([null, 3]))).toMatchInlineSnapshot(`"InputError: randomUniform: size null of axis 0; expected a whole number, the name of a size that an input has ('batch'), or a size taken from an expression (x.shape[0]) [DRAW_SIZE]"`);
    expect(errorOf(() => core.randomUniform(['batch size']))).toMatchInlineSnapshot(`"InputError: randomUniform: 'batch size' cannot name a size; expected a letter, then letters, digits, '_' or '.' [DIM_NAME]"`);
    expect(errorOf(() => core.evaluate(core.randomUniform(['items', 3])))).toMatchInlineSnapshot(`"ShapeError: compile: 'randomUniform' needs the size 'items', which no listed input has; use a number, or list an input that has it (at …) [DIM_UNBOUND]"`);
  });

  test('uniform', () => {
    expect(errorOf(() => core.randomUniform([2], { low: 1 }))).toMatchInlineSnapshot(`"InputError: randomUniform: low 1 and high 1; expected low < high [DRAW_RANGE]"`);
    expect(errorOf(() => core.randomUniform([2], { low: 1, high: 1 + 1e-12 }))).toMatchInlineSnapshot(`"InputError: randomUniform: low 1 and high 1.000000000001; expected low < high, also when rounded to float32 [DRAW_RANGE]"`);
    expect(errorOf(() => core.randomUniform([2], { low: -3e38, high: 3e38 }))).toMatchInlineSnapshot(`"InputError: randomUniform: low -3e+38 and high 3e+38; expected a range that float32 can hold [DRAW_RANGE]"`);
    expect(errorOf(() => core.randomUniform([2], { low: NaN }))).toMatchInlineSnapshot(`"InputError: randomUniform: low NaN; expected a finite number in float32 [DRAW_OPTION]"`);
    expect(errorOf(() => core.randomUniform([2], { low: w }))).toMatchInlineSnapshot(`"ShapeError: randomUniform: low is float32[3], the draw has shape [2]; expected sizes that, aligned at the last axis, are equal or 1 [DRAW_OPTION]"`);
    expect(errorOf(() => core.randomUniform([3], { low: w, dtype: 'float64' }))).toMatchInlineSnapshot(`"DTypeError: randomUniform: low is float32[3], the draw float64; use cast(low, 'float64'), or { dtype: 'float32' } [DRAW_OPTION]"`);
    expect(errorOf(() => core.randomUniform(['batch'], { low: y }))).toMatchInlineSnapshot(`"DTypeError: randomUniform: low is int32[batch], the draw float32; use cast(low, 'float32') [DRAW_OPTION]"`);
    expect(errorOf(() => core.randomUniform([3], { high: '1' as never }))).toMatchInlineSnapshot(`"InputError: randomUniform: high: expected an expression, got the string '1'; wrap data in constant(…) [NOT_AN_EXPRESSION]"`);
    expect(errorOf(() => core.randomUniform([2], { dtype: 'int32' }))).toMatchInlineSnapshot(`"DTypeError: randomUniform: dtype int32; expected a floating dtype: draw in float32 and use cast(…, 'int32') on the result [DRAW_DTYPE]"`);
    expect(errorOf(() => core.randomUniform([2], 1 as never))).toMatchInlineSnapshot(`"InputError: randomUniform: expected options as an object, such as { low: … }; got the number 1 [OPTIONS]"`);
  });

  test('normal', () => {
    expect(errorOf(() => core.randomNormal([2], { std: -1 }))).toMatchInlineSnapshot(`"InputError: randomNormal: std -1; expected a number from 0 up [DRAW_OPTION]"`);
    expect(errorOf(() => core.randomNormal([2], { sd: 1 } as never))).toMatchInlineSnapshot(`"InputError: randomNormal: there is no option 'sd'; did you mean 'std'? [UNKNOWN_OPTION]"`);
    expect(errorOf(() => core.randomNormal([2], { mean: 1e5, dtype: 'float16' }))).toMatchInlineSnapshot(`"InputError: randomNormal: mean 100000; expected a finite number in float16 [DRAW_OPTION]"`);
    expect(errorOf(() => core.randomNormal([2], { mean: [1, 2] as never }))).toMatchInlineSnapshot(`"InputError: randomNormal: mean: expected an expression, got an array; wrap data in constant(…) [NOT_AN_EXPRESSION]"`);
  });

  test('Bernoulli', () => {
    expect(errorOf(() => core.randomBernoulli([2], {} as never))).toMatchInlineSnapshot(`"InputError: randomBernoulli: the probability is missing; expected an option p, as in { p: 0.5 } [DRAW_OPTION]"`);
    expect(errorOf(() => core.randomBernoulli([2], 0.5 as never))).toMatchInlineSnapshot(`"InputError: randomBernoulli: expected options as an object, such as { p: … }; got the number 0.5 [OPTIONS]"`);
    expect(errorOf(() => core.randomBernoulli([2], { p: 1.5 }))).toMatchInlineSnapshot(`"InputError: randomBernoulli: p 1.5; expected a probability, from 0 to 1 [DRAW_OPTION]"`);
    expect(errorOf(() => core.randomBernoulli(['batch'], { p: y }))).toMatchInlineSnapshot(`"DTypeError: randomBernoulli: p is int32[batch]; expected a floating dtype; use cast(p, 'float32') [DRAW_OPTION]"`);
    expect(errorOf(() => core.randomBernoulli([2], { p: w }))).toMatchInlineSnapshot(`"ShapeError: randomBernoulli: p is float32[3], the draw has shape [2]; expected sizes that, aligned at the last axis, are equal or 1 [DRAW_OPTION]"`);
  });

  test('categorical', () => {
    expect(errorOf(() => core.randomCategorical(y))).toMatchInlineSnapshot(`"DTypeError: randomCategorical: weights int32[batch]; expected a floating dtype; use cast(p, 'float32') [OP_DTYPE]"`);
    expect(errorOf(() => core.randomCategorical(core.constant(1)))).toMatchInlineSnapshot(`"ShapeError: randomCategorical: weights float32[]; expected one weight per class along the last axis, as in [batch, classes] [CATEGORICAL]"`);
    expect(errorOf(() => core.randomCategorical([1, 2] as never))).toMatchInlineSnapshot(`"InputError: randomCategorical: expected an expression, got an array; wrap data in constant(…) [NOT_AN_EXPRESSION]"`);
    expect(errorOf(() => core.randomCategorical(x, { axis: 1 } as never))).toMatchInlineSnapshot(`"InputError: randomCategorical: there is no option 'axis'; known: stream [UNKNOWN_OPTION]"`);
    expect(errorOf(() => core.evaluate(core.randomCategorical(core.constant([0, 1])), {}, { check: 'finite' }))).toMatchInlineSnapshot(`
      "NonFiniteError: 'log' gives -Infinity at [0] of [2] (1 of 2 infinite)
        pass:     forward
        line: …
        operands: constant: float32[2] from 0 to 1, there 0
        guide:    docs/nan-guide.md#log-of-zero [NON_FINITE]"
    `);
  });

  test('streams and seeds', () => {
    expect(errorOf(() => core.randomUniform([2], { stream: -1 }))).toMatchInlineSnapshot(`"InputError: randomUniform: stream -1; expected a whole number from 0 to 4294967295 [STREAM]"`);
    expect(errorOf(() => core.randomUniform([2], { seed: 1 } as never))).toMatchInlineSnapshot(`"InputError: randomUniform: there is no option 'seed'; known: low, high, dtype, stream [UNKNOWN_OPTION]"`);
    expect(errorOf(() => core.setRandomStream('a' as never))).toMatchInlineSnapshot(`"InputError: setRandomStream: stream the string 'a'; expected a whole number from 0 to 4294967295 [STREAM]"`);
    expect(errorOf(() => core.evaluate(core.randomUniform([2]), {}, { seed: 0.5 }))).toMatchInlineSnapshot(`"InputError: compile: seed 0.5; expected a whole number from -(2^53 - 1) to 2^53 - 1 [SEED]"`);
    expect(errorOf(() => core.compile({ inputs: { x }, outputs: { x }, seed: 'a' as never }))).toMatchInlineSnapshot(`"InputError: compile: seed the string 'a'; expected a whole number from -(2^53 - 1) to 2^53 - 1 [SEED]"`);
    expect(errorOf(() => core.randomSource(1.5))).toMatchInlineSnapshot(`"InputError: randomSource: seed 1.5; expected a whole number from -(2^53 - 1) to 2^53 - 1 [SEED]"`);
  });
});
