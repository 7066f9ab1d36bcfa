import { describe, expect, test } from 'vitest';
import * as core from '../index.js';
import { errorOf } from '../testing.js';

const { add, argMax, cast, compile, constant, evaluate, gather, grad, input, log, matmul, mean, mul, neg, parameter, reshape, softmax, stopGradient, sub, sum } = core;

const x = input('x', ['batch', 3]);
const y = input('y', ['batch'], 'int32');
const p = softmax(x);
const loss = mean(neg(log(gather(p, y, { axis: 1, batchAxes: 1 }))));
const f = compile({ inputs: { x, y }, outputs: { loss } });
const rows = [[1, 2, 3], [4, 5, 6]];

describe('wrong feeds', () => {
  test('missing, unknown, mistyped', () => {
    expect(errorOf(() => f({ x: rows }))).toMatchInlineSnapshot(`"InputError: input 'y' is missing; expected int32[batch] [FEED_MISSING]"`);
    expect(errorOf(() => f({ x: rows, y: [0, 1], z: 1 }))).toMatchInlineSnapshot(`"InputError: there is no input 'z'; expected x: float32[batch, 3] and y: int32[batch] [FEED_UNKNOWN]"`);
    expect(errorOf(() => f({ x: rows, y: 'ab' as unknown as number }))).toMatchInlineSnapshot(`"InputError: input 'y': expected a number, nested arrays, a typed array, a tensor or { data, shape }; got the string 'ab' [TENSOR_LIKE]"`);
    expect(errorOf(() => f(undefined as unknown as Record<string, number>))).toMatchInlineSnapshot(`"InputError: expected an object with x: float32[batch, 3] and y: int32[batch]; got undefined [FEEDS]"`);
  });

  test('wrong shape', () => {
    expect(errorOf(() => f({ x: [[1, 2]], y: [0] }))).toMatchInlineSnapshot(`"ShapeError: input 'x': expected float32[batch, 3], got shape [1, 2]: axis 1 is 2, not 3 [FEED_SHAPE]"`);
    expect(errorOf(() => f({ x: rows, y: [0] }))).toMatchInlineSnapshot(`"ShapeError: input 'y': expected int32[batch], got shape [1]: 'batch' is 1 here, but 2 in input 'x' [FEED_SHAPE]"`);
    expect(errorOf(() => f({ x: new Float32Array(6), y: [0, 1] }))).toMatchInlineSnapshot(`"ShapeError: input 'x': expected float32[batch, 3], got shape [6]: it has 1 axis, not 2; give flat data as { data, shape } [FEED_SHAPE]"`);
    expect(errorOf(() => f({ x: [[1, 2, 3], [4, 5]], y: [0, 1] }))).toMatchInlineSnapshot(`"ShapeError: input 'x': [1] has 2 entries; expected 3, as in the first one at this depth [TENSOR_RAGGED]"`);
    expect(errorOf(() => f({ x: { data: new Float32Array(5), shape: [2, 3] }, y: [0, 1] }))).toMatchInlineSnapshot(`"ShapeError: input 'x': 5 elements do not fill the shape [2, 3], which has 6 [TENSOR_SIZE]"`);
  });

  test('wrong dtype', () => {
    expect(errorOf(() => f({ x: rows, y: new Float32Array(2) }))).toMatchInlineSnapshot(`"DTypeError: input 'y': expected int32, got Float32Array; convert it first (for instance Int32Array.from(…)), or declare it as float32 [FEED_DTYPE]"`);
    expect(errorOf(() => f({ x: rows, y: [0, 0.5] }))).toMatchInlineSnapshot(`"DTypeError: input 'y': element 1 is 0.5; expected a whole number from -2147483648 to 2147483647 (int32) [ELEMENT_RANGE]"`);
    expect(errorOf(() => f({ x: { data: new Float64Array(6), shape: [2, 3] }, y: [0, 1] }))).toMatchInlineSnapshot(`"DTypeError: input 'x': expected float32, got Float64Array; convert it first (for instance Float32Array.from(…)), or declare it as float64 [FEED_DTYPE]"`);
  });

  test('class 10 of 10, and -1', () => {
    const z = input('z', ['batch', 10]);
    const g = compile({ inputs: { z, y }, outputs: { loss: gather(z, y, { axis: 1, batchAxes: 1 }) } });
    const row = Array.from({ length: 10 }, () => 0);
    expect(errorOf(() => g({ z: [row, row], y: [3, 10] }))).toMatchInlineSnapshot(`"InputError: gather: index 10 at position 1; expected 0 to 9, since axis 1 has size 10; the indices come from input 'y' (at …) [INDEX_RANGE]"`);
    expect(errorOf(() => g({ z: [row], y: [-1] }))).toMatchInlineSnapshot(`"InputError: gather: index -1 at position 0; expected 0 to 9, since axis 1 has size 10; the indices come from input 'y' (at …) [INDEX_RANGE]"`);
  });

  test('an empty batch', () => {
    expect(errorOf(() => f({ x: { data: new Float32Array(0), shape: [0, 3] }, y: new Int32Array(0) }))).toMatchInlineSnapshot(`"InputError: mean: axis 0 of float32[0] is empty; input 'x' arrived with shape [0, 3]: expected at least one item (at …) [EMPTY_REDUCTION]"`);
  });

  test("NaN and infinities with check: 'finite'", () => {
    const checked = compile({ inputs: { x, y }, outputs: { loss }, check: 'finite' });
    expect(errorOf(() => checked({ x: [[1, 2, 3], [4, NaN, 6]], y: [0, 1] }))).toMatchInlineSnapshot(`
      "NonFiniteError: input 'x' holds NaN at [1, 1] (1 of 6 NaN); expected finite numbers
        guide:    docs/nan-guide.md#nan-comes-in [NON_FINITE]"
    `);
    const w = parameter([1, Infinity], { name: 'w' });
    expect(errorOf(() => compile({ inputs: {}, outputs: { s: sum(w) }, check: 'finite' })({}))).toMatchInlineSnapshot(`
      "NonFiniteError: parameter 'w' holds Infinity at [1] (1 of 2 infinite); expected finite numbers
        guide:    docs/nan-guide.md#nan-comes-in [NON_FINITE]"
    `);
    expect(errorOf(() => evaluate(log(sub(constant([1, 2, 3]), 2)), {}, { check: 'finite' }))).toMatchInlineSnapshot(`
      "NonFiniteError: 'log' gives NaN at [0] of [3] (1 of 3 NaN, 1 infinite)
        pass:     forward
        line: …
        operands: sub: float32[3] from -1 to 1, there -1
        guide:    docs/nan-guide.md#log-of-zero [NON_FINITE]"
    `);
  });
});

