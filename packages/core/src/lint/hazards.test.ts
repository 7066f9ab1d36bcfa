import { describe, expect, test } from 'vitest';
import * as core from '../index.js';
import { kinds } from './kinds.js';

const { abs, acos, add, atan2, cast, clip, constant, div, evaluate, exp, grad, greater, input, lint, log, log1p, logSoftmax, matmul, max, maximum, mean, mul, norm, pow, reciprocal, referenceBackend, rsqrt, sinh, softmax, softplus, sqrt, square, std, sub, sum, tanh, variance, where } = core;

type Make = (x: core.Expression) => core.Expression;

interface Row {
  readonly kind: core.HazardKind;
  readonly phase: 'value' | 'gradient';
  readonly bad: Make;
  readonly cured: Make;
  /** Elements at which the bad program goes wrong; bounds around them. */
  readonly at: readonly number[];
  readonly bounds?: readonly [number, number];
  readonly dtype?: core.DType;
  readonly severity?: 'certain';
}

const value = { phase: 'value' } as const;
const gradient = { phase: 'gradient' } as const;
const spread = (x: core.Expression): core.Expression => sub(x, max(x, { keepDims: true }));
const taylor: Make = (x) => where(greater(abs(x), 0.1), div(log1p(x), x), sub(1, mul(x, 0.5)));

const rows: Readonly<Record<string, Row>> = {
  'the logarithm of a count': { kind: 'log', ...value, bad: log, cured: (x) => log(maximum(x, 1)), at: [0, 3], bounds: [0, 100] },
  'log1p at -1': { kind: 'log', ...value, bad: (x) => log1p(mul(x, 2)), cured: (x) => log1p(mul(x, 0.5)), at: [-0.5], bounds: [-1, 1] },
  'a probability that is not from logits': { kind: 'log', ...value, bad: (x) => core.xlogy(constant([1, 1]), x), cured: (x) => core.xlogy(constant([1, 1]), maximum(x, 1e-6)), at: [0, 1], bounds: [0, 1] },
  'a logarithm of negative numbers only': { kind: 'log', ...value, bad: (x) => log(sub(x, 3)), cured: (x) => log(sub(3, x)), at: [1], bounds: [0, 2], severity: 'certain' },
  'a ratio': { kind: 'division', ...value, bad: (x) => div(1, x), cured: (x) => div(1, add(abs(x), 0.01)), at: [0, 1] },
  'an average over a mask that may be empty': { kind: 'division', ...value, bad: (x) => div(sum(mul(x, 2)), sum(x)), cured: (x) => div(sum(mul(x, 2)), maximum(sum(x), 1)), at: [0, 0], bounds: [0, 1] },
  'a reciprocal of a constant 0': { kind: 'division', ...value, bad: (x) => mul(x, reciprocal(constant(0))), cured: (x) => mul(x, reciprocal(constant(2))), at: [1], severity: 'certain' },
  'a softmax by hand': { kind: 'exp', ...value, bad: (x) => div(exp(x), sum(exp(x))), cured: (x) => div(exp(spread(x)), sum(exp(spread(x)))), at: [1000, 1] },
  'an exponential in float16': { kind: 'exp', ...value, bad: exp, cured: (x) => exp(mul(x, 0.5)), at: [12], bounds: [-20, 20], dtype: 'float16' },
  'sinh': { kind: 'exp', ...value, bad: sinh, cured: (x) => sinh(tanh(x)), at: [800], dtype: 'float64' },
  'the mean of squares minus the square of the mean': { kind: 'root', ...value, bad: (x) => sqrt(sub(mean(square(x)), square(mean(x)))), cured: (x) => sqrt(add(variance(x), 1e-6)), at: [3000.1, 3000.1, 3000.1] },
  'an inverse root': { kind: 'root', ...value, bad: (x) => rsqrt(variance(x)), cured: (x) => rsqrt(add(variance(x), 1e-5)), at: [2, 2] },
  'the square of large numbers': { kind: 'overflow', ...value, bad: (x) => sum(square(x)), cured: (x) => sum(square(div(x, 1000))), at: [300, 300], bounds: [-1000, 1000], dtype: 'float16' },
  'a product of matrices': { kind: 'overflow', ...value, bad: (x) => matmul(x, x), cured: (x) => matmul(mul(x, 0.01), mul(x, 0.01)), at: [200, 200], bounds: [0, 250], dtype: 'float16' },
  'a cast to a narrower dtype': { kind: 'overflow', ...value, bad: (x) => cast(x, 'float16'), cured: (x) => cast(div(x, 10), 'float16'), at: [1e5], bounds: [0, 1e5] },
  'a broken power of a negative number': { kind: 'power', ...value, bad: (x) => pow(x, 1.5), cured: (x) => pow(add(abs(x), 1), 1.5), at: [-1] },
  'a negative power of 0': { kind: 'power', ...value, bad: (x) => pow(x, -2), cured: (x) => pow(maximum(x, 0.1), -2), at: [0], bounds: [0, 5] },
  'the angle of a rounded cosine': { kind: 'domain', ...value, bad: (x) => acos(x), cured: (x) => atan2(sqrt(maximum(sub(1, square(x)), 1e-6)), x), at: [1.0000001], bounds: [-1.001, 1.001] },
  'a mask of infinities': { kind: 'infinities', ...value, bad: (x) => mul(where(greater(x, 0), -Infinity, 0), where(greater(x, 0), 0, 1)), cured: (x) => mul(where(greater(x, 0), -1e9, 0), where(greater(x, 0), 0, 1)), at: [1] },
  'a row that is masked altogether': { kind: 'infinities', ...value, bad: (x) => softmax(where(greater(x, 0), -Infinity, x)), cured: (x) => softmax(where(greater(x, 0), -1e9, x)), at: [1, 2] },
  'a root at 0': { kind: 'slope', ...gradient, bad: (x) => sqrt(abs(x)), cured: (x) => sqrt(add(abs(x), 1e-8)), at: [0, 1] },
  'a broken power at 0': { kind: 'slope', ...gradient, bad: (x) => pow(x, 0.75), cured: (x) => pow(maximum(x, 1e-4), 0.75), at: [0, 1], bounds: [0, 1] },
  'an angle at its end': { kind: 'slope', ...gradient, bad: (x) => acos(x), cured: (x) => acos(mul(x, 0.999)), at: [1], bounds: [-1, 1] },
  'the distance to itself': { kind: 'norm', ...gradient, bad: (x) => sqrt(mean(square(x))), cured: (x) => norm(x), at: [0, 0] },
  'the standard deviation of what does not vary': { kind: 'norm', ...gradient, bad: std, cured: (x) => sqrt(add(variance(x), 1e-4)), at: [3, 3] },
  'a clipped probability': { kind: 'dead', ...gradient, bad: (x) => log(clip(softmax(x), 1e-7, 1)), cured: (x) => log(softmax(x)), at: [-200, 200] },
  'a clipped value': { kind: 'dead', ...gradient, bad: (x) => clip(x, -1, 1), cured: tanh, at: [2], bounds: [1.5, 3], severity: 'certain' },
  'a logarithm chosen by where': { kind: 'where', ...gradient, bad: (x) => where(greater(x, 0), log(x), 0), cured: (x) => where(greater(x, 0), log(where(greater(x, 0), x, 1)), 0), at: [0, 1] },
  'a root chosen by where': { kind: 'where', ...gradient, bad: (x) => where(greater(x, 1), sqrt(sub(x, 1)), x), cured: (x) => where(greater(x, 1), sqrt(where(greater(x, 1), sub(x, 1), 1)), x), at: [0.5, 2] },
  'an exponential chosen by where': { kind: 'where', ...gradient, bad: (x) => where(greater(x, 20), x, log1p(mul(exp(x), 2))), cured: (x) => softplus(add(x, Math.LN2)), at: [1000, 1] },
  'a quotient chosen by where': { kind: 'where', ...gradient, bad: taylor, cured: (x) => where(greater(abs(x), 0.1), div(log1p(x), where(greater(abs(x), 0.1), x, 1)), sub(1, mul(x, 0.5))), at: [0, 0.5], bounds: [-0.5, 0.5] },
};

