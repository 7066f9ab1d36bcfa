import { compile, constant, DTypeError, input, InputError, mul, parameter, ShapeError, square, type Expression } from '@pastina/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosineDecay, exponentialDecay, linearWarmup, sgd, startAfter, stepCounter, stepDecay, type Clock } from './index.js';

/** The values of a schedule at some steps. */
function at(schedule: (clock: Clock) => Expression, steps: readonly number[], dtype: 'int32' | 'float32' | 'float64' = 'int32'): number[] {
  const t = input('t', [], dtype);
  const run = compile({ inputs: { t }, outputs: { rate: schedule(t) } });
  return steps.map((step) => run({ t: step }).rate.item());
}
const f32 = Math.fround;
const near = (found: number, expected: number, relative: number): boolean => Math.abs(found - expected) <= relative * Math.abs(expected) + 1e-38;

const rates = fc.double({ min: 1e-4, max: 10, noNaN: true });
/** Of powers with so many factors; beyond 4,096 WebGPU goes through a logarithm. */
const bound = (factors: number): number => (factors > 4096 ? 4e-6 : 1e-6);
const spans = fc.integer({ min: 1, max: 100_000 });
const times = fc.integer({ min: 0, max: 200_000 });

describe('values against the formula in float64', () => {
  it('stepDecay', () => {
    fc.assert(fc.property(rates, fc.double({ min: 0.05, max: 1.5, noNaN: true }), spans, times, (initial, factor, every, t) => {
      const expected = initial * Math.pow(factor, Math.floor(t / every));
      fc.pre(expected < 1e30 && expected > 1e-30);
      return near(at((clock) => stepDecay(clock, { initial, factor, every }), [t])[0] as number, expected, bound(t / every));
    }), { numRuns: 60 });
  });

  it('exponentialDecay', () => {
    fc.assert(fc.property(rates, fc.double({ min: 0.05, max: 1.5, noNaN: true }), spans, times, (initial, factor, every, t) => {
      const expected = initial * Math.pow(factor, t / every);
      fc.pre(expected < 1e30 && expected > 1e-30);
      return near(at((clock) => exponentialDecay(clock, { initial, factor, every }), [t])[0] as number, expected, bound(t / every));
    }), { numRuns: 60 });
  });

  it('cosineDecay, to full relative accuracy even one step before the end', () => {
    const share = (part: number): number => Math.sin(part * Math.PI / 2) ** 2;
    fc.assert(fc.property(rates, rates, spans, times, (initial, final, steps, t) => {
      const way = (end: number): number => (t >= steps ? end : initial * share((steps - t) / steps) + end * share(t / steps));
      const [rate, toZero] = [at((clock) => cosineDecay(clock, { initial, final, steps }), [t]), at((clock) => cosineDecay(clock, { initial, steps }), [t, steps - 1])];
      return near(rate[0] as number, way(final), 1e-6) && near(toZero[0] as number, way(0), 1e-6) && near(toZero[1] as number, initial * share(1 / steps), 1e-6);
    }), { numRuns: 60 });
  });

  it('linearWarmup', () => {
    fc.assert(fc.property(rates, rates, spans, times, (from, to, steps, t) => {
      const part = Math.min(t, steps) / steps;
      return near(at((clock) => linearWarmup(clock, { from, to, steps }), [t])[0] as number, from * (1 - part) + to * part, 1e-6);
    }), { numRuns: 60 });
  });

  it('in float64, where the clock is', () => {
    const steps = [0, 1, 777, 99_999];
    const found = at((clock) => exponentialDecay(clock, { initial: 0.1, factor: 0.9999 }), steps, 'float64');
    found.forEach((rate, i) => expect(near(rate, 0.1 * Math.pow(0.9999, steps[i] as number), 1e-11)).toBe(true));
    expect(at((clock) => cosineDecay(clock, { initial: 0.1, steps: 3 }), [0, 1, 2, 3], 'float64').map((rate, i) => Math.abs(rate - ([0.1, 0.075, 0.025, 0][i] as number)) < 1e-16)).toEqual([true, true, true, true]);
  });
});

