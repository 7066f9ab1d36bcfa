import { compile, constant, DTypeError, evaluate, grad, input, InputError, mul, parameter, ShapeError, square, sum, type Expression, type Parameter } from '@pastina/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adam, adamax, adadelta, adagrad, amsgrad, applyMomentum, momentum, nesterovMomentum, normConstraint, rmsprop, sgd, totalNormConstraint, type Updates } from './index.js';

const run = (updates: Updates, times = 1): void => {
  const step = compile({ inputs: {}, outputs: {}, updates });
  for (let i = 0; i < times; i += 1) step({});
};
const fresh = (): Parameter => parameter([1, -2], { name: 'w' });
const cost = (p: Expression): Expression => sum(square(p));
const names = (updates: Updates): (string | undefined)[] => [...updates.keys()].map(({ name }) => name);

describe('what rules return', () => {
  it('names the states after the rule and the parameter', () => {
    const p = fresh();
    expect(names(adam(cost(p), [p]))).toEqual(['adam.m(w)', 'adam.v(w)', 'w', 'adam.t']);
    expect(names(adamax(cost(p), [p]))).toEqual(['adamax.m(w)', 'adamax.u(w)', 'w', 'adamax.t']);
    expect(names(amsgrad(cost(p), [p]))).toEqual(['amsgrad.m(w)', 'amsgrad.v(w)', 'amsgrad.vHat(w)', 'w', 'amsgrad.t']);
    expect(names(adagrad(cost(p), [p]))).toEqual(['adagrad.accumulator(w)', 'w']);
    expect(names(rmsprop(cost(p), [p]))).toEqual(['rmsprop.accumulator(w)', 'w']);
    expect(names(adadelta(cost(p), [p]))).toEqual(['adadelta.accumulator(w)', 'w', 'adadelta.deltaAccumulator(w)']);
    expect(names(momentum(cost(p), [p], { learningRate: 1 }))).toEqual(['w', 'momentum.velocity(w)']);
    const unnamed = parameter(1);
    expect(names(nesterovMomentum(square(unnamed), [unnamed], { learningRate: 1 }))).toEqual([undefined, 'nesterovMomentum.velocity(#0)']);
  });

  it('takes gradients in the place of the loss', () => {
    const [p, q] = [fresh(), fresh()];
    run(adam(cost(p), [p]), 3);
    run(adam([grad(cost(q), q)], [q]), 3);
    expect(q.valueSync().toArray()).toEqual(p.valueSync().toArray());
  });

  it('takes the learning rate as a number, a parameter or an expression', () => {
    const [p, q, r] = [fresh(), fresh(), fresh()];
    const [rate, eta] = [parameter(0.25), input('eta', [])];
    run(sgd(cost(p), [p], { learningRate: 0.25 }));
    run(sgd(cost(q), [q], { learningRate: rate }));
    compile({ inputs: { eta }, outputs: {}, updates: sgd(cost(r), [r], { learningRate: mul(eta, 0.5) }) })({ eta: 0.5 });
    expect(p.valueSync().toArray()).toEqual([0.5, -1]);
    expect(q.valueSync().toArray()).toEqual([0.5, -1]);
    expect(r.valueSync().toArray()).toEqual([0.5, -1]);
    const wide = parameter(new Float64Array([1]));
    run(adam(cost(wide), [wide], { learningRate: rate, beta1: parameter(0.5) }));
    expect(wide.valueSync().item()).toBeCloseTo(0.75, 6);
  });

  it('mixes parameters of several dtypes', () => {
    const [p, q] = [parameter(new Float64Array([1])), parameter([1], { dtype: 'float16' })];
    const updates = adam([grad(cost(p), p), grad(cost(q), q)], [p, q], { learningRate: 0.5, epsilon: 0.001 });
    run(updates, 2);
    expect([p.valueSync().item(), q.valueSync().item()]).toEqual([expect.closeTo(0.05, 1), expect.closeTo(0.05, 1)]);
  });

  it('applyMomentum leaves the map it is given, and treats only the params it is told', () => {
    const [p, q] = [fresh(), fresh()];
    const plain = sgd([p, q], [p, q], { learningRate: 0.5 });
    const some = applyMomentum(plain, { params: [p], momentum: 0.5 });
    expect(plain.size).toBe(2);
    expect(some.get(q)).toBe(plain.get(q));
    expect(some.size).toBe(3);
    run(some, 2);
    expect(p.valueSync().toArray()).toEqual([0, 0]);
    expect(q.valueSync().toArray()).toEqual([0.25, -0.5]);
  });
});

