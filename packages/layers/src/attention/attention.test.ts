import { evaluate, grad, input, square, sum, tensor, type Tensor } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { getOutput } from '../helpers/output.js';
import { getAllParams } from '../helpers/params.js';
import { InputLayer } from '../inputLayer.js';
import { setRandomSeed } from '../random.js';
import { MultiHeadAttentionLayer, type MultiHeadAttentionLayerOptions } from './multiHead.js';
import { PositionalEncodingLayer } from './positional.js';

const numbers = (shape: readonly number[], seed: number): Tensor => tensor(Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 1.3 + seed)), shape);
const sequence = (name: string, features: number): InputLayer => new InputLayer({ shape: [null, null, features], inputVar: input(name, ['items', `${name}_time`, features], 'float64') });
type Matrix = readonly (readonly number[])[];

/** The same by loops, one item at a time, as the paper writes it. */
function byLoops(net: MultiHeadAttentionLayer, x: Matrix, source: Matrix, allowed: (t: number, s: number) => boolean): number[][] {
  const weight = (part: 'Query' | 'Key' | 'Value' | 'Out'): Matrix => evaluate(net.weights[part]).toArray() as number[][];
  const bias = (part: 'Query' | 'Key' | 'Value' | 'Out'): readonly number[] => net.biases === null ? new Array<number>(net.numUnits).fill(0) : (evaluate(net.biases[part]).toArray() as number[]);
  const linear = (rows: Matrix, part: 'Query' | 'Key' | 'Value' | 'Out'): number[][] => rows.map((row) => bias(part).map((b, u) => row.reduce((total, value, f) => total + value * (weight(part)[f]?.[u] as number), b)));
  const [q, k, v] = [linear(x, 'Query'), linear(source, 'Key'), linear(source, 'Value')];
  const width = net.numUnits / net.numHeads;
  const mixed = q.map((row, t) => row.map((_, unit) => {
    const head = Math.floor(unit / width);
    const at = (values: readonly number[]): readonly number[] => values.slice(head * width, (head + 1) * width);
    const scores = k.map((key, s) => (allowed(t, s) ? at(row).reduce((total, value, i) => total + value * (at(key)[i] as number), 0) / Math.sqrt(width) : -Infinity));
    const most = Math.max(...scores);
    if (most === -Infinity) return 0;
    const weights = scores.map((score) => Math.exp(score - most));
    const total = weights.reduce((a, b) => a + b, 0);
    return v.reduce((sumOf, value, s) => sumOf + ((weights[s] as number) / total) * (value[unit] as number), 0);
  }));
  return linear(mixed, 'Out');
}

const largest = (found: unknown, expected: readonly Matrix[]): number => Math.max(...(found as number[][][]).flatMap((item, i) => item.flatMap((row, t) => row.map((value, u) => Math.abs(value - (expected[i]?.[t]?.[u] as number))))));

function net(options: Partial<MultiHeadAttentionLayerOptions>, features = 4): MultiHeadAttentionLayer {
  setRandomSeed(3);
  const made = new MultiHeadAttentionLayer(sequence('x', features), { numHeads: 2, name: 'a', ...options });
  setRandomSeed(0);
  return made;
}