describe('wrong functions', () => {
  test('inputs', () => {
    expect(errorOf(() => compile({ inputs: { x }, outputs: { loss } }))).toMatchInlineSnapshot(`"InputError: compile: output 'loss' needs the input 'y' (int32[batch]), which is not listed; add it: inputs: { …, y } [INPUT_NOT_LISTED]"`);
    expect(errorOf(() => compile({ inputs: { x, y: input('y', ['batch'], 'int32') }, outputs: { loss } }))).toMatchInlineSnapshot(`"InputError: compile: output 'loss' needs the input 'y' (int32[batch]), which is not listed; the input of that name in the list is another one: input('y', …) makes a new one each time it is called [INPUT_NOT_LISTED]"`);
    expect(errorOf(() => compile({ inputs: { x, y, p }, outputs: { loss } }))).toMatchInlineSnapshot(`"InputError: compile: input 'p' is made by 'softmax'; expected what input(…) gives; use substitute to cut a graph open [NOT_AN_INPUT]"`);
    expect(errorOf(() => compile({ inputs: { x, again: x }, outputs: { p } }))).toMatchInlineSnapshot(`"InputError: compile: inputs 'x' and 'again' are the same expression; list it once [INPUT_TWICE]"`);
    expect(errorOf(() => compile({ inputs: {}, outputs: {} }))).toMatchInlineSnapshot(`"InputError: compile: there are neither outputs nor updates; expected at least one [NOTHING_TO_COMPILE]"`);
  });

  test('options and updates', () => {
    expect(errorOf(() => compile({ inputs: { x }, outputs: { p }, chek: 'finite' } as never))).toMatchInlineSnapshot(`"InputError: compile: there is no option 'chek'; did you mean 'check'? [UNKNOWN_OPTION]"`);
    expect(errorOf(() => compile({ inputs: { x }, outputs: { p }, check: 'nan' as never }))).toMatchInlineSnapshot(`"InputError: compile: check "nan"; expected 'none' or 'finite' [UNKNOWN_OPTION]"`);
    const w = parameter([1, 2], { name: 'w' });
    expect(errorOf(() => compile({ inputs: {}, outputs: {}, updates: new Map([[w, sum(w)]]) }))).toMatchInlineSnapshot(`"ShapeError: compile: the update of parameter 'w' is float32[]; expected float32[2], the type of the parameter [UPDATE_TYPE]"`);
    expect(errorOf(() => w.set([1, 2, 3]))).toMatchInlineSnapshot(`"ShapeError: parameter 'w'.set: expected shape [2], got [3] [PARAMETER_SHAPE]"`);
  });
});

