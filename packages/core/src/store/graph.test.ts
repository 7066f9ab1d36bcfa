import { describe, expect, test } from 'vitest';
import * as core from '../index.js';
import { compile, constant, evaluate, input, parameter, parametersOf, parseGraph, setRandomStream, stringifyGraph, type Expression, type StoredGraph, type TensorLike } from '../index.js';
import { bits, errorOf } from '../testing.js';

/** The graph after it was stored, with the values of its parameters. */
function again(inputs: Readonly<Record<string, Expression>>, outputs: Readonly<Record<string, Expression>>): StoredGraph {
  return parseGraph(stringifyGraph({ inputs, outputs }), parametersOf(Object.values(outputs)).map((param) => param.valueSync()));
}

/** The same bits before and after, at several batch sizes. */
function checkSame(inputs: Readonly<Record<string, Expression>>, outputs: Readonly<Record<string, Expression>>, ...feeds: readonly Readonly<Record<string, TensorLike>>[]): void {
  const stored = again(inputs, outputs);
  const [before, after] = [compile({ inputs, outputs, seed: 3 }), compile({ inputs: stored.inputs, outputs: stored.outputs, seed: 3 })];
  for (const feed of feeds) {
    const [a, b] = [before(feed), after(feed)];
    for (const name of Object.keys(outputs)) expect([a[name]?.dtype, a[name]?.shape, bits(a[name]?.dataSync() ?? new Float32Array(0))]).toEqual([b[name]?.dtype, b[name]?.shape, bits(b[name]?.dataSync() ?? new Float32Array(0))]);
  }
  // stored once more it is the same text, but for the names of sizes that have none
  expect(stringifyGraph({ inputs: stored.inputs, outputs: stored.outputs }).replaceAll(/\?\d+/g, '?')).toBe(stringifyGraph({ inputs, outputs }).replaceAll(/\?\d+/g, '?'));
}

