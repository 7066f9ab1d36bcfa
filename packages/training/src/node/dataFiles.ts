import { readFile } from 'node:fs/promises';
import { checkOptions, defaultOf } from '@pastina/core';
import { type Csv, type CsvOptions, parseCsv } from '../data/csv.js';
import { gunzip } from '../data/gunzip.js';
import { type Idx, parseIdx } from '../datasets/idx.js';
import { defaults } from '../defaults.js';
import { type NpyArray, readNpy } from '../formats/npy.js';
import { readNpz, type ReadNpzOptions } from '../formats/npz.js';

/** An IDX file, packed with gzip or not; see `parseIdx`. */
export async function loadIdx(path: string): Promise<Idx> {
  return parseIdx(await gunzip(await readFile(path)));
}

/** A table in UTF-8, packed with gzip or not; see `parseCsv`. */
export async function loadCsv<Names extends string = string>(path: string, options: CsvOptions<Names> = {}): Promise<Csv<Names>> {
  checkOptions('loadCsv', options, ['columns', 'texts', 'header', 'separator', 'empty']);
  const own = {
    header: options.header ?? defaultOf(defaults, 'loadCsv.header'),
    separator: options.separator ?? defaultOf(defaults, 'loadCsv.separator'),
    empty: options.empty ?? defaultOf(defaults, 'loadCsv.empty'),
  };
  return parseCsv(new TextDecoder().decode(await gunzip(await readFile(path))), { ...options, ...own });
}

/** An array that `np.save` wrote; see `readNpy`. */
export async function loadNpy(path: string): Promise<NpyArray> {
  return readNpy(await readFile(path));
}

/** The arrays that `np.savez` wrote; see `readNpz`. */
export async function loadNpz(path: string, options: ReadNpzOptions = {}): Promise<Map<string, NpyArray>> {
  checkOptions('loadNpz', options, ['maxBytes']);
  const maxBytes = options.maxBytes ?? defaultOf(defaults, 'loadNpz.maxBytes');
  return readNpz(await readFile(path), { maxBytes });
}
