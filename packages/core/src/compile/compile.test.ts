import { describe, expect, test } from 'vitest';
import { InputError } from '../errors.js';
import { grad } from '../gradient/grad.js';
import { constant } from '../graph/constant.js';
import { input } from '../graph/input.js';
import { parameter } from '../graph/parameter.js';
import { substitute } from '../graph/substitute.js';
import * as ops from '../ops/index.js';
import { print } from '../print/print.js';
import { toMermaid } from '../print/mermaid.js';
import { bits } from '../testing.js';
import { compile } from './compile.js';
import { evaluate } from './evaluate.js';

const { add, matmul, mean, mul, relu, softmax, square, sub, sum } = ops;

describe('updates', () => {
  test('all read the old values: two parameters can be exchanged', () => {
    const [a, b] = [parameter([1, 2], { name: 'a' }), parameter([3, 4], { name: 'b' })];
    const exchange = compile({ inputs: {}, outputs: { sum: add(a, b), a }, updates: new Map([[a, b], [b, a]]) });
    expect(exchange({}).a.toArray()).toEqual([1, 2]);
    expect([a.valueSync().toArray(), b.valueSync().toArray()]).toEqual([[3, 4], [1, 2]]);
  });

  test('an update may be a view of another parameter', () => {
    const m = parameter([[1, 2], [3, 4]], { name: 'm' });
    compile({ inputs: {}, outputs: {}, updates: new Map([[m, ops.transpose(m)]]) })({});
    expect(m.valueSync().toArray()).toEqual([[1, 3], [2, 4]]);
  });

  test('parameters are shared between functions, and outputs are copies', () => {
    const count = parameter(0, { name: 'count' });
    const up = compile({ inputs: {}, outputs: { count }, updates: new Map([[count, add(count, 1)]]) });
    const read = compile({ inputs: {}, outputs: { count } });
    const before = up({}).count;
    up({});
    expect([before.item(), read({}).count.item()]).toEqual([0, 2]);
  });
});

describe('symbolic sizes', () => {
  test('one function, many batch sizes, the same bits for the same rows', () => {
    const x = input('x', ['batch', 2]);
    const f = compile({ inputs: { x }, outputs: { y: softmax(x), mean: mean(x, { axis: 0 }), flat: ops.reshape(x, [-1]) } });
    expect(f({ x: [[1, 2]] }).y.toArray()).toEqual((f({ x: [[1, 2], [5, 6], [7, 7]] }).y.toArray() as number[][]).slice(0, 1));
    expect(f({ x: [[1, 2], [3, 4]] }).mean.toArray()).toEqual([2, 3]);
    expect(f({ x: [[1, 2], [3, 4]] }).flat.shape).toEqual([4]);
  });

  test('null sizes are independent of each other', () => {
    const [a, b] = [input('a', [null]), input('b', [null])];
    expect(compile({ inputs: { a, b }, outputs: { s: add(sum(a), sum(b)) } })({ a: [1], b: [1, 2, 3] }).s.item()).toBe(7);
    expect(() => add(a, b)).toThrow(/do not broadcast/);
  });
});

describe('same bits', () => {
  const x = input('x', ['batch', 5]);
  const w = parameter([[0.1, 0.7], [-0.3, 0.2], [0.9, -1.3], [1e-3, 4], [0.33, 0.21]], { name: 'w' });
  const h = relu(matmul(x, w));
  const loss = mean(square(sub(softmax(h), 0.25)));
  const gradient = grad(loss, w);
  const feeds = { x: Array.from({ length: 7 }, (_, i) => Array.from({ length: 5 }, (_, j) => Math.sin(3 * i + j))) };

  test('eager or compiled, alone or with others, run to run, fused or not', () => {
    const alone = compile({ inputs: { x }, outputs: { gradient } });
    const runs = [
      alone(feeds).gradient,
      alone(feeds).gradient,
      compile({ inputs: { x }, outputs: { h, loss, gradient, twice: mul(gradient, 2) } })(feeds).gradient,
      compile({ inputs: { x }, outputs: { gradient }, check: 'finite' })(feeds).gradient,
      evaluate(gradient, feeds),
    ];
    for (const run of runs) expect(bits(run.dataSync())).toEqual(bits((runs[0] as (typeof runs)[0]).dataSync()));
  });
});

