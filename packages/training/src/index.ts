export { batches, type Batches, type BatchesOptions } from './batches.js';
export { type AnyTypedArray, type BatchOf, type Column, type Columns, type Shaped } from './columns.js';
export { defaults } from './defaults.js';
export { type EndEvent, type EpochEvent, type FitEvent, type Metrics, type StartEvent, type StepEvent, type ValidationEvent } from './events.js';
export { fit, type FitOptions, type Validation } from './fit.js';
export { type StepOutputs } from './means.js';
export { type DataOrder, parseProgress, type Progress, stringifyProgress } from './progress.js';
export { version } from './version.js';