describe('MultiHeadAttentionLayer', () => {
  const x = numbers([2, 3, 4], 1);
  const items = x.toArray() as number[][][];

  test.each<[string, Partial<MultiHeadAttentionLayerOptions>, (t: number, s: number) => boolean]>([
    ['to itself', {}, () => true],
    ['without biases, into other units', { b: null, numUnits: 6, numHeads: 3 }, () => true],
    ['to what came before', { causal: true }, (t, s) => s <= t],
    ['with biases', { b: (shape) => numbers(shape, 2) }, () => true],
  ])('%s is what the paper writes', (_, options, allowed) => {
    const made = net(options);
    expect(largest(evaluate(getOutput(made), { x }).toArray(), items.map((item) => byLoops(made, item, item, allowed)))).toBeLessThan(1e-14);
  });

  test('to another sequence, with masks of either rank; where nothing is allowed the heads give 0', () => {
    const other = numbers([2, 5, 3], 4);
    const [flat, full] = [[[1, 0, 1, 1, 0], [0, 0, 0, 0, 0]], [0, 1].map((i) => [0, 1, 2].map((t) => [0, 1, 2, 3, 4].map((s) => ((i + t + s) % 3 === 0 ? 1 : 0))))];
    const keyValue = sequence('y', 3);
    const maskLayers = [new InputLayer({ shape: [null, null], inputVar: input('mask', ['items', 'y_time'], 'int32') }), new InputLayer({ shape: [null, null, null], inputVar: input('mask', ['items', 'x_time', 'y_time'], 'bool') })];
    const values = [flat, full.map((item) => item.map((row) => row.map((one) => one === 1)))] as const;
    maskLayers.forEach((maskInput, i) => {
      const made = net({ keyValue, maskInput, b: 0.25 });
      const on = (item: number, t: number, s: number): boolean => (i === 0 ? flat[item]?.[s] === 1 : full[item]?.[t]?.[s] === 1);
      const found = evaluate(getOutput(made), { x, y: other, mask: values[i] as number[][] }).toArray();
      expect(largest(found, items.map((item, n) => byLoops(made, item, (other.toArray() as number[][][])[n] as Matrix, (t, s) => on(n, t, s))))).toBeLessThan(1e-14);
    });
  });

  test('gradients of input and parameters are those of finite differences', () => {
    const made = net({ causal: true });
    const loss = sum(square(getOutput(made)));
    const xVar = made.inputLayers[0] as InputLayer;
    for (const at of [xVar.inputVar, ...getAllParams(made)]) {
      const slope = evaluate(grad(loss, at), { x }).dataSync();
      const param = getAllParams(made).find((one) => one === at);
      const start = (param === undefined ? x : param.valueSync()).dataSync().slice() as Float64Array;
      const shape = (param === undefined ? x : param.valueSync()).shape;
      for (const i of [0, start.length - 1]) {
        const at2 = (step: number): number => {
          const moved = tensor(start.map((value, j) => (i === j ? value + step : value)), shape);
          if (param === undefined) return evaluate(loss, { x: moved }).item();
          param.set(moved);
          const value = evaluate(loss, { x }).item();
          param.set(tensor(start, shape));
          return value;
        };
        expect((slope[i] as number) - (at2(1e-5) - at2(-1e-5)) / 2e-5).toBeCloseTo(0, 6);
      }
    }
  });

  test('drops weights at random, and none where it is deterministic', () => {
    const made = net({ dropout: 0.5 });
    const [one, two] = [evaluate(getOutput(made), { x }).toArray(), evaluate(getOutput(made, undefined, { deterministic: true }), { x }).toArray()];
    expect(one).not.toEqual(two);
    expect(two).toEqual(evaluate(getOutput(net({})), { x }).toArray());
  });

  test.each<[string, () => unknown]>([
    ['no options', () => new MultiHeadAttentionLayer([null, 3, 4], undefined as never)],
    ['heads that do not divide', () => new MultiHeadAttentionLayer([null, 3, 4], { numHeads: 3, name: 'a' })],
    ['no sequence', () => new MultiHeadAttentionLayer([null, 4], { numHeads: 2, name: 'a' })],
    ['a mask of another rank', () => new MultiHeadAttentionLayer([null, 3, 4], { numHeads: 2, name: 'a', maskInput: new InputLayer({ shape: [null] }) })],
    ['a mask that is none', () => new MultiHeadAttentionLayer([null, 3, 4], { numHeads: 2, name: 'a', maskInput: 1 as never })],
    ['a source that is none', () => new MultiHeadAttentionLayer([null, 3, 4], { numHeads: 2, name: 'a', keyValue: [1, 2] as never })],
    ['everything dropped', () => new MultiHeadAttentionLayer([null, 3, 4], { numHeads: 2, name: 'a', dropout: 1 })],
    ['unknown features', () => new MultiHeadAttentionLayer([null, 3, null], { numHeads: 2, name: 'a' })],
    ['an unknown option', () => new MultiHeadAttentionLayer([null, 3, 4], { numHeads: 2, name: 'a', heads: 2 } as never)],
    ['waves of no sequence', () => new PositionalEncodingLayer([null, 3], { name: 'p' })],
    ['a base below 1', () => new PositionalEncodingLayer([null, 3, 4], { name: 'p', base: 0 })],
  ])('%s is an error that names the layer', (_, make) => expect(make).toThrowErrorMatchingSnapshot());
});

describe('PositionalEncodingLayer', () => {
  test.each([4, 5, 1])('adds the waves of the paper to %i features, of any length', (features) => {
    const made = new PositionalEncodingLayer(sequence('x', features));
    for (const time of [0, 1, 7]) {
      const expected = [0, 1].map(() => Array.from({ length: time }, (_, t) => Array.from({ length: features }, (__, f) => {
        const angle = t / 10000 ** ((2 * Math.floor(f / 2)) / features);
        return f % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
      })));
      const found = evaluate(getOutput(made), { x: { data: new Float64Array(2 * time * features), shape: [2, time, features] } }).toArray();
      if (time > 0) expect(largest(found, expected)).toBeLessThan(1e-14);
      else expect(found).toEqual([[], []]);
    }
  });
});
