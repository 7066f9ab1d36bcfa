import { describe, expect, test } from 'vitest';
import * as core from '../index.js';
import { errorOf } from '../testing.js';

const x = core.input('x', ['batch', 3]);
const y = core.input('y', ['batch'], 'int32');
const w = core.parameter([1, 2, 3], { name: 'w' });
const mask = core.constant([true, false, true]);

describe('wrong elementwise programs', () => {
  test('dtypes', () => {
    expect(errorOf(() => core.exp(mask))).toMatchInlineSnapshot(`"DTypeError: exp: operand bool[3]; expected a floating dtype; use cast(x, 'float32') [OP_DTYPE]"`);
    expect(errorOf(() => core.add(mask, 1))).toMatchInlineSnapshot(`"DTypeError: add: the number 1 beside a bool; use cast(x, 'float32'), or constant(true) [OP_MIXED_DTYPES]"`);
    expect(errorOf(() => core.add(mask, mask))).toMatchInlineSnapshot(`"DTypeError: add: operand bool[3]; expected numbers; use cast(x, 'float32') [OP_DTYPE]"`);
    expect(errorOf(() => core.add(x, core.cast(x, 'float64')))).toMatchInlineSnapshot(`"DTypeError: add: operands float32[batch, 3] and float64[batch, 3] differ in dtype; nothing is widened by itself, so cast one of them: cast(x, 'float32') [OP_MIXED_DTYPES]"`);
    expect(errorOf(() => core.mul(y, 1e10))).toMatchInlineSnapshot(`"DTypeError: mul: the number 10000000000 does not fit int32; cast the tensor to a floating dtype first, or use a whole number in range [WEAK_NUMBER]"`);
    expect(errorOf(() => core.logicalAnd(x, x))).toMatchInlineSnapshot(`"DTypeError: logicalAnd: operand float32[batch, 3]; expected bool; compare first, as in greater(x, 0) [OP_DTYPE]"`);
    expect(errorOf(() => core.where(x, 1, 2))).toMatchInlineSnapshot(`"DTypeError: where: condition float32[batch, 3]; expected bool; compare first, as in greater(x, 0) [OP_DTYPE]"`);
    expect(errorOf(() => core.cast(x, 'int' as never))).toMatchInlineSnapshot(`"DTypeError: cast: unknown dtype "int"; expected one of float32, float64, float16, int32, uint32, bool [DTYPE_UNKNOWN]"`);
  });

  test('shapes', () => {
    expect(errorOf(() => core.where(core.greater(x, 0), core.constant([1, 2]), 0))).toMatchInlineSnapshot(`"ShapeError: where: shapes [batch, 3] and [2] and [] do not broadcast: size 3 against 2 (counting axes from the end: 1); make the sizes equal or 1, or align the axes with expandDims or reshape [BROADCAST]"`);
    expect(errorOf(() => core.clip(x, core.constant([1, 2]), 1))).toMatchInlineSnapshot(`"ShapeError: clip: shapes [batch, 3] and [2] and [] do not broadcast: size 3 against 2 (counting axes from the end: 1); make the sizes equal or 1, or align the axes with expandDims or reshape [BROADCAST]"`);
  });
});

