import * as h5wasm from 'h5wasm';
import { describe, expect, it } from 'vitest';
import { readHdf5 } from '../hdf5.js';
import { batches } from '../index.js';
import { loadPeer } from '../peer.js';

let files = 0;

/** A file in the memory of the library. */
async function make(fill: (file: h5wasm.File) => void): Promise<Uint8Array> {
  const { FS } = (await h5wasm.ready) as unknown as { readonly FS: { readFile(path: string): Uint8Array } };
  const path = `test-${(files += 1)}.h5`;
  const file = new h5wasm.File(path, 'w');
  fill(file);
  file.close();
  return FS.readFile(path);
}

describe('readHdf5', () => {
  it('reads every kind of number, packed or not, in groups or not', async () => {
    const bytes = await make((file) => {
      file.create_dataset({ name: 'float64', data: Float64Array.of(0.1, NaN) });
      file.create_dataset({ name: 'float32', data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] });
      file.create_dataset({ name: 'int64', data: BigInt64Array.of(-2n, 3n) });
      file.create_dataset({ name: 'uint64', data: BigUint64Array.of(4294967295n) });
      file.create_dataset({ name: 'int32', data: Int32Array.of(-2147483648) });
      file.create_dataset({ name: 'uint32', data: Uint32Array.of(4294967295) });
      file.create_dataset({ name: 'int16', data: Int16Array.of(-3) });
      file.create_dataset({ name: 'uint16', data: Uint16Array.of(65535) });
      file.create_dataset({ name: 'int8', data: Int8Array.of(-4) });
      file.create_dataset({ name: 'uint8', data: Uint8Array.from({ length: 100 }, (_, i) => i), shape: [10, 10], chunks: [5, 10], compression: 6 });
      file.create_dataset({ name: 'scalar', data: 2.5 });
      file.create_group('deep').create_group('er').create_dataset({ name: 'x', data: Float32Array.of(7) });
    });
    const data = await readHdf5(bytes);
    expect(Object.fromEntries(data)).toEqual({
      float64: { dtype: 'float64', shape: [2], data: Float64Array.of(0.1, NaN) }, float32: { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
      int64: { dtype: 'int32', shape: [2], data: Int32Array.of(-2, 3) }, uint64: { dtype: 'uint32', shape: [1], data: Uint32Array.of(4294967295) },
      int32: { dtype: 'int32', shape: [1], data: Int32Array.of(-2147483648) }, uint32: { dtype: 'uint32', shape: [1], data: Uint32Array.of(4294967295) },
      int16: { dtype: 'int16', shape: [1], data: Int16Array.of(-3) }, uint16: { dtype: 'uint16', shape: [1], data: Uint16Array.of(65535) },
      int8: { dtype: 'int8', shape: [1], data: Int8Array.of(-4) }, uint8: { dtype: 'uint8', shape: [10, 10], data: Uint8Array.from({ length: 100 }, (_, i) => i) },
      scalar: { dtype: 'float64', shape: [], data: Float64Array.of(2.5) }, 'deep/er/x': { dtype: 'float32', shape: [1], data: Float32Array.of(7) },
    });
    const chosen = await readHdf5(bytes, { paths: ['float32'] });
    expect([...batches(Object.fromEntries(chosen), { batchSize: 1 })][1]).toEqual({ float32: { data: Float32Array.of(3, 4), shape: [1, 2] } });
  });

  it('refuses by name what holds no numbers, does not fit or is not there', async () => {
    const bytes = await make((file) => {
      file.create_dataset({ name: 'names', data: ['a', 'bc'] });
      file.create_dataset({ name: 'wide', data: BigInt64Array.of(1n, 2147483648n) });
      file.create_dataset({ name: 'x', data: Float32Array.of(1) });
    });
    await expect(readHdf5(bytes)).rejects.toThrow(/^readHdf5: dataset 'names' holds elements of "S2?"; expected numbers\. Name the datasets that do in \{ paths \} \[HDF5_DTYPE\]$/);
    await expect(readHdf5(bytes, { paths: ['wide'] })).rejects.toThrow("readHdf5: dataset 'wide': element 1 is 2147483648, which does not fit int32, and there is no wider integer here. Save it as float64 [HDF5_ELEMENT]");
    await expect(readHdf5(bytes, { paths: ['y'] })).rejects.toThrow("readHdf5: there is no dataset 'y', only 'names', 'wide', 'x' [HDF5_PATH]");
    expect([...(await readHdf5(bytes, { paths: ['x'] })).keys()]).toEqual(['x']);
    await expect(readHdf5('x' as never)).rejects.toThrow('readHdf5: got string; expected the bytes of a file');
  });

  it('refuses corrupt files, and reads others after them', async () => {
    const bytes = await make((file) => void file.create_dataset({ name: 'x', data: Float32Array.from({ length: 1000 }, (_, i) => i), chunks: [100], compression: 4 }));
    for (const corrupt of [new Uint8Array(0), new Uint8Array(100), bytes.slice(0, 200), bytes.slice(0, -100)]) await expect(readHdf5(corrupt)).rejects.toThrow(/^readHdf5: the file cannot be read: .*\. It is cut short or corrupt, or no HDF5 file \[HDF5_FILE\]$/);
    expect((await readHdf5(bytes)).get('x')?.data.length).toBe(1000);
  });
});

describe('a peer that is not installed', () => {
  it('is an error with the line that installs it', async () => {
    await expect(loadPeer('readHdf5', 'h5wasm@^0.10.3', () => Promise.reject(new Error("Cannot find package 'h5wasm'\nRequire stack")))).rejects.toThrow("readHdf5 needs a package that could not be loaded; install it with: npm install h5wasm@^0.10.3 (Cannot find package 'h5wasm') [PEER_MISSING]");
  });
});