describe('borders are exact', () => {
  it('at step 0, at the last step and beyond', () => {
    fc.assert(fc.property(rates, rates, spans, (a, b, steps) => {
      const places = [0, steps, steps + 1, 2147483647];
      expect(at((clock) => cosineDecay(clock, { initial: a, final: b, steps }), places)).toEqual([f32(a), f32(b), f32(b), f32(b)]);
      expect(at((clock) => cosineDecay(clock, { initial: a, steps }), places)).toEqual([f32(a), 0, 0, 0]);
      expect(at((clock) => linearWarmup(clock, { from: a, to: b, steps }), places)).toEqual([f32(a), f32(b), f32(b), f32(b)]);
      expect(at((clock) => linearWarmup(clock, { to: b, steps }), places)).toEqual([0, f32(b), f32(b), f32(b)]);
      expect(at((clock) => exponentialDecay(clock, { initial: a, factor: 0.5, every: steps }), [0, steps, 2 * steps])).toEqual([f32(a), f32(a) / 2, f32(a) / 4]);
      expect(at((clock) => stepDecay(clock, { initial: a, factor: 0.5, every: steps }), [0, steps - 1, steps, 2 * steps - 1, 2 * steps])).toEqual([f32(a), f32(a), f32(a) / 2, f32(a) / 2, f32(a) / 4]);
    }), { numRuns: 20 });
  });

  it('a span of one step, and steps below 0 or NaN from a clock of the caller', () => {
    expect(at((clock) => cosineDecay(clock, { initial: 1, final: 0.5, steps: 1 }), [0, 1, 2])).toEqual([1, 0.5, 0.5]);
    expect(at((clock) => linearWarmup(clock, { to: 1, steps: 1 }), [0, 1])).toEqual([0, 1]);
    expect(at((clock) => cosineDecay(clock, { initial: 1, steps: 4 }), [-3])).toEqual([1]);
    expect(at((clock) => exponentialDecay(clock, { initial: 1, factor: 0.5 }), [-3])).toEqual([1]);
    for (const make of [(c: Clock) => cosineDecay(c, { initial: 1, steps: 4 }), (c: Clock) => stepDecay(c, { initial: 1, factor: 0.5, every: 2 }), (c: Clock) => exponentialDecay(c, { initial: 1, factor: 0.5 }), (c: Clock) => linearWarmup(c, { to: 1, steps: 4 })]) {
      expect(at(make, [NaN], 'float32')).toEqual([NaN]);
    }
  });

  it('decay without end becomes 0, growth without end infinite', () => {
    expect(at((clock) => exponentialDecay(clock, { initial: 1, factor: 0.5 }), [126, 1000, 2147483647])).toEqual([2 ** -126, 0, 0]);
    expect(at((clock) => stepDecay(clock, { initial: 1, factor: 2, every: 1 }), [127, 128])).toEqual([2 ** 127, Infinity]);
  });
});

describe('composed', () => {
  it('a warm-up into a decay that begins after it', () => {
    const rate = (clock: Clock): Expression => linearWarmup(clock, { to: cosineDecay(startAfter(clock, 4), { initial: 1, steps: 4 }), steps: 4 });
    expect(at(rate, [0, 1, 2, 3, 4, 6, 8, 99]).map((one) => Number(one.toFixed(6)))).toEqual([0, 0.25, 0.5, 0.75, 1, 0.5, 0, 0]);
  });

  it('a schedule of a schedule, and of parameters', () => {
    const base = parameter(8, { name: 'base' });
    const t = input('t', [], 'int32');
    const run = compile({ inputs: { t }, outputs: { rate: stepDecay(t, { initial: cosineDecay(t, { initial: base, final: 4, steps: 2 }), factor: 0.5, every: 4 }) } });
    expect([0, 2, 4].map((step) => run({ t: step }).rate.item())).toEqual([8, 4, 2]);
    base.set(16);
    expect(run({ t: 0 }).rate.item()).toBe(16);
  });
});