describe('wrong folds', () => {
  test('axes', () => {
    expect(errorOf(() => core.sum(x, { axis: 1.5 }))).toMatchInlineSnapshot(`"ShapeError: sum: axis 1.5 of a value with 2 axes; expected a whole number from -2 to 1 [AXIS_RANGE]"`);
    expect(errorOf(() => core.sum(x, { axis: 'batch' } as never))).toMatchInlineSnapshot(`"ShapeError: sum: axis the string 'batch' of a value with 2 axes; expected a whole number from -2 to 1 [AXIS_RANGE]"`);
    expect(errorOf(() => core.argMax(x, {} as never))).toMatchInlineSnapshot(`"InputError: argMax: the axis is missing; expected an option axis, as in { axis: -1 } [AXIS_MISSING]"`);
    expect(errorOf(() => core.softmax(core.constant(1)))).toMatchInlineSnapshot(`"ShapeError: softmax: axis -1 of a value with 0 axes; a scalar has none to name [AXIS_RANGE]"`);
    expect(errorOf(() => core.softmax(x, { axis: 2 }))).toMatchInlineSnapshot(`"ShapeError: softmax: axis 2 of a value with 2 axes; expected a whole number from -2 to 1 [AXIS_RANGE]"`);
  });

  test('options that nobody reads', () => {
    expect(errorOf(() => core.sum(x, { axes: 0 } as never))).toMatchInlineSnapshot(`"InputError: sum: there is no option 'axes'; did you mean 'axis'? [UNKNOWN_OPTION]"`);
    expect(errorOf(() => core.sum(x, 0 as never))).toMatchInlineSnapshot(`"InputError: sum: expected options as an object, such as { axis: … }; got the number 0 [OPTIONS]"`);
    expect(errorOf(() => core.mean(x, null as never))).toMatchInlineSnapshot(`"InputError: mean: expected options as an object, such as { axis: … }; got null [OPTIONS]"`);
    expect(errorOf(() => core.softmax(x, { axs: 0 } as never))).toMatchInlineSnapshot(`"InputError: softmax: there is no option 'axs'; did you mean 'axis'? [UNKNOWN_OPTION]"`);
    expect(errorOf(() => core.argMax(x, { axis: 0, keepDims: true } as never))).toMatchInlineSnapshot(`"InputError: argMax: there is no option 'keepDims'; known: axis [UNKNOWN_OPTION]"`);
    expect(errorOf(() => core.std(x, { ddof: '1' } as never))).toMatchInlineSnapshot(`"InputError: variance: ddof the string '1'; expected a number from 0 up [VARIANCE_DDOF]"`);
  });

  test('dtypes', () => {
    expect(errorOf(() => core.sum(mask))).toMatchInlineSnapshot(`"DTypeError: sum: operand bool[3]; expected numbers; use cast(x, 'float32') or cast(x, 'int32') [OP_DTYPE]"`);
    expect(errorOf(() => core.mean(y))).toMatchInlineSnapshot(`"DTypeError: mean: operand int32[batch]; expected a floating dtype; use cast(x, 'float32') [OP_DTYPE]"`);
    expect(errorOf(() => core.all(x))).toMatchInlineSnapshot(`"DTypeError: all: operand float32[batch, 3]; expected bool; compare first, as in greater(x, 0) [OP_DTYPE]"`);
  });
});

describe('wrong products', () => {
  test('matmul', () => {
    expect(errorOf(() => core.matmul(x, x))).toMatchInlineSnapshot(`"ShapeError: matmul: float32[batch, 3] times float32[batch, 3]: the last axis of the left (3) must equal the last but one of the right (batch); transpose or reshape one of them [MATMUL]"`);
    expect(errorOf(() => core.matmul(w, core.constant([1, 2])))).toMatchInlineSnapshot(`"ShapeError: matmul: float32[3] times float32[2]: the last axis of the left (3) must equal the only axis of the right (2); transpose or reshape one of them [MATMUL]"`);
    expect(errorOf(() => core.matmul(x, core.cast(w, 'int32')))).toMatchInlineSnapshot(`"DTypeError: matmul: float32[batch, 3] times int32[3]; expected one floating dtype for both; use cast(x, 'float32') [OP_DTYPE]"`);
    expect(errorOf(() => core.matmul(x, core.constant(2)))).toMatchInlineSnapshot(`"ShapeError: matmul: float32[batch, 3] times float32[]: a scalar is no matrix; use mul [MATMUL]"`);
    expect(errorOf(() => core.matmul(core.input('a', [2, 3, 4]), core.input('b', [5, 4, 2])))).toMatchInlineSnapshot(`"ShapeError: matmul: float32[2, 3, 4] times float32[5, 4, 2], the axes before the last two: shapes [2] and [5] do not broadcast: size 2 against 5 (counting axes from the end: 1); make the sizes equal or 1, or align the axes with expandDims or reshape [BROADCAST]"`);
  });
});

