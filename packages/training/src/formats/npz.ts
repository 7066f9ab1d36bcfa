import { checkOptions, defaultOf, InputError, type Defaulted, type TensorLike } from '@pastina/core';
import { zipSync } from 'fflate';
import { namedParams, type ParamSelection } from '../checkpoint/names.js';
import { assign, type RestoreOptions } from '../checkpoint/restore.js';
import { defaults } from '../defaults.js';
import { viewOf } from './bytes.js';
import { type NpyArray, readNpyAt, tensorOfNpy, writeNpy } from './npy.js';
import { type Named } from './writeSafetensors.js';
import { unzip } from './zip.js';

/** Options of {@link readNpz}. */
export interface ReadNpzOptions {
  /** How many bytes all arrays together may unpack to; a small archive can claim much. */
  readonly maxBytes?: Defaulted<number, 2147483648>;
}

/** Options of {@link writeNpz}. */
export interface WriteNpzOptions {
  /** `true`: deflated, as `np.savez_compressed` does. */
  readonly compress?: Defaulted<boolean, false>;
}

/**
 * The arrays that `np.savez` or `np.savez_compressed` wrote, by name, in their order; those without a name are 'arr_0',
 * 'arr_1', ….
 *
 * @throws InputError ZIP_… for an archive, NPY_… for an array that is corrupt or none, naming it
 * @throws UnsupportedError NPY_DTYPE naming an array of texts, objects and the like
 *
 * @example
 * ```ts
 * import { readNpz, writeNpz } from '@pastina/training/checkpoints';
 * const arrays = readNpz(writeNpz([[[1, 2]], Float64Array.of(3)]));
 * console.log([...arrays].map(([name, { dtype, shape }]) => `${name} ${dtype}[${shape}]`)); // ['arr_0 float32[1,2]', 'arr_1 float64[1]']
 * ```
 */
export function readNpz(bytes: Uint8Array | ArrayBuffer, options: ReadNpzOptions = {}): Map<string, NpyArray> {
  checkOptions('readNpz', options, ['maxBytes']);
  return readNpzAt('readNpz', bytes, options.maxBytes ?? defaultOf(defaults, 'readNpz.maxBytes'));
}

function readNpzAt(where: string, bytes: Uint8Array | ArrayBuffer, maxBytes: number): Map<string, NpyArray> {
  const files = unzip(where, viewOf(where, bytes), maxBytes);
  return new Map([...files].map(([file, content]) => {
    if (!file.endsWith('.npy')) throw new InputError('NPZ_NAME', `${where}: '${file}' in the archive; expected arrays, whose names end in .npy, as np.savez writes them`, { name: file });
    const name = file.slice(0, -4);
    return [name, readNpyAt({ where, name }, viewOf(where, content))];
  }));
}

/**
 * Values as an archive that `np.load` reads: a list gets the names 'arr_0', 'arr_1', …, as `np.savez(path, *values)`.
 * The same values give the same bytes.
 *
 * @throws InputError for a name that an archive cannot have
 */
export function writeNpz(values: Named | readonly TensorLike[], options: WriteNpzOptions = {}): Uint8Array {
  checkOptions('writeNpz', options, ['compress']);
  const level = (options.compress ?? defaultOf(defaults, 'writeNpz.compress')) ? 6 : 0;
  const named = Array.isArray(values) ? (values as readonly TensorLike[]).map((value, i) => [`arr_${i}`, value] as const) : values instanceof Map ? [...(values as ReadonlyMap<string, TensorLike>)] : Object.entries(values as Readonly<Record<string, TensorLike>>);
  const files: [string, Uint8Array][] = named.map(([name, value]) => {
    if (name === '' || name.includes('/') || name === '__proto__') throw new InputError('NPZ_NAME', `writeNpz: a value called '${name}'; expected a name without '/'`, { name });
    return [`${name}.npy`, writeNpy(value)];
  });
  if (files.length > 65534 || files.reduce((sum, [name, { length }]) => sum + length + name.length + 200, 0) > 4294967295) throw new InputError('NPZ_SIZE', 'writeNpz: more than 4 GB or 65534 arrays; write several archives, or safetensors');
  // the time of a file would make the bytes differ from run to run; an archive begins in 1980, wherever it is noon
  return zipSync(Object.fromEntries(files), { level, mtime: new Date(1980, 0, 1, 12) });
}

/**
 * Sets parameters to the arrays of an archive, all or nothing: by order where they are called 'arr_0', 'arr_1', …, which
 * is what `np.savez(path, *lasagne.layers.get_all_param_values(net))` makes, else by name.
 *
 * @throws InputError, ShapeError, DTypeError naming the first parameter whose value is missing or does not fit; those of {@link readNpz}
 *
 * @example
 * ```ts
 * import { DenseLayer, getAllParamValues, InputLayer } from '@pastina/layers';
 * import { restoreNpz, writeNpz } from '@pastina/training/checkpoints';
 * const net = new DenseLayer(new InputLayer({ shape: [null, 1] }), { numUnits: 2 });
 * restoreNpz(writeNpz([[[1, 2]], [3, 4]]), { layers: net });
 * console.log(getAllParamValues(net).map((value) => value.toArray())); // [[[1, 2]], [3, 4]]
 * ```
 */
export function restoreNpz(bytes: Uint8Array | ArrayBuffer, selection: ParamSelection, options: RestoreOptions & ReadNpzOptions = {}): void {
  const where = 'restoreNpz';
  checkOptions(where, selection, ['layers', 'params']);
  checkOptions(where, options, ['allowExtra', 'maxBytes']);
  const params = namedParams(where, selection);
  const arrays = readNpzAt(where, bytes, options.maxBytes ?? defaultOf(defaults, 'restoreNpz.maxBytes'));
  const ordered = [...arrays.keys()].every((name) => /^arr_\d+$/.test(name)) && ![...params.keys()].some((name) => arrays.has(name));
  const allowExtra = options.allowExtra ?? defaultOf(defaults, 'restoreNpz.allowExtra');
  if (ordered && (arrays.size < params.size || (arrays.size > params.size && !allowExtra))) {
    throw new InputError('PARAM_COUNT', `${where}: ${arrays.size} arrays for ${params.size} parameters (${[...params].map(([name, { shape }]) => `${name} [${shape.join(', ')}]`).join(', ')}); expected one each. No parameter was changed`, { expected: params.size, found: arrays.size });
  }
  const names = ordered ? [...params.keys()].map((name, i) => [name, `arr_${i}`] as const) : [...arrays.keys()].map((name) => [name, name] as const);
  const values = new Map(names.flatMap(([name, key]) => {
    const array = arrays.get(key);
    return array === undefined ? [] : [[name, tensorOfNpy(array)] as const];
  }));
  assign(where, params, values, allowExtra);
}
