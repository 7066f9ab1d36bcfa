import { PastinaError, randomSource, tensor, type Tensor } from '@pastina/core';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors, type Safetensors } from '../checkpoints.js';
import { writeChecked } from './checksum.js';

/** A file with a header as written. */
function fileOf(header: string | Uint8Array, data: readonly number[] = []): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const entry = (dtype: string, shape: readonly number[], begin: number, end: number): string => JSON.stringify({ dtype, shape, data_offsets: [begin, end] });
const read = (header: string, data?: readonly number[]) => (): Safetensors => readSafetensors(fileOf(header, data));
const bitsOf = ({ dtype, shape }: Tensor, data: ArrayBufferView): string => `${dtype}[${shape.join()}] ${[...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)].join(' ')}`;

const halves = Float32Array.of(0, -0, 1, -1.5, 65504, 5.9604644775390625e-8, 0.00006097555160522461, 0.00006103515625, Infinity, -Infinity, NaN, 0.333251953125);
const everything = new Map<string, Tensor>([
  ['bool', tensor([true, false, true])],
  ['half', tensor({ data: halves, shape: [3, 4] }, [3, 4], 'float16')],
  ['float', tensor({ data: Float32Array.of(0, -0, NaN, Infinity, -Infinity, 1e-45, 3.4028234663852886e38, 0.1), shape: [2, 2, 2] })],
  ['double', tensor(Float64Array.of(0.1, -0, NaN, 5e-324))],
  ['int', tensor(Int32Array.of(-2147483648, 2147483647, 0))],
  ['uint', tensor(Uint32Array.of(4294967295, 0))],
  ['empty', tensor({ data: new Float32Array(0), shape: [0, 7] })],
  ['scalar', tensor(3)],
  ['naïve "name"\n\\ 字 __proto__', tensor(1)],
  ['__proto__', tensor(2)],
]);

