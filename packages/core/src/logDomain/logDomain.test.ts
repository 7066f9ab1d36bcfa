import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.js';
import { grad } from '../gradient/grad.js';
import { constant } from '../graph/constant.js';
import { input } from '../graph/input.js';
import { type Expression } from '../graph/node.js';
import { type DType } from '../graph/dtype.js';
import * as ops from '../ops/index.js';
import { scan } from '../scan/scan.js';
import { ulpsFloat32 } from '../testing.js';
import { explain } from './explain.js';

const logits = [
  [0, 0, 0], [1, 2, 3], [100, 0, -100], [-100, 0, 100], [1000, 0, -1000], [-1000, 0, 1000],
  [88, -88, 0], [-10000, 10000, 0], [10000, -10000, 9999], [-104, 0, 0], [-17, 0, 0], [1e-30, -1e-30, 0],
];

type Make = (x: Expression, dtype: DType) => Expression;

/** Value and gradient of the sum, in one dtype, with the log domain or the graph rewritten by hand. */
function run(make: Make, dtype: DType): { readonly loss: Float64Array; readonly gradient: Float64Array } {
  const x = input('x', [logits.length, 3], dtype);
  const loss = make(x, dtype);
  const f = compile({ inputs: { x }, outputs: { loss, gradient: grad(ops.sum(loss), x) } });
  const { loss: value, gradient } = f({ x: logits });
  return { loss: Float64Array.from(value.dataSync()), gradient: Float64Array.from(gradient.dataSync()) };
}

const { log, softmax, sigmoid, neg, exp, sum, mul, add, sub, div, mean, reshape, transpose, slice, concat, gather, square, sqrt, pow, where, greater, xlogy, logSoftmax, softplus, logSumExp, expandDims } = ops;
const rows = logits.length;
const classes = constant(logits.map((_, i) => i % 3), 'int32');
const pick = (p: Expression): Expression => gather(p, classes, { axis: 1, batchAxes: 1 });
const oneHotOf = (dtype: DType): Expression => ops.oneHot(classes, 3, dtype);
const logSigmoid = (x: Expression): Expression => neg(softplus(neg(x)));

