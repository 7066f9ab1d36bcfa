import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { evaluate } from '../compile/evaluate.js';
import { grad } from '../gradient/grad.js';
import { constant } from '../graph/constant.js';
import { input } from '../graph/input.js';
import { makeNode, type Node } from '../graph/node.js';
import { bits, bound, ulpsFloat32, valuesOf } from '../testing.js';
import * as ops from './index.js';
import { recurrenceOp } from './recurrence.js';

const { cumLogSumExp, cumSum, log, mul, softmax, sum } = ops;

/** yₖ = ln Σ eˣ and dxⱼ = Σₖ gₖ e^(xⱼ - yₖ) in float64, each sum by itself. */
function truth(x: readonly number[], g: readonly number[]): { readonly y: readonly number[]; readonly slope: readonly number[] } {
  const y = x.map((_, k) => {
    const terms = x.slice(0, k + 1);
    const top = Math.max(...terms);
    return top + Math.log(terms.reduce((total, term) => total + Math.exp(term - top), 0));
  });
  return { y, slope: x.map((element, j) => g.reduce((total, own, k) => (k < j ? total : total + own * Math.exp(element - (y[k] as number))), 0)) };
}

function found(x: readonly number[], g: readonly number[]): { readonly y: ArrayLike<number>; readonly slope: ArrayLike<number> } {
  const variable = input('x', [x.length]);
  const y = cumLogSumExp(variable);
  const f = compile({ inputs: { x: variable }, outputs: { y, slope: grad(sum(mul(y, constant([...g]))), variable) } })({ x: [...x] });
  return { y: f.y.dataSync(), slope: f.slope.dataSync() };
}

const wave = (n: number, height: number, level: number): readonly number[] => Array.from({ length: n }, (_, i) => Math.fround(level + height * Math.sin(i * i + 1)));
const weights = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => Math.fround(1.5 + Math.cos(3 * i)));

describe('cumLogSumExp', () => {
  test.each([[3, 1, 0], [1000, 1, 0], [1000, 1, 1e4], [1000, 1, -1e4], [300, 30, 9970], [300, 1e4, 0]])('%i elements, ±%d around %d: value and slope to a few ulp', (n, height, level) => {
    const [x, g] = [wave(n, height, level), weights(n)];
    const [ours, exact] = [found(x, g), truth(x, g)];
    expect(ulpsFloat32(ours.y, exact.y, 1)).toBeLessThanOrEqual(bound(0.51, 8));
    expect(ulpsFloat32(ours.slope, exact.slope, Math.max(...exact.slope))).toBeLessThanOrEqual(bound(4, 64));
  });

  test('the last element is the logSumExp; in every direction it is the log of the running sum', () => {
    const x = wave(9, 3, 0);
    expect((evaluate(cumLogSumExp(constant([...x]))).toArray() as number[]).at(-1)).toBeCloseTo(evaluate(ops.logSumExp(constant([...x]))).item(), 6);
    for (const reverse of [false, true]) {
      for (const exclusive of [false, true]) {
        const sums = valuesOf((v) => cumSum(v, { reverse, exclusive }), x.map(Math.exp));
        const ours = valuesOf((v) => cumLogSumExp(v, { reverse, exclusive }), x);
        ours.forEach((value: number, i: number) => (sums[i] === 0 ? expect(value).toBe(-Infinity) : expect(value).toBeCloseTo(Math.log(sums[i] as number), 10)));
      }
    }
  });

  test('infinities, NaN and nothing', () => {
    expect(bits(valuesOf(cumLogSumExp, [-Infinity, -Infinity, 1, Infinity, 2]))).toEqual(['-Infinity', '-Infinity', '1', 'Infinity', 'Infinity']);
    expect(bits(valuesOf(cumLogSumExp, [1, NaN, 2]))).toEqual(['1', 'NaN', 'NaN']);
    expect(valuesOf(cumLogSumExp, [])).toHaveLength(0);
  });

  test('what is masked by -Inf gets no slope and spoils none', () => {
    const { slope } = found([-Infinity, -Infinity, 1, -Infinity, 1], [0, 0, 1, 1, 1]);
    expect(Array.from(slope)).toEqual([0, 0, 2.5, 0, 0.5]);
  });

  test('the running sum of many probabilities, in the log domain', () => {
    const x = wave(1000, 5, 0);
    const { y } = truth(x, []);
    expect(ulpsFloat32(valuesOf((v) => log(cumSum(softmax(v))), x, 'float32'), y.map((value) => value - (y.at(-1) as number)), 1)).toBeLessThanOrEqual(bound(4, 16));
  });

  test('integers are refused', () => {
    expect(() => cumLogSumExp(constant([1], 'int32'))).toThrowErrorMatchingInlineSnapshot(`[DTypeError: cumLogSumExp: operand int32[1]; expected a floating dtype; use cast(x, 'float32') [OP_DTYPE]]`);
  });
});

describe('recurrence', () => {
  const node = (b: readonly number[], a: readonly number[], dtype?: 'float32' | 'int32'): Node => makeNode(recurrenceOp, [constant([...b], dtype) as Node, constant([...a]) as Node], { axis: 0 });

  test('the first factor is not read; the rest is the loop', () => {
    expect(evaluate(node([1, 2, 3], [NaN, 10, 100])).toArray()).toEqual([1, 12, 1203]);
    expect(evaluate(node([1, NaN, 3], [1, 1, 0])).toArray()).toEqual([1, NaN, NaN]);
  });

  test('operands must agree', () => {
    expect(() => node([1, 2], [1, 2, 3])).toThrowErrorMatchingInlineSnapshot(`[ShapeError: recurrence: operands float32[2] and float32[3]; expected one shape for both [RECURRENCE]]`);
    expect(() => node([1], [1], 'int32')).toThrowErrorMatchingInlineSnapshot(`[DTypeError: recurrence: operands int32[1] and float32[1]; expected one floating dtype for both [OP_DTYPE]]`);
  });
});
