import { compile, constant, input, InputError, parameter, square, sum, type Expression, type Parameter } from '@pastina/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adam, adamw, lion, type AdamwOptions, type LionOptions, type Updates } from './index.js';

const dtypes = [['float64', 1e-13], ['float32', 2e-6]] as const;
const gradient = fc.array(fc.double({ min: -8, max: 8, noNaN: true }).filter((x) => Math.abs(x) > 1e-3), { minLength: 3, maxLength: 3 });
const start = [1, -2, 0.5];

/** Where some steps with given gradients lead, and the states after them. */
function path(dtype: 'float32' | 'float64', gradients: readonly (readonly number[])[], rule: (g: Expression, p: Parameter) => Updates): Record<string, readonly number[]> {
  const p = parameter(start, { name: 'p', dtype });
  const g = input('g', [3], dtype);
  const updates = rule(g, p);
  const step = compile({ inputs: { g }, outputs: {}, updates });
  for (const one of gradients) step({ g: one });
  return Object.fromEntries([...updates.keys()].map((one) => [one.name, [...one.valueSync().dataSync()] as number[]]));
}

function adamwByHand(gradients: readonly (readonly number[])[], { learningRate, beta1, beta2, epsilon, weightDecay }: Readonly<Record<'learningRate' | 'beta1' | 'beta2' | 'epsilon' | 'weightDecay', number>>): Record<string, readonly number[]> {
  const [p, m, v] = [[...start], [0, 0, 0], [0, 0, 0]];
  gradients.forEach((g, t) => g.forEach((slope, i) => {
    m[i] = beta1 * (m[i] as number) + (1 - beta1) * slope;
    v[i] = beta2 * (v[i] as number) + (1 - beta2) * slope * slope;
    const [mHat, vHat] = [m[i] / (1 - beta1 ** (t + 1)), v[i] / (1 - beta2 ** (t + 1))];
    p[i] = (p[i] as number) - learningRate * (mHat / (Math.sqrt(vHat) + epsilon) + weightDecay * (p[i] as number));
  }));
  return { 'adamw.m(p)': m, 'adamw.v(p)': v, p, 'adamw.t': [gradients.length] };
}

function lionByHand(gradients: readonly (readonly number[])[], { learningRate, beta1, beta2, weightDecay }: Readonly<Record<'learningRate' | 'beta1' | 'beta2' | 'weightDecay', number>>): Record<string, readonly number[]> {
  const [p, m] = [[...start], [0, 0, 0]];
  for (const g of gradients) {
    g.forEach((slope, i) => {
      const direction = Math.sign(beta1 * (m[i] as number) + (1 - beta1) * slope);
      p[i] = (p[i] as number) - learningRate * (direction + weightDecay * (p[i] as number));
      m[i] = beta2 * (m[i] as number) + (1 - beta2) * slope;
    });
  }
  return { p, 'lion.m(p)': m };
}