describe('safetensors', () => {
  it('gives back every dtype, shape and bit, names and metadata, in order', () => {
    const { tensors, metadata } = readSafetensors(writeSafetensors(everything, { a: '1', 'ü': '\u0000"' }));
    expect([...tensors.keys()]).toEqual([...everything.keys()]);
    for (const [name, value] of everything) expect(bitsOf(tensors.get(name) as Tensor, (tensors.get(name) as Tensor).dataSync())).toBe(bitsOf(value, value.dataSync()));
    expect([...metadata]).toEqual([['a', '1'], ['ü', '\u0000"']]);
  });

  it('keeps the payload of a NaN', () => {
    const odd = new Float32Array(Uint32Array.of(0x7fc12345).buffer);
    const back = readSafetensors(writeSafetensors({ odd })).tensors.get('odd')?.dataSync() as Float32Array;
    expect(new Uint32Array(back.buffer)[0]).toBe(0x7fc12345);
  });

  it('every one of the 65536 halves comes back', () => {
    const header = `{"h":${entry('F16', [65536], 0, 131072)}}`;
    const bytes = fileOf(header.padEnd(8 * Math.ceil(header.length / 8)), [...new Uint8Array(Uint16Array.from({ length: 65536 }, (_, i) => i).buffer)]);
    const { tensors } = readSafetensors(bytes);
    const again = writeSafetensors(tensors);
    const bits = new Uint16Array(again.slice(again.length - 131072).buffer);
    // NaNs become the one NaN
    expect([...bits].filter((word, i) => word !== i).every((word) => word === 0x7e00)).toBe(true);
    expect([...bits].filter((word, i) => word !== i)).toHaveLength(2 * 1023 - 1);
  });

  it('is bytes that others can read: aligned, the rest filled with spaces', () => {
    const bytes = writeSafetensors({ a: [true], b: Float64Array.of(1) });
    const view = new DataView(bytes.buffer);
    const length = view.getUint32(0, true);
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({ a: { dtype: 'BOOL', shape: [1], data_offsets: [8, 9] }, b: { dtype: 'F64', shape: [1], data_offsets: [0, 8] } });
    expect(view.getFloat64(8 + length, true)).toBe(1);
    expect(writeSafetensors({}).length).toBe(16);
    expect([...readSafetensors(writeSafetensors({})).tensors]).toEqual([]);
  });

  it('reads what others write: bfloat16 and the other integers, exactly or not at all', () => {
    const values = (code: string, size: number, data: readonly number[]): unknown => readSafetensors(fileOf(`{"x":${entry(code, [data.length / size], 0, data.length)}}`, data)).tensors.get('x')?.toString();
    expect(values('BF16', 2, [0x80, 0x3f, 0x00, 0xc0, 0x80, 0xff])).toBe('float32[3] [1,-2,null]');
    expect(values('I8', 1, [255, 1])).toBe('int32[2] [-1,1]');
    expect(values('U8', 1, [255, 1])).toBe('int32[2] [255,1]');
    expect(values('I16', 2, [255, 255])).toBe('int32[1] [-1]');
    expect(values('U16', 2, [255, 255])).toBe('int32[1] [65535]');
    expect(values('I64', 8, [254, 255, 255, 255, 255, 255, 255, 255])).toBe('int32[1] [-2]');
    expect(values('U64', 8, [255, 255, 255, 255, 0, 0, 0, 0])).toBe('uint32[1] [4294967295]');
    expect(() => values('I64', 8, [0, 0, 0, 128, 0, 0, 0, 0])).toThrow("readSafetensors: tensor 'x': element 0 of I64 is 2147483648; it does not fit int32, and there is no wider integer here; store it as F64 or smaller [SAFETENSORS_ELEMENT]");
    expect(() => values('BOOL', 1, [1, 2])).toThrow("readSafetensors: tensor 'x': element 1 of BOOL is 2; expected 0 or 1. The file is corrupt [SAFETENSORS_ELEMENT]");
  });

  it('names what is wrong with a header', () => {
    expect(() => readSafetensors(new Uint8Array(7))).toThrow('readSafetensors: the file has 7 bytes; expected at least 8, the length of the header. The file is cut short, or none of this format [SAFETENSORS_LENGTH]');
    expect(() => readSafetensors(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0))).toThrow('readSafetensors: the file ends after 8 bytes, within a header of 1 bytes. The file is cut short, or none of this format [SAFETENSORS_LENGTH]');
    expect(() => readSafetensors(new Uint8Array(16).fill(255))).toThrow('readSafetensors: a header of 18446744073709552000 bytes; expected at most 100000000. The file is corrupt, or none of this format [SAFETENSORS_HEADER]');
    expect(read(' {}')).toThrow("readSafetensors: the header is no JSON object: it does not begin with '{'. The file is corrupt, or none of this format [SAFETENSORS_HEADER]");
    expect(read('')).toThrow("it does not begin with '{'");
    expect(read('{} x')).toThrow('something behind the value at position 3');
    expect(read('{"a":01}')).toThrow("expected ',' or '}' at position 6");
    expect(read('{"a\u0001":1}')).toThrow('expected a string at position 1');
    expect(read(`{"a":${'['.repeat(1e5)}`)).toThrow('more than 16 levels of nesting');
    expect(() => readSafetensors(fileOf(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)))).toThrow(/the header is no JSON object: .*\[SAFETENSORS_HEADER\]/);
    expect(read(`{"a":${entry('U8', [], 0, 1)},"\\u0061":${entry('U8', [], 0, 1)}}`, [1])).toThrow('the name "a" twice at position');
    expect(read('{"__metadata__":{"a":1}}')).toThrow("readSafetensors: '__metadata__' of the header is no object of texts. The file is corrupt [SAFETENSORS_HEADER]");
  });

  it('names the tensor at fault', () => {
    expect(read('{"a":[]}')).toThrow("readSafetensors: tensor 'a': its entry is no object. The file is corrupt [SAFETENSORS_ENTRY]");
    expect(read('{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"x":1}}')).toThrow("tensor 'a': its entry has a field \"x\"; expected dtype, shape and data_offsets");
    expect(read(`{"a":${entry('F8', [], 0, 1)}}`, [0])).toThrow("readSafetensors: tensor 'a': dtype \"F8\"; expected one of F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL. The file is corrupt [SAFETENSORS_DTYPE]");
    expect(read('{"a":{"shape":[],"data_offsets":[0,4]}}')).toThrow("tensor 'a': dtype missing; expected");
    expect(read(`{"a":${entry('toString', [], 0, 1)}}`, [0])).toThrow('dtype "toString"');
    for (const shape of [[-1], [1.5], [1e300], ['1']]) expect(read(`{"a":${entry('F32', shape as number[], 0, 4)}}`)).toThrow(/tensor 'a': shape .*; expected a list of whole numbers from 0 up/);
    expect(read('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}')).toThrow("tensor 'a': data_offsets [0]; expected two whole numbers, where it begins and where it ends. The file is corrupt [SAFETENSORS_OFFSETS]");
    expect(read(`{"a":${entry('F32', [2], 0, 4)}}`, [0, 0, 0, 0])).toThrow("tensor 'a': data_offsets [0, 4] hold 4 bytes; expected 8 for F32[2].");
    expect(read(`{"a":${entry('F32', [9007199254740991, 9007199254740991], 0, 4)}}`)).toThrow('hold 4 bytes; expected 3.2');
    expect(read(`{"a":${entry('U8', [2], 0, 2)},"b":${entry('U8', [2], 1, 3)}}`, [0, 0, 0])).toThrow("readSafetensors: tensor 'b' begins at 1, the one before it ends at 2: they overlap. The file is corrupt [SAFETENSORS_OFFSETS]");
    expect(read(`{"b":${entry('U8', [2], 3, 5)},"a":${entry('U8', [2], 0, 2)}}`, [0, 0, 0, 0, 0])).toThrow("tensor 'b' begins at 3, the one before it ends at 2: bytes between them belong to none");
    expect(read(`{"a":${entry('U8', [2], 0, 2)}}`, [0])).toThrow('readSafetensors: 1 bytes of elements; expected 2. The file is cut short, or its header is corrupt [SAFETENSORS_LENGTH]');
    expect(read('{}', [0])).toThrow('readSafetensors: 1 bytes of elements; expected 0. The file is too long, or its header is corrupt [SAFETENSORS_LENGTH]');
  });

  it('reads texts of megabytes', () => {
    const text = '\\"\\\\x\n'.repeat(1e6);
    expect(readSafetensors(writeSafetensors({ a: 1 }, { text })).metadata.get('text') === text).toBe(true);
  });

  it('checks the checksum of files that have one, or should', () => {
    const bytes = writeChecked({ a: [1, 2] }, { 'pastina.x': '1' });
    expect(readSafetensors(bytes).tensors.get('a')?.toArray()).toEqual([1, 2]);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    expect(() => readSafetensors(bytes)).toThrow(/^readSafetensors: the file's checksum is [0-9a-f]{8}, but it tells [0-9a-f]{8}: it is not as it was written\. If another tool has written it on purpose, its metadata must leave out the names that begin with 'pastina\.' \[SAFETENSORS_CHECKSUM\]$/);
    expect(() => readSafetensors(writeSafetensors({ a: 1 }, { 'pastina.x': '1' }))).toThrow(/but it tells none/);
  });

  it('refuses what it cannot write', () => {
    expect(() => writeSafetensors({ __metadata__: 1 })).toThrow("writeSafetensors: a tensor cannot be called '__metadata__'; give it another name [SAFETENSORS_NAME]");
    expect(() => writeSafetensors({ a: [[1], [2, 3]] })).toThrow(/writeSafetensors: 'a': .*RAGGED/);
    expect(() => writeSafetensors({ a: 1 }, { b: 1 as never })).toThrow("writeSafetensors: metadata 'b' is number; expected a text, such as JSON.stringify(…) gives [SAFETENSORS_METADATA]");
    expect(() => readSafetensors('x' as never)).toThrow('readSafetensors: got string; expected the bytes of a file as a Uint8Array or ArrayBuffer [FILE_BYTES]');
  });
});

