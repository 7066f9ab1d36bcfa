import { describe, expect, test } from 'vitest';
import * as core from '../index.js';
import { errorOf } from '../testing.js';

const x = core.input('x', ['batch', 3]);
const y = core.input('y', ['batch'], 'int32');
const w = core.parameter([1, 2, 3], { name: 'w' });

describe('wrong leaves', () => {
  test('inputs', () => {
    expect(errorOf(() => core.input('', [2]))).toMatchInlineSnapshot(`"InputError: input: expected a name, got "" [INPUT_NAME]"`);
    expect(errorOf(() => core.input('x', 3 as never))).toMatchInlineSnapshot(`"InputError: input 'x': a shape is an array such as ['batch', 784]; got the number 3 [SHAPE_SPEC]"`);
    expect(errorOf(() => core.input('x', ['batch size']))).toMatchInlineSnapshot(`"InputError: input 'x': 'batch size' cannot name a size; expected a letter, then letters, digits, '_' or '.' [DIM_NAME]"`);
    expect(errorOf(() => core.input('x', [{} as never]))).toMatchInlineSnapshot(`"ShapeError: input 'x': size an object of axis 0; expected a whole number from 0 up, a name, or null [SHAPE_SIZE]"`);
    expect(errorOf(() => core.input('x', [-1]))).toMatchInlineSnapshot(`"ShapeError: input 'x': size -1 of axis 0; expected a whole number from 0 up, a name, or null [SHAPE_SIZE]"`);
  });

  test('parameters name themselves', () => {
    expect(errorOf(() => core.parameter(undefined as never))).toMatchInlineSnapshot(`"InputError: parameter: expected a number, nested arrays, a typed array, a tensor or { data, shape }; got undefined [TENSOR_LIKE]"`);
    expect(errorOf(() => core.parameter([[1], [2, 3]], { name: 'w' }))).toMatchInlineSnapshot(`"ShapeError: parameter 'w': [1] has 2 entries; expected 1, as in the first one at this depth [TENSOR_RAGGED]"`);
    expect(errorOf(() => core.parameter([0.5], { name: 'w', dtype: 'int32' }))).toMatchInlineSnapshot(`"DTypeError: parameter 'w': element 0 is 0.5; expected a whole number from -2147483648 to 2147483647 (int32) [ELEMENT_RANGE]"`);
    expect(errorOf(() => core.parameter([1, 'a'] as never, { name: 'w' }))).toMatchInlineSnapshot(`"InputError: parameter 'w': element [1] is the string 'a'; expected a number or a boolean [TENSOR_ELEMENT]"`);
    expect(errorOf(() => core.parameter([1], { nmae: 'w' } as never))).toMatchInlineSnapshot(`"InputError: parameter: there is no option 'nmae'; did you mean 'name'? [UNKNOWN_OPTION]"`);
    expect(errorOf(() => core.parameter([1], 'w' as never))).toMatchInlineSnapshot(`"InputError: parameter: expected options as an object, such as { name: … }; got the string 'w' [OPTIONS]"`);
    expect(errorOf(() => w.set([[1, 2, 3]]))).toMatchInlineSnapshot(`"ShapeError: parameter 'w'.set: expected shape [3], got [1, 3] [PARAMETER_SHAPE]"`);
    expect(errorOf(() => w.set(new Float64Array(3)))).toMatchInlineSnapshot(`"DTypeError: parameter 'w'.set: expected float32, got Float64Array; convert it first (for instance Float32Array.from(…)), or declare it as float64 [FEED_DTYPE]"`);
  });

  test('constants and tensors', () => {
    expect(errorOf(() => core.constant('x' as never))).toMatchInlineSnapshot(`"InputError: constant: expected a number, nested arrays, a typed array, a tensor or { data, shape }; got the string 'x' [TENSOR_LIKE]"`);
    expect(errorOf(() => core.constant([[1, 2], 3]))).toMatchInlineSnapshot(`"ShapeError: constant: [1] is the number 3, no list; expected 2, as in the first one at this depth [TENSOR_RAGGED]"`);
    expect(errorOf(() => core.constant([1, null] as never))).toMatchInlineSnapshot(`"InputError: constant: element [1] is null; expected a number or a boolean [TENSOR_ELEMENT]"`);
    expect(errorOf(() => core.constant(-1, 'uint32'))).toMatchInlineSnapshot(`"DTypeError: constant: element 0 is -1; expected a whole number from 0 to 4294967295 (uint32) [ELEMENT_RANGE]"`);
    expect(errorOf(() => core.constant(2, 'bool'))).toMatchInlineSnapshot(`"DTypeError: constant: element 0 is 2; expected true, false, 0 or 1 [ELEMENT_RANGE]"`);
    expect(errorOf(() => core.constant({ data: [1, 2], shape: [2] } as never))).toMatchInlineSnapshot(`"InputError: constant: { data, shape } needs a typed array as data, such as Float32Array.of(…); got an array [TENSOR_LIKE]"`);
    expect(errorOf(() => core.tensor([1, 2, 3], [2, 2]))).toMatchInlineSnapshot(`"ShapeError: tensor: 3 elements do not fill the shape [2, 2], which has 4 [TENSOR_SIZE]"`);
    expect(errorOf(() => core.tensor([1, 2], [-2]))).toMatchInlineSnapshot(`"ShapeError: tensor: size -2 of axis 0; expected a whole number from 0 up [SHAPE_SIZE]"`);
    expect(errorOf(() => core.tensor([1, 2]).item())).toMatchInlineSnapshot(`"ShapeError: item(): a tensor of shape [2] has 2 elements; expected exactly 1. Use toArray() or dataSync() [ITEM]"`);
  });
});

describe('wrong operands', () => {
  test('what is no expression', () => {
    expect(errorOf(() => core.log([1, 2] as never))).toMatchInlineSnapshot(`"InputError: log: expected an expression, got an array; wrap data in constant(…) [NOT_AN_EXPRESSION]"`);
    expect(errorOf(() => core.add(x, 'a' as never))).toMatchInlineSnapshot(`"InputError: add: expected an expression, got the string 'a'; wrap data in constant(…) [NOT_AN_EXPRESSION]"`);
    expect(errorOf(() => core.add(undefined as never, 1))).toMatchInlineSnapshot(`"InputError: add: expected an expression, got undefined; is an argument missing, or a name misspelled? [NOT_AN_EXPRESSION]"`);
    expect(errorOf(() => core.add(x, w.valueSync() as never))).toMatchInlineSnapshot(`"InputError: add: expected an expression, got a tensor; wrap data in constant(…) [NOT_AN_EXPRESSION]"`);
    expect(errorOf(() => core.add(x, w.value() as never))).toMatchInlineSnapshot(`"InputError: add: expected an expression, got a promise (await it first); wrap data in constant(…) [NOT_AN_EXPRESSION]"`);
    expect(errorOf(() => core.print(1 as never))).toMatchInlineSnapshot(`"InputError: print: expected an expression, got the number 1; wrap data in constant(…) [NOT_AN_EXPRESSION]"`);
  });

  test('substitute', () => {
    expect(errorOf(() => core.substitute(x, { x: y } as never))).toMatchInlineSnapshot(`"InputError: substitute: expected a Map of what is replaced to what replaces it, such as new Map([[x, y]]); got an object [SUBSTITUTE]"`);
    expect(errorOf(() => core.substitute(x, new Map([[x, y]])))).toMatchInlineSnapshot(`"ShapeError: substitute: x is float32[batch, 3], its replacement int32[batch]; expected the same type [SUBSTITUTE]"`);
  });
});