// Written by the user, and the same by hand in the log domain: the float64 truth. Errors are counted in ulp of the
// result or of 1, whichever is larger; a scale of 1e4 where ln w is added to logits of that size.
const probes: Readonly<Record<string, readonly [written: Make, truth: Make, scale?: number]>> = {
  'log(softmax)': [(x) => log(softmax(x)), (x) => logSoftmax(x)],
  'classes': [(x) => neg(log(pick(softmax(x)))), (x) => neg(pick(logSoftmax(x)))],
  'one-hot': [(x, d) => sum(mul(oneHotOf(d), log(softmax(x))), { axis: 1 }), (x) => pick(logSoftmax(x))],
  'one-hot, xlogy': [(x, d) => sum(xlogy(oneHotOf(d), softmax(x)), { axis: 1 }), (x) => pick(logSoftmax(x))],
  'reshape between': [(x) => log(reshape(softmax(x), [3, rows])), (x) => reshape(logSoftmax(x), [3, rows])],
  'transpose between': [(x) => log(transpose(softmax(x))), (x) => transpose(logSoftmax(x))],
  'column slice': [(x) => log(slice(softmax(x), [0, 1], [null, 2])), (x) => slice(logSoftmax(x), [0, 1], [null, 2])],
  'concat between': [(x) => log(concat([softmax(x), softmax(neg(x))], 0)), (x) => concat([logSoftmax(x), logSoftmax(neg(x))], 0)],
  'division between (Keras)': [(x) => log(div(softmax(x), sum(softmax(x), { axis: 1, keepDims: true }))), (x) => sub(logSoftmax(x), logSumExp(logSoftmax(x), { axis: 1, keepDims: true }))],
  'mixture of two heads': [(x) => log(mul(add(softmax(x), softmax(neg(x))), 0.5)), (x) => sub(ops.logAddExp(logSoftmax(x), logSoftmax(neg(x))), Math.LN2)],
  'mean over heads': [(x) => log(mean(ops.stack([softmax(x), softmax(mul(x, 0.5))], 0), { axis: 0 })), (x) => sub(ops.logAddExp(logSoftmax(x), logSoftmax(mul(x, 0.5))), Math.LN2)],
  'product of probabilities': [(x) => log(mul(softmax(x), sigmoid(x))), (x) => add(logSoftmax(x), logSigmoid(x))],
  'power': [(x) => log(pow(softmax(x), 3)), (x) => mul(logSoftmax(x), 3)],
  'square and root': [(x) => log(sqrt(square(softmax(x)))), (x) => logSoftmax(x)],
  'temperature': [(x) => log(softmax(div(x, 4))), (x) => logSoftmax(div(x, 4))],
  'where': [(x) => log(where(greater(x, 0), softmax(x), 0.25)), (x) => where(greater(x, 0), logSoftmax(x), Math.log(0.25))],
  'log(sigmoid)': [(x) => log(sigmoid(x)), logSigmoid],
  'log(1 - sigmoid)': [(x) => log(sub(1, sigmoid(x))), (x) => neg(softplus(x))],
  'log1p(-sigmoid)': [(x) => ops.log1p(neg(sigmoid(x))), (x) => neg(softplus(x))],
  'sigmoid, column': [(x) => log(slice(sigmoid(x), [0, 0], [null, 1])), (x) => slice(logSigmoid(x), [0, 0], [null, 1])],
  'stack of p and 1 - p': [(x) => log(ops.stack([sigmoid(x), sub(1, sigmoid(x))], 0)), (x) => ops.stack([logSigmoid(x), neg(softplus(x))], 0)],
  'odds': [(x) => log(div(sigmoid(x), sub(1, sigmoid(x)))), (x) => x],
  'log(Σ exp)': [(x) => log(sum(exp(x), { axis: 1 })), (x) => logSumExp(x, { axis: 1 })],
  'log(mean exp)': [(x) => log(mean(exp(x), { axis: 1 })), (x) => sub(logSumExp(x, { axis: 1 }), Math.log(3))],
  'log(eᵃ + eᵇ + 1)': [(x) => log(add(add(exp(x), exp(neg(x))), 1)), (x) => logSumExp(ops.stack([x, neg(x), mul(x, 0)], 0), { axis: 0 })],
  'log(exp)': [(x) => log(exp(x)), (x) => x],
  'log1p(exp)': [(x) => ops.log1p(exp(x)), (x) => softplus(x)],
  'maximum of heads': [(x) => log(ops.max(softmax(x), { axis: 1 })), (x) => ops.max(logSoftmax(x), { axis: 1 })],
  'constant logits': [(x, d) => add(log(softmax(constant([[-10000, 0, 10000]], d))), mul(x, 0)), (x, d) => add(constant([[-20000, -10000, 0]], d), mul(x, 0))],
  'log(-(σ - 1))': [(x) => log(neg(sub(sigmoid(x), 1))), (x) => neg(softplus(x))],
  'log(1 + -σ), log(-1 · (σ - 1))': [(x) => log(mul(add(1, neg(sigmoid(x))), mul(sub(sigmoid(x), 1), -1))), (x) => mul(neg(softplus(x)), 2)],
  'log(1 - (1 - p))': [(x) => log(sub(1, sub(1, softmax(x)))), (x) => logSoftmax(x)],
  'σ by hand, 1/(1 + e⁻ᵛ)': [(x) => log(div(1, add(1, exp(neg(x))))), logSigmoid],
  'σ by hand, eᵛ/(1 + eᵛ)': [(x) => log(div(exp(x), add(1, exp(x)))), logSigmoid],
  'σ by hand, ½(1 + tanh ½v)': [(x) => log(mul(0.5, add(1, ops.tanh(mul(x, 0.5))))), logSigmoid],
  'σ by hand, (1 - tanh ½v)/2': [(x) => log(div(sub(1, ops.tanh(mul(x, 0.5))), 2)), (x) => neg(softplus(x))],
  'σ by hand, ½ + ½ tanh ½v': [(x) => log(add(mul(ops.tanh(mul(x, 0.5)), 0.5), 0.5)), logSigmoid],
  '1 - σ by hand': [(x) => log(sub(1, div(1, add(exp(neg(x)), 1)))), (x) => neg(softplus(x))],
  'odds of σ by hand, reshaped': [(x) => log(div(reshape(div(1, add(1, exp(neg(x)))), [-1]), sub(1, reshape(div(1, add(1, exp(neg(x)))), [-1])))), (x) => reshape(x, [-1])],
  'softmax by hand': [(x) => log(div(exp(x), sum(exp(x), { axis: 1, keepDims: true }))), (x) => logSoftmax(x)],
  'softmax by hand, largest out': [(x) => log(div(exp(sub(x, ops.max(x, { axis: 1, keepDims: true }))), sum(exp(sub(x, ops.max(x, { axis: 1, keepDims: true }))), { axis: 1, keepDims: true }))), (x) => logSoftmax(x)],
  'log(Σ w eˣ)': [(x, d) => log(sum(mul(constant([0.5, 2, 1], d), exp(x)), { axis: 1 })), (x, d) => logSumExp(add(x, log(constant([0.5, 2, 1], d))), { axis: 1 }), 1e4],
  'mean over heads of softmax times sigmoid': [(x) => log(mean(ops.stack([mul(softmax(x), sigmoid(x)), mul(softmax(neg(x)), sigmoid(mul(x, 2)))], 0), { axis: 0 })), (x) => sub(ops.logAddExp(add(logSoftmax(x), logSigmoid(x)), add(logSoftmax(neg(x)), logSigmoid(mul(x, 2)))), Math.LN2)],
  'softmax over the first axis': [(x) => log(softmax(x, { axis: 0 })), (x) => logSoftmax(x, { axis: 0 })],
  'weights before, mask after': [(x, d) => mul(oneHotOf(d), log(mul(softmax(x), 0.25))), (x, d) => mul(oneHotOf(d), sub(logSoftmax(x), Math.log(4)))],
  'a mask made of a comparison, before the log': [(x, d) => where(greater(x, 0), log(mul(softmax(x), ops.cast(greater(x, 0), d))), 0), (x) => where(greater(x, 0), logSoftmax(x), 0)],
  'entropy': [(x) => sum(mul(softmax(x), log(softmax(x))), { axis: 1 }), (x) => sum(mul(exp(logSoftmax(x)), logSoftmax(x)), { axis: 1 })],
  'KL of two softmaxes': [(x) => sum(mul(softmax(x), sub(log(softmax(x)), log(softmax(mul(x, 0.5))))), { axis: 1 }), (x) => sum(mul(exp(logSoftmax(x)), sub(logSoftmax(x), logSoftmax(mul(x, 0.5)))), { axis: 1 })],
  'product of sigmoids': [(x) => log(ops.prod(sigmoid(x), { axis: 1 })), (x) => sum(logSigmoid(x), { axis: 1 })],
  'running product of sigmoids': [(x) => log(ops.cumProd(sigmoid(x), { axis: 1 })), (x) => ops.cumSum(logSigmoid(x), { axis: 1 })],
  'ordinal regression: running sum of a softmax': [(x) => log(ops.cumSum(softmax(x), { axis: 1 })), (x) => concat([0, 1, 2].map((k) => logSumExp(slice(logSoftmax(x), [0, 0], [null, k + 1]), { axis: 1, keepDims: true })), 1)],
  'running sum from the end, without the element itself': [(x) => log(slice(ops.cumSum(softmax(x), { axis: 1, reverse: true, exclusive: true }), [0, 0], [null, 2])), (x) => concat([1, 2].map((k) => logSumExp(slice(logSoftmax(x), [0, k], [null, null]), { axis: 1, keepDims: true })), 1)],
  'in order of size, where probabilities are 0': [(x) => log(ops.sort(softmax(x))), (x) => ops.sort(logSoftmax(x))],
  'in order of size, where probabilities are 1': [(x) => log(ops.sort(sigmoid(x), { axis: 0 })), (x) => logSigmoid(ops.sort(x, { axis: 0 }))],
  'the two largest': [(x) => log(ops.topK(softmax(x), 2).values), (x) => ops.topK(logSoftmax(x), 2).values],
  'pad between': [(x) => log(ops.pad(softmax(x), [[0, 1], [1, 0]], 1)), (x) => ops.pad(logSoftmax(x), [[0, 1], [1, 0]])],
  'diagonal': [(x) => log(ops.diag(slice(softmax(x), [0], [3]))), (x) => gather(logSoftmax(slice(x, [0], [3])), constant([0, 1, 2], 'int32'), { axis: 1, batchAxes: 1 })],
  'softmax in a scan, loss outside': [(x) => log(pick(scan((_, row) => ({ outputs: softmax(row) }), { sequences: x }).outputs)), (x) => pick(logSoftmax(x))],
  'carried logits, a reshape between': [(x) => log(reshape(scan((c, row) => ({ carry: add(mul(c, 0.5), row), outputs: softmax(add(mul(c, 0.5), row)) }), { carry: mul(slice(x, [0], [1]), 0), sequences: expandDims(x, 1) }).outputs, [-1])), (x) => reshape(logSoftmax(scan((c, row) => ({ carry: add(mul(c, 0.5), row), outputs: add(mul(c, 0.5), row) }), { carry: mul(slice(x, [0], [1]), 0), sequences: expandDims(x, 1) }).outputs), [-1])],
  'a label inside the step': [(x) => scan((_, [row, label]) => ({ outputs: log(gather(softmax(row), label)) }), { sequences: [x, classes] as const }).outputs, (x) => pick(logSoftmax(x))],
  'sigmoid in a scan in a scan': [(x) => log(scan((_, row) => ({ outputs: scan((_none, v) => ({ outputs: sigmoid(v) }), { sequences: row }).outputs }), { sequences: x }).outputs), logSigmoid],
  'broadcast after': [(x) => log(mul(expandDims(softmax(x), 0), constant([[[1]], [[1]]]).dtype === x.dtype ? 1 : 1)), (x) => expandDims(logSoftmax(x), 0)],
};

