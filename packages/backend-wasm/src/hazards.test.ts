import { add, clip, compile, constant, conv, cumSum, evaluate, grad, input, log1p, matmul, maximum, mean, minimum, mul, neg, parameter, pool, relu, reshape, scatterAdd, sigmoid, softmax, sub, sum, tanh, tensor, tensordot, transpose, upscale, where, less, log, gather, type Expression, type Tensor } from '@pastina/core';
import { describe, expect, test } from 'vitest';
import { wasmBackend } from './wasmBackend.js';

// What tfjs 4.22.0 gets wrong on WASM (or its core everywhere), and what is right. Values are worked by hand, or
// compared with the interpreter on small whole numbers, where both are exact.
//
// | what is wrong there | test here |
// |---|---|
// | MaxPoolGrad, MaxPool3DGrad lose gradients of what is not positive; MaxPool3D gives 1e-38 | maximum pools |
// | Conv3DBackpropInputV2, Conv3DBackpropFilterV2 | convolutions along three axes |
// | 'same' with windows smaller than the stride, along three axes | convolutions along three axes |
// | Conv2DBackpropFilter, the gradients of depthwise convolutions, UnsortedSegmentSum and Einsum are missing | what is missing there |
// | _FusedMatMul with transposition or batches, bias and relu | products |
// | matMul of one buffer in two shapes; weights, filters and biases that were written to in place | products |
// | int32 products throw in the middle of a program | int32 products |
// | Prelu along an axis that is not the last one | a slope by channel |
// | NaN is lost by relu6, clipByValue, fused relu, maximum and maximum pools | NaN stays NaN; maximum pools |
// | ResizeNearestNeighborGrad in batches, ResizeBilinearGrad where height and width differ | the gradient of upscaling |
// | log1p(1e-8) is 0 | log1p |
// | second derivatives; the gradient of cumsum along the first axis | second derivatives; a running sum |
// | losses of tfjs-layers stop at 16.118 and 15.942 with gradient 0 | a cross-entropy at a logit gap of 20 |
// | listeners of the process that rethrow | the listeners |
// | no threads in Node, half of the cores elsewhere | threads/threads.test.ts |
// | malloc without a check, views that growth detaches, data that nobody frees | memory/memory.test.ts, tfjs/tfjs.test.ts |
//
// Nothing here is like MaxPoolWithArgmax, Dilation2D, resizing with half-pixel centres or between pixels (upscaling
// repeats), complex numbers and FFT; layouts with channels last do not exist here.

const backend = await wasmBackend();
const value = (expr: Expression): unknown => evaluate(expr, {}, { backend }).toArray();
const whole = (shape: readonly number[], low = -3, high = 3): Tensor => tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => low + ((i * 7) % (high - low + 1))), shape);
const exactly = (make: () => Expression): void => expect(value(make())).toEqual(evaluate(make()).toArray());

