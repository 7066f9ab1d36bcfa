export { loadCheckpoint, saveCheckpoint } from './node/checkpointFile.js';
export { writeFileAtomically } from './node/atomic.js';
export { jsonLines, type JsonLinesFileOptions, tensorBoard, type TensorBoardFolderOptions } from './node/logFiles.js';
export { type EndEvent, type EpochEvent, type FitEvent, type Metrics, type StartEvent, type StepEvent, type ValidationEvent } from './events.js';
export { type CheckpointInfo, type CheckpointOptions, type Drawing, type RunState } from './checkpoint/checkpoint.js';
export { type ParamSelection } from './checkpoint/names.js';
export { type RestoreOptions } from './checkpoint/restore.js';
export { type DataOrder, type Progress } from './progress.js';
