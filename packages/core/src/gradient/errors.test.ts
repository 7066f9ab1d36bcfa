import { describe, expect, test } from 'vitest';
import * as core from '../index.js';
import { errorOf } from '../testing.js';

const x = core.input('x', ['batch', 3]);
const y = core.input('y', ['batch'], 'int32');
const w = core.parameter([1, 2, 3], { name: 'w' });

describe('wrong gradients', () => {
  test('of what', () => {
    expect(errorOf(() => core.grad(x, w))).toMatchInlineSnapshot(`"ShapeError: grad: the cost is float32[batch, 3]; expected a scalar: reduce it with mean(cost) or sum(cost), or give cotangents to pullback [GRAD_COST]"`);
    expect(errorOf(() => core.grad(core.sum(y), w))).toMatchInlineSnapshot(`"DTypeError: grad: the cost is int32[]; expected a floating dtype; compute it in floats, with cast(x, 'float32') [GRAD_COST]"`);
    expect(errorOf(() => core.grad(undefined as never, w))).toMatchInlineSnapshot(`"InputError: grad: expected an expression, got undefined; is an argument missing, or a name misspelled? [NOT_AN_EXPRESSION]"`);
  });

  test('to what', () => {
    expect(errorOf(() => core.grad(core.sum(x), y))).toMatchInlineSnapshot(`"DTypeError: grad: the variable 'y' is int32[batch]; only floating values have a gradient [GRAD_VARIABLE]"`);
    expect(errorOf(() => core.grad(core.sum(x), undefined as never))).toMatchInlineSnapshot(`"InputError: grad: variable 0: expected an expression, got undefined; is an argument missing, or a name misspelled? [NOT_AN_EXPRESSION]"`);
    expect(errorOf(() => core.grad(core.sum(core.mul(x, w)), [w, 1] as never))).toMatchInlineSnapshot(`"InputError: grad: variable 1: expected an expression, got the number 1; wrap data in constant(…) [NOT_AN_EXPRESSION]"`);
    expect(errorOf(() => core.grad(core.sum(w), w, { recognize: false } as never))).toMatchInlineSnapshot(`"InputError: grad: there is no option 'recognize'; did you mean 'recognise'? [UNKNOWN_OPTION]"`);
  });

  test('the op that breaks the path is named', () => {
    expect(errorOf(() => core.grad(core.sum(x), w))).toMatchInlineSnapshot(`"DisconnectedGradientError: grad: the cost does not depend on 'w'; leave it out of the variables, or check that the network you trained is the one the cost is computed from [DISCONNECTED]"`);
    expect(errorOf(() => core.grad(core.sum(core.cast(core.cast(core.mul(w, 2), 'int32'), 'float32')), w))).toMatchInlineSnapshot(`"DisconnectedGradientError: grad: the cost depends on 'w' only through 'cast' (at …): it passes no gradient on, since its result is an integer or a truth value; keep it out of the cost [DISCONNECTED]"`);
    expect(errorOf(() => core.grad(core.sum(core.cast(core.greater(core.exp(w), 1), 'float32')), w))).toMatchInlineSnapshot(`"DisconnectedGradientError: grad: the cost depends on 'w' only through 'greater' (at …): it passes no gradient on, since its result is an integer or a truth value; keep it out of the cost [DISCONNECTED]"`);
    expect(errorOf(() => core.grad(core.sum(core.randomBernoulli([3], { p: w })), w))).toMatchInlineSnapshot(`"DisconnectedGradientError: grad: the cost depends on 'w' only through 'less' (at …): it passes no gradient on, since its result is an integer or a truth value; keep it out of the cost [DISCONNECTED]"`);
    expect(errorOf(() => core.grad(core.sum(core.gather(core.constant([1, 2, 3]), core.cast(w, 'int32'))), w))).toMatchInlineSnapshot(`"DisconnectedGradientError: grad: the cost depends on 'w' only through 'cast' (at …): it passes no gradient on, since its result is an integer or a truth value; keep it out of the cost [DISCONNECTED]"`);
  });
});