describe('wrong requests', () => {
  test('what compile is given', () => {
    expect(errorOf(() => compile(undefined as never))).toMatchInlineSnapshot(`"InputError: compile: expected options as an object, such as { inputs: … }; got undefined [OPTIONS]"`);
    expect(errorOf(() => compile({ inputs: { x } } as never))).toMatchInlineSnapshot(`"InputError: compile: outputs: expected an object of names and expressions, such as { loss }; got undefined [NAMED_EXPRESSIONS]"`);
    expect(errorOf(() => compile({ inputs: [x] as never, outputs: { p } }))).toMatchInlineSnapshot(`"InputError: compile: inputs: expected an object of names and expressions, such as { x }; got an array [NAMED_EXPRESSIONS]"`);
    expect(errorOf(() => compile({ inputs: { x }, outputs: p as never }))).toMatchInlineSnapshot(`"InputError: compile: outputs: expected an object of names and expressions, such as { loss }; got a single expression [NAMED_EXPRESSIONS]"`);
    expect(errorOf(() => compile({ inputs: { x }, outputs: { p }, updates: {} as never }))).toMatchInlineSnapshot(`"InputError: compile: updates: expected a Map of parameters to their new values, as new Map([[w, next]]); got an object [UPDATES]"`);
    expect(errorOf(() => compile({ inputs: { x }, outputs: {}, updates: new Map([[x, x]]) as never }))).toMatchInlineSnapshot(`"InputError: compile: an update's target is made by 'input' ('x'); expected a parameter [UPDATE_TARGET]"`);
    expect(errorOf(() => compile({ inputs: { x }, outputs: { p }, backend: 'wasm' as never }))).toMatchInlineSnapshot(`"InputError: compile: backend: expected what a backend's function gives, such as referenceBackend(); got the string 'wasm' [BACKEND]"`);
    expect(errorOf(() => compile({ inputs: { x }, outputs: { p }, recognise: 'no' as never }))).toMatchInlineSnapshot(`"InputError: compile: recognise the string 'no'; expected true or false [UNKNOWN_OPTION]"`);
    expect(errorOf(() => compile({ inputs: {}, outputs: { s: core.broadcastTo(constant([1]), ['batch', 3]) } }))).toMatchInlineSnapshot(`"ShapeError: compile: 'broadcastTo' needs the size 'batch', which no listed input has; use a number, or list an input that has it (at …) [DIM_UNBOUND]"`);
    expect(errorOf(() => evaluate(core.arange(null)))).toMatchInlineSnapshot(`"ShapeError: compile: 'arange' needs a size that was left open (null), which no listed input has; use a number, or list an input that has it (at …) [DIM_UNBOUND]"`);
    expect(errorOf(() => evaluate(p, { x: rows }, { sed: 1 } as never))).toMatchInlineSnapshot(`"InputError: evaluate: there is no option 'sed'; did you mean 'seed'? [UNKNOWN_OPTION]"`);
    expect(errorOf(() => evaluate(add(x, input('x', ['batch', 3])), { x: rows }))).toMatchInlineSnapshot(`"InputError: evaluate: two inputs are called 'x'; use compile, which takes them by names of your choice [INPUT_NAME_TWICE]"`);
    expect(errorOf(() => compile({ inputs: { x }, outputs: { p } }).profile())).toMatchInlineSnapshot(`"InputError: profile: the function was never called; give it feeds: fn.profile({ … }) [PROFILE]"`);
  });

  test('what a call is given', () => {
    expect(errorOf(() => f([rows] as never))).toMatchInlineSnapshot(`"InputError: expected an object with x: float32[batch, 3] and y: int32[batch]; got an array [FEEDS]"`);
    expect(errorOf(() => f(new Map([['x', rows]]) as never))).toMatchInlineSnapshot(`"InputError: expected an object with x: float32[batch, 3] and y: int32[batch]; got an object (Map) [FEEDS]"`);
    expect(errorOf(() => f({ x: [[1, 2, '3']] as never, y: [0] }))).toMatchInlineSnapshot(`"InputError: input 'x': element [0][2] is the string '3'; expected a number or a boolean [TENSOR_ELEMENT]"`);
    expect(errorOf(() => f({ x: rows, y: [true, false] }))).toMatchInlineSnapshot(`"DTypeError: input 'y': expected int32, got bool; convert it first (for instance Int32Array.from(…)), or declare it as bool [FEED_DTYPE]"`);
    expect(errorOf(() => evaluate(core.exp(constant(1000)), {}, { check: 'finite' }))).toMatchInlineSnapshot(`
      "NonFiniteError: 'exp' gives Infinity
        pass:     forward
        line: …
        operands: 1000: float32[] = 1000
        guide:    docs/nan-guide.md#exponential-overflow [NON_FINITE]"
    `);
  });
});

