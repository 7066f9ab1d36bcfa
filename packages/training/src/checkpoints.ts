export { type CheckpointInfo, type CheckpointOptions, type Drawing, restoreCheckpoint, type RunState, writeCheckpoint } from './checkpoint/checkpoint.js';
export { type Model, type ModelOptions, readModel, writeModel } from './checkpoint/model.js';
export { type ParamSelection } from './checkpoint/names.js';
export { restoreParams, type RestoreOptions } from './checkpoint/restore.js';
export { type NpyArray, readNpy, writeNpy } from './formats/npy.js';
export { readNpz, type ReadNpzOptions, restoreNpz, writeNpz, type WriteNpzOptions } from './formats/npz.js';
export { readSafetensors, type Safetensors } from './formats/safetensors.js';
export { type Named, writeSafetensors } from './formats/writeSafetensors.js';
// What the signatures name, so that a checkpoint needs one import.
export { type DataOrder, type Progress } from './progress.js';
