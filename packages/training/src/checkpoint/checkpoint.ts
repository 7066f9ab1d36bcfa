import { checkOptions, defaultOf, type Expression, InputError, type Parameter, type RandomState } from '@pastina/core';
import { defaults } from '../defaults.js';
import { describe } from '../describe.js';
import { writeChecked } from '../formats/checksum.js';
import { readSafetensors } from '../formats/safetensors.js';
import { checkProgress, parseProgress, stringifyProgress, type Progress } from '../progress.js';
import { contentsOf, contentsText, ownMetadata, userMetadata } from './contents.js';
import { namedParams, namedState, type ParamSelection } from './names.js';
import { valueNow } from './valueNow.js';
import { assign, type RestoreOptions } from './restore.js';

/** What a checkpoint asks of a compiled function. */
export interface Drawing {
  randomState(): RandomState;
  setRandomState(state: RandomState): void;
}

/** What a run consists of: the same object saves and restores it. */
export interface RunState extends ParamSelection {
  /** The map that goes to `compile`: what the update rule keeps is saved beside the parameters. */
  readonly updates?: ReadonlyMap<Parameter, Expression>;
  /** Compiled functions by names of your choice: the state of their random draws is saved. */
  readonly functions?: Readonly<Record<string, Drawing>>;
}

/** Options of {@link writeCheckpoint}. */
export interface CheckpointOptions extends RunState {
  /** `progress` of an event of `fit`. */
  readonly progress?: Progress;
  /** Texts of your own; names that begin with 'pastina.' are taken. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What a checkpoint tells besides values. */
export interface CheckpointInfo {
  /** For `fit({ from })`. */
  readonly progress: Progress | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

const runOptions = ['layers', 'params', 'updates', 'functions'];

/**
 * A run as the bytes of a safetensors file: parameters by name, what the update rule keeps, the state of random draws
 * and the position in the data. All is read at once, before the first wait.
 *
 * @throws InputError for what is no parameter, no compiled function or no progress
 *
 * @example
 * ```ts
 * import { compile, input, mean, parameter, square, sub } from '@pastina/core';
 * import { restoreCheckpoint, writeCheckpoint } from '@pastina/training/checkpoints';
 * import { momentum } from '@pastina/updates';
 * const x = input('x', ['batch']), m = parameter(0, { name: 'm' });
 * const loss = mean(square(sub(x, m)));
 * const updates = momentum(loss, [m], { learningRate: 0.1 });
 * const step = compile({ inputs: { x }, outputs: { loss }, updates });
 * const run = { params: [m], updates, functions: { step } };
 * const saved = await writeCheckpoint(run);
 * const first = step({ x: [1, 3] }).loss.item();
 * restoreCheckpoint(saved, run);
 * console.log(first === step({ x: [1, 3] }).loss.item()); // true
 * ```
 */
export async function writeCheckpoint(options: CheckpointOptions): Promise<Uint8Array> {
  const where = 'writeCheckpoint';
  checkOptions(where, options, [...runOptions, 'progress', 'metadata']);
  const { progress } = options;
  const params = namedParams(where, options);
  const state = namedState(where, options.updates, params);
  const all = [...params, ...state];
  if (all.length === 0) throw new InputError('CHECKPOINT_EMPTY', `${where}: there is nothing to save; give layers, params or updates`);
  const metadata = ownMetadata(where, options.metadata);
  const functions = Object.fromEntries(checkFunctions(where, options.functions).map(([name, fn]) => [name, fn.randomState()]));
  const own = { ...contentsText({ params: [...params.keys()], state: [...state.keys()], functions }), ...(progress === undefined ? {} : { 'pastina.progress': stringifyProgress(checkProgress(where, progress)) }) };
  const values = await Promise.all(all.map(([name, param]) => [name, valueNow(param)] as const).map(async ([name, value]) => [name, await value] as const));
  return writeChecked(new Map(values), { ...own, ...metadata });
}

/**
 * Sets a run to what {@link writeCheckpoint} saved, all or nothing. What is not asked for is not looked at: with `layers`
 * alone, the parameters are restored and the rest is left. A safetensors file from elsewhere holds parameters only.
 *
 * @returns the progress, for `fit({ from })`, and the metadata
 * @throws InputError, ShapeError, DTypeError naming the first parameter that is missing, left over or of another type;
 *   InputError SAFETENSORS_… for a corrupt file, CHECKPOINT_… for one that no checkpoint can be
 */
export function restoreCheckpoint(bytes: Uint8Array | ArrayBuffer, run: RunState, options: RestoreOptions = {}): CheckpointInfo {
  const where = 'restoreCheckpoint';
  checkOptions(where, run, runOptions);
  checkOptions(where, options, ['allowExtra']);
  const { tensors, metadata } = readSafetensors(bytes);
  const contents = contentsOf(where, metadata.get('pastina.checkpoint'), tensors);
  const progressText = metadata.get('pastina.progress');
  const progress = progressText === undefined ? undefined : parseProgress(progressText);
  const params = namedParams(where, run);
  const state = namedState(where, run.updates, params);
  const functions = checkFunctions(where, run.functions).map(([name, fn]) => {
    const saved = contents.functions.get(name);
    if (saved === undefined) throw new InputError('CHECKPOINT_FUNCTION', `${where}: the checkpoint knows no function '${name}', only ${[...contents.functions.keys()].map((known) => `'${known}'`).join(', ') || 'none'}. Nothing was changed`, { name });
    return [fn, saved] as const;
  });
  const asked = new Set([...contents.params, ...(run.updates === undefined ? [] : contents.state)]);
  assign(where, new Map([...params, ...state]), new Map([...tensors].filter(([name]) => asked.has(name))), options.allowExtra ?? defaultOf(defaults, 'restoreCheckpoint.allowExtra'));
  for (const [fn, saved] of functions) fn.setRandomState(saved);
  return { progress, metadata: userMetadata(metadata) };
}

function checkFunctions(where: string, functions: Readonly<Record<string, Drawing>> = {}): readonly (readonly [string, Drawing])[] {
  return Object.entries(functions).map(([name, fn]) => {
    if (typeof (fn as Partial<Drawing> | undefined)?.randomState !== 'function') throw new InputError('CHECKPOINT_FUNCTION', `${where}: functions.${name} is ${describe(fn)}; expected what compile(…) gives`, { name });
    return [name, fn] as const;
  });
}
