export { digits, type Digits, type DigitsDataset, type DigitsOptions, rawDigits } from './datasets/digits.js';
export { type Idx, parseIdx } from './datasets/idx.js';
export { type NpyArray, readNpy } from './formats/npy.js';
export { readNpz, type ReadNpzOptions } from './formats/npz.js';
export { type Csv, type CsvOptions, parseCsv } from './data/csv.js';
export { gunzip, type GunzipOptions } from './data/gunzip.js';
