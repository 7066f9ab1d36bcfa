import { describe, expect, test } from 'vitest';
import * as core from '../index.js';
import { errorOf } from '../testing.js';

const { add, clip, constant, div, exp, greater, input, lint, log, matmul, mean, mul, norm, parameter, scan, sigmoid, softmax, sqrt, square, sub, sum, where } = core;

const x = input('x', ['batch', 3]);
const told = (report: core.LintReport): readonly string[] => report.hazards.map(({ op, kind, phase, severity }) => `${severity} ${op} ${kind} ${phase}`);

describe('the report', () => {
  const p = softmax(x);
  const loss = mean(log(clip(p, 1e-7, 1)));
  const report = lint([loss, div(1, sub(x, 2))]);

  test('as text', () => {
    expect(String(report).replaceAll(/at \S+:\d+:\d+/g, 'at …')).toMatchInlineSnapshot(`
      "lint: 2 hazards, 0 certain
        POSSIBLE  gradient of clip(softmax(x, axis 1), 1e-7, 1)   at …   [PASTINA_N0012]
                  why:  the operand of clip lies in [0, 1], the bounds are [1e-7, 1]: outside of them the gradient is exactly 0, so that what is most wrong is never corrected
                  cure: leave the clip out: losses on logits need none (explain shows what is computed in the log domain); if values must be bounded, use a function with a slope everywhere (sigmoid, tanh, softplus)
                  more: docs/nan-guide.md#dead-gradient
        POSSIBLE  1 / (x - 2)   at …   [PASTINA_N0002]
                  why:  the denominator lies in (-∞, ∞), and x / 0 is infinite, 0 / 0 is NaN
                  cure: add a positive number to a denominator that cannot be negative, or divide by maximum(y, least); of a ratio with 0/0, choose what it shall be: where(equal(y, 0), 0, div(x, where(equal(y, 0), 1, y)))
                  more: docs/nan-guide.md#division-by-zero"
    `);
    expect(String(lint(log(p)))).toBe('lint: no hazards found');
  });

  test('as data', () => {
    expect(JSON.parse(JSON.stringify(report.hazards[1]))).toEqual({
      code: 'PASTINA_N0002', kind: 'division', severity: 'possible', phase: 'value', op: 'div', where: expect.stringMatching(/lint\.test\.ts:\d+:\d+$/), expression: '1 / (x - 2)',
      // JSON has no infinities.
      interval: [null, null], message: 'the denominator lies in (-∞, ∞), and x / 0 is infinite, 0 / 0 is NaN', advice: expect.stringContaining('add a positive number'), page: 'docs/nan-guide.md#division-by-zero',
    });
    expect(report.hazards[1]?.interval).toEqual([-Infinity, Infinity]);
  });

  test('is the same each time, and tells of each thing once', () => {
    expect(String(lint([loss, loss, div(1, sub(x, 2))]))).toBe(String(report));
    expect(String(lint([loss, div(1, sub(x, 2))]))).toBe(String(report));
  });
});