describe('value and gradient in float32 equal the float64 truth, for logits up to ±1e4', () => {
  for (const [name, [written, truth, scale = 1]] of Object.entries(probes)) {
    test(name, () => {
      const found = run(written, 'float32');
      const exact = run(truth, 'float64');
      expect(ulpsFloat32(found.loss, exact.loss, 1)).toBeLessThanOrEqual(4);
      expect(ulpsFloat32(found.gradient, exact.gradient, scale)).toBeLessThanOrEqual(4);
    });
  }
});

test('a value used again and again is walked once', () => {
  const x = input('x', [3]);
  let p = softmax(x);
  for (let i = 0; i < 60; i += 1) p = mul(p, p);
  const report = explain(log(p));
  expect(report.recognised).toHaveLength(1);
  expect(report.recognised[0]?.found.length).toBeLessThan(100);
});

describe('the same bits, whatever else is compiled', () => {
  test('alone, together, and with the probability as an output', () => {
    const x = input('x', [rows, 3]);
    const p = softmax(x);
    const loss = neg(log(pick(p)));
    const gradient = grad(sum(loss), x);
    const bits = (data: unknown): string => JSON.stringify(Array.from(data as Float32Array));
    const alone = compile({ inputs: { x }, outputs: { loss } })({ x: logits }).loss.dataSync();
    const all = compile({ inputs: { x }, outputs: { p, gradient, loss, q: log(p) } })({ x: logits });
    const slope = compile({ inputs: { x }, outputs: { gradient } })({ x: logits }).gradient.dataSync();
    expect(bits(all.loss.dataSync())).toBe(bits(alone));
    expect(bits(all.gradient.dataSync())).toBe(bits(slope));
  });
});

