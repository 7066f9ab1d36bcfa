import * as core from '@pastina/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wasmBackend } from '../index.js';
import { allOps } from '../../../core/src/ops/all.js';
import { type Attrs, type Op } from '../../../core/src/graph/op.js';
import { Code } from '../emit/code.js';
import { foldOf } from './fold.js';
import { emitterOf } from './ops.js';

const wasm = await wasmBackend();
type Of = (a: core.Expression, b: core.Expression) => core.Expression;

const both: readonly (readonly [string, Of])[] = [['add', core.add], ['sub', core.sub], ['mul', core.mul], ['maximum', core.maximum], ['minimum', core.minimum], ['mod', core.mod], ['clip', (a, b) => core.clip(a, core.neg(b), b)]];
const one = (f: (a: core.Expression) => core.Expression): Of => (a) => f(a);
const numeric: readonly (readonly [string, Of])[] = [...both, ...(['neg', 'abs', 'sign', 'square', 'ceil', 'floor', 'round', 'trunc'] as const).map((name) => [name, one(core[name])] as const)];
const floating: readonly (readonly [string, Of])[] = [
  ...numeric, ['div', core.div], ['xmuly', (a, b) => core.xlogy(a, core.exp(b))], ...(['sqrt', 'reciprocal', 'relu', 'isNaN', 'isFinite'] as const).map((name) => [name, one(core[name])] as const),
];
const comparing: readonly (readonly [string, Of])[] = [
  ...(['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const).map((name) => [name, core[name] as Of] as const),
  ['where', (a, b) => core.where(core.less(a, b), a, b)],
  ['not', (a, b) => core.logicalNot(core.logicalOr(core.logicalAnd(core.less(a, b), core.equal(b, b)), core.equal(a, b)))],
];
const casting = core.dtypes.map((dtype) => [`cast to ${dtype}`, one((a) => core.cast(a, dtype))] as const);

const floats = [0, -0, 1, -1, 0.5, -0.5, 1.5, -2.5, 3, 0.1, 2047, 2049, 65503, 65504, 65519, -65520, 65536, 1e-5, 6e-8, -3e-8, 2.98e-8, 1e-40, 2147483647, 2147483648, -2147483648, 4294967295, 4294967296, -4294967297, 1e10, -1e15, 3e38, 1e300, 1e-310, Infinity, -Infinity, NaN];
const whole = [0, 1, -1, 2, -2, 3, 7, -7, 46341, 65536, 16777217, 2147483647, -2147483648, -2147483647, 1234567891];
const elements = (dtype: core.DType): readonly number[] => (dtype === 'bool' ? [0, 1] : dtype.startsWith('float') ? floats : whole);
const array = (dtype: core.DType, values: readonly number[]): core.TypedArray => {
  if (dtype === 'bool') return Uint8Array.from(values);
  if (dtype === 'int32') return Int32Array.from(values);
  if (dtype === 'uint32') return Uint32Array.from(values);
  return dtype === 'float64' ? Float64Array.from(values) : Float32Array.from(values);
};
/** Half precision comes in as float32. */
const inputOf = (name: string, shape: readonly number[], dtype: core.DType): core.Expression => core.input(name, shape, dtype === 'float16' ? 'float32' : dtype);
const opsOf = (dtype: core.DType): readonly (readonly [string, Of])[] => [...(dtype === 'bool' ? [] : dtype.startsWith('float') ? floating : numeric), ...comparing, ...casting];

describe('ops are exactly those of the interpreter, for all pairs of extremes', () => {
  for (const dtype of core.dtypes) {
    const values = elements(dtype);
    const [x, y] = [inputOf('x', [values.length, 1], dtype), inputOf('y', [1, values.length], dtype)];
    const [a, b] = [core.cast(x, dtype), core.cast(y, dtype)];
    const feeds = { x: { data: array(dtype, values), shape: [values.length, 1] }, y: { data: array(dtype, values), shape: [1, values.length] } };
    for (const [name, f] of opsOf(dtype)) {
      test(`${name} of ${dtype}, alone and beside float64`, () => {
        const result = f(a, b);
        const columns = result.shape[1] as number;
        // The cast makes the whole loop one of float64.
        for (const z of [result, core.cast(result, 'float64'), core.cast(core.cast(result, 'float64'), 'float32')]) {
          const [found, truth] = [core.evaluate(z, feeds, { backend: wasm }).dataSync(), core.evaluate(z, feeds).dataSync()];
          truth.forEach((value: number, i: number) => expect(Object.is(found[i], value), `${name}(${values[Math.floor(i / columns)]}, ${values[i % columns]}) = ${found[i]}, expected ${value}`).toBe(true));
        }
      });
    }
  }
});

test('loops of several dtypes, with leftovers, strides and folds', () => {
  const dtype = fc.constantFrom<core.DType>('float64', 'float32', 'float16', 'int32', 'uint32');
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 });
  fc.assert(fc.property(sizes, dtype, dtype, fc.nat(7), fc.boolean(), fc.constantFrom('sum', 'prod', 'max', 'min'), (shape, first, second, mask, flipped, fold) => {
    const axes = shape.flatMap((_, axis) => ((mask >> axis) % 2 === 1 ? [axis] : []));
    const [xIn, yIn] = [inputOf('x', shape, first), inputOf('y', shape, second)];
    const [x, y] = [core.cast(xIn, first), core.cast(yIn, second)];
    const turned = flipped ? core.flip(x, shape.length - 1) : core.transpose(core.transpose(x));
    const small = core.cast(core.less(y, core.cast(turned, second)), second);
    const mixed = core.add(core.mul(y, 3), small);
    const either = core.where(core.greater(y, 2), core.cast(turned, second), mixed);
    const outputs = {
      mixed, either, is: core.logicalNot(core.equal(y, small)), folded: core[fold](either, { axis: axes }), other: core[fold](core.add(core.cast(either, first), turned), { axis: axes }),
      any: core.any(core.greater(mixed, 4), { axis: axes }), all: core.all(core.greater(mixed, 4), { axis: axes }),
    };
    const count = shape.reduce((a, b) => a * b, 1);
    const given = (type: core.DType, seed: number): { data: core.TypedArray; shape: readonly number[] } => ({ data: array(type, Array.from({ length: count }, (_, i) => ((i * 7 + seed) % 5) + 1)), shape });
    const feeds = { x: given(first, 0), y: given(second, 2) };
    const [found, truth] = [core.compile({ inputs: { x: xIn, y: yIn }, outputs, backend: wasm })(feeds), core.compile({ inputs: { x: xIn, y: yIn }, outputs })(feeds)];
    for (const name of Object.keys(outputs) as (keyof typeof outputs)[]) {
      const [a, b] = [found[name].dataSync(), truth[name].dataSync()];
      // Products of many integers lie beyond 2⁵³, where their order counts.
      const exact = name !== 'folded' && name !== 'other' || fold !== 'prod';
      b.forEach((value: number, i: number) => (exact || Math.abs(value) < 1e6 ? expect(a[i], name).toBe(value) : undefined));
    }
  }), { numRuns: 300 });
});

