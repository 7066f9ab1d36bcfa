export { digits, type Digits, type DigitsDataset, type DigitsOptions, rawDigits } from './datasets/digits.js';