describe('maximum pools', () => {
  test('of negative values, and the gradient of them (MaxPoolGrad loses it)', () => {
    const x = parameter([[[[-4, -3], [-2, -1]]]]);
    const y = pool(x, { size: 2 });
    expect(value(y)).toEqual([[[[-1]]]]);
    expect(value(grad(sum(y), x))).toEqual([[[[0, 0], [0, 1]]]]);
  });

  test('along three axes, of negative values (MaxPool3D gives 1e-38)', () => {
    const x = parameter(tensor(new Float32Array(8).fill(-2), [1, 1, 2, 2, 2]));
    expect(value(pool(x, { size: 2 }))).toEqual([[[[[-2]]]]]);
    expect((value(grad(sum(pool(x, { size: 2 })), x)) as number[][][][][]).flat(4)).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('of NaN are NaN (tfjs gives -Infinity)', () => {
    expect(value(pool(constant([[[[NaN, 1], [2, 3]]]]), { size: 2 }))).toEqual([[[[NaN]]]]);
  });
});

describe('convolutions along three axes', () => {
  test.each([[1, 0], [2, 0], [2, 1], [3, 1]])('gradients of input and filters, stride %i, padding %i (Conv3DBackprop…V2 are wrong)', (stride, pad) => {
    const [x, w] = [parameter(whole([2, 2, 5, 6, 4])), parameter(whole([3, 2, 2, 3, 2]))];
    const y = (): Expression => sum(mul(conv(x, w, { stride, padding: pad }), 3));
    exactly(() => grad(y(), x));
    exactly(() => grad(y(), w));
  });

  test("padding 'same' with windows smaller than the stride picks 1, 3 of 1, 2, 3, 4 (tfjs: 2, 4)", () => {
    expect(value(pool(constant([[[1, 2, 3, 4]]]), { size: 1, stride: 2 }))).toEqual([[[1, 3]]]);
    const x = parameter(whole([1, 1, 3, 4, 5]));
    const picked = (a: unknown): readonly unknown[] => (a as number[][][][][]).flat(4);
    const expected = picked(x.valueSync().toArray()).filter((_, i) => Math.floor(i / 20) % 2 === 0 && Math.floor(i / 5) % 4 % 2 === 0 && (i % 5) % 2 === 0);
    expect(picked(value(pool(x, { size: 1, stride: 2 })))).toEqual(expected);
    expect(picked(value(conv(x, constant([[[[[1]]]]]), { stride: 2, padding: 'same' })))).toEqual(expected);
    exactly(() => grad(sum(mul(conv(x, constant([[[[[2]]]]]), { stride: 2, padding: 'same' }), 3)), x));
  });
});

describe('products', () => {
  test('of transposed operands with a bias (_FusedMatMul adds it once for every 48)', () => {
    const [a, b] = [parameter(tensor(new Float32Array(120).fill(1), [60, 2])), parameter(tensor(new Float32Array(180).fill(1), [60, 3]))];
    expect(value(add(matmul(transpose(a), b), constant([1, 2, 3])))).toEqual([[61, 62, 63], [61, 62, 63]]);
  });

  test('in batches, transposed, with a bias and relu (_FusedMatMul clamps partial sums)', () => {
    const [a, b, bias] = [parameter(whole([3, 60, 4])), parameter(whole([3, 60, 5], -1, 5)), parameter(tensor([-40, 3, 0, 7, 50], [5]))];
    const y = (): Expression => relu(add(matmul(transpose(a, [0, 2, 1]), b), bias));
    exactly(y);
    exactly(() => grad(sum(y()), bias));
  });

  test('of one buffer in two shapes (the cache of packed weights knows no shape)', () => {
    const b = parameter(whole([4, 6]));
    for (const shape of [[4, 6], [6, 4], [12, 2], [2, 12]]) exactly(() => matmul(constant(whole([3, shape[0] as number])), reshape(b, shape)));
  });

  test('with weights that have changed in place (the cache of packed weights is never told)', () => {
    const w = parameter([[1, 0], [0, 1]]);
    const filters = parameter([[[[1]]]]);
    const bias = parameter([1, 10]);
    const f = compile({ inputs: {}, outputs: { y: matmul(constant([[1, 2]]), w), z: conv(constant([[[[5]]]]), filters), biased: relu(add(matmul(constant([[1, 2]]), w), bias)) }, updates: new Map([[w, mul(w, 2)], [filters, mul(filters, 3)], [bias, neg(bias)]]), backend });
    expect([f({}), f({}), f({})].map(({ y, z, biased }) => [y?.toArray(), z?.item(), biased?.toArray()])).toEqual([[[[1, 2]], 5, [[2, 12]]], [[[2, 4]], 15, [[1, 0]]], [[[4, 8]], 45, [[5, 18]]]]);
    w.set([[0, 1], [1, 0]]);
    expect(f({}).y.toArray()).toEqual([[2, 1]]);
  });

  test('in batches', () => exactly(() => matmul(constant(whole([3, 50, 49])), constant(whole([3, 49, 5])))));
});

describe('what is missing there', () => {
  test.each([1, 2, 4])('gradients of filters and input, %i groups (depthwise at 4)', (groups) => {
    const [x, w] = [parameter(whole([2, 4, 6, 5])), parameter(whole([8, 4 / groups, 3, 2]))];
    const y = (): Expression => sum(mul(conv(x, w, { groups, stride: [2, 1], padding: 1 }), 2));
    exactly(() => grad(y(), w));
    exactly(() => grad(y(), x));
  });

  test('sums by segment, and products over any axes', () => {
    expect(value(scatterAdd(constant([0, 0, 0]), constant([2, 0, 2], 'int32'), constant([1, 2, 4])))).toEqual([2, 0, 5]);
    exactly(() => tensordot(constant(whole([2, 3, 4])), constant(whole([4, 5, 3])), [[1, 2], [2, 0]]));
  });
});

describe('NaN stays NaN', () => {
  test.each([
    ['relu', relu(constant([NaN, 1]))], ['relu6', clip(constant([NaN, 1]), 0, 6)], ['clip', clip(constant([NaN, 1]), -1, 1)],
    ['maximum', maximum(constant([1, 1]), constant([NaN, 0]))], ['minimum', minimum(constant([1, 1]), constant([NaN, 3]))], ['relu after a product', relu(add(matmul(constant([[NaN, 1], [1, 1]]), constant([[1], [0]])), 0))],
  ])('%s', (_, expr) => expect((value(expr) as number[]).flat()).toEqual([NaN, 1]));
});

test('a slope by channel, which is no trailing axis (Prelu is wrong)', () => {
  const [x, slope] = [parameter(whole([2, 3, 2, 2])), parameter(tensor([2, 3, 4], [1, 3, 1, 1]))];
  exactly(() => where(less(x, 0), mul(x, slope), x));
  exactly(() => grad(sum(where(less(x, 0), mul(x, slope), x)), slope));
});

test('the gradient of upscaling, in batches and not square (ResizeNearestNeighborGrad, ResizeBilinearGrad)', () => {
  const x = parameter(whole([2, 1, 2, 3]));
  exactly(() => grad(sum(mul(upscale(x, 2), constant(whole([2, 1, 4, 6])))), x));
});

test('log1p of small numbers is not 0', () => expect(evaluate(log1p(constant(1e-8)), {}, { backend }).item()).toBeCloseTo(1e-8, 14));

test('second derivatives (tfjs throws, or gives 1.573)', () => {
  const x = parameter(0.3);
  expect(evaluate(grad(grad(mul(x, tanh(x)), x), x), {}, { backend }).item()).toBeCloseTo(2 * (1 - Math.tanh(0.3) ** 2) * (1 - 0.3 * Math.tanh(0.3)), 6);
});

test('the gradient of a running sum along the first axis (it comes out transposed)', () => {
  const x = parameter(whole([3, 2]));
  exactly(() => grad(sum(mul(cumSum(x, { axis: 0 }), constant([[1, 2], [3, 4], [5, 6]]))), x));
});

test('a cross-entropy at a logit gap of 20 and beyond still learns (tfjs-layers stops at 16.118)', () => {
  const z = input('z', [1, 2]);
  const loss = neg(mean(log(gather(softmax(z), constant(tensor([0], [1], 'int32')), { axis: 1, batchAxes: 1 }))));
  for (const gap of [20, 100, 1e4]) {
    const found = compile({ inputs: { z }, outputs: { loss, slope: grad(loss, z) }, backend })({ z: [[0, gap]] });
    expect([found.loss.item(), found.slope.toArray()]).toEqual([gap, [[-1, 1]]]);
  }
});

test('a binary cross-entropy at a logit gap of 20 and beyond still learns (tfjs-layers stops at 15.942)', () => {
  const z = input('z', []);
  const loss = neg(log(sub(1, sigmoid(z))));
  for (const gap of [20, 100, 1e4]) {
    const found = compile({ inputs: { z }, outputs: { loss, slope: grad(loss, z) }, backend })({ z: gap });
    expect([found.loss.item(), found.slope.item()]).toEqual([gap, 1]);
  }
});

test('int32 products are refused where they are written', () => expect(() => matmul(constant(tensor([1, 2], [1, 2], 'int32')), constant(tensor([3, 4], [2, 1], 'int32')))).toThrow(/use cast\(x, 'float32'\)/));

test('the listeners of the process stay as they are (tfjs adds two that rethrow)', async () => {
  const count = (): readonly number[] => ['uncaughtException', 'unhandledRejection'].map((event) => process.listenerCount(event));
  const before = count();
  await wasmBackend({ threads: 2 });
  expect(value(sub(constant(3), 1))).toBe(2);
  expect(count()).toEqual(before);
});
