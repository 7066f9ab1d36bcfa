import * as core from '@pastina/core';
import { expect, test } from 'vitest';
import { withDenseViews } from './denseViews.js';
import { wasmBackend } from './index.js';
import { sumsInPlace } from './sums.js';

const wasm = await wasmBackend();
type Step = (carry: core.Expression, item: core.Expression) => { readonly carry: core.Expression; readonly outputs?: core.Expression };

/** Items are 3 × 3 or as said, carries begin with ones; small whole numbers, so that all is exact. */
function check(step: Step, shape: readonly number[] = [3, 3], carry: readonly number[] = [3, 3]): number {
  const x = core.input('x', [4, ...shape]);
  const { carry: last, outputs } = core.scan(step as never, { carry: core.ones(carry), sequences: x }) as unknown as { readonly carry: core.Expression; readonly outputs: unknown };
  const given = { inputs: { x }, outputs: { last, ...(core.isExpression(outputs) ? { outputs } : {}) } };
  const feeds = { x: { data: Float32Array.from({ length: 4 * shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 7) % 5) - 2), shape: [4, ...shape] } };
  const f = core.compile({ ...given, backend: wasm });
  const [found, truth] = [f(feeds), core.compile(given)(feeds)];
  expect(Object.values(found).map((one) => one?.toArray())).toEqual(Object.values(truth).map((one) => one?.toArray()));
  // What is there is not there twice: a second call begins anew.
  expect(f(feeds).last.toArray()).toEqual(found.last.toArray());
  const scan = f.program(feeds).instructions.find((one): one is core.ScanInstruction => one.kind === 'scan') as core.ScanInstruction;
  return sumsInPlace(withDenseViews(scan.inner, scan.carries), scan.carries).into.size;
}

test('a product that is added to a carry goes there at once', () => {
  expect(check((c, x) => ({ carry: core.add(c, core.matmul(x, core.transpose(x))) }))).toBe(1);
  expect(check((c, x) => ({ carry: core.add(core.matmul(core.transpose(x), x), c) }), [2, 11], [11, 11])).toBe(1);
  expect(check((c, x) => ({ carry: core.add(c, core.matmul(x, core.transpose(x))) }), [5, 0], [5, 5])).toBe(0);
});

test('and does not where anything else sees the carry, the product or the sum, or its bits would be others', () => {
  expect(check((c, x) => ({ carry: core.add(c, core.matmul(x, x)), outputs: c }))).toBe(0);
  expect(check((c, x) => ({ carry: core.add(c, core.matmul(c, x)) }))).toBe(0);
  expect(check((c, x) => ({ carry: core.add(core.matmul(x, x), core.matmul(x, x)), outputs: c }))).toBe(0);
  expect(check((c, x) => ({ carry: core.add(core.transpose(c), core.matmul(x, x)) }))).toBe(0);
  expect(check((c, x) => ({ carry: core.add(c, core.transpose(core.matmul(x, x))) }))).toBe(0);
  expect(check((c, x) => ({ carry: core.sub(c, core.matmul(x, x)) }))).toBe(0);
  const twice: Step = (c, x) => {
    const product = core.matmul(x, x);
    return { carry: core.add(c, product), outputs: product };
  };
  expect(check(twice)).toBe(0);
  expect(check((c, x) => ({ carry: core.add(c, core.matmul(x, core.transpose(x))) }), [2, 400], [2, 2])).toBe(0);
  expect(check((c, x) => ({ carry: core.add(c, core.matmul(x, x)) }), [2, 3, 3], [2, 3, 3])).toBe(0);
});

test('gradients of a recurrent net are those of the interpreter, which makes nothing in place', () => {
  const [w, x] = [core.parameter(core.tensor(Float32Array.from({ length: 25 }, (_, i) => Math.sin(i)), [5, 5])), core.input('x', [6, 3, 5])];
  const { carry, outputs } = core.scan((h, item) => {
    const next = core.tanh(core.add(core.matmul(h as core.Expression, w), item as core.Expression));
    return { carry: next, outputs: next };
  }, { carry: core.zeros([3, 5]), sequences: x });
  const loss = core.add(core.sum(core.square(carry as core.Expression)), core.sum(outputs as core.Expression));
  const feeds = { x: { data: Float32Array.from({ length: 90 }, (_, i) => Math.cos(i)), shape: [6, 3, 5] } };
  const [found, apart] = [core.compile({ inputs: { x }, outputs: { g: core.grad(loss, w) }, backend: wasm })(feeds), core.compile({ inputs: { x }, outputs: { g: core.grad(loss, w) }, })(feeds)];
  const [a, b] = [found.g.dataSync(), apart.g.dataSync()];
  b.forEach((value: number, i: number) => expect(a[i]).toBeCloseTo(value, 4));
});