describe('wrong graphs', () => {
  test('shapes', () => {
    expect(errorOf(() => add(constant([1, 2]), constant([1, 2, 3])))).toMatchInlineSnapshot(`"ShapeError: add: shapes [2] and [3] do not broadcast: size 2 against 3 (counting axes from the end: 1); make the sizes equal or 1, or align the axes with expandDims or reshape [BROADCAST]"`);
    expect(errorOf(() => add(x, input('z', ['items', 3])))).toMatchInlineSnapshot(`"ShapeError: add: shapes [batch, 3] and [items, 3] do not broadcast: size batch against items (counting axes from the end: 2); make the sizes equal or 1, or align the axes with expandDims or reshape [BROADCAST]"`);
    expect(errorOf(() => matmul(x, constant([[1], [2]])))).toMatchInlineSnapshot(`"ShapeError: matmul: float32[batch, 3] times float32[2, 1]: the last axis of the left (3) must equal the last but one of the right (2); transpose or reshape one of them [MATMUL]"`);
    expect(errorOf(() => reshape(x, [4, -1]))).toMatchInlineSnapshot(`"ShapeError: reshape: float32[batch, 3] has 3*batch elements, which do not fill [4, -1]; the sizes must multiply to that, and one may be -1 (the rest) [RESHAPE_SIZE]"`);
    expect(errorOf(() => sum(x, { axis: 2 }))).toMatchInlineSnapshot(`"ShapeError: sum: axis 2 of a value with 2 axes; expected a whole number from -2 to 1 [AXIS_RANGE]"`);
    expect(errorOf(() => sum(x, { axis: [0, -2] }))).toMatchInlineSnapshot(`"ShapeError: sum: axis 0 is named twice in [0, -2] [AXIS_TWICE]"`);
    expect(errorOf(() => input('z', [1.5]))).toMatchInlineSnapshot(`"ShapeError: input 'z': size 1.5 of axis 0; expected a whole number from 0 up, a name, or null [SHAPE_SIZE]"`);
    expect(errorOf(() => core.slice(constant([1, 2, 3]), [2], [5]))).toMatchInlineSnapshot(`"ShapeError: slice: axis 0 of float32[3]: from 2 to 5; expected positions within 0 to 3, begin not after end [SLICE]"`);
    expect(errorOf(() => core.concat([x, constant([[1, 2]])], 0))).toMatchInlineSnapshot(`"ShapeError: concat: entry 1 is float32[1, 2], entry 0 is float32[batch, 3]; sizes must be equal except along axis 0 [CONCAT]"`);
  });

  test('dtypes', () => {
    expect(errorOf(() => add(x, cast(x, 'float64')))).toMatchInlineSnapshot(`"DTypeError: add: operands float32[batch, 3] and float64[batch, 3] differ in dtype; nothing is widened by itself, so cast one of them: cast(x, 'float32') [OP_MIXED_DTYPES]"`);
    expect(errorOf(() => mul(y, 0.5))).toMatchInlineSnapshot(`"DTypeError: mul: the number 0.5 does not fit int32; cast the tensor to a floating dtype first, or use a whole number in range [WEAK_NUMBER]"`);
    expect(errorOf(() => log(y))).toMatchInlineSnapshot(`"DTypeError: log: operand int32[batch]; expected a floating dtype; use cast(x, 'float32') [OP_DTYPE]"`);
    expect(errorOf(() => gather(x, x))).toMatchInlineSnapshot(`"DTypeError: gather: indices float32[batch, 3]; expected int32 or uint32; use cast(indices, 'int32') [INDEX_DTYPE]"`);
    expect(errorOf(() => input('z', [], 'float' as never))).toMatchInlineSnapshot(`"DTypeError: input 'z': unknown dtype "float"; expected one of float32, float64, float16, int32, uint32, bool [DTYPE_UNKNOWN]"`);
    expect(errorOf(() => core.finfo('int32'))).toMatchInlineSnapshot(`"DTypeError: finfo: int32 is not a floating dtype; expected float16, float32 or float64 [DTYPE_NOT_FLOAT]"`);
  });

  test('what is no expression', () => {
    expect(errorOf(() => log([1, 2] as never))).toMatchInlineSnapshot(`"InputError: log: expected an expression, got an array; wrap data in constant(…) [NOT_AN_EXPRESSION]"`);
    expect(errorOf(() => log({ op: {}, inputs: [], site: {} } as never))).toMatchInlineSnapshot(`"CompatibilityError: log: this expression was made by another copy of @pastina/core; two copies are two graphs. Run 'npm ls @pastina/core' and make every package use one version [TWO_COPIES]"`);
  });
});