describe('wrong shapes', () => {
  test('reshape, flatten, squeeze, transpose', () => {
    expect(errorOf(() => core.reshape(x, [2, 3]))).toMatchInlineSnapshot(`"ShapeError: reshape: float32[batch, 3] has 3*batch elements, which do not fill [2, 3]; the sizes must multiply to that, and one may be -1 (the rest) [RESHAPE_SIZE]"`);
    expect(errorOf(() => core.reshape(x, [-1, -1]))).toMatchInlineSnapshot(`"InputError: reshape: 2 sizes are -1 in [-1, -1]; expected at most one [RESHAPE_OPEN]"`);
    expect(errorOf(() => core.reshape(x, 6 as never))).toMatchInlineSnapshot(`"InputError: reshape: a shape is an array such as ['batch', 784]; got the number 6 [SHAPE_SPEC]"`);
    expect(errorOf(() => core.flatten(w))).toMatchInlineSnapshot(`"ShapeError: flatten: outdim 2 of float32[3]; expected 1, since there is one axis [FLATTEN]"`);
    expect(errorOf(() => core.expandDims(x, 4))).toMatchInlineSnapshot(`"ShapeError: expandDims of float32[batch, 3], in the result: axis 4 of a value with 3 axes; expected a whole number from -3 to 2 [AXIS_RANGE]"`);
    expect(errorOf(() => core.squeeze(x, 1))).toMatchInlineSnapshot(`"ShapeError: squeeze: axis 1 of [batch, 3] has size 3; expected 1 [SQUEEZE]"`);
    expect(errorOf(() => core.transpose(x, [0]))).toMatchInlineSnapshot(`"ShapeError: transpose: perm [0] for float32[batch, 3]; expected a list that names each of its 2 axes once [TRANSPOSE]"`);
    expect(errorOf(() => core.transpose(x, 1 as never))).toMatchInlineSnapshot(`"ShapeError: transpose: perm 1 for float32[batch, 3]; expected a list that names each of its 2 axes once [TRANSPOSE]"`);
    expect(errorOf(() => core.broadcastTo(w, [3, 2]))).toMatchInlineSnapshot(`"ShapeError: broadcastTo: float32[3] does not broadcast to [3, 2]; sizes, aligned at the last axis, must be equal or 1 [BROADCAST]"`);
  });

  test('concat, stack, split', () => {
    expect(errorOf(() => core.concat([], 0))).toMatchInlineSnapshot(`"InputError: concat: expected at least one value [CONCAT_EMPTY]"`);
    expect(errorOf(() => core.concat(x as never, 0))).toMatchInlineSnapshot(`"InputError: concat: expected a list of expressions, such as [x]; got a single expression [NOT_A_LIST]"`);
    expect(errorOf(() => core.concat([x], 5))).toMatchInlineSnapshot(`"ShapeError: concat: axis 5 of a value with 2 axes; expected a whole number from -2 to 1 [AXIS_RANGE]"`);
    expect(errorOf(() => core.concat([x, y], 0))).toMatchInlineSnapshot(`"DTypeError: concat: entry 1 is int32[batch], entry 0 is float32[batch, 3]; cast one of them [OP_MIXED_DTYPES]"`);
    expect(errorOf(() => core.concat([x, w], 0))).toMatchInlineSnapshot(`"ShapeError: concat: entry 1 is float32[3], entry 0 is float32[batch, 3]; sizes must be equal except along axis 0 [CONCAT]"`);
    expect(errorOf(() => core.stack([x, w], 0))).toMatchInlineSnapshot(`"ShapeError: stack: entry 1 is float32[3], entry 0 is float32[batch, 3]; expected the same shape of all (use concat to join along an axis that they have) [STACK]"`);
    expect(errorOf(() => core.stack([x, x], 4))).toMatchInlineSnapshot(`"ShapeError: stack of float32[batch, 3], in the result: axis 4 of a value with 3 axes; expected a whole number from -3 to 2 [AXIS_RANGE]"`);
    expect(errorOf(() => core.split(w, [1, 1], 0))).toMatchInlineSnapshot(`"ShapeError: split: sizes [1, 1] add up to 2; axis 0 of float32[3] has 3 [SPLIT]"`);
    expect(errorOf(() => core.split(w, [4, -1], 0))).toMatchInlineSnapshot(`"InputError: split: sizes [4,-1]; expected a list of whole numbers from 0 up, such as [1, 2] [SPLIT]"`);
    expect(errorOf(() => core.split(w, 3 as never, 0))).toMatchInlineSnapshot(`"InputError: split: sizes 3; expected a list of whole numbers from 0 up, such as [1, 2] [SPLIT]"`);
  });

  test('slice and pad', () => {
    expect(errorOf(() => core.slice(w, [0], [4]))).toMatchInlineSnapshot(`"ShapeError: slice: axis 0 of float32[3]: from 0 to 4; expected positions within 0 to 3, begin not after end [SLICE]"`);
    expect(errorOf(() => core.slice(w, [2], undefined as never))).toMatchInlineSnapshot(`"InputError: slice: end undefined; expected a list with one entry an axis, as in slice(x, [0], [2]) [SLICE]"`);
    expect(errorOf(() => core.slice(w, [0, 0], [1, 1]))).toMatchInlineSnapshot(`"ShapeError: slice: 2 entries for the 1 axis of float32[3]; expected at most one an axis [SLICE]"`);
    expect(errorOf(() => core.slice(w, [0.5], [2]))).toMatchInlineSnapshot(`"ShapeError: slice: axis 0 of float32[3]: from 0.5 to 2; expected whole numbers [SLICE]"`);
    expect(errorOf(() => core.slice(w, [0], [3], [-1]))).toMatchInlineSnapshot(`"ShapeError: slice: axis 0 of float32[3]: step -1; expected a whole number from 1 up (use flip to reverse) [SLICE_STEP]"`);
    expect(errorOf(() => core.slice(x, [0, 0], [4, 3]))).toMatchInlineSnapshot(`"ShapeError: slice: axis 0 of float32[batch, 3]: from 0 to 4 by 1 needs its size, which is not known before the inputs arrive; only [begin, null) and [begin, -n) can be taken of it [SLICE_UNKNOWN]"`);
    expect(errorOf(() => core.pad(w, [[1, 1], [1, 1]]))).toMatchInlineSnapshot(`"ShapeError: pad: widths [[1,1],[1,1]] for float32[3]; expected [before, after], whole numbers from 0 up, for its one axis, as in [[1, 1]] [PAD]"`);
    expect(errorOf(() => core.pad(w, [1] as never))).toMatchInlineSnapshot(`"ShapeError: pad: widths [1] for float32[3]; expected [before, after], whole numbers from 0 up, for its one axis, as in [[1, 1]] [PAD]"`);
  });
});