describe('options', () => {
  const y = log(x);
  test('bounds by expression, by name in a Map, by name in an object', () => {
    expect(told(lint(y))).toEqual(['possible log log value']);
    for (const bounds of [new Map([[x, [0.5, 2] as const]]), new Map([['x', [0.5, 2] as const]]), { x: [0.5, 2] as const }]) expect(told(lint(y, { bounds }))).toEqual([]);
    expect(told(lint(y, { bounds: { x: [-2, -1] } }))).toEqual(['certain log log value']);
    expect(told(lint(y, { bounds: { x: [0, 0] } }))).toEqual(['certain log log value']);
  });

  test('infinite bounds are no infinities', () => {
    expect(told(lint(sub(x, x), { bounds: { x: [-Infinity, Infinity] } }))).toEqual([]);
    expect(told(lint(exp(x), { bounds: { x: [-Infinity, 0] } }))).toEqual([]);
  });

  test('parameters: anything, or what they hold', () => {
    const scale = parameter([1, 4], { name: 'scale' });
    expect(told(lint(sqrt(scale)))).toEqual(['possible sqrt root value']);
    expect(told(lint(sqrt(scale), { parameters: 'current' }))).toEqual([]);
    scale.set([0, 4]);
    expect(told(lint(sqrt(scale), { parameters: 'current' }))).toEqual(['possible sqrt slope gradient']);
    expect(told(lint(sqrt(scale), { bounds: new Map([[scale, [1, 2]]]) }))).toEqual([]);
  });

  test('parameters that hold NaN tell so where it matters', () => {
    expect(told(lint(log(parameter([NaN, 1], { name: 'w' })), { parameters: 'current' }))).toEqual([]);
  });

  test('updates are followed through any number of steps', () => {
    const count = parameter(1, { name: 'count' });
    const shrinking = parameter(1, { name: 'shrinking' });
    expect(told(lint(div(1, count), { updates: new Map([[count, add(count, 1)]]) }))).toEqual([]);
    expect(told(lint(div(1, count), { updates: new Map([[count, sub(count, 1)]]) }))).toEqual(['possible div division value']);
    expect(told(lint(log(shrinking), { updates: new Map([[shrinking, mul(shrinking, 0.5)]]) }))).toEqual(['possible log log value']);
  });

  test('wrt: parameters, or inputs where there is none; or none', () => {
    const w = parameter([1, 2, 3], { name: 'w' });
    const distance = sqrt(mean(square(x)));
    expect(told(lint(distance))).toEqual(['possible sqrt norm gradient']);
    expect(told(lint(mul(distance, w)))).toEqual([]);
    expect(told(lint(mul(distance, w), { wrt: [x] }))).toEqual(['possible sqrt norm gradient']);
    expect(told(lint(distance, { wrt: [] }))).toEqual([]);
    expect(told(lint(core.stopGradient(distance)))).toEqual([]);
    expect(told(lint(core.customGradient([x], distance, (g) => [mul(g, x)])))).toEqual([]);
    expect(told(lint(core.customGradient([x], distance, (g) => [div(g, x)])))).toEqual(['possible customGradient slope gradient']);
  });

  test('integers, bool and nothing at all', () => {
    const i = input('i', [], 'int32');
    expect(told(lint(mul(add(i, 1), i)))).toEqual([]);
    expect(told(lint(greater(i, 1)))).toEqual([]);
    expect(told(lint([]))).toEqual([]);
    expect(told(lint(constant(1)))).toEqual([]);
    expect(told(lint(div(1, core.cast(i, 'float32'))))).toEqual(['possible div division value']);
  });
});

describe('scans', () => {
  const xs = input('xs', [5]);
  const running = (next: (before: core.Expression, value: core.Expression) => core.Expression): core.Expression => scan((before: core.Expression, value: core.Expression) => ({ carry: next(before, value) }), { carry: constant(0), sequences: xs }).carry as core.Expression;

  test('what an iteration does is looked at for all iterations', () => {
    expect(told(lint(running((before, value) => add(mul(before, 0.9), log(value)))))).toEqual(['possible log log value']);
    expect(told(lint(running((before, value) => add(mul(before, 0.9), log(value))), { bounds: { xs: [1, 2] } }))).toEqual([]);
    expect(told(lint(running((before, value) => div(value, before))))).toEqual(['possible div division value']);
  });

  test('carries keep their sign', () => {
    const second = running((before, value) => add(mul(before, 0.9), square(value)));
    expect(told(lint(log(add(second, 1e-3))))).toEqual([]);
    expect(told(lint(log(second)))).toEqual(['possible log log value']);
  });

  test('gradients inside', () => {
    expect(told(lint(running((before, value) => add(before, sqrt(core.abs(value))))))).toEqual(['possible sqrt slope gradient']);
    expect(told(lint(running((before, value) => add(before, sqrt(core.abs(value)))), { wrt: [] }))).toEqual([]);
  });
});

describe('where', () => {
  test('conditions of conditions', () => {
    const between = core.logicalAnd(greater(x, 0), core.less(x, 1));
    expect(told(lint(where(between, add(log(x), log(sub(1, x))), 0), { wrt: [] }))).toEqual([]);
    expect(told(lint(where(greater(x, 0), where(core.less(x, 1), div(1, mul(x, sub(1, x))), 0), 0), { wrt: [] }))).toEqual([]);
    expect(told(lint(where(core.logicalNot(greater(x, 0)), 0, log(x)), { wrt: [] }))).toEqual([]);
  });

  test('a branch that is never taken: its value does not matter, its gradient does', () => {
    const bounds = { x: [0, 1] } as const;
    expect(told(lint(where(greater(x, 5), log(sub(x, 5)), 0), { bounds, wrt: [] }))).toEqual([]);
    expect(told(lint(where(core.lessEqual(x, 5), 0, sqrt(sub(x, 5))), { bounds }))).toEqual(['possible sqrt where gradient']);
    expect(core.evaluate(core.grad(sum(where(greater(x, 5), sqrt(sub(x, 5)), 0)), x), { x: [[0, 1, 0.5]] }).toArray()).toEqual([[NaN, NaN, NaN]]);
  });

  test('a condition about other elements tells nothing', () => {
    expect(told(lint(where(greater(x, 0), log(core.flip(x, 1)), 0), { wrt: [] }))).toEqual(['possible log log value']);
    expect(told(lint(where(greater(x, 0), log(sum(x)), 0), { wrt: [] }))).toEqual(['possible log log value']);
  });

  test('a value that is also used outside of its branch', () => {
    const y = log(x);
    expect(told(lint(add(where(greater(x, 0), y, 0), y), { wrt: [] }))).toEqual(['possible log log value']);
  });

  test('many of them, one inside the other', () => {
    let y: core.Expression = x;
    for (let i = 0; i < 40; i += 1) y = where(greater(y, i), sub(y, sigmoid(y)), add(y, 1));
    expect(told(lint(y))).toEqual([]);
  });
});

