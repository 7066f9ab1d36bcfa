import fc from 'fast-check';
import { expect, test } from 'vitest';
import { input } from '../graph/input.js';
import { tensor } from '../graph/tensor.js';
import * as ops from '../ops/index.js';
import { compile } from './compile.js';

// A call that looks like the one before is not read anew: what it gives, and what is wrong with it, must not depend on
// the calls before.

const [x, y] = [input('x', ['n', 2]), input('y', ['n'], 'int32')];
const fresh = (): ((feeds: unknown) => unknown) => {
  const f = compile({ inputs: { x, y }, outputs: { z: ops.add(ops.sum(x, { axis: 1 }), ops.cast(y, 'float32')) } });
  return (feeds) => {
    try {
      return f(feeds as never).z.toArray();
    } catch (error) {
      return String(error);
    }
  };
};

const singles = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => i * 1.5 - count);
const xs: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.nat(3).map((n) => ({ data: singles(2 * n), shape: [n, 2] })), weight: 6 },
  fc.nat(3).map((n) => ({ data: Float64Array.from(singles(2 * n)), shape: [n, 2] })),
  fc.nat(3).map((n) => ({ data: singles(2 * n), shape: [2, n] })),
  fc.nat(3).map((n) => ({ data: singles(2 * n + 1), shape: [n, 2] })),
  fc.nat(3).map((n) => ({ data: singles(2 * n), shape: [2 * n] })),
  fc.nat(3).map((n) => tensor(singles(2 * n), [n, 2])),
  fc.constantFrom([[1, 2]], { data: [1, 2], shape: [1, 2] }, { data: singles(2), shape: '1,2' }, { data: undefined, shape: [1, 2] }, { shape: [1, 2] }, null, undefined, 3, { data: singles(2), shape: [1, 2], dataSync: () => singles(2), dtype: 'float32' }),
);
const ys: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.nat(3).map((n) => ({ data: Int32Array.from({ length: n }, (_, i) => i), shape: [n] })), weight: 6 },
  fc.nat(3).map((n) => ({ data: Uint8Array.from({ length: n }, (_, i) => i), shape: [n] })),
  fc.nat(3).map((n) => ({ data: singles(n), shape: [n] })),
  fc.constantFrom([1], [true]),
);
const feeds: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.record({ x: xs, y: ys }), weight: 8 },
  fc.record({ x: xs }), fc.record({ x: xs, y: ys, other: fc.constant(1) }), fc.record({ x: xs, other: fc.constant({ data: singles(1), shape: [1] }) }),
  fc.constantFrom(undefined, null, [], new Map()),
);

test('what a call gives does not depend on the calls before', () => {
  fc.assert(fc.property(fc.array(feeds, { minLength: 2, maxLength: 6 }), (calls) => {
    const f = fresh();
    // Each twice, so that the second may be like the first.
    for (const given of calls) for (let again = 0; again < 2; again += 1) expect(f(given)).toEqual(fresh()(given));
  }), { numRuns: 300 });
});

test('a shape or elements that change in place are seen', () => {
  const f = fresh();
  const given = { x: { data: singles(4), shape: [2, 2] }, y: { data: Int32Array.of(1, 2), shape: [2] } };
  expect([f(given), f(given)]).toEqual([[-5.5, 1.5], [-5.5, 1.5]]);
  given.x.data[0] = 10;
  expect(f(given)).toEqual([8.5, 1.5]);
  given.x.shape[0] = 4;
  given.x.shape[1] = 1;
  expect(f(given)).toBe(fresh()(given));
});