describe('stepCounter', () => {
  it('counts 100,000 steps of a compiled function, and the schedule has not drifted', () => {
    const clock = stepCounter();
    const rate = exponentialDecay(clock, { initial: 0.1, factor: 0.9999 });
    const step = compile({ inputs: {}, outputs: { rate }, updates: clock.updates });
    for (let t = 0; t < 100_000; t += 1) {
      const found = step({}).rate;
      if (t % 9_999 === 0) expect(near(found.item(), 0.1 * Math.pow(0.9999, t), 1e-6), `step ${t}`).toBe(true);
    }
    expect(clock.step.valueSync().item()).toBe(100_000);
  });

  it('reads the old count in the step, as all updates do: the first rate is that of step 0', () => {
    const p = parameter(0, { name: 'p' });
    const clock = stepCounter();
    const updates = new Map([...sgd([constant(1)], [p], { learningRate: stepDecay(clock, { initial: 4, factor: 0.5, every: 1 }) }), ...clock.updates]);
    const step = compile({ inputs: {}, outputs: {}, updates });
    const path = [1, 2, 3, 4].map(() => {
      step({});
      return p.valueSync().item();
    });
    expect(path).toEqual([-4, -6, -7, -7.5]);
    clock.step.set(0);
    step({});
    expect(p.valueSync().item()).toBe(-11.5);
  });

  it('goes on from where it is told, counts beyond what float32 could, and stops at the last int32', () => {
    const clock = stepCounter({ start: 16_777_216, name: 'epoch' });
    expect([...clock.updates.keys()].map(({ name, dtype }) => `${String(name)} ${dtype}`)).toEqual(['epoch int32']);
    const run = (one: { readonly updates: ReadonlyMap<never, Expression> }): void => void compile({ inputs: {}, outputs: {}, updates: one.updates })({});
    run(clock as never);
    expect(clock.step.valueSync().item()).toBe(16_777_217);
    const last = stepCounter({ start: 2147483646 });
    run(last as never);
    run(last as never);
    expect(last.step.valueSync().item()).toBe(2147483647);
    const wide = stepCounter({ dtype: 'float64' });
    run(wide as never);
    expect([wide.step.dtype, wide.step.valueSync().item()]).toEqual(['float64', 1]);
  });

  it('serves parameters of other dtypes', () => {
    const p = parameter(new Float64Array([0]), { name: 'p' });
    const clock = stepCounter({ dtype: 'float64' });
    compile({ inputs: {}, outputs: {}, updates: new Map([...sgd([constant(new Float64Array([1]))], [p], { learningRate: linearWarmup(clock, { from: 0.1, to: 1, steps: 5 }) }), ...clock.updates]) })({});
    expect(p.valueSync().item()).toBe(-0.1);
    const half = parameter(1, { name: 'half', dtype: 'float16' });
    const steps = stepCounter();
    compile({ inputs: {}, outputs: {}, updates: new Map([...sgd(square(half), [half], { learningRate: cosineDecay(steps, { initial: 0.25, steps: 9 }) }), ...steps.updates]) })({});
    expect(half.valueSync().item()).toBe(0.5);
  });
});

