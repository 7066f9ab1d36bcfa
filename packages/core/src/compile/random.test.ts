import { describe, expect, test } from 'vitest';
import { grad } from '../gradient/grad.js';
import { input } from '../graph/input.js';
import { parameter } from '../graph/parameter.js';
import * as ops from '../ops/index.js';
import { toMermaid } from '../print/mermaid.js';
import { compile } from './compile.js';
import { evaluate } from './evaluate.js';

const { add, gather, mul, randomBernoulli, randomNormal, randomUniform, square, sub, sum } = ops;
const draw = randomUniform([3], { stream: 40 });

describe('the state of a compiled function', () => {
  const functionOf = (seed?: number): (() => unknown) => {
    const f = compile({ inputs: {}, outputs: { draw }, ...(seed === undefined ? {} : { seed }) });
    return () => f({}).draw.toArray();
  };

  test('each function has its own; the same seed gives the same draws, call by call', () => {
    const [a, b, c] = [functionOf(3), functionOf(3), functionOf(4)];
    const first = a();
    const second = a();
    expect(second).not.toEqual(first);
    expect([b(), b()]).toEqual([first, second]);
    expect(c()).not.toEqual(first);
    expect(evaluate(draw, {}, { seed: 3 }).toArray()).toEqual(first);
  });

  test('its state can be read and set: another function goes on where one stopped', () => {
    const f = compile({ inputs: {}, outputs: { draw }, seed: -5 });
    f({});
    const state = f.randomState();
    expect(state.call).toBe(1);
    const g = compile({ inputs: {}, outputs: { draw } });
    expect(g.randomState()).toEqual({ seed: 0, call: 0 });
    g.setRandomState(JSON.parse(JSON.stringify(state)));
    expect(g.randomState()).toEqual(state);
    expect(g({}).draw.toArray()).toEqual(f({}).draw.toArray());
    expect(() => g.setRandomState({ seed: 1.5, call: 0 })).toThrow('setRandomState: seed is 1.5; expected a whole number from 0 to 4294967295, as randomState() gives it [RANDOM_STATE]');
    expect(() => g.setRandomState({ seed: 1 } as never)).toThrow('setRandomState: call is undefined; expected a whole number from 0 to 9007199254740991, as randomState() gives it [RANDOM_STATE]');
    expect(() => g.setRandomState(null as never)).toThrow('setRandomState: expected { seed, call }, as randomState() gives it; got null [RANDOM_STATE]');
    expect(g.randomState()).toEqual(f.randomState());
  });

  test('left out, the seed is the declared default, 0', () => {
    expect(functionOf()()).toEqual(functionOf(0)());
    expect(evaluate(draw).toArray()).toEqual(functionOf(0)());
  });

  test('a draw does not depend on what else is compiled, nor on sizes or the check', () => {
    const x = input('x', ['batch']);
    const others = { before: randomNormal([2, 2]), draw, after: sum(randomUniform(x.shape)), again: mul(draw, 2) };
    const f = compile({ inputs: { x }, outputs: others, seed: 3 });
    const checked = compile({ inputs: {}, outputs: { draw }, seed: 3, check: 'finite' });
    const plain = functionOf(3);
    for (const size of [1, 5, 1]) {
      const expected = plain();
      expect(f({ x: Array.from({ length: size }, () => 0) }).draw.toArray()).toEqual(expected);
      expect(checked({}).draw.toArray()).toEqual(expected);
    }
  });

  test('only a call that succeeds goes on to the next draws', () => {
    const i = input('i', [1], 'int32');
    const f = compile({ inputs: { i }, outputs: { y: gather(draw, i), draw }, seed: 3 });
    const plain = functionOf(3);
    expect(f({ i: [0] }).draw.toArray()).toEqual(plain());
    expect(() => f({ i: [3] })).toThrow(/index 3/);
    expect(() => f({ i: [0.5] })).toThrow(/whole number/);
    f.profile({ i: [0] });
    expect(f({ i: [0] }).draw.toArray()).toEqual(plain());
  });

  test('a bad index that was drawn is not said to come from an input', () => {
    const table = input('table', [2]);
    const rows = ops.cast(randomUniform([50], { high: 3, stream: 0 }), 'int32');
    expect(() => evaluate(gather(table, rows), { table: [1, 2] })).toThrow(/^gather: index 2 at position \d+; expected 0 to 1, since axis 0 has size 2 \(at .*random\.test\.ts/);
  });

  test('the draws may be part of an update', () => {
    const w = parameter([0, 0], { name: 'w' });
    const noise = randomNormal([2], { stream: 41 });
    const f = compile({ inputs: {}, outputs: { noise }, updates: new Map([[w, add(w, noise)]]) });
    const [a, b] = [f({}).noise.dataSync(), f({}).noise.dataSync()];
    expect([...w.valueSync().dataSync()]).toEqual([0, 1].map((k) => Math.fround((a[k] as number) + (b[k] as number))));
  });
});

describe('gradients', () => {
  const x = input('x', ['batch', 3], 'float64');
  const w = input('w', [3], 'float64');
  const feeds = { x: [[1, -2, 3], [0.5, 4, -1], [2, 2, 0.1], [-3, 1, 1]], w: [0.3, -0.7, 1.1] };

  /** The gradient by `grad`, and by central differences at the same seed. */
  function slopes(loss: ReturnType<typeof sum>): { readonly byGrad: readonly number[]; readonly byDifference: readonly number[] } {
    const at = (moved: readonly number[]): number => evaluate(loss, { ...feeds, w: moved }, { seed: 9 }).item();
    const h = 1e-5;
    const byDifference = feeds.w.map((_, k) => (at(feeds.w.map((value, i) => (i === k ? value + h : value))) - at(feeds.w.map((value, i) => (i === k ? value - h : value)))) / (2 * h));
    return { byGrad: [...evaluate(grad(loss, w), feeds, { seed: 9 }).dataSync()], byDifference };
  }

  test('a loss with dropout: the mask of the value is the mask of the gradient', () => {
    const mask = randomBernoulli(x.shape, { p: 0.5, dtype: 'float64' });
    const { byGrad, byDifference } = slopes(sum(square(ops.div(mul(mul(x, w), mask), 0.5))));
    byGrad.forEach((value, k) => expect(value).toBeCloseTo(byDifference[k] as number, 5));
    const f = compile({ inputs: { x, w }, outputs: { mask, loss: sum(mul(mul(x, w), mask)), slope: grad(sum(mul(mul(x, w), mask)), w) } });
    for (let call = 0; call < 3; call += 1) {
      const rows = f(feeds);
      const kept = rows.mask.toArray() as number[][];
      expect(rows.slope.toArray()).toEqual([0, 1, 2].map((k) => kept.reduce((total, row, i) => total + (row[k] as number) * ((feeds.x[i] as number[])[k] as number), 0)));
    }
  });

  test('flow to mean, std, low and high', () => {
    const tests = [randomNormal(x.shape, { mean: w }), randomNormal(x.shape, { std: square(w) }), randomUniform(x.shape, { low: w, high: add(square(w), 3) }), randomUniform(x.shape, { low: -4, high: w })];
    for (const sample of tests) {
      const { byGrad, byDifference } = slopes(sum(mul(square(sample), x)));
      byGrad.forEach((value, k) => expect(value).toBeCloseTo(byDifference[k] as number, 4));
    }
  });
});

describe('what is printed', () => {
  const x = input('x', ['batch', 2]);
  const y = sub(x, randomNormal(x.shape, { stream: 0 }));

  test('the draws with shape and stream, and no state among the inputs', () => {
    const f = compile({ inputs: { x }, outputs: { y } });
    expect(f.print()).toMatch(/^input +x +float32\[batch, 2\]\noutput y = x - randomNormal\(\[batch, 2\], stream 0\) /);
    expect(toMermaid(y)).toMatch(/n\d+\["randomNormal\(\[batch, 2\], stream 0\)<br>float32\[batch, 2\]"\]/);
    expect(f.print() + toMermaid(y)).not.toMatch(/randomState/);
  });
});
