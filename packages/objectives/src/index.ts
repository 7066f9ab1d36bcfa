export { categoricalAccuracy, type CategoricalAccuracyOptions } from './accuracy.js';
export { aggregate, type AggregateOptions } from './aggregate.js';
export { categoricalCrossentropy, type CrossentropyOptions } from './crossentropy.js';
export { defaults } from './defaults.js';
export { squaredError } from './squaredError.js';
export { version } from './version.js';
