import * as core from '@pastina/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wasmBackend } from '../index.js';

const wasm = await wasmBackend();

/** Several functions, of numbers, of one that stays and of a mask; results of several dtypes. */
function results(x: core.Expression, still: core.Expression, on: core.Expression): Readonly<Record<string, core.Expression>> {
  const gate = core.sigmoid(x);
  const value = core.tanh(core.add(core.mul(x, still), gate));
  return { gate, value: core.where(on, value, core.exp(core.neg(core.abs(x)))), mirrored: core.sigmoid(core.neg(x)), above: core.greater(value, gate), whole: core.cast(core.mul(value, 100), 'int32') };
}

const special = [NaN, Infinity, -Infinity, -0, 1e-40, -3e38, 89, -104];
const element = fc.oneof({ arbitrary: fc.float({ min: -5, max: 5, noNaN: true }), weight: 5 }, fc.constantFrom(...special.map(Math.fround)));

test('loops with several functions give every element what it gets alone, wherever it stands', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 41 }), fc.boolean(), fc.infiniteStream(element), (rows, columns, turned, stream) => {
    const values = Float32Array.from({ length: rows * columns }, () => stream.next().value as number);
    const mask = Array.from(values, (_, i) => i % 3 !== 1);
    const [x, still, on] = [core.input('x', turned ? [columns, rows] : [rows, columns]), core.input('still', [rows, 1]), core.input('on', [rows, columns], 'bool')];
    const f = core.compile({ inputs: { x, still, on }, outputs: results(turned ? core.transpose(x) : x, core.broadcastTo(still, [rows, columns]), on), backend: wasm });
    const given = Float32Array.from(values, (_, i) => (turned ? (values[(i % rows) * columns + Math.floor(i / rows)] as number) : (values[i] as number)));
    const found = f({ x: { data: given, shape: turned ? [columns, rows] : [rows, columns] }, still: { data: Float32Array.from({ length: rows }, (_, i) => i + 0.5), shape: [rows, 1] }, on: core.tensor(mask, [rows, columns]) });

    const [a, b, c] = [core.input('a', []), core.input('b', []), core.input('c', [], 'bool')];
    const alone = core.compile({ inputs: { a, b, c }, outputs: results(a, b, c), backend: wasm });
    for (let i = 0; i < values.length; i += 1) {
      const one = alone({ a: values[i] as number, b: Math.floor(i / columns) + 0.5, c: mask[i] as boolean });
      for (const [name, tensor] of Object.entries(found)) expect([name, i, tensor.dataSync()[i]]).toEqual([name, i, one[name]?.dataSync()[0]]);
    }
  }), { numRuns: 40 });
});
