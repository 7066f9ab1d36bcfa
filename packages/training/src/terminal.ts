export { terminalProgress, type TerminalProgressOptions } from './terminal/progress.js';
// What its signature names, so that a listener needs one import.
export { type EndEvent, type EpochEvent, type FitEvent, type Metrics, type StartEvent, type StepEvent, type ValidationEvent } from './events.js';
export { type DataOrder, type Progress } from './progress.js';