describe('gradients that do not exist', () => {
  const w = parameter([1, 2, 3], { name: 'w' });
  test('disconnected', () => {
    expect(errorOf(() => grad(loss, w))).toMatchInlineSnapshot(`"DisconnectedGradientError: grad: the cost does not depend on 'w'; leave it out of the variables, or check that the network you trained is the one the cost is computed from [DISCONNECTED]"`);
    expect(errorOf(() => grad(sum(cast(argMax(mul(x, w), { axis: 1 }), 'float32')), w))).toMatchInlineSnapshot(`"DisconnectedGradientError: grad: the cost depends on 'w' only through 'argMax' (at …): it passes no gradient on, since its result is an integer or a truth value; keep it out of the cost [DISCONNECTED]"`);
    expect(errorOf(() => grad(sum(stopGradient(mul(w, 2))), w))).toMatchInlineSnapshot(`"DisconnectedGradientError: grad: the cost depends on 'w' only through 'stopGradient' (at …): that is what stopGradient is for [DISCONNECTED]"`);
  });

  test('of what, and to what', () => {
    expect(errorOf(() => grad(p, x))).toMatchInlineSnapshot(`"ShapeError: grad: the cost is float32[batch, 3]; expected a scalar: reduce it with mean(cost) or sum(cost), or give cotangents to pullback [GRAD_COST]"`);
    expect(errorOf(() => grad(loss, y))).toMatchInlineSnapshot(`"DTypeError: grad: the variable 'y' is int32[batch]; only floating values have a gradient [GRAD_VARIABLE]"`);
  });
});

describe('after an error nothing has changed', () => {
  test('parameters keep their values, and the next call works', () => {
    const w = parameter([1, 1, 1], { name: 'w' });
    const scores = mul(x, w);
    const cost = mean(gather(scores, y, { axis: 1, batchAxes: 1 }));
    const step = compile({ inputs: { x, y }, outputs: { cost }, updates: new Map([[w, sub(w, grad(cost, w))]]) });
    errorOf(() => step({ x: rows, y: [0, 3] }));
    expect(w.valueSync().toArray()).toEqual([1, 1, 1]);
    step({ x: rows, y: [0, 1] });
    expect(w.valueSync().toArray()).toEqual([0.5, -1.5, 1]);
  });
});