test('float32 sums beside float64 have the bits that they have alone', () => {
  for (const size of [1, 3, 4, 7, 1003]) {
    const x = core.input('x', [size]);
    const data = Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.3) * 10);
    const total = core.sum(x);
    const alone = core.evaluate(total, { x: data }, { backend: wasm }).item();
    const together = core.compile({ inputs: { x }, outputs: { total, wide: core.sum(core.cast(x, 'float64')) }, backend: wasm })({ x: data });
    expect(together.total.item()).toBe(alone);
    expect(together.wide.item()).toBeCloseTo(alone, 3);
  }
});

test('no elementwise op, and no fold, is left to the interpreter, whatever the dtypes that its type rule takes', () => {
  const taken = (op: Op, operands: readonly core.DType[], attrs: Attrs): core.DType | undefined => {
    try {
      return op.type(operands.map((dtype) => ({ dtype, shape: [2] })), attrs).dtype;
    } catch {
      return undefined;
    }
  };
  let seen = 0;
  const missing = allOps.flatMap((op) => {
    if (op.kind !== 'elementwise' && op.kind !== 'reduce') return [];
    return core.dtypes.flatMap((dtype) => core.dtypes.flatMap((second) => {
      // A cast goes from one to the other; of `where` the first operand is a condition.
      const operands = op.name === 'cast' ? [dtype] : op.name === 'where' ? ['bool' as const, dtype, second] : op.kind === 'reduce' ? [dtype] : [dtype, second, second].slice(0, op.scalar.length);
      const result = taken(op, operands, op.kind === 'reduce' ? { axes: [0], keepDims: false } : { dtype: second });
      if (result === undefined) return [];
      seen += 1;
      const code = new Code();
      return [false, true].filter((wide) => wide || ![...operands, result].includes('float64')).filter((wide) => (op.kind === 'reduce' ? foldOf(code, op.name, result, wide) : emitterOf(op.name, operands, result, wide)) === undefined).map(() => `${op.name} of ${operands.join(', ')}`);
    }));
  });
  expect(seen).toBeGreaterThan(300);
  expect(missing).toEqual([]);
});