// Ranges are those of the reference.
const options = { backend: referenceBackend() };
const isBad = (data: ArrayLike<number>): boolean => Array.from(data).some((element) => !Number.isFinite(element));

function run({ phase, kind, at, dtype = 'float32', bounds }: Row, make: Make): { readonly report: core.LintReport; readonly wrong: boolean } {
  const size = make === rows['a product of matrices']?.bad || make === rows['a product of matrices']?.cured ? [1, at.length] : [at.length];
  const x = input('x', size.length === 2 ? [2, 2] : size, dtype);
  const feeds = { x: size.length === 2 ? [at, at] : at } as never;
  const y = make(x);
  const report = lint(y, bounds === undefined ? {} : { bounds: { x: bounds } });
  const data = evaluate(phase === 'value' ? y : grad(sum(y), x), feeds, options).dataSync();
  // A dead gradient is 0 where the cured one is not.
  return { report, wrong: kind === 'dead' ? Array.from(data).includes(0) : isBad(data) };
}

describe.each(Object.entries(rows))('%s', (_, row) => {
  test(`is a hazard: ${row.kind}`, () => {
    const { report, wrong } = run(row, row.bad);
    expect(wrong).toBe(true);
    const { code, anchor, advice } = kinds[row.kind];
    const found = report.hazards.find(({ kind, phase }) => kind === row.kind && phase === row.phase);
    expect(found).toMatchObject({ code, advice, severity: row.severity ?? 'possible', page: `docs/nan-guide.md#${anchor}` });
    expect(String(found?.where)).toContain('hazards.test.ts');
    expect(String(report)).toContain(`[${code}]`);
  });

  test('is cured', () => {
    const { report, wrong } = run(row, row.cured);
    expect(String(report)).toBe('lint: no hazards found');
    expect(wrong).toBe(false);
  });
});