describe('wrong indices', () => {
  test('gather, scatterAdd, oneHot, arange, full', () => {
    expect(errorOf(() => core.gather(x, w))).toMatchInlineSnapshot(`"DTypeError: gather: indices float32[3]; expected int32 or uint32; use cast(indices, 'int32') [INDEX_DTYPE]"`);
    expect(errorOf(() => core.gather(x, y, { batchAxes: 1 }))).toMatchInlineSnapshot(`"ShapeError: gather: float32[batch, 3] with indices int32[batch]: with batchAxes 1 the leading axis of both must be equal, and come before axis 0 [GATHER_BATCH]"`);
    expect(errorOf(() => core.gather(x, y, { axes: 1 } as never))).toMatchInlineSnapshot(`"InputError: gather: there is no option 'axes'; did you mean 'axis'? [UNKNOWN_OPTION]"`);
    expect(errorOf(() => core.scatterAdd(x, y, w))).toMatchInlineSnapshot(`"ShapeError: scatterAdd: updates float32[3]; expected shape [batch, 3] [SCATTER]"`);
    expect(errorOf(() => core.oneHot(y, 2.5))).toMatchInlineSnapshot(`"InputError: oneHot: depth 2.5; expected a whole number from 1 up [ONE_HOT_DEPTH]"`);
    expect(errorOf(() => core.arange(-1))).toMatchInlineSnapshot(`"ShapeError: arange: size -1 of axis 0; expected a whole number from 0 up, a name, or null [SHAPE_SIZE]"`);
    expect(errorOf(() => core.arange(3, 'bool'))).toMatchInlineSnapshot(`"DTypeError: arange: dtype bool cannot count; expected numbers, such as 'int32' [ARANGE_DTYPE]"`);
    expect(errorOf(() => core.full([2], 'a' as never))).toMatchInlineSnapshot(`"InputError: full: value the string 'a'; expected a number (for an expression use broadcastTo) [FULL_VALUE]"`);
    expect(errorOf(() => core.zeros(2 as never))).toMatchInlineSnapshot(`"InputError: zeros: a shape is an array such as ['batch', 784]; got the number 2 [SHAPE_SPEC]"`);
  });
});