describe('messages', () => {
  const t = input('t', [], 'int32');
  it.each([
    [() => stepDecay(t, { factor: 0.5, every: 2 } as never), InputError, 'stepDecay: initial is missing; expected a number or a scalar expression, such as { initial: 0.01 } [OPTION_MISSING]'],
    [() => stepDecay(t, { initial: 1, every: 2 } as never), InputError, 'stepDecay: factor is missing; expected a positive number, such as { factor: 0.5 } [OPTION_MISSING]'],
    [() => stepDecay(t, { initial: 1, factor: 0.5 } as never), InputError, 'stepDecay: every is missing; expected a whole number of steps, such as { every: 1000 } [OPTION_MISSING]'],
    [() => stepDecay(t, { initial: 1, factor: 0.5, every: 2.5 }), InputError, 'stepDecay: every is 2.5; expected a whole number from 1 to 2147483647 [OPTION_VALUE]'],
    [() => stepDecay(t, { initial: 1, factor: 0, every: 2 }), InputError, /^stepDecay: factor is 0; expected a positive number from 1\.17\d*e-38 to 3\.4\d*e\+38 \[OPTION_VALUE\]$/],
    [() => exponentialDecay(t, { initial: 1, factor: NaN }), InputError, /^exponentialDecay: factor is NaN; expected a positive number/],
    [() => exponentialDecay(t, { initial: NaN, factor: 0.5 }), InputError, 'exponentialDecay: initial is NaN; expected a finite number or a scalar expression [OPTION_VALUE]'],
    [() => cosineDecay(t, { initial: 1, steps: 0 }), InputError, 'cosineDecay: steps is 0; expected a whole number from 1 to 2147483647 [OPTION_VALUE]'],
    [() => cosineDecay(t, { initial: constant([1]), steps: 5 }), ShapeError, 'cosineDecay: initial has shape [1]; expected a scalar [OPTION_SHAPE]'],
    [() => cosineDecay(t, { initial: 1, step: 5 } as never), InputError, "cosineDecay: there is no option 'step'; did you mean 'steps'? [UNKNOWN_OPTION]"],
    [() => linearWarmup(t, undefined as never), InputError, 'linearWarmup: options are undefined; expected an object with from, to, steps [OPTIONS]'],
    [() => linearWarmup(t, { to: constant(1, 'int32'), steps: 3 }), DTypeError, 'linearWarmup: to is int32; expected a floating dtype [OPTION_DTYPE]'],
    [() => cosineDecay(3 as never, { initial: 1, steps: 5 }), InputError, 'cosineDecay: the clock is 3; expected stepCounter() or a scalar expression that counts steps [CLOCK]'],
    [() => cosineDecay({} as never, { initial: 1, steps: 5 }), InputError, 'cosineDecay: the clock is an object without a step; expected stepCounter() or a scalar expression that counts steps [CLOCK]'],
    [() => cosineDecay(undefined as never, { initial: 1, steps: 5 }), InputError, 'cosineDecay: the clock is undefined; expected stepCounter() or a scalar expression that counts steps [CLOCK]'],
    [() => startAfter(input('ts', [3], 'int32'), 2), ShapeError, 'startAfter: the clock has shape [3]; expected a scalar [CLOCK_SHAPE]'],
    [() => startAfter(mul(input('h', [], 'float16'), 1), 2), DTypeError, 'startAfter: the clock is float16; expected int32, float32 or float64, such as stepCounter() [CLOCK_DTYPE]'],
    [() => startAfter(t, -1), InputError, 'startAfter: steps is -1; expected a whole number from 0 to 2147483647 [OPTION_VALUE]'],
    [() => stepCounter({ start: -1 }), InputError, 'stepCounter: start is -1; expected a whole number from 0 to 2147483647 [OPTION_VALUE]'],
    [() => stepCounter({ dtype: 'float32' as never }), InputError, "stepCounter: dtype is float32; expected 'int32' or 'float64' (float32 cannot count beyond 16777216) [OPTION_VALUE]"],
    [() => stepCounter({ begin: 1 } as never), InputError, "stepCounter: there is no option 'begin'; known: start, dtype, name [UNKNOWN_OPTION]"],
  ])('%s', (make, kind, message) => {
    expect(make).toThrow(kind as never);
    expect(make).toThrow(message);
  });
});