test('a deep graph does not overflow the stack', () => {
  let y: core.Expression = x;
  for (let i = 0; i < 12000; i += 1) y = sub(add(y, 1), 1);
  expect(told(lint(log(y), { wrt: [] }))).toEqual(['possible log log value']);
});

test('gradients may be given too', () => {
  const w = parameter([1, 2, 3], { name: 'w' });
  const loss = mean(square(norm(matmul(x, core.reshape(w, [3, 1])))));
  expect(told(lint([loss, core.grad(loss, w)]))).toEqual([]);
});

test('errors', () => {
  expect(errorOf(() => lint(3 as never))).toMatchInlineSnapshot(`"InputError: lint: expected a list of expressions, such as [x]; got the number 3 [NOT_A_LIST]"`);
  expect(errorOf(() => lint([x, 3 as never]))).toMatchInlineSnapshot(`"InputError: lint: expression 1: expected an expression, got the number 3; wrap data in constant(…) [NOT_AN_EXPRESSION]"`);
  expect(errorOf(() => lint(x, { bound: {} } as never))).toMatchInlineSnapshot(`"InputError: lint: there is no option 'bound'; did you mean 'bounds'? [UNKNOWN_OPTION]"`);
  expect(errorOf(() => lint(x, { bounds: { y: [0, 1] } }))).toMatchInlineSnapshot(`"InputError: lint: bounds of 'y', which is no input or parameter of these expressions; expected 'x' [LINT_BOUNDS]"`);
  expect(errorOf(() => lint(constant(1), { bounds: { y: [0, 1] } }))).toMatchInlineSnapshot(`"InputError: lint: bounds of 'y', which is no input or parameter of these expressions; expected none, they have no named ones [LINT_BOUNDS]"`);
  expect(errorOf(() => lint(x, { bounds: [0, 1] as never }))).toMatchInlineSnapshot(`"InputError: lint: bounds: expected new Map([[x, [0, 1]]]) or { x: [0, 1] }; got an array [LINT_BOUNDS]"`);
  expect(errorOf(() => lint(x, { bounds: { x: [1, 0] } }))).toMatchInlineSnapshot(`"InputError: lint: bounds of 'x': [1, 0]; expected two numbers, the least first [LINT_BOUNDS]"`);
  expect(errorOf(() => lint(x, { bounds: { x: [NaN, 1] } }))).toMatchInlineSnapshot(`"InputError: lint: bounds of 'x': [NaN, 1]; expected two numbers, the least first [LINT_BOUNDS]"`);
  expect(errorOf(() => lint(x, { bounds: { x: 1 as never } }))).toMatchInlineSnapshot(`"InputError: lint: bounds of 'x': expected [least, largest], such as [0, 1]; got the number 1 [LINT_BOUNDS]"`);
  expect(errorOf(() => lint(exp(x), { bounds: new Map([[exp(x), [0, 1]]]) }))).toMatchInlineSnapshot(`"InputError: lint: bounds of a value made by 'exp'; expected those of inputs and parameters [LINT_BOUNDS]"`);
  expect(errorOf(() => lint(x, { parameters: 'all' as never }))).toMatchInlineSnapshot(`"InputError: lint: parameters "all"; expected 'unbounded' or 'current' [UNKNOWN_OPTION]"`);
  expect(errorOf(() => lint(x, { wrt: [exp(x)] }))).toMatchInlineSnapshot(`"InputError: lint: wrt holds a value made by 'exp'; expected inputs and parameters [LINT_VARIABLE]"`);
  expect(errorOf(() => lint(x, { updates: [] as never }))).toMatchInlineSnapshot(`"InputError: lint: updates: expected a Map of parameters to their new values, as compile takes it; got an array [UPDATES]"`);
  expect(errorOf(() => lint(x, { updates: new Map([[x as never, x]]) }))).toMatchInlineSnapshot(`"InputError: lint: an update's target is made by 'input'; expected a parameter [UPDATE_TARGET]"`);
});
