import { checkOptions, InputError, UnsupportedError } from '@pastina/core';
import { sliceOf, viewOf } from '../formats/bytes.js';
import { type NpyArray } from '../formats/npy.js';
import { loadPeer } from '../peer.js';

/** Options of {@link readHdf5}. */
export interface ReadHdf5Options {
  /** The datasets to read, such as 'train/images'. Default: all, each of which must then hold numbers. */
  readonly paths?: readonly string[];
}

/** What is used of h5wasm. */
interface H5Dataset {
  readonly dtype: unknown;
  readonly shape: readonly number[] | null;
  readonly value: unknown;
}
interface H5File {
  paths(): readonly string[];
  get(path: string): unknown;
  close(): unknown;
}
interface H5 {
  readonly ready: Promise<{
    readonly FS: { writeFile(path: string, bytes: Uint8Array): void; unlink(path: string): void };
    activate_throwing_error_handler(): unknown;
  }>;
  readonly File: new (path: string, mode: 'r') => H5File;
  readonly Dataset: new (...parts: never) => H5Dataset;
}

const kinds: Readonly<Record<string, readonly [NpyArray['dtype'], new (size: number) => NpyArray['data']]>> = {
  d: ['float64', Float64Array], f: ['float32', Float32Array], e: ['float16', Float32Array],
  q: ['int32', Int32Array], i: ['int32', Int32Array], l: ['int32', Int32Array], h: ['int16', Int16Array], b: ['int8', Int8Array],
  Q: ['uint32', Uint32Array], I: ['uint32', Uint32Array], L: ['uint32', Uint32Array], H: ['uint16', Uint16Array], B: ['uint8', Uint8Array],
};

let files = 0;

/**
 * The datasets of an HDF5 file by their paths, as {@link NpyArray}s, which `batches` takes. It needs the package
 * `h5wasm`, an optional peer that is loaded when this is called; the file lies in the memory of that, not on a disk.
 *
 * @throws UnsupportedError PEER_MISSING where h5wasm is not installed, HDF5_DTYPE naming a dataset of texts or records
 * @throws InputError HDF5_FILE for a corrupt file, HDF5_PATH for a dataset that is not there, HDF5_ELEMENT for an integer
 *   of 64 bits that does not fit 32
 *
 * @example
 * ```ts
 * import { readHdf5 } from '@pastina/training/hdf5';
 * const reason = await readHdf5(new Uint8Array(8)).catch((error: Error) => error.message);
 * console.log(String(reason).startsWith('readHdf5: the file cannot be read')); // true
 * ```
 */
export async function readHdf5(bytes: Uint8Array | ArrayBuffer, options: ReadHdf5Options = {}): Promise<Map<string, NpyArray>> {
  const where = 'readHdf5';
  checkOptions(where, options, ['paths']);
  const view = viewOf(where, bytes);
  const h5 = await loadPeer(where, 'h5wasm@^0.10.3', async () => (await import('h5wasm')) as unknown as H5);
  const module = await h5.ready;
  // without it, the library writes its errors to the console
  module.activate_throwing_error_handler();
  const path = `pastina-${(files += 1)}.h5`;
  module.FS.writeFile(path, sliceOf(view, 0, view.byteLength));
  try {
    return readAll(where, h5, path, options.paths);
  } finally {
    module.FS.unlink(path);
  }
}

function readAll(where: string, h5: H5, path: string, wanted: readonly string[] | undefined): Map<string, NpyArray> {
  const file = guarded(where, () => new h5.File(path, 'r'));
  try {
    const all = guarded(where, () => file.paths().filter((name) => file.get(name) instanceof h5.Dataset));
    return new Map((wanted ?? all).map((name) => {
      if (!all.includes(name)) throw new InputError('HDF5_PATH', `${where}: there is no dataset '${name}', only ${all.slice(0, 20).map((known) => `'${known}'`).join(', ') || 'none'}`, { path: name, known: all });
      return [name, readDataset(where, name, guarded(where, () => file.get(name) as H5Dataset))];
    }));
  } finally {
    file.close();
  }
}

/** What the library throws is told as ours. */
function guarded<Result>(where: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw new InputError('HDF5_FILE', `${where}: the file cannot be read: ${(error as Error).message.trim().split('\n')[0]}. It is cut short or corrupt, or no HDF5 file`);
  }
}

function readDataset(where: string, name: string, dataset: H5Dataset): NpyArray {
  const { dtype: code, shape } = dataset;
  const kind = typeof code === 'string' ? kinds[code.slice(-1)] : undefined;
  if (kind === undefined || (code as string).length > 2 || shape === null) throw new UnsupportedError('HDF5_DTYPE', `${where}: dataset '${name}' holds ${shape === null ? 'nothing' : `elements of ${JSON.stringify(code)}`}; expected numbers. Name the datasets that do in { paths }`, { path: name });
  const [dtype, Kind] = kind;
  const value = guarded(where, () => dataset.value);
  const elements = (ArrayBuffer.isView(value) ? value : [value]) as ArrayLike<number | bigint>;
  const data = new Kind(elements.length);
  for (let i = 0; i < elements.length; i += 1) {
    const element = Number(elements[i]);
    data[i] = element;
    if (typeof elements[i] === 'bigint' && data[i] !== element) throw new InputError('HDF5_ELEMENT', `${where}: dataset '${name}': element ${i} is ${String(elements[i])}, which does not fit ${dtype}, and there is no wider integer here. Save it as float64`, { path: name, index: i });
  }
  return { dtype, shape: [...shape], data } as NpyArray;
}