it('1,000 corrupt files: each a typed error or valid content, at a bounded cost', () => {
  const bytes = writeSafetensors(everything, { progress: '{"epoch":3}' });
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const random = randomSource(5);
  const below = (n: number): number => Math.floor((random.uniform(1)[0] as number) * n);
  let [refused, read] = [0, 0];
  for (let round = 0; round < 1000; round += 1) {
    let mutant = bytes.slice();
    const kind = round % 4;
    if (kind === 0) mutant = mutant.slice(0, below(bytes.length));
    else if (kind === 1) mutant[below(bytes.length)] = below(256);
    else if (kind === 2) mutant[8 + below(length)] = '0123456789[]{},:"FBIU -'.charCodeAt(below(23));
    else for (let k = 0; k < 3; k += 1) mutant.copyWithin(below(8 + length), below(8 + length), below(bytes.length));
    try {
      const { tensors } = readSafetensors(mutant);
      read += 1;
      const size = [...tensors.values()].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
      expect(size).toBeLessThanOrEqual(bytes.length);
      expect(writeSafetensors(readSafetensors(writeSafetensors(tensors)).tensors)).toEqual(writeSafetensors(tensors));
    } catch (error) {
      refused += 1;
      expect(error, `round ${round}`).toBeInstanceOf(PastinaError);
      expect((error as PastinaError).code, `round ${round}`).toMatch(/^SAFETENSORS_/);
    }
  }
  expect(refused).toBeGreaterThan(500);
  expect(read).toBeGreaterThan(50);
});
