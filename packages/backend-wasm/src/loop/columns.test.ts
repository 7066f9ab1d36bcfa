import * as core from '@pastina/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wasmBackend } from '../index.js';

const wasm = await wasmBackend();
const bitsOf = (tensor: core.Tensor): readonly string[] => Array.from(tensor.dataSync() as Float32Array, (x) => (Object.is(x, -0) ? '-0' : String(x)));

test('sums down columns have the bits of the interpreter, whatever is summed, and NaN, infinities and -0 among it', () => {
  const size = fc.integer({ min: 0, max: 37 });
  fc.assert(fc.property(fc.integer({ min: 1, max: 3 }), size, size, fc.constantFrom('plain', 'scaled', 'by column', 'by row', 'reversed'), fc.boolean(), (blocks, rows, columns, what, wild) => {
    const [x, c, r] = [core.input('x', [blocks, rows, columns]), core.input('c', [columns]), core.input('r', [rows, 1])];
    const of = { plain: x, scaled: core.mul(x, 3), 'by column': core.mul(core.add(x, c), x), 'by row': core.mul(x, r), reversed: core.flip(x, 1) };
    const data = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => (wild && i % 11 === 0 ? ([NaN, Infinity, -Infinity, -0, 3e38] as const)[(i / 11) % 5] as number : Math.sin(i * 1.3) * 1e3 ** (i % 3)));
    const feeds = { x: { data: data(blocks * rows * columns), shape: [blocks, rows, columns] }, c: data(columns), r: { data: data(rows), shape: [rows, 1] } };
    const y = core.sum(of[what as keyof typeof of], { axis: 1 });
    const used = { x, ...(what === 'by column' ? { c } : what === 'by row' ? { r } : {}) };
    const given = Object.fromEntries(Object.keys(used).map((name) => [name, feeds[name as keyof typeof feeds]]));
    const [found, truth] = [core.compile({ inputs: used, outputs: { y }, backend: wasm })(given), core.compile({ inputs: used, outputs: { y } })(given)];
    expect(bitsOf(found.y)).toEqual(bitsOf(truth.y));
  }), { numRuns: 300 });
});

test('and down columns in several directions', () => {
  const size = fc.integer({ min: 0, max: 7 });
  fc.assert(fc.property(fc.tuple(size, size, size, fc.integer({ min: 1, max: 23 })), fc.constantFrom([0, 1], [0, 2], [1, 2], [0, 1, 2]), fc.constantFrom([0, 1, 2, 3], [1, 0, 2, 3], [2, 1, 0, 3], [1, 2, 0, 3]), (shape, axis, perm) => {
    const x = core.input('x', shape);
    const y = core.sum(core.transpose(x, perm), { axis });
    const feeds = { x: { data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 1.3) * 1e3 ** (i % 3)), shape } };
    const [found, truth] = [core.compile({ inputs: { x }, outputs: { y }, backend: wasm })(feeds), core.compile({ inputs: { x }, outputs: { y } })(feeds)];
    expect(bitsOf(found.y)).toEqual(bitsOf(truth.y));
  }), { numRuns: 200 });
});

test('a column has the bits that it has alone', () => {
  const data = Float32Array.from({ length: 50 * 23 }, (_, i) => Math.sin(i) * 10);
  const sums = (columns: number, pick: (i: number) => boolean): readonly string[] => bitsOf(core.evaluate(core.sum(core.input('x', [50, columns]), { axis: 0 }), { x: { data: data.filter((_, i) => pick(i % 23)), shape: [50, columns] } }, { backend: wasm }));
  const together = sums(23, () => true);
  for (let column = 0; column < 23; column += 1) expect(sums(4, (i) => i === column || i === (column + 1) % 23 || i === (column + 5) % 23 || i === (column + 9) % 23)).toContain(together[column]);
});