describe('wrong pullbacks and pushforwards', () => {
  test('lists', () => {
    expect(errorOf(() => core.pullback(x as never, [x], [x]))).toMatchInlineSnapshot(`"InputError: pullback: outputs: expected a list of expressions, such as [x]; got a single expression [NOT_A_LIST]"`);
    expect(errorOf(() => core.pullback([x], x as never, [x]))).toMatchInlineSnapshot(`"InputError: pullback: variables: expected a list of expressions, such as [x]; got a single expression [NOT_A_LIST]"`);
    expect(errorOf(() => core.pullback([x], [x], []))).toMatchInlineSnapshot(`"InputError: pullback: 0 cotangents for 1 output; expected one each, in their order [COTANGENTS]"`);
    expect(errorOf(() => core.pushforward([x], [x], [x, x]))).toMatchInlineSnapshot(`"InputError: pushforward: 2 tangents for 1 variable; expected one each, in their order [TANGENTS]"`);
  });

  test('types', () => {
    expect(errorOf(() => core.pullback([x], [x], [w]))).toMatchInlineSnapshot(`"ShapeError: pullback: cotangent 0 is float32[3]; expected the type of its output, float32[batch, 3] [COTANGENT]"`);
    expect(errorOf(() => core.pushforward([x], [w], [x]))).toMatchInlineSnapshot(`"ShapeError: pushforward: tangent 0 is float32[batch, 3]; expected the type of its variable, float32[3] [TANGENT]"`);
    expect(errorOf(() => core.pushforward([y], [x], [x]))).toMatchInlineSnapshot(`"DTypeError: pushforward: output 0 is int32[batch]; expected a floating dtype: integers and truth values do not move along tangents [PUSHFORWARD_OUTPUT]"`);
  });

  test('what is not connected', () => {
    expect(errorOf(() => core.pullback([x, w], [core.parameter(1, { name: 'other' })], [x, w]))).toMatchInlineSnapshot(`"DisconnectedGradientError: pullback: no output depends on 'other'; leave it out of the variables [DISCONNECTED]"`);
    expect(errorOf(() => core.pushforward([core.square(x)], [w], [w]))).toMatchInlineSnapshot(`"DisconnectedGradientError: pushforward: no output depends on 'w'; leave it out of the variables [DISCONNECTED]"`);
    expect(errorOf(() => core.pushforward([x, core.square(w)], [x], [x]))).toMatchInlineSnapshot(`"DisconnectedGradientError: pushforward: output 1 does not depend on 'x'; leave it out of the outputs [DISCONNECTED]"`);
    expect(errorOf(() => core.pushforward([core.square(x), core.stopGradient(x)], [x], [x]))).toMatchInlineSnapshot(`"DisconnectedGradientError: pushforward: output 1 depends on 'x' only through 'stopGradient' (at …): that is what stopGradient is for [DISCONNECTED]"`);
  });
});

describe('wrong custom gradients', () => {
  test('when it is made', () => {
    expect(errorOf(() => core.customGradient(x as never, x, (g) => [g]))).toMatchInlineSnapshot(`"InputError: customGradient: inputs: expected a list of expressions, such as [x]; got a single expression [NOT_A_LIST]"`);
    expect(errorOf(() => core.customGradient([x], x, 1 as never))).toMatchInlineSnapshot(`"InputError: customGradient: expected a function (cotangent, inputs, output) => cotangents as the third argument; got the number 1 [CUSTOM_GRADIENT]"`);
    expect(errorOf(() => core.customGradient([x], y, (g) => [g]))).toMatchInlineSnapshot(`"DTypeError: customGradient: the output is int32[batch]; only floating values have a gradient [CUSTOM_GRADIENT]"`);
    expect(errorOf(() => core.customGradient([x], core.mul(x, w), (g) => [g]))).toMatchInlineSnapshot(`"InputError: customGradient: the output also depends on parameter 'w', not through the listed inputs; list it, or use stopGradient on it if no gradient shall flow [CUSTOM_GRADIENT]"`);
  });

  test('when the gradient is taken', () => {
    expect(errorOf(() => core.grad(core.sum(core.customGradient([x], x, () => [])), x))).toMatchInlineSnapshot(`"InputError: customGradient: the gradient function gives 0 entries for 1 input; expected a list with one entry each, null where no gradient flows [CUSTOM_GRADIENT]"`);
    expect(errorOf(() => core.grad(core.sum(core.customGradient([x], x, (g) => g as never)), x))).toMatchInlineSnapshot(`"InputError: customGradient: the gradient function gives a single expression for 1 input; expected a list with one entry each, null where no gradient flows [CUSTOM_GRADIENT]"`);
    expect(errorOf(() => core.grad(core.sum(core.customGradient([x], x, () => [undefined as never])), x))).toMatchInlineSnapshot(`"InputError: customGradient: what the gradient function gives for input 0: expected an expression, got undefined; is an argument missing, or a name misspelled? [NOT_AN_EXPRESSION]"`);
    expect(errorOf(() => core.grad(core.sum(core.customGradient([w], core.mul(w, core.stopGradient(x)), (g) => [g])), w))).toMatchInlineSnapshot(`"ShapeError: customGradient: the gradient function gives float32[batch, 3] for input 0, which is float32[3]; expected a shape that broadcasts to the input's: sum over the axes along which the input was repeated [CUSTOM_GRADIENT]"`);
    expect(errorOf(() => core.grad(core.sum(core.customGradient([w], w, (g) => [core.cast(g, 'float64')])), w))).toMatchInlineSnapshot(`"DTypeError: customGradient: the gradient function gives float64[3] for input 0, which is float32[3]; expected the same dtype: use cast(…, 'float32') [CUSTOM_GRADIENT]"`);
    expect(errorOf(() => core.grad(core.sum(core.customGradient([w, y], w, (g) => [g, g])), w))).toMatchInlineSnapshot(`"DTypeError: customGradient: the gradient function gives float32[3] for input 1, which is int32[batch]; expected null, since only floating values have a gradient [CUSTOM_GRADIENT]"`);
    expect(errorOf(() => core.grad(core.sum(core.customGradient([w], w, () => [null])), w))).toMatchInlineSnapshot(`"DisconnectedGradientError: grad: the cost depends on 'w' only through 'customGradient' (at …): its gradient function gives null there [DISCONNECTED]"`);
  });
});
