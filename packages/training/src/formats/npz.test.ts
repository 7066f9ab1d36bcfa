import { readFileSync } from 'node:fs';
import { parameter, PastinaError, randomSource, tensor } from '@pastina/core';
import { DenseLayer, getAllParamValues, InputLayer } from '@pastina/layers';
import { describe, expect, it } from 'vitest';
import { type NpyArray, readNpy, readNpz, restoreNpz, writeNpy, writeNpz } from '../checkpoints.js';
import { batches } from '../index.js';

const file = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../../test-data/${name}`, import.meta.url)));
const text = ({ dtype, shape, data }: NpyArray): string => `${data.constructor.name} ${dtype}[${shape.join()}] ${[...data].map((x) => (Object.is(x, -0) ? '-0' : x)).join(' ')}`;

describe('files of NumPy', () => {
  const kinds = readNpz(file('kinds.npz'));

  it('come with every dtype there is here, in both byte orders', () => {
    const eighths = '[2,3] 0 0.125 0.25 0.375 0.5 0.625', halves = '[2,3] -0.25 -0.125 0 0.125 0.25 0.375', signed = '[2,3] -3 -2 -1 0 1 2';
    expect(Object.fromEntries([...kinds].map(([name, array]) => [name, text(array)]))).toEqual({
      float64: `Float64Array float64${eighths}`, float32: `Float32Array float32${eighths}`, float16: `Float32Array float16${halves}`,
      int64: `Int32Array int32${signed}`, int32: `Int32Array int32${signed}`, int16: `Int16Array int16${signed}`, int8: `Int8Array int8${signed}`,
      uint64: 'Uint32Array uint32[2,3] 0 1 2 3 4 5', uint32: 'Uint32Array uint32[2,3] 4294967290 4294967291 4294967292 4294967293 4294967294 4294967295',
      uint16: 'Uint16Array uint16[2,3] 65530 65531 65532 65533 65534 65535', uint8: 'Uint8Array uint8[2,3] 250 251 252 253 254 255', bool: 'Uint8Array bool[2,3] 1 0 1 0 1 0',
      bigFloat64: `Float64Array float64${eighths}`, bigFloat32: `Float32Array float32${eighths}`, bigFloat16: `Float32Array float16${halves}`,
      bigInt64: `Int32Array int32${signed}`, bigInt32: `Int32Array int32${signed}`, bigInt16: `Int16Array int16${signed}`, bigUint32: 'Uint32Array uint32[2,3] 4294967290 4294967291 4294967292 4294967293 4294967294 4294967295',
      fortran: 'Float32Array float32[2,3] 0 1 2 3 4 5', fortranCube: `Int16Array int16[2,3,4] ${Array.from({ length: 24 }, (_, i) => i).join(' ')}`,
      scalar: 'Float32Array float32[] 2.5', empty: 'Float32Array float32[0,4] ', special: 'Float64Array float64[5] NaN Infinity -Infinity -0 5e-324',
    });
  });

  it('come in all versions of the format', () => {
    for (const version of [1, 2, 3]) expect(text(readNpy(file(`version${version}.npy`)))).toBe('Int32Array int32[2,3] 0 1 2 3 4 5');
  });

  it('go into batches as they are', () => {
    const { float32, int8 } = Object.fromEntries(kinds);
    expect([...batches({ float32, int8 } as Record<string, NpyArray>, { batchSize: 1 })][1]).toEqual({ float32: { data: Float32Array.of(0.375, 0.5, 0.625), shape: [1, 3] }, int8: { data: Int8Array.of(0, 1, 2), shape: [1, 3] } });
  });

  it('of what there is no dtype for are refused by name', () => {
    expect(() => readNpy(file('text.npy'))).toThrow("readNpy: dtype <U2; expected floats of 16 to 64 bits, integers or bool. Convert it before it is saved: array.astype('float32') [NPY_DTYPE]");
    expect(() => readNpy(file('complex.npy'))).toThrow('readNpy: dtype <c16;');
    expect(() => readNpy(file('object.npy'))).toThrow('readNpy: dtype |O;');
    expect(() => readNpy(file('record.npy'))).toThrow("readNpy: dtype [('x', '<f4'), ('y', '<i4')];");
    expect(() => readNpy(file('wide.npy'))).toThrow('readNpy: element 1 is 2147483648, which does not fit int32, and there is no wider integer here. Save it as float64 [NPY_ELEMENT]');
    expect(() => readNpz(file('kinds.npz').slice(0, -1))).toThrow('readNpz: there is no end of an archive. The file is cut short, or no .npz (zip) file [ZIP_END]');
    expect(() => readNpz(file('text.npy'))).toThrow(/ZIP_END/);
    expect(() => readNpy(file('kinds.npz'))).toThrow('readNpy: the 6500 bytes are no NumPy array, which begins with \\x93NUMPY. Save arrays with np.save or np.savez [NPY_MAGIC]');
  });
});

describe("what Lasagne's users saved", () => {
  const net = (): DenseLayer => new DenseLayer(new InputLayer({ shape: [null, 3] }), { numUnits: 2 });

  it('is set by order, stored or deflated; eleven arrays are no matter of the alphabet', () => {
    for (const name of ['lasagne.npz', 'lasagne-deflated.npz']) {
      const layer = net();
      const more = Array.from({ length: 9 }, (_, k) => parameter([0, 0], { name: `p${k}` }));
      restoreNpz(file(name), { layers: layer, params: more });
      expect(getAllParamValues(layer).map((value) => value.toArray())).toEqual([[[-1, -0.6000000238418579], [-0.20000000298023224, 0.20000000298023224], [0.6000000238418579, 1]], [0.5, -0.5]]);
      expect(more.map((param) => param.valueSync().toArray())).toEqual(more.map((_, k) => [k, k]));
    }
  });

  it('must fit as a whole', () => {
    const layer = net();
    const before = getAllParamValues(layer).map(String);
    expect(() => restoreNpz(file('lasagne.npz'), { layers: layer })).toThrow('restoreNpz: 11 arrays for 2 parameters (W [3, 2], b [2]); expected one each. No parameter was changed [PARAM_COUNT]');
    expect(() => restoreNpz(writeNpz([[[1, 2]], [1, 2]]), { layers: layer })).toThrow("restoreNpz: the value of 'W' has shape [1, 2]; the parameter has [3, 2]. No parameter was changed [PARAM_SHAPE]");
    expect(() => restoreNpz(writeNpz([[[1, 2], [3, 4], [5, 6]], Float64Array.of(1, 2)]), { layers: layer })).toThrow("restoreNpz: the value of 'b' is float64; the parameter is float32, and nothing is converted by itself. No parameter was changed [PARAM_DTYPE]");
    expect(() => restoreNpz(writeNpz({ W: [[1, 2], [3, 4], [5, 6]], c: [1, 2] }), { layers: layer })).toThrow("restoreNpz: there is no value for 'b' [2]; there are 'W', 'c'.");
    expect(getAllParamValues(layer).map(String)).toEqual(before);
    restoreNpz(writeNpz({ b: [7, 8], W: [[1, 2], [3, 4], [5, 6]] }), { layers: layer });
    expect(getAllParamValues(layer)[1]?.toArray()).toEqual([7, 8]);
    restoreNpz(file('lasagne.npz'), { layers: layer }, { allowExtra: true });
    expect(getAllParamValues(layer)[1]?.toArray()).toEqual([0.5, -0.5]);
  });
});

describe('writeNpz', () => {
  const values = { f: tensor([[1.5, -2]], [1, 2]), h: tensor([0.5, NaN], [2], 'float16'), d: Float64Array.of(0.1), b: [true, false], i: Int32Array.of(-1), u: Uint32Array.of(4294967295), s: 3 };

  it('is read again, deflated too, with the same bytes each time', () => {
    for (const compress of [false, true]) {
      const bytes = writeNpz(values, { compress });
      expect(writeNpz(values, { compress })).toEqual(bytes);
      expect([...readNpz(bytes)].map(([name, array]) => `${name} ${text(array)}`)).toEqual(['f Float32Array float32[1,2] 1.5 -2', 'h Float32Array float16[2] 0.5 NaN', 'd Float64Array float64[1] 0.1', 'b Uint8Array bool[2] 1 0', 'i Int32Array int32[1] -1', 'u Uint32Array uint32[1] 4294967295', 's Float32Array float32[] 3']);
    }
    expect(readNpz(writeNpz([]))).toEqual(new Map());
  });

  it('writes the very bytes that NumPy writes', () => {
    expect(writeNpy({ data: Int32Array.of(0, 1, 2, 3, 4, 5), shape: [2, 3] })).toEqual(file('version1.npy'));
  });

  it('refuses names that no archive has', () => {
    expect(() => writeNpz({ 'a/b': 1 })).toThrow("writeNpz: a value called 'a/b'; expected a name without '/' [NPZ_NAME]");
    expect(() => writeNpz([1], { zip: true } as never)).toThrow(/there is no option 'zip'/);
  });
});

describe('corrupt archives', () => {
  const npy = (header: string, data = 0, version = 1): Uint8Array => {
    const bytes = new Uint8Array(10 + header.length + data);
    bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, header.length, 0, ...new TextEncoder().encode(header)]);
    return bytes;
  };

  it('name what is wrong with a header', () => {
    expect(() => readNpy(npy('{}'))).toThrow('readNpy: the header "{}" is none; expected descr, fortran_order and shape. The file is corrupt [NPY_HEADER]');
    for (const header of ['', "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'shape': (2,)}", "{'descr': '<f4', 'fortran_order': 'False', 'shape': (2,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x"]) expect(() => readNpy(npy(header)), header).toThrow(/NPY_HEADER/);
    expect(text(readNpy(npy("{'shape': (1L, 2L), 'fortran_order': False, 'descr': '|u1'}\n", 2)))).toBe('Uint8Array uint8[1,2] 0 0');
    expect(() => readNpy(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000)}"))).toThrow('readNpy: 0 bytes of elements; expected 4000000000000 for <f4[1000000, 1000000]. The file is cut short, or its header is corrupt [NPY_LENGTH]');
    expect(() => readNpy(npy('', 0, 4))).toThrow('readNpy: version 4 of the format; expected 1, 2 or 3');
    expect(() => readNpy(npy('{}').slice(0, 11))).toThrow('readNpy: the file ends after 11 bytes, within its header. The file is cut short [NPY_LENGTH]');
    expect(() => readNpy(new Uint8Array(3))).toThrow(/NPY_MAGIC/);
  });

  it('claim no memory: neither by sizes that deflating cannot reach, nor beyond maxBytes', () => {
    const bytes = writeNpz([new Float32Array(1e6)], { compress: true });
    expect(bytes.length).toBeLessThan(10000);
    expect(() => readNpz(bytes, { maxBytes: 1e6 })).toThrow('readNpz: the archive says it holds 4000128 bytes; expected at most 1000000. Raise maxBytes if that is right [ZIP_SIZE]');
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(bytes.length - 6, true);
    view.setUint32(directory + 24, 2000000000, true);
    expect(() => readNpz(bytes)).toThrow(/readNpz: 'arr_0.npy' has \d+ bytes that cannot unpack to 2000000000. The file is corrupt \[ZIP_ENTRY\]/);
    view.setUint32(directory + 24, 4000127, true);
    expect(() => readNpz(bytes)).toThrow("readNpz: 'arr_0.npy' has not the checksum that the archive tells. The file is corrupt [ZIP_CHECKSUM]");
  });

  it('1,000 of them are each a typed error, or the same content', () => {
    const random = randomSource(6);
    const below = (n: number): number => Math.floor((random.uniform(1)[0] as number) * n);
    let refused = 0;
    for (const name of ['lasagne.npz', 'lasagne-deflated.npz']) {
      const bytes = file(name);
      const content = new Set([...readNpz(bytes).values()].map(text));
      for (let round = 0; round < 500; round += 1) {
        let mutant = bytes.slice();
        if (round % 5 === 0) mutant = mutant.slice(0, below(bytes.length));
        else for (let k = 0; k < 1 + (round % 3); k += 1) mutant[below(bytes.length)] = below(256);
        try {
          // bytes that no reader looks at, such as dates and names, may change
          for (const array of readNpz(mutant).values()) expect(content.has(text(array)), `round ${round}`).toBe(true);
        } catch (error) {
          refused += 1;
          expect(error, `round ${round}`).toBeInstanceOf(PastinaError);
          expect((error as PastinaError).code).toMatch(/^(ZIP|NPY|NPZ)_/);
        }
      }
    }
    expect(refused).toBeGreaterThan(500);
  });
});
