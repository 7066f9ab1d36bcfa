export { digits, type Digits, type DigitsDataset, type DigitsOptions, rawDigits } from './datasets/digits.js';
export { type Idx, parseIdx } from './datasets/idx.js';
