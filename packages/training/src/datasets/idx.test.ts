import { InputError } from '@pastina/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batches } from '../batches.js';
import { parseIdx, type Idx } from './idx.js';

const writers = {
  uint8: [0x08, 1, (view: DataView, at: number, value: number) => view.setUint8(at, value), Uint8Array],
  int8: [0x09, 1, (view: DataView, at: number, value: number) => view.setInt8(at, value), Int8Array],
  int16: [0x0b, 2, (view: DataView, at: number, value: number) => view.setInt16(at, value), Int16Array],
  int32: [0x0c, 4, (view: DataView, at: number, value: number) => view.setInt32(at, value), Int32Array],
  float32: [0x0d, 4, (view: DataView, at: number, value: number) => view.setFloat32(at, value), Float32Array],
  float64: [0x0e, 8, (view: DataView, at: number, value: number) => view.setFloat64(at, value), Float64Array],
} as const;
type Type = keyof typeof writers;

/** An IDX file as its format's page describes it. */
function write(type: Type, shape: readonly number[], values: ArrayLike<number>): Uint8Array {
  const [code, size, put] = writers[type];
  const bytes = new Uint8Array(4 + 4 * shape.length + size * values.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, code, shape.length]);
  shape.forEach((n, axis) => view.setUint32(4 + 4 * axis, n));
  for (let i = 0; i < values.length; i += 1) put(view, 4 + 4 * shape.length + i * size, values[i] as number);
  return bytes;
}

const file = fc.record({ type: fc.constantFrom(...(Object.keys(writers) as Type[])), shape: fc.array(fc.nat(4), { maxLength: 4 }), seed: fc.array(fc.double(), { minLength: 256, maxLength: 256 }) }).map(({ type, shape, seed }) => {
  const values = new writers[type][3](seed.slice(0, shape.reduce((a, b) => a * b, 1)));
  return { type, shape, values, bytes: write(type, shape, values) };
});

describe('parseIdx', () => {
  it('gives back what was written, of every type and rank', () => {
    fc.assert(fc.property(file, ({ type, shape, values, bytes }) => {
      const found = parseIdx(bytes);
      expect(found).toEqual({ dtype: type, shape, data: values });
      expect(found.data.constructor).toBe(values.constructor);
    }), { numRuns: 200 });
  });

  it('reads from the midst of a buffer, from an ArrayBuffer, and copies', () => {
    const bytes = write('uint8', [3], [1, 2, 3]);
    const within = new Uint8Array(bytes.length + 7).subarray(5, 5 + bytes.length);
    within.set(bytes);
    const { data } = parseIdx(within);
    within.fill(9);
    expect([...data]).toEqual([1, 2, 3]);
    expect(parseIdx(bytes.buffer as ArrayBuffer).shape).toEqual([3]);
    expect(parseIdx(Buffer.from(bytes)).data.constructor).toBe(Uint8Array);
  });

  it('goes into batches as it is', () => {
    const [images, labels] = [parseIdx(write('uint8', [3, 2], [1, 2, 3, 4, 5, 6])), parseIdx(write('int32', [3], [7, 8, 9]))];
    const all = [...batches({ images, labels }, { batchSize: 2 })];
    expect(all.map((batch) => [batch.images.shape, [...batch.labels.data]])).toEqual([[[2, 2], [7, 8]], [[1, 2], [9]]]);
  });
});

describe('what is corrupt', () => {
  const whole = write('int16', [2, 3], [1, 2, 3, 4, 5, 6]);
  const changed = (place: number, value: number): Uint8Array => Uint8Array.from(whole, (byte, i) => (i === place ? value : byte));
  const expected = 'expected an IDX file, which begins with 0, 0, a type code from 0x08 to 0x0e, and the number of axes [IDX_MAGIC]';
  it.each([
    [new Uint8Array(0), `parseIdx: the file has 0 bytes; ${expected}`],
    [Uint8Array.of(0, 0, 8), `parseIdx: the file has 3 bytes; ${expected}`],
    [changed(0, 1), `parseIdx: the file begins with 0x01 0x00 0x0b 0x02; ${expected}`],
    [changed(2, 0x0a), `parseIdx: the file begins with 0x00 0x00 0x0a 0x02; ${expected}`],
    [Uint8Array.of(0x1f, 0x8b, 8, 0), `parseIdx: the file is packed with gzip, unpack it first: parseIdx(await gunzip(bytes)); ${expected}`],
    [whole.subarray(0, 9), 'parseIdx: the file ends after 9 bytes, within the sizes of 2 axes; expected 12 bytes before the first element. The file is cut short [IDX_HEADER]'],
    [changed(3, 255), 'parseIdx: the file ends after 24 bytes, within the sizes of 255 axes; expected 1024 bytes before the first element. The file is cut short [IDX_HEADER]'],
    [whole.subarray(0, 23), 'parseIdx: 11 bytes of elements behind the header; expected 12 for int16[2, 3]. The file is cut short, or its sizes are corrupt [IDX_LENGTH]'],
    [Uint8Array.of(...whole, 0), 'parseIdx: 13 bytes of elements behind the header; expected 12 for int16[2, 3]. The file is too long, or its sizes are corrupt [IDX_LENGTH]'],
    [changed(4, 255), 'parseIdx: 12 bytes of elements behind the header; expected 25669140492 for int16[4278190082, 3]. The file is cut short, or its sizes are corrupt [IDX_LENGTH]'],
    ['text', 'parseIdx: got string; expected the bytes of a file as a Uint8Array or ArrayBuffer [IDX_BYTES]'],
    [null, 'parseIdx: got null; expected the bytes of a file as a Uint8Array or ArrayBuffer [IDX_BYTES]'],
  ])('%s: %s', (bytes, message) => {
    expect(() => parseIdx(bytes as never)).toThrow(InputError);
    expect(() => parseIdx(bytes as never)).toThrow(message);
  });

  it('sizes whose product is infinite, with and without a 0 among them', () => {
    const huge = new Array<number>(60).fill(4294967295);
    expect(() => parseIdx(write('float64', huge, []))).toThrow(/expected Infinity for float64/);
    expect(parseIdx(write('float64', [...huge, 0], [])).data).toHaveLength(0);
  });

  it('a mutated, cut or lengthened file gives an array no larger than itself, or an InputError', () => {
    const hurt = fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { minLength: 1, maxLength: 6 });
    const outcomes = new Set<string>();
    fc.assert(fc.property(file, hurt, fc.integer({ min: -30, max: 8 }), ({ bytes }, places, change) => {
      const mutated = new Uint8Array(Math.max(0, bytes.length + change));
      mutated.set(bytes.subarray(0, mutated.length));
      for (const [place, value] of places) if (place < mutated.length) mutated[place] = value;
      let found: Idx | undefined;
      try {
        found = parseIdx(mutated);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        outcomes.add((error as InputError).code);
        return;
      }
      outcomes.add('read');
      expect(found.data.byteLength).toBe(mutated.length - 4 - 4 * found.shape.length);
      if (!found.shape.includes(0)) expect(found.shape.reduce((a, b) => a * b, 1)).toBe(found.data.length);
    }), { numRuns: 2000 });
    expect([...outcomes].sort()).toEqual(['IDX_HEADER', 'IDX_LENGTH', 'IDX_MAGIC', 'read']);
  });
});