describe('laws', () => {
  const vector = fc.array(fc.float({ min: -8, max: 8, noNaN: true }).filter((x) => Math.abs(x) > 1e-3), { minLength: 1, maxLength: 4 });

  // less by ε, which is not scaled by the bias correction: ε η / (√(1-β₂) |g|)
  it('the first step of adam is η against the sign of the gradient', () => {
    fc.assert(fc.property(vector, (g) => {
      const p = parameter(g.map(() => 0));
      run(adam([constant(g)], [p], { learningRate: 0.5 }));
      return [...p.valueSync().dataSync()].every((x, i) => Math.abs(x + 0.5 * Math.sign(g[i] as number)) < 1e-5 + 2e-7 / Math.abs(g[i] as number));
    }), { numRuns: 30 });
  });

  it('momentum 0 is sgd', () => {
    fc.assert(fc.property(vector, (start) => {
      const [p, q] = [parameter(start), parameter(start)];
      run(sgd(cost(p), [p], { learningRate: 0.125 }), 3);
      run(momentum(cost(q), [q], { learningRate: 0.125, momentum: 0 }), 3);
      return p.valueSync().dataSync().every((x, i) => x === q.valueSync().dataSync()[i]);
    }), { numRuns: 30 });
  });

  it('totalNormConstraint keeps direction and limit', () => {
    fc.assert(fc.property(vector, vector, (a, b) => {
      const [[x, y], norm] = totalNormConstraint([constant(a), constant(b)], 1, { returnNorm: true });
      const all = [...evaluate(x as Expression).dataSync(), ...evaluate(y as Expression).dataSync()];
      const n = evaluate(norm).item();
      return Math.sqrt(all.reduce((s, v) => s + v * v, 0)) < 1.000001 && all.every((v, i) => Math.abs(v * Math.max(n, 1) - ([...a, ...b][i] as number)) < 1e-4);
    }), { numRuns: 30 });
  });
});

describe('messages', () => {
  const p = fresh();
  const integer = parameter([1], { dtype: 'int32', name: 'i' });
  it.each([
    [() => sgd(cost(p), [p], {} as never), InputError, /^sgd: learningRate is missing/],
    [() => sgd(cost(p), [p], undefined as never), InputError, /^sgd: options are undefined/],
    [() => adam(cost(p), [p], { lr: 1 } as never), InputError, /^adam: there is no option 'lr'; known: learningRate, beta1/],
    [() => adam(cost(p), [p], { learningRate: NaN }), InputError, /learningRate is NaN/],
    [() => adam(cost(p), [p], { learningRate: constant([1]) }), ShapeError, /learningRate has shape \[1\]; expected a scalar/],
    [() => adam(cost(p), [p], { learningRate: constant(1, 'int32') }), DTypeError, /learningRate is int32/],
    [() => sgd([], [p], { learningRate: 1 }), InputError, /0 gradients for 1 parameters/],
    [() => sgd([constant([1])], [p], { learningRate: 1 }), ShapeError, /gradient 0 is float32\[1\]; parameter w is float32\[2\]/],
    [() => sgd([3 as never], [p], { learningRate: 1 }), InputError, /gradient 0 is number/],
    [() => sgd(cost(p), [p, p], { learningRate: 1 }), InputError, /parameter w is listed twice/],
    [() => sgd(cost(p), [], { learningRate: 1 }), InputError, /at least one parameter/],
    [() => sgd(cost(p), [square(p) as never], { learningRate: 1 }), InputError, /element 0 of params is an expression; expected a parameter/],
    [() => sgd(cost(p), [integer], { learningRate: 1 }), DTypeError, /'i'/],
    [() => applyMomentum(new Map(), { params: [p] }), InputError, /parameter w is not among the updates/],
    [() => normConstraint(p, 1), ShapeError, /'w' has 1 axes, .*; give normAxes/],
    [() => totalNormConstraint([], 1), InputError, /at least one tensor/],
  ])('%s', (make, kind, message) => {
    expect(make).toThrow(kind as never);
    expect(make).toThrow(message);
  });
});