function expectClose(found: Readonly<Record<string, readonly number[]>>, expected: Readonly<Record<string, readonly number[]>>, tolerance: number): void {
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) values.forEach((value, i) => expect(Math.abs((found[name]?.[i] as number) - value), `${name}[${i}]: ${String(found[name]?.[i])}, by hand ${value}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value))));
}

describe.each(dtypes)('by hand in float64, found in %s', (dtype, tolerance) => {
  it('adamw, with its defaults and with others', () => {
    fc.assert(fc.property(fc.array(gradient, { minLength: 1, maxLength: 12 }), fc.record({ learningRate: fc.double({ min: 1e-4, max: 0.5, noNaN: true }), beta1: fc.constantFrom(0, 0.5, 0.9), beta2: fc.constantFrom(0.5, 0.99, 0.999), epsilon: fc.constantFrom(1e-8, 0.1), weightDecay: fc.constantFrom(0, 0.01, 1) }), (gradients, options) => {
      expectClose(path(dtype, gradients, (g, p) => adamw([g], [p], options)), adamwByHand(gradients, options), 10 * tolerance);
      expectClose(path(dtype, gradients, (g, p) => adamw([g], [p])), adamwByHand(gradients, { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 }), tolerance);
    }), { numRuns: 25 });
  });

  it('lion, with its defaults and with others', () => {
    fc.assert(fc.property(fc.array(gradient, { minLength: 1, maxLength: 12 }), fc.record({ learningRate: fc.double({ min: 1e-4, max: 0.5, noNaN: true }), beta1: fc.constantFrom(0, 0.9), beta2: fc.constantFrom(0.5, 0.99), weightDecay: fc.constantFrom(0, 0.01, 1) }), (gradients, options) => {
      // where the average is all but 0 its sign is a matter of rounding
      const averages = gradients.map((_, n) => lionByHand(gradients.slice(0, n), options)['lion.m(p)'] as readonly number[]);
      fc.pre(gradients.every((g, n) => g.every((slope, i) => Math.abs(options.beta1 * (averages[n]?.[i] as number) + (1 - options.beta1) * slope) > 1e-5)));
      expectClose(path(dtype, gradients, (g, p) => lion([g], [p], options)), lionByHand(gradients, options), 10 * tolerance);
    }), { numRuns: 25 });
    const gradients = [[1, -2, 0.5], [-0.5, 4, 0.25], [3, 1, -8]];
    expectClose(path(dtype, gradients, (g, p) => lion([g], [p])), lionByHand(gradients, { learningRate: 0.0001, beta1: 0.9, beta2: 0.99, weightDecay: 0 }), tolerance);
  });

  it('adamw without decay is adam, but for the place of epsilon', () => {
    const gradients = [[1, -2, 0.5], [-0.5, 4, 0.25], [3, 1, -8]];
    const [decoupled, plain] = [path(dtype, gradients, (g, p) => adamw([g], [p], { weightDecay: 0, epsilon: 0 })), path(dtype, gradients, (g, p) => adam([g], [p], { epsilon: 0 }))];
    plain['p']?.forEach((value, i) => expect(Math.abs((decoupled['p']?.[i] as number) - value)).toBeLessThan(tolerance));
  });
});

describe('weight decay', () => {
  it.each([['adamw', (p: Parameter, options: AdamwOptions & LionOptions) => adamw([constant([0, 0, 0])], [p], options)], ['lion', (p: Parameter, options: AdamwOptions & LionOptions) => lion([constant([0, 0, 0])], [p], options)]] as const)('of %s takes a share, whatever the gradient: the same under a gradient of 0', (_, rule) => {
    const p = parameter(start, { name: 'p' });
    const step = compile({ inputs: {}, outputs: {}, updates: rule(p, { learningRate: 0.5, weightDecay: 0.5 }) });
    step({});
    step({});
    expect([...p.valueSync().dataSync()]).toEqual([0.5625, -1.125, 0.28125]);
  });

  it('is for the chosen parameters, and may be a parameter itself', () => {
    const [w, b, lambda] = [parameter([4], { name: 'w' }), parameter([4], { name: 'b' }), parameter(0.5)];
    const none = [constant([0]), constant([0])];
    for (const rule of [adamw, lion]) {
      w.set([4]);
      lambda.set(0.5);
      const step = compile({ inputs: {}, outputs: {}, updates: rule(none, [w, b], { learningRate: 0.5, weightDecay: lambda, decayParams: [w] }) });
      step({});
      expect([w.valueSync().item(), b.valueSync().item()]).toEqual([3, 4]);
      lambda.set(0);
      step({});
      expect(w.valueSync().item()).toBe(3);
    }
    const step = compile({ inputs: {}, outputs: {}, updates: adamw(none, [w, b], { decayParams: [] }) });
    step({});
    expect(w.valueSync().item()).toBe(3);
  });

  it('of 0 leaves an infinite parameter alone: the term is not there', () => {
    const p = parameter([Infinity, 1], { name: 'p' });
    compile({ inputs: {}, outputs: {}, updates: adamw([constant([0, 0])], [p], { weightDecay: 0 }) })({});
    expect([...p.valueSync().dataSync()]).toEqual([Infinity, 1]);
  });
});

describe('messages', () => {
  const [p, q] = [parameter([1], { name: 'p' }), parameter([1], { name: 'q' })];
  const loss = sum(square(p));
  it.each([
    [() => adamw(loss, [p], { weightDecay: NaN }), 'adamw: weightDecay is NaN; expected a finite number or a scalar expression [OPTION_VALUE]'],
    [() => adamw(loss, [p], { decay: 1 } as never), "adamw: there is no option 'decay'; known: learningRate, beta1, beta2, epsilon, weightDecay, decayParams [UNKNOWN_OPTION]"],
    [() => lion(loss, [p], { epsilon: 1 } as never), "lion: there is no option 'epsilon'; known: learningRate, beta1, beta2, weightDecay, decayParams [UNKNOWN_OPTION]"],
    [() => lion(loss, [p], { decayParams: [q] }), "lion: element 0 of decayParams ('q') is not among the parameters to update: p [NOT_AMONG_PARAMS]"],
    [() => adamw(loss, [p], { decayParams: p as never }), 'adamw: decayParams is no list; expected parameters, such as getAllParams(net, { regularizable: true }) [PARAMS]'],
    [() => adamw(loss, []), 'adamw: expected a list of at least one parameter, such as getAllParams(net, { trainable: true }) [PARAMS]'],
  ])('%s', (make, message) => {
    expect(make).toThrow(InputError);
    expect(make).toThrow(message);
  });
});