describe('explain', () => {
  const x = input('x', ['batch', 3]);
  test('what was recognised, with the line', () => {
    const report = explain(log(reshape(softmax(x), [-1])));
    expect(report.recognised.map(({ found }) => found)).toEqual(['log(reshape(softmax))']);
    expect(String(report.recognised[0]?.site)).toMatch(/logDomain\.test\.ts:\d+/);
    expect(report.unstable).toEqual([]);
  });

  test('a clip and an epsilon are reported, not touched', () => {
    const clip = explain(log(ops.clip(softmax(x), 1e-7, 1 - 1e-7)));
    expect(clip.unstable.map(({ op }) => op)).toEqual(['clip']);
    expect(String(clip)).toMatch(/gradient is exactly 0/);
    expect(clip.unstable[0]?.reason).toBe('clip stands between the logarithm and the probability: the loss cannot exceed 16.1, which is -ln of its lower bound, and the gradient is exactly 0 outside the bounds, that is, biased to zero for the items that are most wrong');
    expect(clip.unstable[0]?.advice).toBe('leave the clip out (of an objective: the option epsilon); write log(softmax): the logarithm is then computed in the log domain, where no bound is needed');
    const untraced = explain(log(ops.clip(sub(exp(x), 3), x, 1))).unstable[0];
    expect(untraced?.reason).toMatch(/cannot exceed -ln of its lower bound, and/);
    expect(untraced?.advice).toMatch(/^write the loss from the logits/);
    const complement = explain(xlogy(x, sub(1, ops.clip(sigmoid(x), 1e-7, 1))));
    expect(complement.unstable.map(({ op, advice }) => [op, advice.includes('write log(sigmoid)')])).toEqual([['clip', true]]);
    const joined = where(greater(x, 0), sigmoid(x), sigmoid(mul(x, 2)));
    for (const loss of [xlogy(x, sub(1, joined)), log(sub(1, joined))]) {
      expect(explain(loss).unstable.map(({ op, reason }) => [op, reason])).toEqual([['sub', 'the logarithm is taken of 1 - p, where p is not a sigmoid that was only moved: 1 - p is formed, and is 0 where p rounds to 1']]);
    }
    const epsilon = explain(log(add(softmax(x), 1e-7)));
    expect(epsilon.unstable.map(({ op }) => op)).toEqual(['add']);
    expect(epsilon.recognised).toEqual([]);
  });

  test('a gradient tells of the logarithm it came from', () => {
    const x = input('x', ['batch', 3]);
    expect(explain(grad(sum(log(softmax(x))), x)).recognised.map(({ found }) => found)).toEqual(['log(softmax)']);
    expect(explain(grad(sum(log(ops.clip(softmax(x), 1e-7, 1))), x)).unstable.map(({ op }) => op)).toEqual(['clip']);
  });

  test('unsigned weights cannot be traced, and that is said', () => {
    const report = explain(log(sum(mul(softmax(x), input('w', [3])), { axis: 1 })));
    expect(report.recognised).toEqual([]);
    expect(report.unstable.map(({ op }) => op)).toEqual(['mul']);
  });

  test('a probability that comes into a scan from outside', () => {
    const { outputs } = scan((_, p) => ({ outputs: log(p) }), { sequences: softmax(x) });
    const report = explain(outputs);
    expect(report.recognised).toEqual([]);
    expect(report.unstable.map(({ op }) => op)).toEqual(['scan']);
    expect(explain(scan((_, p) => ({ outputs: p }), { sequences: log(softmax(x)) }).outputs).unstable).toEqual([]);
  });

  test('nothing to say', () => {
    expect(String(explain(log(square(x))))).toBe('stability: no logarithm of an exponential in this graph');
  });

  test('a graph that is deeper than the stack, and one with more paths than can be walked', () => {
    let deep: Expression = ops.exp(x), wide: Expression = ops.exp(x);
    for (let i = 0; i < 20_000; i += 1) deep = ops.sub(deep, 1e-3);
    for (let i = 0; i < 60; i += 1) wide = ops.sub(wide, ops.sub(1, wide));
    for (const y of [deep, wide]) expect(explain(log(y)).unstable).toHaveLength(1);
  });
});