describe('substitute', () => {
  test('grad of a substitute is the substitute of grad', () => {
    const [a, b] = [input('a', [3], 'float64'), input('b', [3], 'float64')];
    const cost = sum(mul(square(a), constant([1, 2, 3], 'float64')));
    const moved = substitute(cost, new Map([[a, b]]));
    expect(evaluate(grad(moved, b), { b: [1, -2, 3] }).toArray()).toEqual(evaluate(substitute(grad(cost, a), new Map([[a, b]])), { b: [1, -2, 3] }).toArray());
    expect(() => substitute(cost, new Map([[a, input('c', [4], 'float64')]]))).toThrow(/expected the same type/);
  });
});

describe('reading a function', () => {
  const x = input('x', ['batch', 4]);
  const w = parameter([[1, 2], [3, 4], [5, 6], [7, 8]], { name: 'w' });
  const y = ops.log(softmax(matmul(x, w)));

  test('print', () => {
    const lines = compile({ inputs: { x }, outputs: { y } }).print().split('\n').map((line) => line.replace(/ *#.*/, '').trimEnd());
    expect(lines).toEqual(['input     x                                      float32[batch, 4]', 'parameter w                                      float32[4, 2]', 'output y = logSoftmax(matmul(x, w), axis 1)  float32[batch, 2]'].map((line) => expect.stringContaining(line.split(/ {2,}/)[0] as string)));
    expect(print(add(mul(x, 2), 1))).toMatch(/^input +x +float32\[batch, 4\]\nresult = \(x \* 2\) \+ 1 +float32\[batch, 4\]/);
  });

  test('Mermaid', () => {
    expect(toMermaid(compile({ inputs: { x }, outputs: { y: add(x, 1), z: mul(x, 2) } })).split('\n').filter((line) => line.includes('-->'))).toHaveLength(2);
    expect(toMermaid(add(mul(x, 2), 1))).toMatch(/^flowchart TD\n {2}n\d+\(\["x<br>float32\[batch, 4\]"\]\)\n {2}n\d+\["· \* 2<br>/);
  });

  test('profile', () => {
    const f = compile({ inputs: { x }, outputs: { y } });
    expect(() => f.profile()).toThrow(/never called/);
    const times = f.profile({ x: [[1, 2, 3, 4]] });
    expect(times[0]?.op).toBe('matmul');
    expect(times.every(({ milliseconds }) => milliseconds >= 0)).toBe(true);
  });

  test('profile that is waited for', async () => {
    const f = compile({ inputs: { x }, outputs: { y } });
    await expect(f.profileAsync()).rejects.toThrow(new InputError('PROFILE', 'profileAsync: the function was never called; give it feeds: fn.profileAsync({ … })'));
    const times = await f.profileAsync({ x: [[1, 2, 3, 4]] });
    expect(times.some(({ op }) => op.startsWith('matmul'))).toBe(true);
    expect(times.every(({ milliseconds }) => milliseconds >= 0)).toBe(true);
    expect((await f.profileAsync()).map(({ op }) => op)).toEqual(times.map(({ op }) => op));
    await expect(f.profileAsync({ x: 1 })).rejects.toThrow(/\[batch, 4\]/);
  });
});

test('small integers with a shape are fed to float and int32 inputs, in their values', () => {
  const [x, y] = [input('x', [1, 3]), input('y', [1, 3], 'int32')];
  const f = compile({ inputs: { x, y }, outputs: { x: ops.mul(x, 1), y: ops.mul(y, 1) } });
  for (const data of [Int8Array.of(-128, 0, 127), Int16Array.of(-32768, 0, 32767), Uint8Array.of(0, 1, 255), Uint8ClampedArray.of(0, 1, 255), Uint16Array.of(0, 1, 65535)]) {
    const fed = f({ x: { data, shape: [1, 3] }, y: { data, shape: [1, 3] } });
    expect([fed.x.toArray(), fed.y.toArray()]).toEqual([[[...data]], [[...data]]]);
  }
});