test('every kind has a row, but the epsilon, which has its own test', () => {
  expect([...new Set(Object.values(rows).map(({ kind }) => kind)), 'epsilon'].sort()).toEqual(Object.keys(kinds).sort());
  expect(new Set(Object.values(kinds).map(({ code }) => code)).size).toBe(Object.keys(kinds).length);
});

describe('epsilons that vanish', () => {
  const told = (e: core.Expression, options: core.LintOptions = {}): readonly string[] => lint(e, options).hazards.map(({ kind, severity, message }) => `${severity} ${kind}: ${message}`);

  test('1 + 1e-9 in float32', () => {
    const x = input('x', [], 'float32');
    const shifted = (epsilon: number): core.Expression => core.logAddExp(add(add(square(x), 1), epsilon), 0);
    expect(evaluate(sub(shifted(1e-9), shifted(0)), { x: 0 }, options).item()).toBe(0);
    expect(evaluate(sub(shifted(1e-6), shifted(0)), { x: 0 }, options).item()).toBeGreaterThan(0);
    expect(told(shifted(1e-9))).toEqual(['certain epsilon: adds 1e-9 where the other operand lies in [1, ∞): in float32 the sum is that operand, bit for bit']);
    expect(told(shifted(1e-6))).toEqual([]);
  });

  test('1 - 1e-7 in float16, and in float32, where it is a number of its own', () => {
    for (const [dtype, vanishes] of [['float16', true], ['float32', false], ['float64', false]] as const) {
      const top = sub(constant(1, dtype), 1e-7);
      expect(evaluate(top, {}, options).item() === 1).toBe(vanishes);
      expect(told(top).length).toBe(vanishes ? 1 : 0);
    }
  });

  test('an epsilon that is 0 in the dtype', () => {
    const x = input('x', [2], 'float16');
    expect(evaluate(div(1, add(x, 1e-8)), { x: [0, 1] }, options).toArray()).toEqual([Infinity, 1]);
    expect(told(div(1, add(x, 1e-8)), { bounds: { x: [0, 1] } })).toEqual([
      'certain epsilon: adds 0 where the other operand lies in [0, 1]: the number that was written is 0 in float16, or was 0, and protects from nothing',
      'possible division: the denominator lies in [0, 1], and x / 0 is infinite, 0 / 0 is NaN',
    ]);
    expect(told(div(1, add(x, 1e-4)), { bounds: { x: [0, 1] } })).toEqual([]);
  });

  test('an epsilon beside a value that may be small is none of them', () => {
    const x = input('x', []);
    expect(told(sqrt(add(square(x), 1e-12)))).toEqual([]);
    expect(told(div(x, add(sqrt(variance(core.reshape(x, [1]))), 1e-8)), { wrt: [] })).toEqual([]);
  });
});

describe('what is no hazard', () => {
  const x = input('x', ['batch', 3]);
  test.each(Object.entries<core.Expression>({
    'x · x is not negative': sqrt(add(mul(x, x), 1e-6)),
    'the shifted exponential': log(sum(exp(spread(x)))),
    'the log domain': log(softmax(x)),
    'the logarithm of a sigmoid': log(core.sigmoid(x)),
    'its complement': log(sub(1, core.sigmoid(x))),
    'a normal vector': div(x, add(norm(x, { axis: 1, keepDims: true }), 1e-8)),
    'a norm by hand, which is computed as one': sqrt(sum(square(x), { axis: 1 })),
    'abs and its gradient': abs(x),
    'max, whose elements share the gradient': max(x, { axis: 1 }),
    'logSoftmax': logSoftmax(x),
    'softplus': softplus(x),
    'a standardised batch': div(sub(x, mean(x, { axis: 0 })), sqrt(add(variance(x, { axis: 0 }), 1e-4))),
    'what is chosen where it is finite': where(core.isFinite(x), x, 0),
    'a value kept from 0 on both sides': where(core.equal(x, 0), 0, div(1, where(core.equal(x, 0), 1, x))),
  }))('%s', (_, e) => expect(String(lint(e))).toBe('lint: no hazards found'));

  test('a fold that lies across is no fold of the same elements', () => {
    const square3 = input('x', [3, 3]);
    const across = div(square3, add(sum(square3, { axis: 1 }), 0.5));
    const wrong = sqrt(sub(1, across));
    expect(lint(wrong, { bounds: { x: [0, 1] } }).hazards.map(({ kind }) => kind)).toContain('root');
    expect(evaluate(wrong, { x: [[1, 1, 1], [0, 0, 0], [0, 0, 0]] }, options).dataSync().some(Number.isNaN)).toBe(true);
  });
});
