import { readFile } from 'node:fs/promises';
import { checkOptions, defaultOf, InputError } from '@pastina/core';
import { type CheckpointInfo, type CheckpointOptions, restoreCheckpoint, type RunState, writeCheckpoint } from '../checkpoint/checkpoint.js';
import { type Model, type ModelOptions, readModel, writeModel } from '../checkpoint/model.js';
import { type RestoreOptions } from '../checkpoint/restore.js';
import { defaults } from '../defaults.js';
import { writeFileAtomically } from './atomic.js';

/**
 * Saves a run as a safetensors file, in whole or not at all: whoever is killed on the way leaves the old file as it was.
 * The values are those of the moment of the call.
 *
 * @throws InputError for what cannot be saved; errors of the file system as they are
 *
 * @example
 * ```ts
 * import { rmSync } from 'node:fs';
 * import { parameter } from '@pastina/core';
 * import { loadCheckpoint, saveCheckpoint } from '@pastina/training/node';
 * const W = parameter([1, 2], { name: 'W' });
 * await saveCheckpoint('model.safetensors', { params: [W] });
 * W.set([0, 0]);
 * await loadCheckpoint('model.safetensors', { params: [W] });
 * rmSync('model.safetensors');
 * console.log(W.valueSync().toArray()); // [1, 2]
 * ```
 */
export async function saveCheckpoint(path: string, options: CheckpointOptions): Promise<void> {
  checkPath('saveCheckpoint', path);
  await writeFileAtomically(path, await writeCheckpoint(options));
}

/**
 * Sets a run to what {@link saveCheckpoint} saved, all or nothing; see `restoreCheckpoint`.
 *
 * @returns the progress, for `fit({ from })`, and the metadata
 * @throws InputError, ShapeError, DTypeError for a file that is corrupt or does not fit; errors of the file system as they are
 */
export async function loadCheckpoint(path: string, run: RunState, options: RestoreOptions = {}): Promise<CheckpointInfo> {
  checkPath('loadCheckpoint', path);
  checkOptions('loadCheckpoint', options, ['allowExtra']);
  const allowExtra = options.allowExtra ?? defaultOf(defaults, 'loadCheckpoint.allowExtra');
  return restoreCheckpoint(await readFile(path), run, { allowExtra });
}

/** Saves a model with its graph, in whole or not at all; see `writeModel`. */
export async function saveModel(path: string, options: ModelOptions): Promise<void> {
  checkPath('saveModel', path);
  await writeFileAtomically(path, await writeModel(options));
}

/** The model that {@link saveModel} saved; see `readModel`. */
export async function loadModel(path: string): Promise<Model> {
  checkPath('loadModel', path);
  return readModel(await readFile(path));
}

function checkPath(where: string, path: unknown): void {
  if (typeof path !== 'string' || path === '') throw new InputError('PATH', `${where}: the path is ${typeof path === 'string' ? 'empty' : typeof path}; expected a text, such as 'model.safetensors'`);
}
