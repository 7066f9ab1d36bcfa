import { checkOptions, type GraphSpec, InputError, type Parameter, parametersOf, parseGraph, type StoredGraph, stringifyGraph, type Tensor } from '@pastina/core';
import { writeChecked } from '../formats/checksum.js';
import { readSafetensors } from '../formats/safetensors.js';
import { contentsOf, contentsText, ownMetadata, userMetadata } from './contents.js';
import { namedParams } from './names.js';
import { valueNow } from './valueNow.js';

/** Options of {@link writeModel}. */
export interface ModelOptions extends GraphSpec {
  /** Texts of your own; names that begin with 'pastina.' are taken. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What {@link readModel} gives; inputs and outputs go into `compile`. */
export interface Model extends Pick<StoredGraph, 'inputs' | 'outputs' | 'made'> {
  /** The parameters by the names that checkpoints know them by. */
  readonly params: ReadonlyMap<string, Parameter>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * A model as the bytes of a safetensors file: the graph from inputs to outputs, and its parameters. Whoever reads it needs
 * none of the code that built it. Every default is written into the graph, with the behavior levels that were in force,
 * so that the model means the same under later releases.
 *
 * @throws UnsupportedError GRAPH_STORE for an op with functions of its own
 *
 * @example
 * ```ts
 * import { compile, input } from '@pastina/core';
 * import { DenseLayer, getOutput, InputLayer } from '@pastina/layers';
 * import { readModel, writeModel } from '@pastina/training/checkpoints';
 * const x = input('x', ['batch', 2]);
 * const y = getOutput(new DenseLayer(new InputLayer({ shape: [null, 2], inputVar: x }), { numUnits: 3 }), undefined, { deterministic: true });
 * const bytes = await writeModel({ inputs: { x }, outputs: { y } });
 *
 * const { inputs, outputs } = readModel(bytes);
 * const [before, after] = [compile({ inputs: { x }, outputs: { y } }), compile({ inputs, outputs })];
 * console.log(String(before({ x: [[1, 2]] }).y) === String(after({ x: [[1, 2]] }).y)); // true
 * ```
 */
export async function writeModel(options: ModelOptions): Promise<Uint8Array> {
  const where = 'writeModel';
  checkOptions(where, options, ['inputs', 'outputs', 'metadata']);
  const { inputs, outputs } = options;
  const metadata = ownMetadata(where, options.metadata);
  const graph = stringifyGraph({ inputs, outputs });
  const params = [...namedParams(where, { params: parametersOf(Object.values(outputs)) })];
  const values = await Promise.all(params.map(([name, param]) => [name, valueNow(param)] as const).map(async ([name, value]) => [name, await value] as const));
  return writeChecked(new Map(values), { ...contentsText({ params: params.map(([name]) => name), state: [], functions: {} }), 'pastina.graph': graph, ...metadata });
}

/**
 * The model that {@link writeModel} wrote, with parameters of its own.
 *
 * @throws InputError MODEL for a file without a graph, GRAPH_CORRUPT, SAFETENSORS_…, CHECKPOINT_… for a corrupt one
 */
export function readModel(bytes: Uint8Array | ArrayBuffer): Model {
  const where = 'readModel';
  const { tensors, metadata } = readSafetensors(bytes);
  const graph = metadata.get('pastina.graph');
  if (graph === undefined) throw new InputError('MODEL', `${where}: the file has no graph, only values; build the network, and set it by restoreCheckpoint`, { tensors: [...tensors.keys()] });
  const names = contentsOf(where, metadata.get('pastina.checkpoint'), tensors).params;
  const { inputs, outputs, parameters, made } = parseGraph(graph, names.map((name) => tensors.get(name) as Tensor));
  return { inputs, outputs, made, params: new Map(names.map((name, i) => [name, parameters[i] as Parameter])), metadata: userMetadata(metadata) };
}