describe('a stored graph', () => {
  const x = input('x', ['batch', 3]);
  const rows = [{ x: [[0.1, -2, 3]] }, { x: [[1, 2, 3], [-4, 5, 1e4]] }];

  test('gives the same bits: elementwise, folds, products, constants, several outputs', () => {
    const w = parameter([[0.3, -1], [2, 0.7], [1e-3, 1]], { name: 'w', tags: ['trainable'] });
    const p = core.softmax(core.matmul(x, w));
    const odd = constant({ data: Float32Array.of(NaN, Infinity, -Infinity, -0, 1e-45, 0.1), shape: [2, 3] });
    const large = constant(Float32Array.from({ length: 40 }, (_, i) => i / 7));
    checkSame({ x }, { p, loss: core.mean(core.log(p)), nan: core.add(core.sum(x), odd), large: core.mul(large, core.mean(x)), top: core.argMax(x, { axis: 1 }), pow: core.pow(core.abs(x), -0.5) }, ...rows);
  });

  test('gives the same gradients, which are part of the graph, and the same draws', () => {
    setRandomStream(0);
    const w = parameter([1, 2, 3], { name: 'w' });
    const mask = core.randomBernoulli(x.shape, { p: 0.5 });
    const loss = core.sum(core.square(core.mul(core.mul(x, w), mask)));
    checkSame({ x }, { loss, slope: core.grad(loss, w), noise: core.randomNormal(x.shape), pick: core.randomCategorical(core.softmax(x)) }, ...rows, ...rows);
  });

  test('keeps loops, and sizes that are computed from others', () => {
    const seq = input('seq', ['time', 'batch', 2]), images = input('images', ['n', 1, 'side', 'side']), free = input('free', [null, 3]);
    const w = parameter([[0.5, -0.2], [0.1, 0.9]], { name: 'w' });
    const { carry } = core.scan((h: Expression, item: Expression) => ({ carry: core.tanh(core.add(core.matmul(h, w), item)) }), { carry: core.mul(core.sum(seq, { axis: 0 }), 0), sequences: seq });
    checkSame({ seq }, { carry, slope: core.grad(core.sum(carry), w) }, { seq: [[[1, 2]], [[3, 4]]] }, { seq: [[[1, 2], [0, 1]]] });
    const filters = parameter({ data: Float32Array.from({ length: 18 }, (_, i) => Math.sin(i)), shape: [2, 1, 3, 3] });
    const conv = core.conv(images, filters, { stride: 2, padding: 'same' });
    checkSame({ images }, { conv, flat: core.reshape(conv, [-1, 2]), pooled: core.pool(images, { size: 2, mode: 'max' }) }, ...[3, 4, 5].map((side) => ({ images: { data: Float32Array.from({ length: 2 * side * side }, (_, i) => i % 7), shape: [2, 1, side, side] } })));
    checkSame({ free }, { twice: core.concat([free, free], 0), flat: core.flatten(core.mul(free, 2)) }, { free: [[1, 2, 3]] });
  });

  test('keeps dtypes, names and tags', () => {
    const h = parameter(core.tensor([0.5, 1.5], undefined, 'float16'), { name: 'h' }), i = parameter(Int32Array.of(3), { tags: ['a', 'b'] });
    const b = constant([true, false]), half = constant(core.tensor([0.1, 2], undefined, 'float16'));
    const y = input('y', [2], 'float64');
    checkSame({ y }, { h: core.add(h, half), i: core.add(i, 1), b: core.where(b, y, 0) }, { y: Float64Array.of(0.1, 0.2) });
    const { parameters, made } = again({ y }, { h: core.mul(h, 1), i: core.mul(i, 1) });
    expect(parameters.map(({ name, dtype, shape, tags }) => [name, dtype, shape, [...tags]])).toEqual([['h', 'float16', [2], []], [undefined, 'int32', [1], ['a', 'b']]]);
    expect(made.core).toBe(core.version.version);
    expect(parseGraph(stringifyGraph({ inputs: {}, outputs: { h } })).parameters[0]?.valueSync().toArray()).toEqual([0, 0]);
  });

  test('is another graph: its parameters are its own', () => {
    const w = parameter([1, 2, 3], { name: 'w' });
    const stored = again({ x }, { y: core.mul(x, w) });
    w.set([0, 0, 0]);
    expect(evaluate(stored.outputs.y ?? x, { x: [[1, 1, 1]] }).toArray()).toEqual([[1, 2, 3]]);
  });

  test('holds no functions', () => {
    const clipped = core.customGradient([x], core.square(x), (g) => [g]);
    expect(errorOf(() => stringifyGraph({ inputs: { x }, outputs: { clipped } }))).toMatch(/^UnsupportedError: stringifyGraph: '.*' \(at .*\), which has functions of its own, cannot be stored; .*\[GRAPH_STORE\]$/);
    expect(errorOf(() => stringifyGraph({ inputs: { x }, outputs: { y: 3 as never } }))).toMatch(/stringifyGraph: y: expected an expression, got the number 3/);
  });

  test('that is corrupt is refused', () => {
    const w = parameter([1, 2, 3], { name: 'w' });
    const text = stringifyGraph({ inputs: { x }, outputs: { y: core.sum(core.mul(x, w), { axis: 1 }) } });
    const refuse = (wrong: string, values?: readonly core.Tensor[]): string => errorOf(() => parseGraph(wrong, values));
    expect(refuse('{')).toMatch(/^InputError: parseGraph: expected a graph of format 'pastina-graph-1', as stringifyGraph writes it; .*\[GRAPH_CORRUPT\]$/);
    expect(refuse('{}')).toMatch(/its format is undefined/);
    expect(refuse(text.replace('pastina-graph-1', 'pastina-graph-2'))).toMatch(/its format is "pastina-graph-2"/);
    expect(refuse(text.replace('"op":"mul"', '"op":"mull"'))).toMatch(/there is no op 'mull'; a later release may have it/);
    expect(refuse(text.replace('"inputs":[0,2]', '"inputs":[0,9]'))).toMatch(/node 3 refers to 9, which is none before it/);
    expect(refuse(text.replace('"shape":[3]', '"shape":[4]'))).toMatch(/node 1, 'parameter', is float32\[4\] here, and was float32\[3\]/);
    expect(refuse(text, [])).toMatch(/there are 0 values for 1 parameters/);
    expect(refuse(text, [core.tensor([1, 2])])).toMatch(/value 0 is float32\[2\], but parameter 'w' is float32\[3\]/);
    for (let cut = 0; cut < text.length; cut += 7) expect(refuse(text.slice(0, cut))).toMatch(/GRAPH_CORRUPT/);
    expect(refuse(text.replaceAll('"inputs"', '"outputs"'))).toMatch(/GRAPH_CORRUPT/);
  });
});
